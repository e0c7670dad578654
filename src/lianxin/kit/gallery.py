"""Samples for the gallery of components."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from .clock import today
from .waiting import WaitingLine


class Sample(forms.Form):
    """A form with one field filled in right and one wrong."""

    name = forms.CharField(label=_("Name of the organisation"), help_text=_("As on the business licence"))
    headcount = forms.IntegerField(label=_("Headcount"), error_messages={"invalid": _("Enter a number, such as 41")})


def sample_form() -> Sample:
    return Sample({"name": "鲸落物流（演示）有限公司", "headcount": "四十来人"})


def sample_lines() -> tuple[WaitingLine, WaitingLine]:
    """An overdue line and a proposal."""
    line = WaitingLine(
        str(_("Visit")), "walk", "南瓜灯餐饮（41 人）", "沙尾社区 · 望潮坊 3 号楼", str(_("Open the visit")), "#",
        due_on=today() - timedelta(days=2),
    )  # fmt: skip
    proposal = WaitingLine(
        str(_("Proposal")), "bulb", "鲸落物流的两条记录可能是同一家", "相同：门牌、名称",
        str(_("Compare side by side")), "#", is_proposal=True,
    )  # fmt: skip
    return line, proposal
