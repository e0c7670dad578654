"""The kinds that come with the product, read from `data/kinds/*.yaml`."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .kinds import Kind, read_kind

FOLDER = Path(__file__).parent / "data" / "kinds"
PARTS = ("states", "steps", "clocks", "prompts")


@cache
def shipped() -> dict[str, Kind]:
    """Every shipped kind by its code. Raises KindFaulty for one that cannot be used."""
    return {code: read_kind(content) for code, content in contents().items()}


@cache
def contents() -> dict[str, dict[str, Any]]:
    """The plain data of every shipped kind, what it shares with others written out. Read once: nobody changes it."""
    raw = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
    return {code: _written_out(content, raw) for code, content in raw.items() if code != "general"}


def _written_out(content: dict[str, Any], raw: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A kind without `like`, `add` and `drop`: parts added take the place of those of the same code."""
    if "like" not in content:
        return content
    model = _written_out(raw[content["like"]], raw)
    own = {key: value for key, value in content.items() if key not in ("like", "add", "drop")}
    added, dropped = content.get("add", {}), content.get("drop", {})
    return {**model, **own, **{part: _merged(part, model, added, dropped) for part in PARTS}}


def _merged(part: str, model: dict[str, Any], added: dict[str, Any], dropped: dict[str, Any]) -> list[Any]:
    if part == "prompts":
        return [*model.get(part, []), *added.get(part, [])]
    kept = {item["code"]: item for item in model.get(part, []) if item["code"] not in dropped.get(part, [])}
    return list({**kept, **{item["code"]: item for item in added.get(part, [])}}.values())
