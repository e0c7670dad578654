"""The list of duties, and the steward's form for one line of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.registry.scoping import day_asked
from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import may, page

from ..forms.duties import DutyForm
from ..operations.duties import set_duty
from ..queries.duties import duty_lines

VIEW, EDIT = "matters.view_duties", "matters.edit_duties"


@performs(VIEW)
def need_duties(request: HttpRequest) -> HttpResponse:
    """Which body answers for which need, as of a day."""
    day = day_asked(request.GET)
    return page(request, "matters/need_duties.html", lines=duty_lines(day), day=day, can={"edit": may(request, EDIT)})


@performs(EDIT)
def edit_duty(request: HttpRequest) -> HttpResponse:
    """Another line from a day on; the one that held until then is kept."""
    known = {"need": request.GET.get("need", ""), "day": today()}
    form = DutyForm(request.POST or None, initial=known)
    if answered(form, lambda: set_duty(**form.cleaned_data, **by(request))):
        messages.success(request, _("The list of duties holds from that day."))
        return redirect("matters:need_duties")
    return page(request, "matters/need_duty.html", form=form, status=422 if form.errors else 200)
