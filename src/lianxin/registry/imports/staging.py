"""Staged rows: what the checks found, written row by row so that a person can look and mend."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import polars as pl

from ..codes import ALPHABET, BadCreditCode, WrongCharacter, WrongLength, check_code, normalise_code
from ..models.imports import Import, StagedRow
from . import bulk
from .checks import COMPARED
from .faults import group_of
from .fields import Line, RosterKind, Staged
from .placing import Places

PLAIN = ("row", "state", "title", "key", "ref", "span", "placed", "fault_group")
NOT_SHOWN = ("placed", "closes", "area_id", "site_id", "bodies")
JSONS = ("values", "written", "differences", "faults")


def cells(batch: Import, rows: Iterable[Staged]) -> list[list[Any]]:
    """Staged rows as they are written, each with the digest over what it is about to write."""
    return [_cells(batch.pk, row) for row in rows]


def write(rows: Sequence[Sequence[Any]]) -> None:
    """Write what `cells` made."""
    bulk.insert(StagedRow, ["batch_id", *PLAIN, *(f'"{name}"' for name in JSONS), "digest"], rows)


def _cells(batch: int, row: Staged) -> list[Any]:
    plain = [getattr(row, name) for name in PLAIN]
    jsons = [json.dumps(getattr(row, name)) for name in JSONS]
    return [batch, *plain, *jsons, _digest(plain, jsons)]


def _digest(plain: list[Any], jsons: list[str]) -> str:
    """SHA-256 over a row."""
    return hashlib.sha256("\x1f".join([*map(str, plain), *jsons]).encode()).hexdigest()


def digest_of(row: Staged) -> str:
    return _digest([getattr(row, name) for name in PLAIN], [json.dumps(getattr(row, name)) for name in JSONS])


def counts_of(frame: pl.DataFrame) -> dict[str, int]:
    """Rows by what becomes of them, and by how far down the addresses of those that go in were placed."""
    states = dict(frame.group_by("state").len().rows())
    goes_in = frame.filter(pl.col("state") != "set_aside")
    placed = dict(goes_in.group_by("placed").len().rows())
    return counts(states, placed)


def counts(states: dict[str, int], placed: dict[str, int] | None) -> dict[str, int]:
    """The counts of an import; placed is None where its rows have no addresses to place."""
    by_state = {state: states.get(state, 0) for state, _label in StagedRow.STATES}
    found = {"rows": sum(by_state.values()), **by_state}
    if placed is None:
        return found
    levels = {"placed_community": "community", "placed_subdistrict": "subdistrict", "to_place": "none"}
    return found | {name: placed.get(level, 0) for name, level in levels.items()}


_LOOK_ALIKE = str.maketrans("OIZS", "0125")


def staged_rows(frame: pl.DataFrame, kind: RosterKind, places: Places) -> Iterator[Staged]:
    """Every row of an examined frame as it is to be staged."""
    names = dict(zip(places.areas["area_id"], places.areas["name"], strict=True))
    mapped = [f.code for f in kind.fields if f"{f.code}@" in frame.columns]
    for part in frame.iter_slices(5000):
        for line in part.iter_rows(named=True):
            yield _staged(line, kind, mapped, names)


def _staged(line: Line, kind: RosterKind, mapped: list[str], names: dict[int, str]) -> Staged:
    made = Staged(line["row"], line["state"], key=(line["key"] or "")[:520])
    made.ref, made.span = line["ref"] or 0, line["span"] or 0
    made.title = ((line["name"] or line["name@"] if "name@" in line else line["name"]) or line["on_name"] or "")[:200]
    made.placed = line["placed"] or ""
    if made.state == "new":
        made.values = _values_of_new(line)
    elif made.state == "changed":
        made.differences = _differences(line, names)
        made.values = {f: new for f, (_old, new) in _changed(line).items()}
    elif made.state == "set_aside":
        made.written = {f: line[f"{f}@"] for f in mapped if line[f"{f}@"] is not None}
        made.values = {} if line["first_row"] is None else _values_of_new(line)
        made.faults = _faults(line, kind, names)
        made.fault_group = group_of(made.faults[0]["code"])
    return made


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _values_of_new(line: Line) -> Line:
    facts = {c: _plain(line[c]) for c in COMPARED if line[c] is not None}
    named = {"bodies": json.loads(line["bodies"])} if line["bodies"] else {}
    return {**facts, "area_id": line["area_id"], "placed": line["placed"], **named}


def _changed(line: Line) -> dict[str, tuple[Any, Any]]:
    """Column -> value on record and in the file, of the facts that differ."""
    found = {c: (_plain(line[f"on_{c}"]), _plain(line[c])) for c in COMPARED if line[f"{c}~"]}
    if line["area_id~"]:
        found["area_id"] = (line["on_area_id"], line["area_id"])
        found["placed"] = (line["on_placed"], line["placed"])
    if line["closes"] and line["closed_on~"]:
        found["closes"] = (False, True)
    if line["bodies~"] and not line["closes"]:
        found["bodies"] = ([], json.loads(line["bodies"]))
    return found


def _differences(line: Line, names: dict[int, str]) -> dict[str, list[Any]]:
    """The same for people to read: areas by name."""
    changed = _changed(line)
    found = {c: list(pair) for c, pair in changed.items() if c not in NOT_SHOWN}
    if named := changed.get("bodies"):
        found["bodies"] = ["", "、".join(name for _body, _since, name in named[1])]
    if line["area_id~"]:
        found["area"] = [names.get(line["on_area_id"], ""), names.get(line["area_id"], "")]
    if line["site_id~"]:
        found["site"] = ["", line["site"]]
    return found


def _faults(line: Line, kind: RosterKind, names: dict[int, str]) -> list[Line]:
    """Why a row is set aside: each fault with its field, its details, and a value filled in where only one can be."""
    found = []
    for column in (*(f.code for f in kind.fields), "area", "row"):
        code = line.get(f"{column}!")
        if code is None:
            continue
        fault: Line = {"field": column, "code": code}
        details = _details(code, column, line, kind, names)
        if code == "code_letter" and (filled := _only_reading(line["credit_code"])):
            fault["code"], fault["filled"] = "code_letter_filled", filled
            details = {"character": details.get("character", "")}
        found.append({**fault, "details": details} if details else fault)
    return found


def _details(code: str, field: str, line: Line, kind: RosterKind, names: dict[int, str]) -> Line:
    if code in ("code_length", "code_letter"):
        return _code_details(line["credit_code"])
    details: dict[str, Line] = {
        "too_long": {"limit": kind.field(field).limit if field not in ("area", "row") else 0},
        "count_above": {"headcount": line["whole"]},
        "area_contradicts": {"named": names.get(line["said_area"] or 0, "")},
        "same_in_file": {"row": line["first_row"]},
        "same_key_in_file": {"row": line["first_row"], "fields": line["differing"]},
        "code_taken": {"name": line["taken_by"]},
        "name_twice": {"count": line["twice"]},
        "newer_on_record": {"since": _plain(line["since"])},
        "closed_on_record": {"since": _plain(line["until"])},
    }
    return details.get(code, {})


def _code_details(code: str) -> Line:
    try:
        check_code(code)
    except WrongLength as fault:
        return {"length": fault.details["length"]}
    except WrongCharacter as fault:
        return {"character": fault.details["character"], "place": fault.details["place"]}
    except BadCreditCode:
        return {}
    return {}


def _only_reading(code: str) -> str:
    """The code with look-alike letters as digits, where nothing else is wrong: both check digits then fit."""
    strange = {c for c in code if c not in ALPHABET}
    if not strange <= set("OIZS"):
        return ""
    try:
        return check_code(normalise_code(code).translate(_LOOK_ALIKE))
    except BadCreditCode:
        return ""
