"""Organisations, bodies, people, transfers, duplicates."""

from typing import Any

import make
from contracts.matrix import Row, Target, act_only, listing, one
from contracts.world import LINE, World
from lianxin.kit.clock import now, today
from lianxin.places.models import Area
from lianxin.registry.models import Body, CollectiveContract, Organisation, Person, Post
from lianxin.registry.search import index

WORD = "云杉"


def firm(world: World, area: Area, number: int = 1, **given: Any) -> Organisation:
    def build() -> Organisation:
        made = make.organisation(f"云杉标记{area.pk}号{number}厂", area=area, **given)
        index("organisation", [made.pk])
        return made

    return world.once(("firm", area.pk, number), build)  # type: ignore[no-any-return]


def chapter(world: World, area: Area, number: int = 1) -> Body:
    def build() -> Body:
        made = make.body(f"云杉标记{area.pk}号{number}工会", area=area, line=LINE)
        index("body", [made.pk])
        return made

    return world.once(("body", area.pk, number), build)  # type: ignore[no-any-return]


def member(world: World, area: Area, number: int = 1) -> Person:
    """A member of a body of the line: people are reached through it."""

    def build() -> Person:
        made = make.person(f"云杉{area.pk}林{number}", area=area)
        make.membership(person=made, body=chapter(world, area))
        index("person", [made.pk])
        return made

    return world.once(("person", area.pk, number), build)  # type: ignore[no-any-return]


def _name(of: Any) -> str:
    return str(of.spans.get(valid_until=None).name)


def organisation(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": firm(world, area).pk}, marks=(_name(firm(world, area)),))


def contract(world: World, area: Area) -> Target:
    """A collective contract of the organisation."""
    found = organisation(world, area)
    of = firm(world, area)
    made = world.once(
        ("contract", area.pk), lambda: CollectiveContract.objects.create(organisation=of, valid_from=make.LONG_AGO)
    )
    return Target(kwargs={**found.kwargs, "contract": made.pk}, marks=found.marks)


def organisation_in_list(world: World, area: Area) -> Target:
    return Target(marks=(_name(firm(world, area)),))


def organisation_found(world: World, area: Area) -> Target:
    return Target(query={"q": WORD}, marks=(_name(firm(world, area)),))


def organisation_typed(world: World, area: Area) -> Target:
    return Target(query={"organisation": WORD}, marks=(_name(firm(world, area)),))


def organisation_file(world: World, area: Area) -> Target:
    return Target(kwargs={"kind": "csv"}, marks=(_name(firm(world, area)),))


def unplaced(world: World, area: Area) -> Target:
    return Target(marks=(_name(firm(world, area, 2, placed="none")),))


def body(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": chapter(world, area).pk}, marks=(_name(chapter(world, area)),))


def covered(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": chapter(world, area).pk, "organisation": firm(world, area).pk})


def body_in_list(world: World, area: Area) -> Target:
    return Target(marks=(_name(chapter(world, area)),))


def person(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": member(world, area).pk}, marks=(member(world, area).name,))


def post(world: World, area: Area) -> Target:
    def build() -> Any:
        return Post.objects.create(body=chapter(world, area), title="chair", valid_from=make.LONG_AGO)

    made = world.once(("post", area.pk), build)
    return Target(kwargs={"pk": made.body_id, "post": made.pk})


def membership(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": member(world, area).memberships.get().pk})


def person_in_list(world: World, area: Area) -> Target:
    return Target(marks=(member(world, area).name,))


def offer(world: World, area: Area) -> Any:
    from lianxin.registry.models.person import Transfer

    def build() -> Any:
        held = member(world, area, 2).memberships.get()
        return Transfer.objects.create(membership=held, to_body=chapter(world, area, 2), offered_on=today())

    return world.once(("transfer", area.pk), build)


def transfer(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": offer(world, area).pk})


def transfer_in_list(world: World, area: Area) -> Target:
    return Target(marks=(offer(world, area).membership.person.name,))


def doubtful(world: World, area: Area) -> Any:
    from lianxin.registry.models.duplicate import DuplicatePair

    def build() -> Any:
        ids = sorted(firm(world, area, number).pk for number in (3, 4))
        return DuplicatePair.objects.create(
            kind="organisation", first=ids[0], second=ids[1], reasons=["same_name"], found_at=now()
        )

    return world.once(("pair", area.pk), build)


def pair(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": doubtful(world, area).pk})


def pair_in_list(world: World, area: Area) -> Target:
    doubtful(world, area)
    return Target(marks=(_name(firm(world, area, 3)),))


def merge(world: World, area: Area) -> Target:
    from lianxin.registry.models.duplicate import Merge

    def build() -> Any:
        kept, gone = firm(world, area, 5).pk, firm(world, area, 6).pk
        return Merge.objects.create(kind="organisation", kept=kept, gone=gone, on_day=today(), merged_at=now())

    return Target(kwargs={"pk": world.once(("merge", area.pk), build).pk})


ROWS: dict[str, Row] = {
    "registry:organisations": listing(organisation_in_list),
    "registry:organisation_names": listing(organisation_typed),
    "registry:new_organisation": act_only(),
    "registry:export": listing(organisation_file),
    "registry:organisation": one(organisation),
    "registry:edit_organisation": one(organisation),
    "registry:add_contract": one(organisation),
    "registry:end_contract": one(contract),
    "registry:place_organisation": one(organisation),
    "registry:to_place": listing(unplaced),
    "registry:bodies": listing(body_in_list, by_line=True),
    "registry:body": one(body, by_line=True),
    "registry:new_body": act_only(),
    "registry:cover": one(body, by_line=True),
    "registry:dissolve": one(body, by_line=True),
    "registry:uncover": one(covered, by_line=True),
    "registry:hold_election": one(body, by_line=True),
    "registry:give_post": one(body, by_line=True),
    "registry:hand_over_post": one(post, by_line=True),
    "registry:end_post": one(post, by_line=True),
    "registry:join": one(person, by_line=True),
    "registry:advance_membership": one(membership, by_line=True),
    "registry:leave": one(membership, by_line=True),
    "registry:offer_transfer": one(membership, by_line=True),
    "registry:transfers": listing(transfer_in_list, by_line=True),
    "registry:answer_transfer": one(transfer, by_line=True),
    "registry:people": listing(person_in_list, by_line=True),
    "registry:new_person": act_only(),
    "registry:copy_person": one(person, by_line=True),
    "registry:erase_person": one(person, by_line=True),
    "registry:person": one(person, by_line=True),
    "registry:duplicates": listing(pair_in_list),
    "registry:decide_pair": one(pair),
    "registry:split_merge": one(merge),
    "api:organisations": listing(organisation_in_list),
    "api:organisation": one(organisation),
    "api:bodies": listing(body_in_list, by_line=True),
    "api:body": one(body, by_line=True),
    "desk:search": listing(organisation_found, shown_by="registry.view_organisations"),
}
