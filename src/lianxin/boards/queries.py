"""The coverage page: one indicator below one area on one day, on a map, in a table, over time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import urlencode

from django.urls import reverse

from lianxin.figures import queries as figures
from lianxin.figures.catalogue import names_on
from lianxin.figures.pages import command_option
from lianxin.figures.queries import Cell, Compared, CoverageTable
from lianxin.figures.rows import counts_rows, lists_rows, may_open
from lianxin.figures.words import SITE_KINDS
from lianxin.figures.writing import written
from lianxin.kit.scope import Scope
from lianxin_methods.indicators.definition import Definition

from . import drawing

MONTHS = 9
LINE_WIDTH, LINE_HEIGHT = 900.0, 110.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, with the defaults filled in."""

    indicator: str
    area: int
    on: date
    before: date | None
    params: Mapping[str, int]
    wants_definition: bool = False

    def url(self, **changed: object) -> str:
        """The address of this view with something changed; None takes a part out."""
        parts: dict[str, object] = {"indicator": self.indicator, "area": self.area, "on": self.on.isoformat()}
        parts |= {"before": self.before.isoformat()} if self.before else {}
        parts |= dict(self.params) | changed
        return f"{reverse('boards:coverage')}?{urlencode({k: v for k, v in parts.items() if v is not None})}"


@dataclass(frozen=True, slots=True)
class MapCell:
    """An area as coloured: `state` is c1 to c5, hidden or empty (no one in scope)."""

    outline: drawing.Outline
    state: str
    label: str
    url: str

    @property
    def css(self) -> str:
        return css_of(self.state)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: an area right below, the worst first."""

    compared: Compared
    state: str
    url: str
    rows_url: str

    @property
    def cell(self) -> Cell:
        return self.compared.cell

    @property
    def kind(self) -> str:
        """What kind of site it is, in words; empty for an area."""
        return site_kind(self.cell.kind)

    @property
    def css(self) -> str:
        return css_of(self.state)


@dataclass(frozen=True, slots=True)
class Part:
    """A number of the fraction with the way to its rows."""

    label: str
    number: int | None
    url: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A site as a coloured point."""

    x: float
    y: float
    state: str
    label: str
    url: str

    @property
    def css(self) -> str:
        return css_of(self.state)


@dataclass(frozen=True, slots=True)
class Step:
    """One class of the legend."""

    css: str
    label: str


@dataclass(frozen=True, slots=True)
class Plate:
    """A name on the map, on a white plate."""

    name: str
    x: float
    y: float
    left: float
    top: float
    width: float


@dataclass(frozen=True, slots=True)
class Month:
    """One column under the time line."""

    day: date
    cell: Cell | None
    point: drawing.Point
    is_chosen: bool
    url: str


@dataclass(frozen=True)
class Choice:
    """One threshold of the denominator that the reader may change."""

    code: str
    label: str
    unit: str
    options: tuple[int, ...]
    chosen: int


@dataclass(frozen=True)
class CoveragePage:
    """All that the coverage page shows, numbers already protected."""

    asked: Asked
    table: CoverageTable
    name: str
    texts: Mapping[str, object]
    rows: tuple[Row, ...]
    worst: tuple[Row, ...]
    map: drawing.Drawing
    map_cells: tuple[MapCell, ...]
    dots: tuple[Dot, ...]
    limits: tuple[float, ...]
    months: tuple[Month, ...]
    line: str
    axis: tuple[float, float]
    choices: tuple[Choice, ...]
    indicators: tuple[tuple[str, str], ...]
    crumbs: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    legend: tuple[Step, ...]
    plates: tuple[Plate, ...]
    opens_rows: bool

    @property
    def unit(self) -> str:
        return self.table.definition.unit

    @property
    def is_rate(self) -> bool:
        return self.unit == "percent"

    @property
    def has_fraction(self) -> bool:
        return self.unit != "count"

    @property
    def of_sites(self) -> bool:
        """Whether what lies below are sites: the table says so."""
        return bool(self.rows) and self.rows[0].cell.site > 0

    @property
    def see(self) -> str:
        """What the one button says: how many rows there are to act on."""
        return str(self.texts.get("see", "")).format(n=f"{self.top.rest or 0:,}")

    @property
    def top(self) -> Cell:
        return self.table.top

    @property
    def states(self) -> set[str]:
        """Of the areas and sites on the map."""
        return {cell.state for cell in self.map_cells} | {dot.state for dot in self.dots}

    @property
    def hidden(self) -> bool:
        """Whether anything on the map is not shown."""
        return "hidden" in self.states

    @property
    def empty(self) -> bool:
        """Whether some area on the map has no one in scope."""
        return "empty" in self.states

    @property
    def columns(self) -> int:
        """Columns of the table after the name."""
        return 1 + self.has_fraction + self.is_rate + bool(self.asked.before)

    @property
    def rows_url(self) -> str:
        return rows_url(self.asked, "rest") if self.is_rate and self.opens_rows and self.see else ""

    @property
    def value_url(self) -> str:
        """Of a count: the rows that it counts."""
        counted = self.opens_rows and counts_rows(self.table.definition, "numerator")
        return rows_url(self.asked, "numerator") if counted else ""

    @property
    def command_options(self) -> str:
        return "".join(command_option(code, value) for code, value in self.table.params.items())

    @property
    def export_url(self) -> str:
        words = {"area": self.asked.area, "on": self.asked.on.isoformat(), **self.asked.params}
        return f"{reverse('figures:export', args=[self.asked.indicator])}?{urlencode(words)}"

    @property
    def definition_url(self) -> str:
        return self.asked.url(drawer=1) + "#drawer"

    @property
    def without_definition_url(self) -> str:
        return self.asked.url()


