"""The page of one matter, with every small form on it; a form that was refused comes back as it was filled in."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lianxin.kit.clock import now, today
from lianxin.registry.views.asking import by
from lianxin.registry.views.common import may, page, scope_of

from ..forms.record import CallForm, HandlerForm, LevelForm, MergeForm, NoteForm, ReasonForm, SplitForm, StepForm
from ..kinds import Step
from ..models import Matter, Suggestion
from ..operations import reading
from ..operations.opening import Person
from ..queries.bodies_near import bodies_near
from ..queries.desk_list import kind_choices
from ..queries.desk_record import MatterRecord, matter_record
from ..queries.referrals import referrals_of
from ..queries.themes import theme_of
from .hooks import address

WRITE_ARTICLES, VIEW_THEMES = "matters.write_articles", "matters.view_themes"
OWN_PAGES = {"rectification": "matters:rectification", "finding": "matters:finding"}
"""Kinds that are worked on at a page of their own, by the id of the matter."""


def record_or_404(request: HttpRequest, pk: int) -> MatterRecord:
    """The record, if it exists for who asks."""
    found = matter_record(pk, request.actor, now())  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def record_page(
    request: HttpRequest,
    pk: int,
    *,
    opens: bool = False,
    person: Person | None = None,
    refused: forms.Form | None = None,
    name: str = "",
    status: int = 422,
) -> HttpResponse:
    """The page. opens : shut words are read too. refused : the form that comes back, `name` which one it is."""
    record = record_or_404(request, pk)
    words = None
    if record.may_read and (opens or not record.line.is_shut):
        words = reading.read_words(matter=record.matter, **by(request))
    if record.line.is_shut and words is not None:
        notes = reading.read_notes(matter=record.matter, **by(request))
        record = matter_record(pk, request.actor, now(), notes) or record  # type: ignore[attr-defined]
    shown: dict[str, Any] = {"record": record, "line": record.line, "words": words, "person": person}
    built = {**_forms(record), **({name: refused} if refused is not None else {})}
    steps = [(step, built[f"step-{step.code}"]) for step in record.steps if step.code != "merge"]
    extra: dict[str, Any] = {
        "forms": built,
        "steps": steps,
        "opened_form": name,
        "proposals_url": address("beside", pk),
        "own_page": OWN_PAGES.get(record.matter.code, "") if record.roles else "",
        "referrals": referrals_of(record.matter, today(), opens=words is not None) if record.may_read else [],
        "may_write_article": record.matter.answered_at and not record.line.is_shut and may(request, WRITE_ARTICLES),
        "theme": theme_of(record.matter, scope_of(request, VIEW_THEMES)) if may(request, VIEW_THEMES) else None,
        "may_refer": "handler" in record.roles and record.matter.is_open,
    }
    return page(request, "matters/matter.html", status=status if refused is not None else 200, **shown, **extra)


def overtaken_form(record: MatterRecord, code: str, data: Any) -> NoteForm | None:
    """What to answer where a step was open a moment ago and somebody was quicker: what was typed stays, as a note."""
    step = next((s for s in record.matter.kind.kind.steps if s.code == code and code != "merge"), None)
    if step is None or not record.roles or record.matter.state in step.sources:
        return None
    form = NoteForm({"text": data.get(f"step-{code}-note", "")})
    form.errors.clear()
    said = _("Somebody was quicker: the matter stands at “%(state)s” by now.")
    form.add_error(None, said % {"state": record.line.state})
    return form


def step_form(record: MatterRecord, code: str, data: Any = None) -> StepForm:
    """The form of a step that is open to who asks. Raises Http404 for any other."""
    step = next((s for s in record.steps if s.code == code and code != "merge"), None)
    if step is None:
        raise Http404
    bodies = bodies_near(record.matter) if "owner" in step.needs else []
    is_joined = "outcome" in step.needs and Matter.objects.filter(merged_into=record.matter).exists()
    about: dict[str, Any] = {"level": record.matter.level, "proposed": _proposed(record, step), "is_joined": is_joined}
    return StepForm(data, step=step, bodies=bodies, **about)


def _proposed(record: MatterRecord, step: Step) -> int | None:
    """The body that the list of duties names for it, where the step asks for one and nobody has it yet."""
    if "owner" not in step.needs or record.matter.body_id:
        return None
    return Suggestion.objects.filter(matter=record.matter).values_list("body", flat=True).first()


def _forms(record: MatterRecord) -> dict[str, forms.Form]:
    if not record.roles:
        return {"handler": HandlerForm(), "glass": ReasonForm(prefix="glass")}
    steps = {f"step-{s.code}": step_form(record, s.code) for s in record.steps if s.code != "merge"}
    return {
        **steps,
        "note": NoteForm(),
        "extend": ReasonForm(prefix="extend"),
        "handler": HandlerForm(),
        "merge": MergeForm(prefix="merge"),
        "split": SplitForm(kinds=kind_choices(), initial={"kind": record.matter.code}, prefix="split"),
        "level": LevelForm(initial={"level": record.matter.level}, prefix="level"),
        "call": CallForm(prefix="call"),
        "glass": ReasonForm(prefix="glass"),
    }
