"""Matters: themes, knowledge base, list of duties."""

from contracts.matrix import Row, Target, act_only, listing, one, public
from contracts.world import World
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now
from lianxin.matters.models import Matter, Theme, ThemeMember
from lianxin.matters.operations.knowledge import approve, draft
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.places.models import Area


def themed(world: World, area: Area) -> Theme:
    """A theme of three matters of one area."""

    def build() -> Theme:
        given = {"size": 3, "title": f"云杉主题{area.pk}号", "opened_at": now(), "last_at": now()}
        made = Theme.objects.create(**given)
        for number in range(3):
            words = f"云杉主题{area.pk}号第{number}件：路灯不亮"
            matter: Matter = open_matter(given=Given(words=words, area=area), actor=SYSTEM, at=now()).matter
            ThemeMember.objects.create(matter=matter, theme=made)
        return made

    return world.once(("theme", area.pk), build)  # type: ignore[no-any-return]


def theme(world: World, area: Area) -> Target:
    found = themed(world, area)
    return Target(kwargs={"pk": found.pk}, marks=(found.title,))


def theme_listed(world: World, area: Area) -> Target:
    return Target(marks=(themed(world, area).title,))


def typed(world: World, area: Area) -> Target:
    return Target(body={"words": "路灯不亮已经三天"})


def matter_beside(world: World, area: Area) -> Target:
    member = ThemeMember.objects.filter(theme=themed(world, area)).order_by("matter").select_related("matter")[0]
    return Target(kwargs={"pk": member.matter_id})


def article(world: World, area: Area) -> Target:
    """One article, public, with a draft of its next wording."""

    def build() -> int:
        first = draft(question="云杉样例：怎么入会", answer="到社区工会登记", actor=SYSTEM, at=now())
        approve(edition=first, actor=SYSTEM, at=now())
        draft(article=first.article, question="怎么入会", answer="在线登记", actor=SYSTEM, at=now())
        return first.article_id

    return Target(kwargs={"pk": world.once("article", build)})


ROWS: dict[str, Row] = {
    "matters:themes": listing(theme_listed),
    "matters:theme": one(theme),
    "matters:name_theme": one(theme),
    "matters:split_theme": one(theme),
    "matters:merge_theme": one(theme),
    "matters:joint_of_theme": one(theme),
    "matters:close_theme": one(theme),
    "matters:propose": act_only(typed),
    "matters:beside": one(matter_beside),
    "matters:decide_need": one(matter_beside),
    "matters:articles": act_only(),
    "matters:write_article": act_only(),
    "matters:article": act_only(article),
    "matters:rewrite_article": act_only(article),
    "matters:approve_article": act_only(article),
    "matters:confirm_article": act_only(article),
    "matters:withdraw_article": act_only(article),
    "matters:need_duties": act_only(),
    "matters:edit_duty": act_only(),
    "ask:answers": public(),
}
