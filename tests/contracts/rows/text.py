"""Matters: themes, knowledge base, list of duties."""

from contracts.matrix import Row, Target, listing, one
from contracts.world import World
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now
from lianxin.matters.models import Matter, Theme, ThemeMember
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


ROWS: dict[str, Row] = {
    "matters:themes": listing(theme_listed),
    "matters:theme": one(theme),
    "matters:name_theme": one(theme),
    "matters:split_theme": one(theme),
    "matters:merge_theme": one(theme),
    "matters:joint_of_theme": one(theme),
    "matters:close_theme": one(theme),
}
