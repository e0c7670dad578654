"""The form in which an administrator makes or changes a kind of matter: rows for states, steps and clocks.

Whatever is typed comes back as it was. A row whose Chinese name is empty is left out. Codes are made from names and
stay once made, so that a name may change without a matter losing its place.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..kinds import LEVELS, Clock, Kind, KindFaulty, Step, read_kind
from ..needs import said
from ..words import LEVELS as LEVEL_WORDS
from ..words import NEEDED, ROLES, UNITS, WAITS

SPARE = 1
"""So many empty rows stand at the end of each part."""
MOST = 60
PARTS = ("state", "step", "clock")


def _many(label: Any, choices: Iterable[tuple[str, Any]] = ()) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=list(choices), required=False, widget=forms.CheckboxSelectMultiple
    )


def _number(label: Any, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=9999, required=False)


class HeadForm(forms.Form):
    """What a kind is called, how far its matters are shut, which duties it reminds of."""

    zh = forms.CharField(label=_("Name in Chinese"), max_length=40)
    en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    level = forms.ChoiceField(
        label=_("Confidentiality at least"), choices=[(c, LEVEL_WORDS[c]) for c in LEVELS], initial="C2"
    )
    prompts = forms.CharField(
        label=_("Duties to be shown"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line: Chinese | English | article | article in English"),
    )


class RowForm(forms.Form):
    """One row: two names and the code that was made of them."""

    code = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    zh = forms.CharField(label=_("Name in Chinese"), max_length=40, required=False)
    en = forms.CharField(label=_("Name in English"), max_length=80, required=False)

    def __init__(self, *args: Any, states: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.states = states

    def names(self) -> dict[str, Any]:
        """Code and both names; the Chinese stands in where English was left empty."""
        data = self.cleaned_data
        return {"code": data["code"], "zh": data["zh"], "en": data["en"] or data["zh"]}


class StateForm(RowForm):
    """Where a matter can stand."""

    end = forms.BooleanField(label=_("It ends here"), required=False)
    waits_for = forms.ChoiceField(
        label=_("Whose move it is"), choices=[("", pgettext_lazy("state", "Ours")), *WAITS.items()], required=False
    )

    def row(self) -> dict[str, Any]:
        """As plain data."""
        return {**self.names(), "end": self.cleaned_data["end"], "waits_for": self.cleaned_data["waits_for"]}


class StepForm(RowForm):
    """A way from some states to another."""

    sources = _many(pgettext_lazy("step", "From"))
    target = forms.ChoiceField(label=pgettext_lazy("step", "To"), required=False)
    by = _many(_("Who takes it"), [(role, text) for role, text in ROLES.items() if role != "steward"])
    needs = _many(_("What must come with it"), NEEDED.items())
    at_most = _number(_("How often at most (0: any)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sources"].choices = self.states  # type: ignore[attr-defined]
        self.fields["target"].choices = [("", _("Choose …")), *self.states]  # type: ignore[attr-defined]

    def row(self) -> dict[str, Any]:
        """As plain data."""
        data = self.cleaned_data
        kept = {"from": data["sources"], "to": data["target"], "by": data["by"], "needs": data["needs"]}
        return {**self.names(), **kept, "at_most": data["at_most"] or 0}


class ClockForm(RowForm):
    """Time that runs from some states until others."""

    starts = _many(_("Starts on entering"))
    stops = _many(_("Stops on entering"))
    pauses = _many(_("Stands still in"))
    number = _number(_("How long"), 1)
    unit = forms.ChoiceField(label=_("Counted in"), choices=list(reversed(UNITS.items())), required=False)
    statutory = forms.BooleanField(label=_("A law sets it"), required=False)
    source = forms.CharField(label=_("Law or custom it rests on"), max_length=200, required=False)
    local_area = forms.CharField(label=_("Other time in areas whose code starts with"), max_length=12, required=False)
    local_number = _number(_("How long there"), 1)
    local_source = forms.CharField(label=_("Rule it rests on there"), max_length=200, required=False)
    extends_by = _number(_("Each extension adds"))
    extends_times = _number(_("Extensions at most"))
    reminds = _number(_("Reminds so long before"))
    escalates_to = forms.ChoiceField(
        label=_("Hears of it when time is up"), choices=[("", _("nobody")), *ROLES.items()], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts", "stops", "pauses"):
            self.fields[name].choices = self.states  # type: ignore[attr-defined]

    def row(self) -> dict[str, Any]:
        """As plain data."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("starts", "stops", "pauses", "escalates_to")}
        counts = {name: data[name] or 0 for name in ("extends_by", "extends_times", "reminds")}
        amount = {"number": data["number"] or 0, "unit": data["unit"] or "working_days", "statutory": data["statutory"]}
        amounts = [{**amount, "source": data["source"] or gettext("Custom of the house")}]
        if data["local_area"]:
            local = {"number": data["local_number"] or 0, "source": data["local_source"] or data["source"]}
            amounts.append({**amount, **local, "jurisdiction": data["local_area"]})
        return {**self.names(), **kept, **counts, "amounts": amounts}


