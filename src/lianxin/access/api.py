"""Who am I: the first call of every client."""

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from lianxin.kit.api import NO
from lianxin.kit.clock import today
from lianxin.kit.guards import SIGNED_IN, performs

from .actors import signed_in
from .queries import grant_lines, own_acts

router = Router()


class GrantOut(Schema):
    """One grant that holds today."""

    role: str
    line: str
    kind: str
    where: str
    valid_from: date
    valid_until: date | None


class MeOut(Schema):
    """The account behind the request, its grants of today and what this token or session may do."""

    username: str
    label: str
    grants: list[GrantOut]
    acts: list[str]


@router.get("/me", response={200: MeOut, **NO}, summary="Who am I, and what may I do")
@performs(SIGNED_IN)
def me(request: HttpRequest) -> MeOut:
    actor = signed_in(request)
    day = today()
    grants = [g for g in grant_lines(actor.account, day) if g.state == "now"]
    return MeOut(
        username=actor.account.username,
        label=actor.account.label,
        grants=[
            GrantOut(
                role=g.role,
                line=g.line,
                kind=g.kind,
                where=g.where,
                valid_from=g.valid_from,
                valid_until=g.valid_until,
            )
            for g in grants
        ],
        acts=own_acts(actor, day),
    )
