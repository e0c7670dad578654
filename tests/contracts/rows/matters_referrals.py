"""Matters: referrals between bodies and partners."""

from datetime import timedelta

import make
from contracts.matrix import Row, Target, listing, one
from contracts.rows.matters_desk import matter, opened
from contracts.world import LINE, World
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import now, today
from lianxin.matters.models import Referral
from lianxin.matters.operations import referrals
from lianxin.places.models import Area


def sent(world: World, area: Area) -> Referral:
    """A referral to a body of the area, agreed to and sent."""

    def build() -> Referral:
        officer = AccountActor(make.account(("community_officer", area)))
        to = referrals.To(body=make.body(area=area, line=LINE))
        said = {"purpose": "请看合同", "fields": ["words"], "expires_on": today() + timedelta(days=9)}
        made = referrals.offer(matter=opened(world, area), to=to, actor=officer, at=now(), **said)
        referrals.consent(referral=made, is_given=True, actor=officer, at=now())
        return Referral.objects.select_related("matter").get(pk=made.pk)

    return world.once(("sent", area.pk), build)  # type: ignore[no-any-return]


def referral(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": sent(world, area).pk}, marks=(sent(world, area).matter.number,))


def referral_in_list(world: World, area: Area) -> Target:
    return Target(marks=(sent(world, area).matter.number,))


def consent(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": sent(world, area).pk, "said": "no"})


ROWS: dict[str, Row] = {
    "matters:consented": one(consent),
    "matters:refer": one(matter),
    "matters:referral": one(referral, by_line=True),
    "matters:referrals": listing(referral_in_list, by_line=True),
}