ROWS: dict[str, type[RowForm]] = {"state": StateForm, "step": StepForm, "clock": ClockForm}


class KindEditor:
    """The whole form. Give what was sent, or the kind that is to be changed, or neither for a new one."""

    def __init__(self, *, sent: Mapping[str, Any] | None = None, kind: Kind | None = None) -> None:
        self.code = kind.code if kind else ""
        self.kind = kind
        self.data = _with_codes(sent if sent is not None else _typed(kind))
        self.is_new = sent is None and kind is None
        self.head = HeadForm(None if self.is_new else self.data)
        self.states = self._rows("state", [])
        names = [(f.data[f.add_prefix("code")], _called(f)) for f in self.states if _is_filled(f)]
        self.steps, self.clocks = self._rows("step", names), self._rows("clock", names)

    def _rows(self, part: str, states: list[tuple[str, str]]) -> list[Any]:
        count = min(_count(self.data, part) + SPARE, MOST)
        return [ROWS[part](self.data, prefix=f"{part}-{n}", states=states) for n in range(count)]

    @property
    def parts(self) -> list[tuple[str, str, list[RowForm]]]:
        """States, steps and clocks as the page shows them."""
        titles = {"state": gettext("States"), "step": gettext("Steps"), "clock": gettext("Clocks")}
        rows = {"state": self.states, "step": self.steps, "clock": self.clocks}
        return [(part, titles[part], rows[part]) for part in PARTS]

    def is_valid(self) -> bool:
        """Whether every field is well-formed; says nothing about whether the kind can be used."""
        found = [self.head.is_valid(), *(f.is_valid() for f in (*self.states, *self.steps, *self.clocks))]
        return all(found)

    def content(self) -> dict[str, Any]:
        """The kind as plain data. Call after `is_valid`."""
        head = self.head.cleaned_data
        code = self.code or _slug(head["en"]) or f"kind_{crc32(head['zh'].encode()):x}"
        return {
            "code": code[:40],
            "zh": head["zh"],
            "en": head["en"] or head["zh"],
            "level": head["level"],
            "states": [f.row() for f in self.states if _is_filled(f)],
            "steps": [f.row() for f in self.steps if _is_filled(f)],
            "clocks": [self._clock(f.row()) for f in self.clocks if _is_filled(f)],
            "prompts": _prompts(head["prompts"]),
        }

    def _clock(self, row: dict[str, Any]) -> dict[str, Any]:
        """What of local times the form does not show is kept."""
        known = {clock.code: clock for clock in self.kind.clocks} if self.kind else {}
        if row["code"] in known:
            local = [_amount(a) for a in _local(known[row["code"]])]
            shown = {a.get("jurisdiction", ""): a for a in row["amounts"]}
            sources = {a.source: a.source_en for a in known[row["code"]].amounts}
            for amount in row["amounts"]:
                amount["source_en"] = sources.get(amount["source"], "")
            for amount in local[:1]:
                if amount["jurisdiction"] in shown:
                    shown[amount["jurisdiction"]] |= {"unit": amount["unit"], "statutory": amount["statutory"]}
            row["amounts"] += local[1:]
        return row

    def faults(self) -> list[str]:
        """What the model check says, in the names that were given."""
        if not self.is_valid():
            return [gettext("Some fields are not filled in as they must be; see below.")]
        content = self.content()
        if not content["states"]:
            return [gettext("First say which states there are, then press “Go on”.")]
        try:
            read_kind(_named(content))
        except KindFaulty as fault:
            return str(fault.details["faults"]).split("; ")
        return []

    def flow(self) -> list[tuple[str, bool, list[tuple[str, str]]]]:
        """Each state with the steps that lead on: the diagram."""
        names = {f["code"].value(): _called(f) for f in self.states if _is_filled(f)}
        ends = {f["code"].value() for f in self.states if f["end"].value()}
        steps = [f for f in self.steps if _is_filled(f)]
        return [
            (
                name,
                code in ends,
                [
                    (_called(f), names.get(f["target"].value(), "?"))
                    for f in steps
                    if code in (f["sources"].value() or [])
                ],
            )
            for code, name in names.items()
        ]


def _is_filled(form: forms.Form) -> bool:
    return bool(str(form["zh"].value() or "").strip())


def _called(form: forms.Form) -> str:
    """The name of a row in the reader's language; the Chinese one where it has no other."""
    zh = str(form["zh"].value())
    return said((zh, str(form["en"].value() or "").strip() or zh))


