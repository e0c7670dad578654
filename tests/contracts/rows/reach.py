"""Reach: duties, visits, counts, founding."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import make
from contracts.matrix import Row, Target, act_only, listing, one, own, public
from contracts.world import LINE, World
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.places.models import Area
from lianxin.reach.models import (
    Application,
    Candidate,
    Founding,
    Handler,
    InformalGroup,
    JoinCode,
    Obligation,
    Owed,
    Party,
    Renewal,
)
from lianxin.reach.operations import joining
from lianxin.reach.operations.founders import Known
from lianxin.registry.models import Line, Post
from lianxin.rules.packs import PACKS, load_pack


def owing(world: World, area: Area) -> Owed:
    """A body of the line whose term has run out, as worked out."""

    def build() -> Owed:
        world.once("union pack", lambda: load_pack(PACKS / "union.yaml", actor=SYSTEM, at=now()))
        body = make.body(f"云杉逾期{area.pk}号", area=area, line=LINE, term_until=today() - timedelta(days=9))
        row = {"ref": body.pk, "area": area, "title": f"云杉逾期{area.pk}号", "is_due": True, "is_met": False}
        obligation = Obligation.objects.get(code="union.renewal")
        return Owed.objects.create(**row, obligation=obligation, state="unmet", valid_from=make.LONG_AGO)

    return world.once(("owed", area.pk), build)  # type: ignore[no-any-return]


def duty(world: World, area: Area) -> Target:
    found = owing(world, area)
    return Target(kwargs={"target": "body", "ref": found.ref}, marks=(found.title,))


def duty_in_list(world: World, area: Area) -> Target:
    return Target(marks=(owing(world, area).title,))


def duty_in_file(world: World, area: Area) -> Target:
    return Target(kwargs={"kind": "csv"}, marks=(owing(world, area).title,))


def obligation(world: World, area: Area) -> Target:
    owing(world, area)
    return Target(kwargs={"code": "union.renewal"})


def founded(world: World, area: Area, number: int = 1, **given: Any) -> Founding:
    """A founding that is not protected, of the line, with the body above beside it."""

    def build() -> Founding:
        name = f"云杉标记{area.pk}号{number}筹建"
        line = Line.objects.get(code=LINE)
        upper = make.body(f"云杉上级{area.pk}号{number}", area=area, line=LINE, form="area")
        facts = {"line": line, "form": "joint", "kind": "joint_union", "is_guarded": False, "begun_on": today()}
        made = Founding.objects.create(**facts, name=name, area=area, upper=upper, **given)
        Party.objects.create(founding=made, organisation=make.organisation(area=area), joined_on=today())
        Handler.objects.create(founding=made, account=make.account(), since=today())
        return made

    return world.once(("founding", area.pk, number), build)  # type: ignore[no-any-return]


def founding(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": founded(world, area).pk}, marks=(founded(world, area).name,))


def founding_in_list(world: World, area: Area) -> Target:
    return Target(marks=(founded(world, area).name,))


def founding_asked(world: World, area: Area) -> Target:
    made = founded(world, area, 2, step="submitted", submitted_on=today() - timedelta(days=3))
    return Target(kwargs={"pk": made.pk})


def founding_party(world: World, area: Area) -> Target:
    made = founded(world, area)
    return Target(kwargs={"pk": made.pk, "party": made.parties.get().pk})


def founding_handler(world: World, area: Area) -> Target:
    made = founded(world, area)
    return Target(kwargs={"pk": made.pk, "handler": made.handlers.get().pk})


def founding_founder(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": founded(world, area).pk, "founder": uuid4()})


def renewed(world: World, area: Area) -> Renewal:
    def build() -> Renewal:
        body = make.body(f"云杉标记{area.pk}换届工会", area=area, line=LINE)
        return Renewal.objects.create(body=body, noticed_on=today(), step="preparing", term_until=today())

    return world.once(("renewal", area.pk), build)  # type: ignore[no-any-return]


def renewal(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": renewed(world, area).pk}, marks=(f"云杉标记{area.pk}换届工会",))


def renewal_in_list(world: World, area: Area) -> Target:
    return (
        Target(query={"show": "under_way"}, marks=(f"云杉标记{area.pk}换届工会",)) if renewed(world, area) else Target()
    )


def renewal_of(world: World, area: Area) -> Target:
    return Target(kwargs={"body": renewed(world, area).body_id})


def candidate(world: World, area: Area) -> Target:
    def build() -> Candidate:
        return Candidate.objects.create(renewal=renewed(world, area), person=make.person(), title="chair")

    made = world.once(("candidate", area.pk), build)
    return Target(kwargs={"pk": made.renewal_id, "candidate": made.pk})


def coded(world: World, area: Area) -> JoinCode:
    def build() -> JoinCode:
        body = make.body(f"云杉标记{area.pk}入会工会", area=area, line=LINE)
        until = today() + timedelta(days=30)
        return JoinCode.objects.create(code=f"YSBJ{area.pk:04d}", body=body, made_on=today(), until=until)

    return world.once(("joincode", area.pk), build)  # type: ignore[no-any-return]


def sent(world: World, area: Area) -> tuple[Application, str]:
    def build() -> tuple[Application, str]:
        known = Known(f"云杉申请{area.pk}", "phone", "13800000001")
        given = {"known": known, "workplace": "", "answers": {"membership": True}, "at": now()}
        return joining.send_application(code=coded(world, area), **given)

    return world.once(("application", area.pk), build)  # type: ignore[no-any-return]


def applied(world: World, area: Area) -> Application:
    return sent(world, area)[0]


def code(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": coded(world, area).pk}, marks=(coded(world, area).code[:4] + " ",))


def code_of(world: World, area: Area) -> Target:
    return Target(kwargs={"body": coded(world, area).body_id})


def application(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": applied(world, area).pk})


def application_in_list(world: World, area: Area) -> Target:
    applied(world, area)
    return Target(marks=(f"云杉申请{area.pk}", f"云杉标记{area.pk}入会工会"))


def founding_applicant(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": founded(world, area).pk, "application": uuid4()})


def typed_code(world: World, area: Area) -> Target:
    return Target(kwargs={"code": coded(world, area).code})


def secret(world: World, area: Area) -> Target:
    return Target(kwargs={"secret": sent(world, area)[1]})


def grouped(world: World, area: Area) -> InformalGroup:
    def build() -> InformalGroup:
        line = Line.objects.get(code=LINE)
        facts = {"line": line, "name": f"云杉标记{area.pk}志愿队", "kind": "volunteers", "area": area}
        return InformalGroup.objects.create(**facts, valid_from=make.LONG_AGO)

    return world.once(("informal", area.pk), build)  # type: ignore[no-any-return]


def informal_group(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": grouped(world, area).pk})


def informal_group_in_list(world: World, area: Area) -> Target:
    return Target(marks=(grouped(world, area).name,))


def vacancy_in_list(world: World, area: Area) -> Target:
    def build() -> Post:
        body = make.body(f"云杉标记{area.pk}缺主席工会", area=area, line=LINE)
        return Post.objects.create(body=body, title="chair", valid_from=make.LONG_AGO)

    world.once(("vacant", area.pk), build)
    return Target(marks=(f"云杉标记{area.pk}缺主席工会",))


def union_areas(world: World, area: Area) -> Target:
    return Target(kwargs={"line": LINE, "key": "rest"})


def union_line(world: World, area: Area) -> Target:
    return Target(kwargs={"line": LINE})


def body(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": renewed(world, area).body_id}, marks=(f"云杉标记{area.pk}换届工会",))


def area_itself(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": area.pk})


HANDLERS = own(founding)
"""Only the named handlers of a founding, whatever the role."""

ROWS: dict[str, Row] = {
    # duties
    "reach:duties": listing(duty_in_list, by_line=True),
    "reach:export_duties": listing(duty_in_file, by_line=True),
    "reach:duties_of": one(duty, by_line=True),
    "reach:obligations": act_only(),
    "reach:obligation": act_only(obligation),
    "reach:switch_obligation": act_only(obligation),
    # foundings
    "reach:foundings": listing(founding_in_list, by_line=True),
    "reach:start_founding": act_only(),
    "reach:founding": one(founding, by_line=True),
    "reach:answer_founding": one(founding_asked, by_line=True),
    "reach:change_founding": HANDLERS,
    "reach:add_party": HANDLERS,
    "reach:drop_party": own(founding_party),
    "reach:name_handler": HANDLERS,
    "reach:release_handler": own(founding_handler),
    "reach:founders": HANDLERS,
    "reach:drop_founder": own(founding_founder),
    "reach:form_group": HANDLERS,
    "reach:ask_approval": HANDLERS,
    "reach:enter_election": HANDLERS,
    "reach:register_founding": HANDLERS,
    "reach:stop_founding": HANDLERS,
    "reach:make_founding_code": HANDLERS,
    "reach:answer_applicant": own(founding_applicant),
    # joining
    "reach:applications": listing(application_in_list, by_line=True),
    "reach:take_in": one(application, by_line=True),
    "reach:refuse_application": one(application, by_line=True),
    "reach:advance_application": one(application, by_line=True),
    "reach:make_code": one(code_of, by_line=True),
    "reach:code_sheet": one(code, by_line=True),
    "reach:revoke_code": one(code, by_line=True),
    "joining:start": public(),
    "joining:join": public(typed_code),
    "joining:progress": public(secret),
    "joining:withdraw": public(secret),
    # network
    "reach:network": act_only(),
    "reach:missing": act_only(union_areas, may_miss=True),
    "reach:set_pattern": act_only(union_line),
    "reach:vacancies": listing(vacancy_in_list, by_line=True),
    "reach:informal_groups": listing(informal_group_in_list, by_line=True),
    "reach:add_group": act_only(),
    "reach:end_group": one(informal_group, by_line=True),
    # records
    "reach:body_work": one(body, by_line=True),
    "reach:area": one(area_itself),
    # renewals
    "reach:renewals": listing(renewal_in_list, by_line=True),
    "reach:start_renewal": one(renewal_of, by_line=True),
    "reach:renewal": one(renewal, by_line=True),
    "reach:prepare_renewal": one(renewal, by_line=True),
    "reach:nominate": one(renewal, by_line=True),
    "reach:withdraw_candidate": one(candidate, by_line=True),
    "reach:settle_candidates": one(renewal, by_line=True),
    "reach:call_meeting": one(renewal, by_line=True),
    "reach:enter_result": one(renewal, by_line=True),
    "reach:stop_renewal": one(renewal, by_line=True),
}
