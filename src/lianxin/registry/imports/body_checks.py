"""A roster of bodies against itself and against the record: what is new, changed, unchanged, set aside."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from ..models.imports import StagedRow
from .body_fields import FORM_OF, LINE_OF
from .body_records import (
    Bodies,
    Employers,
    Known,
    area_paths,
    coverings,
    last_terms,
    lines_by_word,
    parents_of,
    same,
    site_areas,
)
from .body_rows import Row, depth_of, form_by_covers, kind_by_name, number_in, words_in
from .faults import group_of
from .fields import Asked, Line, RosterKind, Staged
from .placing import place
from .reading import read_columns

FACTS = ("name", "kind", "form", "parent_id", "area_id", "site_id")
_TOTALS = {"合计", "总计", "小计", "共计", "汇总", "total", "sum"}
_TYPES = {"number": pl.Int64, "founded_on": pl.Date, "term_from": pl.Date, "term_until": pl.Date}


class BodyChecks:
    """One file, or one row of it that is being mended."""

    def __init__(self, raw: pl.DataFrame, kind: RosterKind, asked: Asked) -> None:
        self.kind, self.asked, self.day = kind, asked, asked.batch.effective_on
        self.paths, self.lines = area_paths(), lines_by_word()
        areas = asked.places.areas
        self.area_names: dict[int, str] = dict(zip(areas["area_id"], areas["name"], strict=True))
        self.terms: dict[int, tuple[int, date, date | None]] = {}
        self.rows = [self._row(line, kind) for line in self._read(raw).iter_rows(named=True)]

    def _read(self, raw: pl.DataFrame) -> pl.DataFrame:
        fields = [f for f in self.kind.fields if f.code in raw.columns]
        frame = read_columns(raw, fields, self.asked.today)
        missing = [f for f in self.kind.fields if f.code not in raw.columns]
        empty = [pl.lit(None, _TYPES.get(f.code, pl.String)).alias(f.code) for f in missing]
        frame = frame.with_columns(*empty, *[pl.lit(None, pl.String).alias(f"{f.code}!") for f in missing])
        return place(frame, self.asked.places)

    def _row(self, line: Line, kind: RosterKind) -> Row:
        codes = [f.code for f in kind.fields]
        written = {c: line[f"{c}@"] for c in codes if line.get(f"{c}@") is not None}
        row = Row(line["row"], {c: line[c] for c in codes}, written, [])
        limits = {f.code: f.limit for f in kind.fields}
        for code in (*codes, "area"):
            if fault := line.get(f"{code}!"):
                row.fault(code, fault, **({"limit": limits[code]} if fault == "too_long" else {}))
        told = line["told_area"] or line["said_area"] or line["within"]
        row.said |= {"site_id": line["site_id"], "area_id": told}
        return row

    def run(self) -> Iterator[Staged]:
        """Every row, those above before those below."""
        self._tell_lines()
        self._recognise()
        self._employers()
        self.site_areas = site_areas({r.said["site_id"] for r in self.rows} - {None})
        for row in self.rows:
            self._check_term(row)
            self._complete(row)
        firsts = self._join_rows()
        self._parents(firsts)
        self._against_record()
        self._wait_for_others()
        for row in sorted(self.rows, key=lambda r: (r.depth, r.number)):
            yield self._staged(row)

    # --- who it is ---

    def _tell_lines(self) -> None:
        own = self.asked.batch.line
        by_code = {line.code: line for line in self.lines.values()}
        for row in self.rows:
            said = row.said["line"]
            kind = row.said["kind"] or kind_by_name(row.said["name"])
            found = self.lines.get(same(said)) if said else own or by_code.get(LINE_OF.get(kind or "", ""))
            if said and found is None:
                row.fault("line", "line_unknown")
            elif own is not None and found != own:
                row.fault("line", "line_outside", line=own.name)
            row.line = found

    def _recognise(self) -> None:
        only = self.asked.only is not None
        names = [n for r in self.rows for n in (r.said["name"], r.said["parent"]) if n] if only else None
        numbers = [n for r in self.rows for n in (r.said["number"], number_in(r.said["parent"])) if n]
        self.bodies = Bodies.read(names, numbers)
        by_number = self.asked.batch.key == "number"
        for row in self.rows:
            name, number = row.said["name"], row.said["number"] if by_number else None
            if name and same(name) in _TOTALS:
                row.fault("name", "total_row")
            if number is not None:
                row.on = self.bodies.by_number.get(number)
                if row.on is None:
                    row.fault("number", "number_unknown")
                elif row.line and row.said["line"] and row.on.line != row.line.pk:
                    row.fault("line", "line_other")
            if row.on is not None:
                row.line = next((ln for ln in self.lines.values() if ln.pk == row.on.line), row.line)
                row.key = (row.on.line, same(name or row.on.name))
            elif not name:
                row.fault("name", "name_missing")
            elif row.line is None:
                row.fault("line", "line_missing")
            else:
                row.key = (row.line.pk, same(name))
                self._match(row, name)
            if row.on is not None:
                self._check_match(row, row.on)

    def _match(self, row: Row, name: str) -> None:
        assert row.line is not None
        found = self.bodies.named(row.line.pk, name)
        if len(found) > 1:
            row.fault("name", "body_twice", count=len(found))
        row.on = found[0] if len(found) == 1 else None

    def _check_match(self, row: Row, on: Known) -> None:
        if on.is_hidden:
            row.fault("row", "changed_meanwhile")
        elif on.until is not None:
            row.fault("row", "dissolved_on_record", since=on.until.isoformat())
        elif not self.paths.get(on.area, "").startswith(self.asked.places.home_path):
            row.fault("area", "area_outside")

    # --- what it covers ---

    def _employers(self) -> None:
        words = {w for r in self.rows for c in ("covered_code", "covers") for w in words_in(r.said[c])}
        home = self.asked.places.home_path
        within = None if not home else [a for a, path in self.paths.items() if path.startswith(home)]
        known = Employers.read(sorted(words), within)
        self.employers = {e.id: e for es in known.by_name.values() for e in es}
        for row in self.rows:
            codes, names = words_in(row.said["covered_code"]), words_in(row.said["covers"])
            asked = [("covered_code", w) for w in codes]
            if len(names) != len(codes):  # the same organisations by code and by name are one list, the codes decide
                asked += [("covers", w) for w in names]
            for where, word in asked:
                found = known.asked(word)
                if len(found) == 1 and found[0].id not in row.covers:
                    row.covers.append(found[0].id)
                elif not found:
                    row.fault(where, "covered_unknown", name=word[:60])
                elif len(found) > 1:
                    row.fault(where, "covered_two", name=word[:60])

    # --- what it is ---

    def _check_term(self, row: Row) -> None:
        since, until = row.said["term_from"], row.said["term_until"]
        founded = row.said["founded_on"]
        if since and until and until <= since:
            row.fault("term_until", "term_order")
        elif since and not until:
            row.fault("term_until", "term_half")
        elif until and not since and row.on is None:
            row.fault("term_from", "term_half")
        elif since and founded and since < founded:
            row.fault("term_from", "term_before_founded")
        elif since and until:
            row.term = (since, until)

    def _complete(self, row: Row) -> None:
        """Facts as columns of a span; what a new body must have and its row does not say is read off the rest."""
        said = row.said
        row.facts = {c: said[c] for c in ("name", "kind", "form", "area_id", "site_id") if said[c] is not None}
        form = row.facts.get("form") or (row.on.form if row.on else None)
        if row.on is None:
            kind = row.facts.setdefault("kind", kind_by_name(said["name"]))
            form = row.facts.setdefault("form", form or FORM_OF.get(kind or "") or form_by_covers(row))
            if kind is None:
                row.fault("kind", "kind_missing")
            if form is None:
                row.fault("form", "form_missing")
            self._settle(row, form)
        if form == "site" and not row.facts.get("site_id") and not (row.on and row.on.site):
            row.fault("site", "site_unknown" if said["site"] else "site_missing")

    def _settle(self, row: Row, form: str | None) -> None:
        """Where a new body is: as told, else where its one employer or its building is, else where its name says."""
        if row.facts.get("area_id") is None and form == "own" and len(row.covers) == 1:
            row.facts["area_id"] = self.employers[row.covers[0]].area
        if row.facts.get("area_id") is None and row.facts.get("site_id"):
            row.facts["area_id"] = self.site_areas.get(row.facts["site_id"])
        if row.facts.get("area_id") is None and form == "area" and row.said["name"]:
            resolved = self.asked.places.gazetteer.resolve(row.said["name"])
            row.facts["area_id"] = resolved.area_id or resolved.within
        area = row.facts.get("area_id")
        if area is None:
            row.fault("area", "body_area_missing")
        elif not self.paths.get(area, "").startswith(self.asked.places.home_path):
            row.fault("area", "area_outside")

    # --- rows about one body ---

    def _join_rows(self) -> dict[tuple[int, str], Row]:
        """The first right row of a body founds or changes it; later ones add organisations, or are set aside."""
        firsts: dict[tuple[int, str], Row] = {}
        seen: dict[tuple[int, str], set[int]] = {}
        for row in sorted(self.rows, key=lambda r: r.number):
            if row.key is None or not row.is_sound:
                continue
            first = firsts.setdefault(row.key, row)
            covered = seen.setdefault(row.key, set())
            if first is not row:
                self._join(row, first, covered)
            if row.is_sound:
                covered.update(row.covers)
                self._own_covers_one(row, first, covered)
        return firsts

    def _join(self, row: Row, first: Row, covered: set[int]) -> None:
        differing = [f for f in self._told(row) if self._told(first).get(f) != self._told(row)[f]]
        if differing:
            row.fault("row", "same_key_in_file", row=first.number, fields=sorted(differing))
        elif not set(row.covers) - covered:
            row.fault("row", "same_in_file", row=first.number)
        else:
            row.first = first

    def _told(self, row: Row) -> Line:
        """What two rows about one body must agree in; where an employer's address is given, it may differ."""
        fields = ("line", "kind", "form", "parent", "site", "founded_on", "term_from", "term_until", "number")
        return {f: row.said[f] for f in fields if row.said[f] is not None}

    def _own_covers_one(self, row: Row, first: Row, covered: set[int]) -> None:
        form = first.facts.get("form") or (first.on.form if first.on else "")
        if form == "own" and len(covered) > 1:
            row.fault("covers", "own_covers_two")
            covered.difference_update(row.covers)

    # --- what hangs below what ---

    def _parents(self, firsts: dict[tuple[int, str], Row]) -> None:
        chain = parents_of()
        self.asides = {r.key: r for r in self.rows if r.key is not None and not r.is_sound}
        for row in self.rows:
            if row.said["parent"] and row.is_sound and row.first is None:
                self._find_parent(row, firsts)
        for row in self.rows:
            if row.is_sound and (row.parent is not None or "parent_id" in row.facts):
                self._refuse_loop(row, chain)

    def _wait_for_others(self) -> None:
        waiting = True
        while waiting:  # what hangs below a row that is set aside waits for it
            waiting = False
            for row in self.rows:
                upper = row.first or row.parent
                if row.is_sound and upper is not None and not upper.is_sound:
                    row.fault("row" if row.first else "parent", "row_aside", row=upper.number)
                    waiting = True
        for row in self.rows:
            row.depth = depth_of(row)

    def _find_parent(self, row: Row, firsts: dict[tuple[int, str], Row]) -> None:
        text = row.said["parent"]
        assert row.line is not None
        number = number_in(text)
        if number is not None and number in self.bodies.by_number:
            above: list[Known] = [self.bodies.by_number[number]]
        else:
            above = [b for b in self.bodies.named(row.line.pk, text) if b.until is None]
        in_file = firsts.get((row.line.pk, same(text)))
        aside = self.asides.get((row.line.pk, same(text)))
        if len(above) > 1:
            row.fault("parent", "body_twice", count=len(above))
        elif above and above[0].line != row.line.pk:
            row.fault("parent", "parent_other_line")
        elif above and (row.on is None or above[0].id != row.on.id):
            row.facts["parent_id"] = above[0].id
        elif in_file is row or above:
            row.fault("parent", "parent_loop")
        elif in_file is not None:
            row.parent = in_file
        elif aside is not None:
            row.fault("parent", "row_aside", row=aside.number)
        elif not self._parent_staged(row, text):
            row.fault("parent", "parent_unknown")

    def _parent_staged(self, row: Row, text: str) -> bool:
        """Whether another row of this import, not in the registry yet, is the body above; for rows being mended."""
        if self.asked.only is None or row.line is None:
            return False
        key = f"{row.line.code}|{same(text)}"[:520]
        found = StagedRow.objects.filter(batch=self.asked.batch, key=key, state__in=("new", "set_aside")).first()
        if found is None or found.state == "set_aside":
            if found is not None:
                row.fault("parent", "row_aside", row=found.row)
            return found is not None
        row.parent = Row(found.row, {}, {}, [])
        return True

    def _refuse_loop(self, row: Row, chain: Mapping[int, int | None]) -> None:
        above, seen = row.parent, {id(row)}
        while above is not None:
            if id(above) in seen:
                row.fault("parent", "parent_loop")
                return
            seen.add(id(above))
            above = above.parent
        upper, own = row.facts.get("parent_id"), row.on.id if row.on else 0
        walked: set[int] = set()
        while upper is not None and upper not in walked:
            if upper == own:
                row.fault("parent", "parent_loop")
                return
            walked.add(upper)
            upper = chain.get(upper)

    # --- against the record ---

    def _against_record(self) -> None:
        known = sorted({r.on.id for r in self.rows if r.on and r.is_sound})
        self.covered, self.terms = coverings(known), last_terms(known)
        for row in self.rows:
            if not row.is_sound or row.on is None:
                continue
            on, first = row.on, row.first or row
            row.covers = [o for o in row.covers if o not in self.covered.get(on.id, set())]
            form = first.facts.get("form") or on.form
            if form == "own" and row.covers and len(self.covered.get(on.id, set())) + len(row.covers) > 1:
                row.fault("covers", "own_covers_two")
            self._check_last_term(row, on)
            changes = self.changes(row)
            if changes and on.since > self.day:
                row.fault("row", "newer_on_record", since=on.since.isoformat())

    def _check_last_term(self, row: Row, on: Known) -> None:
        """The term of the file against the last one on record."""
        last = self.terms.get(on.id)
        until = row.said["term_until"]
        if row.term is None and until and not (last and last[2] == until):
            row.fault("term_from", "term_half")
        if row.term is None or last is None:
            return
        if (last[1], last[2]) == row.term:
            row.term = None
        elif row.term[0] < last[1]:
            row.fault("term_from", "term_older", since=last[1].isoformat())

    def changes(self, row: Row) -> dict[str, tuple[Any, Any]]:
        """Column -> value on record and in the file, of the facts that differ."""
        on = row.on
        if on is None or row.first is not None:
            return {}
        held = {"name": on.name, "kind": on.kind, "form": on.form, "parent_id": on.parent}
        held |= {"area_id": on.area, "site_id": on.site}
        found = {c: (held[c], v) for c, v in row.facts.items() if v is not None and v != held[c]}
        if "area_id" in found and self.paths.get(on.area, "").startswith(self.paths.get(row.facts["area_id"], "~")):
            del found["area_id"]  # the file says less exactly what is on record
        if row.parent is not None:
            found["parent_id"] = (on.parent, None)
        return found

    # --- out ---

    def _staged(self, row: Row) -> Staged:
        key = f"{row.line.code}|{row.key[1]}"[:520] if row.key and row.line else ""
        on = row.on
        made = Staged(row.number, "set_aside", title=(row.said["name"] or (on.name if on else "") or "")[:200], key=key)
        if not row.is_sound:
            order = [f.code for f in self.kind.fields]
            made.faults = sorted(row.faults, key=lambda f: order.index(f["field"]) if f["field"] in order else 99)
            made.fault_group, made.written = group_of(made.faults[0]["code"]), row.written
            if any(f["code"].startswith("same_") for f in made.faults):
                made.values = self._values(row)
            return made
        made.ref, made.span = (on.id, on.span) if on else (0, 0)
        made.values = self._values(row)
        if on is None:
            made.state = "new"
        else:
            made.differences = self._differences(row, on)
            made.state = "changed" if made.differences else "unchanged"
            made.values = made.values if made.differences else {}
        return made

    def _values(self, row: Row) -> Line:
        facts = {c: v for c, v in row.facts.items() if v is not None}
        if row.on is not None:
            facts = {c: new for c, (_old, new) in self.changes(row).items() if new is not None}
        values: Line = {"line": row.line.pk if row.line else 0}
        if row.first is not None:
            values["first_row"] = row.first.number
            facts = {}
        if row.parent is not None and row.first is None:
            values["parent_row"] = row.parent.number
        since = self._since(row.first or row)
        form = (row.first or row).facts.get("form")
        if facts:
            values["facts"] = facts
        if row.on is None:
            values["since"] = since.isoformat()
        if row.covers:
            own = form == "own" and row.on is None
            values["covers"] = [[o, self._covered_from(o, since if own else self.day).isoformat()] for o in row.covers]
        if row.term is not None and row.first is None:
            was = self.terms.get(row.on.id if row.on else 0)
            values["term"] = [row.term[0].isoformat(), row.term[1].isoformat(), was[0] if was else 0]
        return values

    def _since(self, row: Row) -> date:
        """A new body stands since it was founded; where the file does not say, since its term, at the latest now."""
        term = row.term[0] if row.term else self.day
        return row.said.get("founded_on") or min(term, self.day)

    def _covered_from(self, organisation: int, day: date) -> date:
        """Nothing covers an organisation before it is on record."""
        return max(day, self.employers[organisation].since)

    def _differences(self, row: Row, on: Known) -> Line:
        """For people to read: names in place of numbers."""
        found: Line = {}
        names = self.area_names
        for column, (old, new) in self.changes(row).items():
            if column == "area_id":
                found["area"] = [names.get(old, ""), names.get(new, "")]
            elif column == "parent_id":
                above = self.bodies.by_number.get(old or 0)
                found["parent"] = [above.name if above else "", row.said["parent"]]
            elif column == "site_id":
                found["site"] = ["", row.said["site"]]
            else:
                found[column] = [old, new]
        if row.covers:
            found["covers"] = ["", "、".join(self.employers[o].name for o in row.covers[:5])]
        if row.term is not None and row.first is None:
            last = self.terms.get(on.id)
            found["term_until"] = [last[2].isoformat() if last and last[2] else "", row.term[1].isoformat()]
        return found
