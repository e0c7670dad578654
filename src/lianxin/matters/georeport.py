"""Open311 GeoReport v2 on the wire: lists as JSON or XML, moments as written there. Knows no database."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

ITEM = {"services": "service", "service_requests": "request", "errors": "error", "values": "value"}
"""What one of a list is called in XML."""


@dataclass(frozen=True, slots=True)
class Service:
    """Something that can be asked for."""

    service_code: str
    service_name: str
    description: str
    group: str
    metadata: bool = False
    type: str = "realtime"
    keywords: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as others see it. Empty and None are both “not known”: left out in JSON, empty in XML."""

    service_request_id: str
    status: str
    status_notes: str
    service_name: str
    service_code: str
    description: str
    agency_responsible: str
    service_notice: str
    requested_datetime: datetime
    updated_datetime: datetime
    expected_datetime: datetime | None
    address: str
    address_id: str = ""
    zipcode: str = ""
    lat: float | None = None
    long: float | None = None
    media_url: str = ""


def plain(row: Any) -> dict[str, Any]:
    """A row of ours as a mapping."""
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def written(name: str, rows: Iterable[Mapping[str, Any]], form: str) -> str:
    """A list called `name` as JSON or XML."""
    return as_json(rows) if form == "json" else as_xml(name, rows)


def as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps([_bare(row) for row in rows], ensure_ascii=False, default=_text)


def _bare(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value not in (None, "")}


def as_xml(name: str, rows: Iterable[Mapping[str, Any]]) -> str:
    root = ElementTree.Element(name)
    for row in rows:
        item = ElementTree.SubElement(root, ITEM[name])
        for key, value in row.items():
            ElementTree.SubElement(item, key).text = _safe(_text(value))
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}'


def _safe(text: str) -> str:
    """Without signs that XML cannot carry at all."""
    return "".join(
        c for c in text if c in "\t\n\r" or c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def read_moment(text: str) -> datetime:
    """A moment in any of the forms of W3C's note on dates. Raises ValueError; without a zone it is refused too."""
    found = datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace(" ", "+"))
    if found.tzinfo is None:
        raise ValueError(text)
    return found
