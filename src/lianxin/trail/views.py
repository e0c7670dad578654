from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import PUBLIC, performs

from . import operations, queries
from .forms import EntryFilterForm


@performs(PUBLIC)
def health(request: HttpRequest) -> JsonResponse:
    """Alive; whether the database answers and some worker works. Says nothing else."""
    try:
        is_working = queries.worker_is_alive(now())
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    status, worker = ("ok", "ok") if is_working else ("degraded", "silent")
    return JsonResponse({"status": status, "database": "ok", "worker": worker})


@require_GET
@performs("trail.view_jobs")
def jobs(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "open")
    if state not in queries.STATES:
        raise Http404
    page = queries.job_page(state, now())
    may_manage = request.actor.may("trail.manage_jobs", today())  # type: ignore[attr-defined]
    return render(request, "trail/jobs.html", {"page": page, "may_manage": may_manage})


@require_POST
@performs("trail.manage_jobs")
def retry(request: HttpRequest, job: int) -> HttpResponse:
    operations.retry_job(job=job, actor=request.actor, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("It starts again within seconds."))
    return redirect("trail:jobs")


@require_POST
@performs("trail.manage_jobs")
def cancel(request: HttpRequest, job: int) -> HttpResponse:
    operations.cancel_job(job=job, actor=request.actor, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("It was cancelled."))
    return redirect("trail:jobs")


@require_GET
@performs("trail.view_entries")
def entries(request: HttpRequest) -> HttpResponse:
    form = EntryFilterForm(request.GET)
    page = queries.entries(form.chosen())
    onward = request.GET.copy()
    onward["before"] = str(page.next_before or "")
    context = {"form": form, "page": page, "seal": queries.seal_line(), "onward": onward.urlencode()}
    return render(request, "trail/entries.html", context)


@require_GET
@performs("trail.view_entries")
def history(request: HttpRequest, subject_kind: str, subject_id: int) -> HttpResponse:
    lines = queries.history(subject_kind, subject_id)
    return render(request, "trail/history.html", {"lines": lines, "kind": subject_kind, "number": subject_id})