def _count(data: Mapping[str, Any], part: str) -> int:
    """How many rows of a part were filled in: up to the last that has a name."""
    numbers = [
        int(m[1]) for key in data if (m := re.fullmatch(rf"{part}-(\d{{1,3}})-zh", key)) and str(data[key]).strip()
    ]
    return max(numbers, default=-1) + 1


def _with_codes(sent: Mapping[str, Any]) -> Any:
    """What was sent, each named row with a code of its own."""
    data = QueryDict(mutable=True)
    for key in sent:
        values = sent.getlist(key) if isinstance(sent, QueryDict) else sent[key]
        data.setlist(key, values if isinstance(values, list) else [values])
    for part in PARTS:
        used = {str(data.get(f"{part}-{n}-code", "")) for n in range(MOST)}
        for n in range(_count(data, part)):
            if data.get(f"{part}-{n}-zh", "").strip() and not data.get(f"{part}-{n}-code"):
                made = _free(_slug(data.get(f"{part}-{n}-en", "")) or f"{part}{n + 1}", used)
                used.add(made)
                data[f"{part}-{n}-code"] = made
    return data


def _free(wanted: str, used: set[str]) -> str:
    found, number = wanted[:36], 2
    while found in used:
        found, number = f"{wanted[:36]}_{number}", number + 1
    return found


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _prompts(text: str) -> list[dict[str, str]]:
    found = []
    for line in filter(None, (part.strip() for part in text.splitlines())):
        zh, en, source, source_en = ([p.strip() for p in line.split("|")] + ["", "", ""])[:4]
        found.append({"zh": zh, "en": en or zh, "source": source, "source_en": source_en})
    return found


def _named(content: dict[str, Any]) -> dict[str, Any]:
    """The same kind with names in place of codes, so that faults can be read."""
    names = {s["code"]: s["zh"] for s in content["states"]}

    def told(codes: Iterable[str]) -> list[str]:
        return [names.get(code, code) for code in codes]

    return {
        **content,
        "states": [{**s, "code": s["zh"]} for s in content["states"]],
        "steps": [
            {**s, "code": s["zh"], "from": told(s["from"]), "to": names.get(s["to"], s["to"] or "?")}
            for s in content["steps"]
        ],
        "clocks": [
            {**c, "code": c["zh"], **{key: told(c[key]) for key in ("starts", "stops", "pauses")}}
            for c in content["clocks"]
        ],
    }


def _typed(kind: Kind | None) -> dict[str, Any]:
    """A kind as if it had been typed; for a new one what the form begins with."""
    if kind is None:
        return {"level": "C2"}
    data: dict[str, Any] = {"zh": kind.zh, "en": kind.en, "level": kind.level}
    data["prompts"] = "\n".join(" | ".join(p if p[3] != p[2] else p[:3]) for p in kind.prompts)
    first = [s for s in kind.states if s.code == kind.start]
    for n, s in enumerate((*first, *(s for s in kind.states if s.code != kind.start))):
        data |= _row("state", n, s, end="on" if s.is_end else "", waits_for=s.waits_for)
    for n, step in enumerate(kind.steps):
        data |= _row("step", n, step, **_step_typed(step))
    for n, clock in enumerate(kind.clocks):
        data |= _row("clock", n, clock, **_clock_typed(clock))
    return data


def _row(part: str, place: int, named: Any, **fields: Any) -> dict[str, Any]:
    known = {"code": named.code, "zh": named.zh, "en": named.en, **fields}
    return {f"{part}-{place}-{key}": value for key, value in known.items() if value != ""}


def _step_typed(step: Step) -> dict[str, Any]:
    kept = {"sources": list(step.sources), "by": list(step.by), "needs": list(step.needs)}
    return {**kept, "target": step.target, "at_most": str(step.at_most or "")}


def _clock_typed(clock: Clock) -> dict[str, Any]:
    main = next(a for a in clock.amounts if not a.jurisdiction)
    typed: dict[str, Any] = {name: list(getattr(clock, name)) for name in ("starts", "stops", "pauses")}
    counts = {name: str(getattr(clock, name) or "") for name in ("extends_by", "extends_times", "reminds")}
    typed |= {"number": str(main.number), "unit": main.unit, "source": main.source, **counts}
    typed |= {"statutory": "on" if main.is_statutory else "", "escalates_to": clock.escalates_to}
    for local in _local(clock)[:1]:
        typed |= {"local_area": local.jurisdiction, "local_number": str(local.number), "local_source": local.source}
    return typed


def _local(clock: Clock) -> list[Any]:
    return [a for a in clock.amounts if a.jurisdiction]


def _amount(amount: Any) -> dict[str, Any]:
    kept = {"number": amount.number, "unit": amount.unit, "source": amount.source, "source_en": amount.source_en}
    return {**kept, "statutory": amount.is_statutory, "jurisdiction": amount.jurisdiction}
