"""Invented names. Every firm carries the word 演示 (demonstration), so that nobody takes it for a real one."""

import numpy as np
from numpy.random import Generator

Strings = list[str]

FIRST = (
    "鲸落 晴耕 纸鸢 云杉 苔原 月台 风铃 萤火 青柠 松果 野渡 拾光 知更 麦浪 白帆 溪桥 星野 远汀 鹿鸣 竹影 "
    "棉田 雪松 海盐 木棉 青瓷 晨露 银杏 栈桥 渔火 稻香 蒲公英 南瓜灯 小满 谷雨 白露 清荷 暖阳 山岚 听雨 "
    "归雁"
).split()
SECOND = (
    "之舟 之家 工坊 时代 天地 纪元 方舟 邻里 印象 前沿 来信 驿站 行者 之声 计划 半岛 花园 森林 码头 街区 "
    "车站 日记 画布 灯塔 果园 书屋 指南 琴键 罗盘 沙丘"
).split()
TRADES = (
    "科技 物流 设计 餐饮 商贸 印刷 电子 服饰 教育咨询 物业管理 家政 文化传播 建筑装饰 精密仪器 软件 "
    "生物技术 广告 会计咨询 供应链 汽车服务 健身 美容 园林 安防 网络 旅行 检测 环保"
).split()
SOCIAL = "志愿服务队 书画协会 长者关爱会 创业促进会 读书会 羽毛球协会 社工服务中心 行业商会".split()
SURNAMES = "林沈顾陆叶苏江梁许何邓彭曾萧田董潘袁蔡余于程贺龚文庞樊路孟万段雷汤尹黎易常武乔赖龙段"
GIVEN = "见山向晚知秋听雨星河望舒云舒青禾南乔北辰书言清和景行思远怀瑾若水可期子衿未央长风初晴木子小满"
ROADS = "演示一路 演示二路 演示三路 样例大道 样例东街 样例西街 样例北路".split()
BUILDINGS = "云杉大厦 望潮坊 鹿鸣中心 青瓷园 栈桥广场 星野科创园 松果商业街 知更楼 稻香工业楼 白帆大厦".split()


def firms(rng: Generator, count: int) -> Strings:
    """Names of `count` firms, all different for any count below two million."""
    combinations = len(FIRST) * len(SECOND) * len(TRADES)
    order = rng.permutation(combinations)[np.arange(count) % combinations]
    lap = np.arange(count) // combinations
    names = []
    for index, again in zip(order.tolist(), lap.tolist(), strict=True):
        index, trade = divmod(index, len(TRADES))
        first, second = divmod(index, len(SECOND))
        mark = f"{again + 1}部" if again else ""
        names.append(f"{FIRST[first]}{SECOND[second]}{TRADES[trade]}（演示{mark}）有限公司")
    return names


def associations(rng: Generator, count: int, places: Strings) -> Strings:
    """Names of social organisations, each with the community it works in."""
    kinds = rng.integers(len(SOCIAL), size=count).tolist()
    firsts = rng.integers(len(FIRST), size=count).tolist()
    return [f"{p}{FIRST[f]}{SOCIAL[k]}（演示）" for p, f, k in zip(places, firsts, kinds, strict=True)]


def people(rng: Generator, count: int) -> Strings:
    """Names of people; as in life, some share one."""
    s, a, b = (rng.integers(len(x), size=count).tolist() for x in (SURNAMES, GIVEN, GIVEN))
    return [SURNAMES[i] + GIVEN[j] + GIVEN[k] for i, j, k in zip(s, a, b, strict=True)]
