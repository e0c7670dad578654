"""What a machine proposes for new matters of C0 to C2: category, kind, body, and why. A person decides."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.registry.models import Body
from lianxin.trail.operations import record
from lianxin_methods.text.alike import sketch

from ..models import Matter, Sketch, Suggestion
from ..models.core import OPEN_LEVELS
from ..queries.duties import DutyList, Responsible
from ..seed_words import guess_kind, guess_need
from .learning import active

SKETCHES_KEPT = timedelta(days=90)
MOST_REASONS = 5
LONGEST = 5000
"""So many characters of a message are looked at."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for a text (建议). why : (start, end, weight) of the stretches that decided on the need."""

    kind: str
    need: str
    second_need: str
    chance: float
    is_sure: bool
    why: tuple[tuple[int, int, float], ...]
    model: int | None
    """Id of the model that said so; None where known words did."""
    responsible: Responsible


def read(text: str, area: int, day: date, duties: DutyList | None = None) -> Proposed:
    """What a text in a place is about, as far as a machine can say. It is not stored."""
    text = text[:LONGEST]
    words, kinds = guess_need(text), guess_kind(text)
    kind = kinds.code
    if not kinds.hits and (learned := active("kind")):
        kind = learned[1].propose([text])[0].kind
    need, second, chance, is_sure, model = words.code, words.second, words.chance, False, None
    why = tuple((h.start, h.end, h.weight) for h in words.hits)
    if found := active("need"):
        said = found[1].propose([text])[0]
        if said.is_sure or said.chance >= words.chance:
            need, second, chance, is_sure, model = said.kind, said.second, said.chance, said.is_sure, found[0]
            reasons = found[1].why(text, MOST_REASONS)
            why = tuple((r.start, r.start + len(r.words), round(r.weight, 3)) for r in reasons)
    duties = duties or DutyList(day, [area])
    found_bodies = duties.responsible([need, second], area)
    return Proposed(kind, need, second, min(1.0, max(0.0, chance)), is_sure, why, model, found_bodies)


@transaction.atomic
def propose_for(*, matter: int, at: datetime) -> Suggestion | None:
    """Store what is proposed for a matter; None for one that is shut, gone, or was decided on. Twice is once."""
    row = Matter.objects.filter(pk=matter, level__in=OPEN_LEVELS).select_related("words").first()
    if row is None or Suggestion.objects.filter(matter=row, decided_at__isnull=False).exists():
        return None
    said = read(row.words.text, row.area_id, day_of(at))
    made, _is_new = Suggestion.objects.update_or_create(
        matter=row,
        defaults={
            "kind": said.kind,
            "need": said.need,
            "second_need": said.second_need,
            "body_id": said.responsible.body,
            "other_bodies": list(said.responsible.bodies[1 if said.responsible.body else 0 :]),
            "why": [list(reason) for reason in said.why],
            "chance": said.chance,
            "is_sure": said.is_sure,
            "source": "model" if said.model else "words",
            "model_id": said.model,
            "made_at": at,
        },
    )
    Sketch.objects.filter(matter=row).delete()
    Sketch.objects.bulk_create([Sketch(key=key, matter=row) for key in sketch(row.words.text[:LONGEST])])
    return made


@transaction.atomic
def decide_need(
    *, matter: Matter, need: str, actor: Actor, at: datetime, body: Body | None = None, kind: str = ""
) -> Matter:
    """A person says what a matter is about; whether that was what the machine proposed is kept with the proposal.

    body, kind : what the person chose with it, where that was asked.
    """
    Matter.objects.filter(pk=matter.pk).update(need=need)
    matter.need = need
    proposal = Suggestion.objects.filter(matter=matter).first()
    if proposal is None and not matter.is_shut:
        proposal = propose_for(matter=matter.pk, at=at)
    if proposal:
        proposal.taken = {"need": proposal.need == need}
        proposal.taken |= {"kind": proposal.kind == (kind or matter.code)}
        proposal.taken |= {"body": proposal.body_id == body.pk} if body else {}
        proposal.decided_at, proposal.decided_by = at, actor.label[:100]
        proposal.save(update_fields=["taken", "decided_at", "decided_by"])
    record("matters.need.decided", matter, actor=actor, at=at, need=need)
    return matter


@transaction.atomic
def forget(*, matter: Matter) -> None:
    """Nothing of the machine stays with a matter that became C3 or C4: no proposal, no sketch, no theme."""
    from .theming import leave

    Suggestion.objects.filter(matter=matter).delete()
    Sketch.objects.filter(matter=matter).delete()
    leave(matter=matter)


def with_old_sketches(at: datetime) -> list[int]:
    """Matters that came in so long ago that their sketches may go: duplicates are looked for among new ones."""
    old = Sketch.objects.filter(matter__arrived_at__lt=at - SKETCHES_KEPT)
    return list(old.order_by().values_list("matter", flat=True).distinct())


def drop_sketches(matters: list[int]) -> int:
    gone, _each = Sketch.objects.filter(matter__in=matters).delete()
    return gone
