"""Matters: inspections, own problems, reviews."""

import base64
from uuid import uuid4

import make
from contracts.matrix import Row, Target, act_only, listing, one, public
from contracts.world import LINE, World
from lianxin.access.actors import AccountActor
from lianxin.kit import vault
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.models import Finding, Listed, Matter, OwnProblem, Photo, Review
from lianxin.matters.operations.checklists import current_lists
from lianxin.matters.operations.inspections import Noted, record_inspection
from lianxin.matters.operations.problems import Listing, list_problem
from lianxin.matters.operations.reviews import Meeting, hold_review
from lianxin.matters.operations.rounds import Plan, open_round, plan_round
from lianxin.places.models import Area
from lianxin.registry.models import Body, Line


def led(world: World, area: Area) -> Body:
    """A body of the line in the area."""
    return world.once(  # type: ignore[no-any-return]
        ("inspecting body", area.pk), lambda: make.body(f"云杉检查{area.pk}工会", area=area, line=LINE, form="area")
    )


def listed(world: World, area: Area) -> OwnProblem:
    """A problem of that body, on its list."""

    def build() -> OwnProblem:
        title = f"云杉标记{area.pk}问题"
        facts = {"body": led(world, area), "area": area, "line": Line.objects.get(code=LINE), "source": "self"}
        return list_problem(listing=Listing(words="窗口没有人。", title=title, **facts), actor=SYSTEM, at=now())

    return world.once(("own problem", area.pk), build)  # type: ignore[no-any-return]


def problem(world: World, area: Area) -> Target:
    found = listed(world, area)
    return Target(kwargs={"pk": found.pk}, marks=(f"云杉标记{area.pk}问题",))


def problem_in_list(world: World, area: Area) -> Target:
    listed(world, area)
    return Target(marks=(f"云杉标记{area.pk}问题",))


def problem_to_change(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": listed(world, area).pk})


def inspecting(world: World, area: Area) -> list[Listed]:
    """A round under way over two firms; the first is inspected, with one finding."""

    def build() -> list[Listed]:
        at = now()
        lead, other = (make.account(("district_officer", world.root)) for _n in range(2))
        firms = [make.organisation(f"云杉标记{area.pk}厂{n}", area=area) for n in range(2)]
        facts = {"line": Line.objects.get(code=LINE), "body": led(world, area), "lists": current_lists(at)}
        days = {"starts_on": today(), "ends_on": today()}
        plan = Plan(title=f"云杉标记{area.pk}轮", area=area, organisations=[f.pk for f in firms], **facts, **days)
        actor = AccountActor(lead)
        rows = list(
            open_round(held=plan_round(plan=plan, actor=actor, at=at), actor=actor, at=at).listed.order_by("pk")
        )
        places = [(s.code, i.code) for s in facts["lists"] for i in s.list.items]
        answers = {place: "bad" if place == ("safety", "wiring") else "ok" for place in places}
        given = {"answers": answers, "words": {("safety", "wiring"): f"云杉标记{area.pk}线"}}
        noted = Noted(key=uuid4(), carried_on=today(), first=lead, second=other, **given)
        record_inspection(listed=rows[0], noted=noted, actor=actor, at=at)
        return rows

    return world.once(("round", area.pk), build)  # type: ignore[no-any-return]


def round_(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": inspecting(world, area)[0].round_id}, marks=(f"云杉标记{area.pk}轮",))


def round_in_list(world: World, area: Area) -> Target:
    inspecting(world, area)
    return Target(marks=(f"云杉标记{area.pk}轮", f"云杉标记{area.pk}厂"))


def to_inspect(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": inspecting(world, area)[1].pk})


def finding(world: World, area: Area) -> Target:
    pk = Finding.objects.get(carried_out__listed=inspecting(world, area)[0]).pk
    return Target(kwargs={"pk": pk}, marks=(f"云杉标记{area.pk}厂0",))


def finding_step(world: World, area: Area) -> Target:
    return Target(kwargs={**finding(world, area).kwargs, "code": "notify"})


def photo_of(world: World, matter: Matter) -> Target:
    """A picture kept with a matter."""

    def build() -> Photo:
        made = Photo(matter=matter, at=now(), width=1, height=1)
        made.sealed = vault.seal(base64.b64encode(b"jpeg").decode(), where=made.where, ring=matter.ring)
        made.save()
        return made

    return Target(kwargs={"pk": matter.pk, "photo": world.once(("photo", matter.pk), build).pk})


def finding_photo(world: World, area: Area) -> Target:
    return photo_of(world, Finding.objects.get(carried_out__listed=inspecting(world, area)[0]).matter)


def problem_photo(world: World, area: Area) -> Target:
    return photo_of(world, listed(world, area).matter)


def sheet(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": inspecting(world, area)[0].pk}, marks=(f"云杉标记{area.pk}厂0", f"云杉标记{area.pk}线"))


def reviewed(world: World, area: Area) -> Review:
    def build() -> Review:
        facts = {"line": Line.objects.get(code=LINE), "body": led(world, area), "findings": "用电问题多。"}
        meeting = Meeting(title=f"云杉标记{area.pk}研判", area=area, held_on=today(), **facts)
        return hold_review(meeting=meeting, actor=SYSTEM, at=now())

    return world.once(("review", area.pk), build)  # type: ignore[no-any-return]


def review(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": reviewed(world, area).pk}, marks=(f"云杉标记{area.pk}研判",))


def review_in_list(world: World, area: Area) -> Target:
    reviewed(world, area)
    return Target(marks=(f"云杉标记{area.pk}研判",))


ROWS: dict[str, Row] = {
    # own problems
    "matters:rectifications": listing(problem_in_list, by_line=True),
    "matters:list_problem": act_only(),
    "matters:rectification": one(problem, by_line=True),
    "matters:problem_photo": one(problem_photo, by_line=True),
    "matters:plan_problem": one(problem_to_change, by_line=True),
    "matters:start_problem": one(problem_to_change, by_line=True),
    "matters:hand_in_problem": one(problem_to_change, by_line=True),
    "matters:check_problem": one(problem_to_change, by_line=True),
    "matters:send_back_problem": one(problem_to_change, by_line=True),
    "matters:look_again_problem": one(problem_to_change, by_line=True),
    "matters:correct_problem": one(problem_to_change, by_line=True),
    "matters:withdraw_problem": one(problem_to_change, by_line=True),
    "problems:published": public(),
    # inspections
    "matters:inspections": listing(round_in_list, by_line=True),
    "matters:new_round": act_only(),
    "matters:round": one(round_, by_line=True),
    "matters:change_round": one(round_, by_line=True),
    "matters:record_inspection": one(to_inspect, by_line=True),
    "matters:leave_out": one(to_inspect, by_line=True),
    "matters:notice": one(sheet, by_line=True),
    "matters:finding_photo": one(finding_photo, by_line=True),
    "matters:finding": one(finding, by_line=True),
    "matters:advance_finding": one(finding_step, by_line=True),
    # reviews
    "matters:reviews": listing(review_in_list, by_line=True),
    "matters:hold_review": act_only(),
    "matters:review": one(review, by_line=True),
    "matters:decide_review": one(review, by_line=True),
}
