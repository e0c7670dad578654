"""Pages on a phone: what is next, the list, the record, the outbox."""

import json
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.access.actors import signed_in
from lianxin.kit.clock import now, today
from lianxin.kit.guards import PUBLIC, SIGNED_IN, performs
from lianxin.kit.refusals import Refused
from lianxin.registry.models import Organisation
from lianxin.registry.queries.organisations import OrganisationFilter, organisation_rows

from ..forms.visits import ChoiceForm, RecordForm
from ..models.visits import RECORD
from ..operations.phones import take_post
from ..operations.records import choose_count, next_round, record_visit
from ..operations.visits import plan_visits
from ..queries import visits as queries
from ..visit_words import COUNTS, OUTCOMES, STEPS, step_days


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """A field page: the phone learns from it whose it is and how new it is."""
    officer = signed_in(request).id
    context.setdefault("round", queries.round_of(officer))
    context["account_key"] = queries.account_key(officer)
    return render(request, f"reach/{template}", {"day": today(), **context}, status=status)


def _by(request: HttpRequest) -> dict[str, Any]:
    actor = signed_in(request)
    return {"officer": actor.account, "actor": actor, "at": now()}


@performs(RECORD)
def today_page(request: HttpRequest) -> HttpResponse:
    """What is next, and what is left over."""
    found = queries.officer_day(signed_in(request).id, today())
    return _page(request, "field_today.html", found=found, round=found.round)


@performs(RECORD)
def visits(request: HttpRequest) -> HttpResponse:
    """The list of the day, kept on the phone."""
    found = queries.officer_day(signed_in(request).id, today())
    return _page(request, "field_visits.html", found=found, round=found.round)


@performs(RECORD)
def record_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a visit that stood on the list."""
    stop = queries.stop_of(pk, signed_in(request).id, signed_in(request).scope(RECORD, today()))
    if stop is None or not stop.subject.ref:
        raise Http404
    return _record(request, stop.subject, stop)


@performs(RECORD)
def record_unplanned(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a visit that stood on no list."""
    subject = queries.subject_within("organisation", pk, signed_in(request).scope(RECORD, today()))
    if subject is None:
        raise Http404
    return _record(request, subject, None)


def _record(request: HttpRequest, subject: queries.Subject, stop: queries.Stop | None) -> HttpResponse:
    planned = stop.id if stop else None
    given = {**request.POST.dict(), "subject": subject.key, "planned": planned} if request.method == "POST" else None
    form = RecordForm(given)
    if form.is_valid() and _taken(request, form):
        return redirect("field:records")
    return _page(
        request,
        "field_record.html",
        status=422 if form.errors else 200,
        form=form,
        stop=stop,
        subject=subject,
        key=request.POST.get("key") or uuid4(),
        outcomes=[(code, text, icon) for code, (text, icon) in OUTCOMES.items()],
        steps=STEPS.items(),
        usual={c: (step, STEPS[step], on) for c, (step, on) in step_days(today()).items()},
        counts=[(field, text, subject.counts.get(field)) for field, text in COUNTS.items()],
        last=queries.last_note(subject, signed_in(request).id),
    )


def _taken(request: HttpRequest, form: RecordForm) -> bool:
    """Whether the record was taken in; the refusal stands in the form otherwise."""
    try:
        record_visit(said=form.said(), **_by(request))
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return False
    next_round(signed_in(request).account)
    messages.success(request, _("The visit is recorded."))
    return True


@performs(RECORD)
def add(request: HttpRequest) -> HttpResponse:
    """Find an organisation nearby that stands on no list; put it on today's."""
    scope = signed_in(request).scope(RECORD, today())
    if request.method == "POST":
        subject = queries.subject_within("organisation", _number(request.POST.get("organisation")), scope)
        if subject is None:
            raise Http404
        plan_visits(day=today(), organisations=[Organisation(pk=subject.ref)], purpose="understand", **_by(request))
        return redirect("field:visits")
    text = request.GET.get("q", "").strip()[:100]
    rows = organisation_rows(OrganisationFilter(today(), q=text), scope, limit=12) if text else []
    return _page(request, "field_add.html", q=text, rows=rows)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 18 else 0


@performs(RECORD)
def records(request: HttpRequest) -> HttpResponse:
    """The outbox, what is to be decided, and today's records."""
    found = queries.officer_day(signed_in(request).id, today())
    shown = [queries.as_sent(d) for d in found.differences]
    return _page(request, "field_records.html", found=found, round=found.round, differences=json.dumps(shown))


@performs(RECORD)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Decide between two numbers, without script."""
    form = ChoiceForm({"key": str(uuid4()), **request.POST.dict()})
    if form.is_valid():
        given = form.cleaned_data
        named = {"key": given["key"], "asked": given["record"], "field": given["field"]}
        state = choose_count(**named, chosen=given["chosen"], seen=given["seen"], **_by(request))
        next_round(signed_in(request).account)
        if state == "again":
            messages.warning(request, _("The record has changed once more. Look at both numbers again."))
    return redirect("field:records")


@performs(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """Whose phone this is now, and the way out."""
    return _page(request, "field_me.html")


@performs(RECORD)
@require_POST
def send(request: HttpRequest) -> JsonResponse:
    """One post of all that waits on a phone: receipts, what is to be decided, and the counts on record."""
    actor = signed_in(request)
    try:
        post = json.loads(request.body)
        items, account = [dict(item) for item in post["items"]], post["account"]
    except (ValueError, TypeError, KeyError):
        return JsonResponse({"refused": "unreadable"}, status=422)
    if account != queries.account_key(actor.id):
        return JsonResponse({"refused": "other_account"}, status=409)
    number, receipts = take_post(items=items, **_by(request))
    return JsonResponse(queries.phone_answer(actor.id, number, receipts, items, today()))


@performs(PUBLIC)
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps today's pages on the phone; it may only look after /field/."""
    return render(request, "reach/field_worker.txt", content_type="text/javascript")