def rows_url(asked: Asked, part: str, area: int = 0) -> str:
    """The address of the organisations behind a number."""
    words = {"area": area or asked.area, "on": asked.on.isoformat(), **asked.params, "part": part}
    return f"{reverse('figures:rows', args=[asked.indicator])}?{urlencode(words)}"


def css_of(state: str) -> str:
    """The class of a colour step, or of the hatch and the dashed edge."""
    return f"lx-{state}" if state.startswith("c") else f"lx-{state}-cell"


def coverage_page(asked: Asked, scope: Scope, rows_scope: Scope) -> CoveragePage:
    """Everything of the page. Raises what `figures.queries.coverage_table` raises.

    rows_scope : from the act `registry.view_organisations`; numbers lead to their rows where all of them lie in it.
    """
    table = figures.coverage_table(
        asked.indicator,
        area=asked.area,
        on=asked.on,
        scope_params=asked.params,
        compared_on=asked.before,
        actor_scope=scope,
    )
    definition = table.definition
    opens = lists_rows(definition) and may_open(asked.area, asked.on, rows_scope)
    levels = [level for level in dict.fromkeys(cell.level for cell in table.below) if level != figures.SITE]
    drawn_area = next(cell.area for cell in reversed(table.above) if not cell.site)
    picture = drawing.drawing(drawn_area, asked.on, levels[:2], table.snapshot.number)
    drawn = {cell.area: cell for cell in table.below}
    coloured = [drawn[o.area] for o in picture.cells if o.area in drawn] or [c.cell for c in table.children]
    limits = drawing.class_limits([c.value for c in coloured if c.value is not None], definition.unit)
    rows = tuple(_row(asked, c, limits, opens and counts_rows(definition, "rest")) for c in table.children)
    months, line, axis = _time_line(asked, scope)
    return CoveragePage(
        asked=asked,
        table=table,
        name=_in_language(definition.zh, definition.en),
        texts=(definition.texts or {}).get(figures.language(), {}),
        rows=rows,
        worst=tuple(sorted((r for r in rows if r.cell.rest), key=lambda r: -(r.cell.rest or 0))[:2]),
        map=picture,
        map_cells=tuple(
            _map_cell(asked, o, drawn[o.area], limits, definition.unit) for o in picture.cells if o.area in drawn
        ),
        dots=_dots(asked, picture, drawn | {table.top.area: table.top}, limits, definition.unit),
        limits=tuple(limits),
        months=months,
        line=line,
        axis=axis,
        choices=_choices(definition, table.params),
        indicators=_indicators(asked.on),
        crumbs=tuple((c.name, asked.url(area=c.area)) for c in table.above),
        parts=_parts(asked, table, opens),
        opens_rows=opens,
        legend=_legend(limits, definition.unit) if any(c.value is not None for c in coloured) else (),
        plates=tuple(_plate(o) for o in picture.edges or picture.cells) if not picture.marks else (),
    )


