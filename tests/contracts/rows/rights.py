"""Purposes, consent, contacts, guardians, agreements, requests about the own data."""

from datetime import timedelta
from typing import Any

from conftest import NOW
from contracts.matrix import Row, Target, act_only, listing, one, public
from contracts.rows.registry import body, firm, member, organisation, person
from contracts.world import World
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import today
from lianxin.places.models import Area
from lianxin.registry.models import Agreement, Declaration, Guardian, RightsRequest
from lianxin.registry.operations import consents
from lianxin.registry.operations.purposes import purpose


def purpose_of_all(world: World, area: Area) -> Target:
    return Target(kwargs={"code": purpose("service").code})


def person_for_purpose(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": member(world, area).pk, "code": purpose("service").code})


def agreed(world: World, area: Area) -> Target:
    def build() -> Any:
        by: Any = {"actor": SYSTEM, "at": NOW}
        return consents.answer_consent(
            person=member(world, area), purpose=purpose("service"), is_given=True, day=today(), **by
        )

    world.once(("consent", area.pk), build)
    return person_for_purpose(world, area)


def attribute(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": member(world, area).pk, "attribute": "sex"})


def stated(world: World, area: Area) -> Target:
    def build() -> Any:
        given: Any = {"person": member(world, area), "purpose": purpose("membership"), "valid_from": today()}
        return Declaration.objects.create(attribute="access_need", value="ramp", **given)

    row = world.once(("statement", area.pk), build)
    return Target(kwargs={"pk": row.person_id, "statement": row.pk})


def contact(world: World, area: Area) -> Target:
    def build() -> Any:
        given: Any = {"person": member(world, area), "purpose": purpose("membership"), "day": today()}
        value = f"138{area.pk:08d}"
        return consents.add_contact(kind="phone", value=value, actor=SYSTEM, at=NOW, **given)

    row = world.once(("contact", area.pk), build)
    return Target(
        kwargs={"pk": row.person_id, "contact": row.pk}, body={"reason": "matter"}, marks=(f"138{area.pk:08d}",)
    )


def guardian(world: World, area: Area) -> Target:
    def build() -> Any:
        return Guardian.objects.create(child=member(world, area), guardian=member(world, area, 3), valid_from=today())

    row = world.once(("guardian", area.pk), build)
    return Target(kwargs={"pk": row.child_id, "guardian": row.pk})


def asked(world: World, area: Area) -> Any:
    def build() -> Any:
        days = {"received_on": today(), "due_on": today() + timedelta(days=30)}
        return RightsRequest.objects.create(person=member(world, area), kind="copy", **days)

    return world.once(("request", area.pk), build)


def request(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": asked(world, area).pk})


def request_in_list(world: World, area: Area) -> Target:
    return Target(marks=(asked(world, area).person.name,))


def agreement(world: World, area: Area) -> Target:
    firm_there = firm(world, area)
    build = lambda: Agreement.objects.create(organisation=firm_there, scope="场地", valid_from=today())  # noqa: E731
    return Target(kwargs={"pk": firm_there.pk, "agreement": world.once(("agreement", area.pk), build).pk})


ROWS: dict[str, Row] = {
    "registry:notices": public(),
    "registry:notice": public(purpose_of_all),
    "registry:purposes": act_only(),
    "registry:purpose": act_only(purpose_of_all),
    "registry:new_purpose": act_only(),
    "registry:take_shipped_purposes": act_only(),
    "registry:edit_purpose": act_only(purpose_of_all),
    "registry:word_purpose": act_only(purpose_of_all),
    "registry:end_purpose": act_only(purpose_of_all),
    "registry:edit_person": one(person, by_line=True),
    "registry:answer_consent": one(person_for_purpose, by_line=True),
    "registry:withdraw_consent": one(agreed, by_line=True),
    "registry:state": one(attribute, by_line=True),
    "registry:open_statement": one(stated, by_line=True),
    "registry:remove_statement": one(stated, by_line=True),
    "registry:new_contact": one(person, by_line=True),
    "registry:open_contact": one(contact, by_line=True),
    "registry:remove_contact": one(contact, by_line=True),
    "registry:new_guardian": one(person, by_line=True),
    "registry:end_guardian": one(guardian, by_line=True),
    "registry:hold": one(person, by_line=True),
    "registry:release": one(person, by_line=True),
    "registry:note_request": one(person, by_line=True),
    "registry:requests": listing(request_in_list, by_line=True),
    "registry:request": one(request, by_line=True),
    "registry:finish_request": one(request, by_line=True),
    "registry:refuse_request": one(request, by_line=True),
    "registry:new_agreement": one(organisation),
    "registry:end_agreement": one(agreement),
    "registry:edit_body": one(body, by_line=True),
}
