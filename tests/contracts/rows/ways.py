"""Matters: the public ways in."""

from datetime import timedelta
from hashlib import sha256

import make
from contracts.matrix import Row, Target, public
from contracts.world import World
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import now, today
from lianxin.matters.models import Matter, Referral
from lianxin.matters.operations import referrals
from lianxin.matters.operations.opening import Given
from lianxin.matters.operations.ways import bring_in
from lianxin.places.models import Area


def secret_of(world: World, area: Area) -> str:
    given = Given(words="云杉样例：楼道的灯坏了", area=area)
    return str(world.once(("asked", area.pk), lambda: bring_in(given=given, at=now())).secret)


def secret(world: World, area: Area) -> Target:
    return Target(kwargs={"secret": secret_of(world, area)})


def secret_step(world: World, area: Area) -> Target:
    return Target(kwargs={"secret": secret_of(world, area), "step": "confirm"})


def referred(world: World, area: Area) -> Target:
    """A referral of the matter behind the link, which the person takes back."""
    return Target(kwargs={"secret": secret_of(world, area), "pk": referral_of(world, area).pk, "said": "no"})


def referral_of(world: World, area: Area) -> Referral:
    return world.once(("referral", area.pk), lambda: _offered(world, area))  # type: ignore[no-any-return]


def _offered(world: World, area: Area) -> Referral:
    matter = Matter.objects.get(digest=sha256(secret_of(world, area).encode()).hexdigest())
    officer = AccountActor(make.account(("community_officer", area)))
    to = referrals.To(body=make.body(area=area))
    said = {"purpose": "请看合同", "fields": ["words"], "expires_on": today() + timedelta(days=9)}
    return referrals.offer(matter=matter, to=to, actor=officer, at=now(), **said)


def in_json(world: World, area: Area) -> Target:
    return Target(kwargs={"form": "json"})


def service(world: World, area: Area) -> Target:
    return Target(kwargs={"form": "json", "code": "D1"})


def published(world: World, area: Area) -> Target:
    def build() -> Matter:
        made = bring_in(given=Given(words="云杉样例：楼道的灯坏了", area=area), at=now()).matter
        Matter.objects.filter(pk=made.pk).update(level="C0")
        return made

    return Target(kwargs={"form": "json", "number": world.once(("published", area.pk), build).number})


def token(world: World, area: Area) -> Target:
    return Target(kwargs={"form": "xml", "token": secret_of(world, area)})


ROWS: dict[str, Row] = {
    "ask:referral": public(referred),
    "ask:ask": public(),
    "ask:progress": public(secret),
    "ask:words": public(secret),
    "ask:say": public(secret),
    "ask:not_solved": public(secret),
    "ask:rate": public(secret),
    "ask:decide": public(secret_step),
    "open311:services": public(in_json),
    "open311:service": public(service),
    "open311:requests": public(in_json),
    "open311:request": public(published),
    "open311:token": public(token),
}