def _parts(asked: Asked, table: CoverageTable, opens: bool) -> tuple[Part, ...]:
    """The numbers of the fraction, each with the address of its rows."""
    texts = (table.definition.texts or {}).get(figures.language(), {})
    top = table.top
    numbers = [("missing", top.missing)] if table.definition.aggregation == "sum" else []
    if table.definition.unit != "count":
        numbers = [("numerator", top.numerator), ("denominator", top.denominator), *numbers]
    return tuple(
        Part(
            str(texts.get(code, code)),
            number,
            rows_url(asked, code) if opens and number and counts_rows(table.definition, code) else "",
        )
        for code, number in numbers
    )


def _legend(limits: list[float], unit: str) -> tuple[Step, ...]:
    """What each colour stands for; the limits are printed."""
    spoken = {"percent": lambda limit: f"{limit * 100:g}%", "ratio": lambda limit: f"{limit:g}"}
    words = [spoken.get(unit, lambda limit: f"{limit:,.0f}")(limit) for limit in limits]
    if not words:
        return (Step("lx-c1", ""),)
    labels = [f"< {words[0]}", *(f"{a} – {b}" for a, b in pairwise(words)), f"≥ {words[-1]}"]
    return tuple(Step(f"lx-c{i + 1}", label) for i, label in enumerate(labels))


def _plate(outline: drawing.Outline) -> Plate:
    name = outline.name.removesuffix("街道").removesuffix("社区居委会").removesuffix("社区")
    width = 12.0 * len(name) + 8
    return Plate(name, outline.x, outline.y + 4, round(outline.x - width / 2, 1), round(outline.y - 9, 1), width)


def _indicators(day: date) -> tuple[tuple[str, str], ...]:
    return tuple((code, _in_language(zh, en)) for code, zh, en in names_on(day))


def _in_language(zh: str, en: str) -> str:
    return en if figures.language() == "en" else zh


def _state(cell: Cell, limits: list[float]) -> str:
    if not cell.shown:
        return "hidden"
    return "empty" if cell.value is None else f"c{drawing.class_of(cell.value, limits)}"


def _row(asked: Asked, compared: Compared, limits: list[float], opens: bool) -> Row:
    cell = compared.cell
    return Row(
        compared,
        _state(cell, limits),
        asked.url(area=cell.area),
        rows_url(asked, "rest", cell.area) if opens else "",
    )


def _map_cell(asked: Asked, outline: drawing.Outline, cell: Cell, limits: list[float], unit: str) -> MapCell:
    return MapCell(outline, _state(cell, limits), _label(cell, unit), asked.url(area=cell.area))


def _dots(
    asked: Asked, picture: drawing.Drawing, cells: Mapping[int, Cell], limits: list[float], unit: str
) -> tuple[Dot, ...]:
    """The sites of a lowest area; on the page of a site, that one."""
    found = [(mark, cells[-mark.site]) for mark in picture.marks if -mark.site in cells]
    return tuple(Dot(m.x, m.y, _state(c, limits), _label(c, unit), asked.url(area=c.area)) for m, c in found)


def _label(cell: Cell, unit: str) -> str:
    return f"{cell.name} {written(cell.value, unit)}".strip()


def site_kind(code: str) -> str:
    """A kind of site in words."""
    found = next((kind for kind in SITE_KINDS if kind.code == code), None)
    return _in_language(found.zh, found.en) if found else ""


def _choices(definition: Definition, chosen: Mapping[str, int]) -> tuple[Choice, ...]:
    return tuple(
        Choice(p.code, _in_language(p.zh, p.en), _in_language(p.unit_zh, p.unit_en), p.options, chosen[p.code])
        for p in definition.params
    )


def month_ends(on: date, count: int) -> list[date]:
    """The last days of the months before, then the day itself."""
    days, first = [on], on.replace(day=1)
    for _ in range(count - 1):
        days.append(first - timedelta(days=1))
        first = days[-1].replace(day=1)
    return days[::-1]


def _time_line(asked: Asked, scope: Scope) -> tuple[tuple[Month, ...], str, tuple[float, float]]:
    days = month_ends(asked.on, MONTHS)
    cells = figures.time_line(asked.indicator, area=asked.area, days=days, scope_params=asked.params, actor_scope=scope)
    points, low, high = drawing.line([c.value if c else None for c in cells], LINE_WIDTH, LINE_HEIGHT)
    months = tuple(
        Month(day, cell, point, day in (asked.on, asked.before), asked.url(on=day.isoformat()))
        for day, cell, point in zip(days, cells, points, strict=True)
    )
    line = " ".join(f"{p.x},{p.y}" for p in points if p.y is not None)
    return months, line, (low, high)
