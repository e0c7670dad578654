"""The board of a body: how it answers, with what sureness, and how that is distributed. Bodies only, never persons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.figures.bodies import BodyFigure, body_cells
from lianxin.figures.catalogue import edition
from lianxin.figures.queries import Cell, NoSnapshot, language
from lianxin.figures.writing import written
from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Scope
from lianxin.registry.queries.bodies import BodyFilter, BodyLine, BodyPage, body_detail, body_page
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.intervals import wilson

SAID = ("resolution_rate", "satisfaction_rate", "call_back_contact_rate", "reopen_rate")
AGAIN = ("theme_recurrence", "dispute_success_rate", "mediation_time_ok", "recovered_amount")
INSPECTIONS = ("inspection_coverage", "finding_density", "rectification_closure_rate", "recheck_rate")
GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("Heard and dealt with"), ("response_rate", "first_contact_time", "on_time_rate", "closing_time")),
    (_("What people say of it"), SAID),
    (_("The right door"), ("first_call_resolution", "misroute_rate", "not_accepted_share", "referral_completion")),
    (_("Recurring issues, and disputes"), AGAIN),
    (_("Inspections and what they found"), INSPECTIONS),
    (_("Representatives and proposals"), ("rep_contact_rate", "proposal_answer_rate")),
)
"""What stands on a board, in this order."""
ASKED = frozenset({"resolution_rate", "satisfaction_rate"})
"""Rates of those who answered: they carry an interval. All others are full counts."""
PERIODS = (1, 3, 12)
USUAL = 3
CLASSES = (_("below 50 %"), _("50 to 80 %"), _("80 to 90 %"), _("90 to 95 %"), _("95 to 100 %"), _("all, 100 %"))
LOW_CLASSES = (_("none, 0 %"), _("up to 5 %"), _("5 to 10 %"), _("10 to 20 %"), _("20 to 50 %"), _("more than 50 %"))
BAR = 120.0


class NoSuchBody(Refused):
    text = _("There is no such body here.")
    status = 404


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a distribution; width in units of the drawing."""

    label: str
    said: str
    width: float


@dataclass(frozen=True)
class Board:
    """One figure as the board shows it."""

    definition: Definition
    name: str
    meaning: str
    parts: str
    cell: Cell | None
    interval: str
    bars_about: str
    bars: tuple[Bar, ...]
    definition_url: str

    @property
    def state(self) -> str:
        """What the figure's component calls it."""
        if self.cell is None:
            return "computing"
        if not self.cell.shown:
            return "hidden"
        return "undefined" if self.cell.reason == "no_one_in_scope" else "shown"

    @property
    def written(self) -> str:
        """The value with its unit, or that it is not reached."""
        if self.cell is None or self.cell.value is None:
            return gettext("Not half yet") if self.cell and self.cell.reason == "not_reached" else ""
        return written(self.cell.value, self.definition.unit)

    @property
    def fraction(self) -> str:
        """Numerator and denominator."""
        if self.cell is None or self.cell.value is None or self.cell.denominator is None:
            return ""
        return f"{self.cell.numerator:,} / {self.cell.denominator:,}"


@dataclass(frozen=True)
class BodyBoard:
    """The page of one body."""

    body: BodyLine
    on: date
    months: int
    groups: tuple[tuple[str, tuple[Board, ...]], ...]
    periods: tuple[tuple[int, str, bool], ...]
    taken_at: object
    hidden: int


def body_board(pk: int, *, on: date, months: int, scope: Scope, may_define: bool) -> BodyBoard:
    """Raises NoSuchBody for one outside the scope, DayAhead."""
    detail = body_detail(pk, scope)
    if detail is None:
        raise NoSuchBody()
    chosen = months if months in PERIODS else USUAL
    groups = tuple(
        (str(title), tuple(_board(code, pk, on, chosen, scope, may_define) for code in codes))
        for title, codes in GROUPS
    )
    every = [board for _title, boards in groups for board in boards]
    periods = tuple(
        (n, f"{reverse('boards:body', args=[pk])}?{urlencode({'on': on.isoformat(), 'months': n})}", n == chosen)
        for n in PERIODS
    )
    taken = next((board.cell.taken_at for board in every if board.cell), None)
    return BodyBoard(detail.line, on, chosen, groups, periods, taken, sum(b.state == "hidden" for b in every))


