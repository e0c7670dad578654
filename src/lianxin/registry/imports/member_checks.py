"""A roster of members against itself and against the members the body has."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import polars as pl

from lianxin.kit import vault
from lianxin.kit.refusals import Refused

from ..models.body import BodySpan
from ..models.person import Membership
from ..operations.consents import normal_contact
from .body_records import Employers, area_paths, same
from .faults import group_of
from .fields import Asked, Line, RosterKind, Staged
from .personal import open_cell, seal_cell
from .reading import read_columns

_TOTALS = {"合计", "总计", "小计", "共计", "汇总", "total", "sum"}


class MemberChecks:
    """One file about the members of one body, or one row of it that is being mended."""

    def __init__(self, raw: pl.DataFrame, kind: RosterKind, asked: Asked) -> None:
        self.kind, self.asked, self.batch = kind, asked, asked.batch
        self.raw = self._opened(raw)
        self.mapped = [f for f in kind.fields if f.code in self.raw.columns]

    def _opened(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Cells of rows that waited are sealed; the checks read what is in them."""
        if "contact" not in raw.columns:
            return raw
        cells = [
            open_cell(text, batch=self.batch.pk, row=row) if text else None
            for row, text in raw.select("row", "contact").iter_rows()
        ]
        return raw.with_columns(pl.Series("contact", cells, pl.String))

    def run(self) -> Iterator[Staged]:
        frame = read_columns(self.raw, self.mapped, self.asked.today)
        lines = list(frame.iter_rows(named=True))
        self._look_up(lines)
        seen: dict[str, int] = {}
        for line in lines:
            yield self._staged(line, seen)

    def _look_up(self, lines: list[Line]) -> None:
        home = self.asked.places.home_path
        within = None if not home else [a for a, path in area_paths().items() if path.startswith(home)]
        self.employers = Employers.read(sorted({ln["organisation"] for ln in lines if ln.get("organisation")}), within)
        span = BodySpan.objects.filter(body=self.batch.body_id, valid_until=None).first()
        self.since = span.valid_from if span else self.batch.effective_on
        held = Membership.objects.filter(body=self.batch.body_id, left_on=None, person__merged_into=None)
        self.members: dict[tuple[str, int], list[Membership]] = defaultdict(list)
        for member in held.exclude(person__name="").select_related("person").prefetch_related("person__contacts"):
            self.members[same(member.person.name), member.organisation_id or 0].append(member)

    def _staged(self, line: Line, seen: dict[str, int]) -> Staged:
        faults = [
            {"field": f.code, "code": fault, **({"details": {"limit": f.limit}} if fault == "too_long" else {})}
            for f in self.mapped
            if (fault := line[f"{f.code}!"])
        ]
        name = line.get("name")
        made = Staged(line["row"], "set_aside", title=(name or "")[:60], faults=faults)
        employer = self._employer(line.get("organisation"), faults)
        contact = self._contact(line.get("contact"), faults)
        if not name:
            self._fault(faults, "name", "person_missing")
        elif same(name) in _TOTALS:
            self._fault(faults, "name", "total_row")
        self._days(line, faults)
        made.key = f"{same(name or '')}|{employer}|{contact[2] if contact else ''}"
        if not faults:
            self._against_record(made, line, employer, contact)
        if not faults and (first := seen.setdefault(made.key, made.row)) != made.row:
            self._fault(faults, "row", "same_in_file", row=first)
        if faults:
            made.state, made.values, made.fault_group = "set_aside", {}, group_of(str(faults[0]["code"]))
            written = {f.code: line[f"{f.code}@"] for f in self.mapped if line[f"{f.code}@"] is not None}
            made.written = self.kind.kept(written, self.batch, made.row)
        return made

    @staticmethod
    def _fault(faults: list[Line], field: str, code: str, **details: Any) -> None:
        if all(f["field"] != field for f in faults):
            faults.append({"field": field, "code": code, **({"details": details} if details else {})})

    def _employer(self, word: str | None, faults: list[Line]) -> int:
        found = self.employers.asked(word) if word else []
        if word and len(found) != 1:
            code = "covered_two" if found else "covered_unknown"
            self._fault(faults, "organisation", code, name=word[:60])
        return found[0].id if len(found) == 1 else 0

    def _contact(self, text: str | None, faults: list[Line]) -> tuple[str, str, str] | None:
        """Kind, the contact as it is sealed, and its look-up word."""
        if not text:
            return None
        kind = "email" if "@" in text else "phone"
        try:
            plain = normal_contact(kind, text)
        except Refused:
            self._fault(faults, "contact", "contact_unreadable")
            return None
        return kind, plain, vault.lookup_word(kind, plain)

    def _days(self, line: Line, faults: list[Line]) -> None:
        joined = line.get("joined_on")
        if joined and joined > self.batch.effective_on:
            self._fault(faults, "joined_on", "joined_later")
        if joined and joined < self.since:
            self._fault(faults, "joined_on", "joined_before_body", since=self.since.isoformat())
        purpose = self.batch.purpose
        if purpose is not None and purpose.basis == "consent" and not line.get("consented_on"):
            self._fault(faults, "consented_on", "consent_missing")

    def _against_record(self, made: Staged, line: Line, employer: int, contact: tuple[str, str, str] | None) -> None:
        known = self.members.get((same(line["name"]), employer), [])
        if contact and len(known) > 1:
            known = [m for m in known if any(c.lookup == contact[2] for c in m.person.contacts.all())] or known
        if len(known) > 1:
            self._fault(made.faults, "name", "member_twice", count=len(known))
        elif known:
            self._compare(made, line, known[0])
        else:
            made.state, made.values = "new", self._values(made.row, line, employer, contact)

    def _compare(self, made: Staged, line: Line, member: Membership) -> None:
        """A member the body has already: only that somebody was verified since is news."""
        made.ref, made.state = member.pk, "unchanged"
        if line.get("verified") and member.verified_on is None and member.registered_on is not None:
            made.state, made.values = "changed", {"verified_on": self.batch.effective_on.isoformat()}
            made.differences = {"verified": ["", self.batch.effective_on.isoformat()]}

    def _values(self, row: int, line: Line, employer: int, contact: tuple[str, str, str] | None) -> Line:
        joined = line.get("joined_on") or self.batch.effective_on
        values: Line = {"name": line["name"], "joined_on": joined.isoformat()}
        if employer:
            values["organisation"] = employer
        if line.get("verified"):
            values["verified_on"] = self.batch.effective_on.isoformat()
        if self.batch.purpose is not None and self.batch.purpose.basis == "consent":
            values["consented_on"] = line["consented_on"].isoformat()
        if contact:
            cell = seal_cell(contact[1], batch=self.batch.pk, row=row)
            values["contact"] = [contact[0], cell]
        return values
