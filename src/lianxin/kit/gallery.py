"""Samples for the gallery of components. Firms and people are invented."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from .clock import today
from .navigation import PartLink
from .pages import Count
from .waiting import WaitingLine


class Sample(forms.Form):
    """A form with fields filled in right, from a source, wrong and left empty."""

    name = forms.CharField(label=_("Name of the organisation"), help_text=_("As on the business licence"))
    headcount = forms.IntegerField(
        label=_("Headcount"),
        widget=forms.TextInput,
        error_messages={"invalid": _("Enter a number, such as 41")},
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    is_reachable = forms.BooleanField(label=_("May be called during the day"), required=False)


def samples() -> dict[str, Any]:
    """All that the gallery page shows."""
    return {
        "form": Sample({"name": "鲸落物流（演示）有限公司", "headcount": "四十来人"}),
        "lines": sample_lines(),
        "counts": [
            Count(gettext("New"), 3968, gettext("rows"), "#tally", gettext("see them")),
            Count(gettext("Changed"), 231, gettext("rows"), "#tally", gettext("see them")),
            Count(gettext("Unchanged"), 274, gettext("rows")),
            Count(
                gettext("Set aside"), 39, gettext("rows"), "#tally", gettext("shown now"), "alert-triangle", is_on=True
            ),
        ],
        "crumbs": [("福田区", "#"), ("沙头街道", "#"), ("天安社区", "")],
        "parts": [
            PartLink(pgettext("part of reach", "Coverage"), "#parts", is_current=True),
            PartLink(pgettext("part of reach", "Blind spots"), "#parts", is_current=False),
            PartLink(pgettext("part of reach", "Network"), "#parts", is_current=False),
        ],
        "steps": [gettext("Choose the file"), gettext("Match the columns"), gettext("Look through"), gettext("Import")],
        "overdue_on": today() - timedelta(days=2),
        "due_on": today(),
        "later_on": today() + timedelta(days=3),
    }


def sample_lines() -> list[tuple[WaitingLine, int | None]]:
    """An overdue line, a confidential one due today, one with time left, a proposal; each with its working days."""
    day = today()
    return [
        (
            WaitingLine(
                gettext("Visit"), "walk", "南瓜灯餐饮（41 人）", "沙尾社区 · 望潮坊 3 号楼。与上一家步行 9 分钟。",
                gettext("Open the visit"), "#row", due_on=day - timedelta(days=4),
            ),
            -2,
        ),
        (
            WaitingLine(
                gettext("Matter"), "message-2", "一件劳动报酬诉求", "天安社区 · 已联系本人，等您写答复。",
                gettext("Write the answer"), "#row", due_on=day, is_confidential=True,
            ),
            0,
        ),
        (
            WaitingLine(
                gettext("Import"), "table-import", "“3月单位名册.xlsx”有 39 行搁置", "信用代码不符 17，其他 22。",
                gettext("Mend 39 rows"), "#row", due_on=day + timedelta(days=4),
            ),
            2,
        ),
        (
            WaitingLine(
                gettext("Proposal"), "bulb", "鲸落物流的两条记录可能是同一家", "相同：门牌、电话。不同：信用代码。",
                gettext("Compare side by side"), "#row", is_proposal=True,
            ),
            None,
        ),
    ]  # fmt: skip