def bodies_listed(asked: Mapping[str, str], scope: Scope, day: date) -> tuple[BodyFilter, BodyPage]:
    """Bodies by name: the way to each board. There is no order by any figure."""
    chosen = BodyFilter.read(asked, day)
    known, _sep, name = asked.get("after", "").partition(":")
    after = (name, int(known)) if known.isdecimal() and len(known) < 18 else None
    return chosen, body_page(chosen, scope, after=after)


def _board(code: str, body: int, on: date, months: int, scope: Scope, may_define: bool) -> Board:
    definition = edition(code).on(on).definition
    params = {"months": months}
    try:
        found = body_cells(code, bodies=[body], on=on, scope_params=params, actor_scope=scope)
    except NoSnapshot:
        found = []
    figure = found[0] if found else None
    texts = (definition.texts or {}).get(language(), {})
    about, bars = _bars(figure, definition) if figure else ("", ())
    query = urlencode({"on": on.isoformat(), **params})
    return Board(
        definition=definition,
        name=definition.en if language() == "en" else definition.zh,
        meaning=str(texts.get("meaning", "")),
        parts=str(texts.get("fraction", "")),
        cell=figure.cell if figure else None,
        interval=_interval(code, figure.cell, definition) if figure else "",
        bars_about=about,
        bars=bars,
        definition_url=f"{reverse('figures:definition', args=[code])}?{query}" if may_define else "",
    )


def _interval(code: str, cell: Cell, definition: Definition) -> str:
    """The 95 % interval in words; nothing of a full count."""
    if cell.value is None and cell.low is None:
        return ""
    if definition.aggregation == "curve":
        if cell.low is None:
            return ""
        low = written(cell.low, definition.unit)
        if cell.high is None:
            return gettext("95 %% interval: %(low)s or longer") % {"low": low}
        high = written(cell.high, definition.unit)
        return gettext("95 %% interval: %(low)s to %(high)s") % {"low": low, "high": high}
    if code in ASKED and cell.denominator:
        found = wilson(cell.numerator or 0, cell.denominator)
        said = {"low": written(found.lower, "percent"), "high": written(found.upper, "percent")}
        return gettext("95 %% interval: %(low)s to %(high)s") % said
    return ""


def _bars(figure: BodyFigure, definition: Definition) -> tuple[str, tuple[Bar, ...]]:
    """What the figure is made of, or where it lies among other bodies."""
    if figure.through:
        bars = [_share(_by(t.by, definition.unit), t.share) for t in figure.through]
        gone = figure.through[-1].elsewhere
        if definition.over == "closing_spell":
            bars.append(_share(gettext("withdrawn or not accepted"), gone))
        return gettext("How many were through by then"), tuple(bars)
    if sum(figure.spread):
        texts = (definition.texts or {}).get(language(), {})
        return str(texts.get("spread_about", "")), _counted(texts["spread"], figure.spread)
    classes = LOW_CLASSES if definition.lower_is_better else CLASSES
    if sum(figure.peers) > 1:
        return gettext("How many bodies lie where"), _counted([str(c) for c in classes], figure.peers)
    return "", ()


def _counted(labels: Sequence[str], counts: Sequence[int]) -> tuple[Bar, ...]:
    most = max(counts)
    return tuple(Bar(label, f"{n:,}", BAR * n / most) for label, n in zip(labels, counts, strict=True))


def _by(time: int, unit: str) -> str:
    said = gettext("%(n)s h") % {"n": time} if unit == "hours" else written(time, unit)
    return gettext("within %(time)s") % {"time": said}


def _share(label: str, share: float) -> Bar:
    return Bar(label, written(share, "percent"), BAR * share)
