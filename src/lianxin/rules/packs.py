"""Rule packs: parameters, rules and tables of a jurisdiction with their sources, in one YAML file.

A pack adds what is not there. An entry of a local pack with `override: true` is saved as a new version.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused

from . import operations
from .models import DecisionTable, Parameter, StoredRule
from .operations import Source
from .reading import read_yaml

PACKS = Path(__file__).parent / "data"
Adder = Callable[[Mapping[str, Any], Actor, datetime], bool]
SECTIONS: dict[str, Adder] = {}
"""Further sections of a pack, each with what adds one of its entries; filled by `conf` when the process starts."""


class BadPack(Refused):
    text = _("This is not a rule pack: %(reason)s")


def shipped() -> list[Path]:
    """The packs that come with the product."""
    return sorted(PACKS.glob("*.yaml"))


@transaction.atomic
def load_pack(path: Path, *, actor: Actor, at: datetime) -> dict[str, int]:
    """Add what a pack has and the installation has not: codes that exist are left as they are. Raises BadPack.

    Each parameter, rule and table is recorded by its own operation.
    """
    import yaml

    try:
        data = read_yaml(path)
        adders = {"parameters": _parameter, "rules": _rule, "tables": _table, **SECTIONS}
        counts = {name: sum(add(row, actor, at) for row in data.get(name, ())) for name, add in adders.items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise BadPack(reason=f"{path.name}: {type(error).__name__} {error}")
    return counts


def source_of(row: Mapping[str, Any]) -> Source:
    """Where an entry of a pack comes from."""
    return Source(row["source"], str(row.get("article", "")), bool(row.get("verified", False)))


def _parameter(row: Mapping[str, Any], actor: Actor, at: datetime) -> bool:
    made = Parameter.objects.filter(code=row["code"]).first()
    if made and not row.get("override"):
        return False
    names = {key: row[key] for key in ("code", "title", "title_en")}
    kind, unit = row.get("kind", "int"), row.get("unit", "")
    made = made or operations.add_parameter(**names, kind=kind, unit=unit, actor=actor, at=at)
    for value in row["values"]:
        operations.set_parameter(
            parameter=made,
            value=value["value"],
            valid_from=value["valid_from"],
            jurisdiction=str(value.get("jurisdiction", "")),
            source=source_of(value),
            actor=actor,
            at=at,
        )
    return True


def _rule(row: Mapping[str, Any], actor: Actor, at: datetime) -> bool:
    made = StoredRule.objects.filter(code=row["code"]).first()
    if made and not row.get("override"):
        return False
    names = {key: row[key] for key in ("code", "title", "title_en", "severity")}
    where = str(row.get("jurisdiction", ""))
    made = made or operations.add_rule(**names, vocabulary=row["target"], jurisdiction=where, actor=actor, at=at)
    for version in row["versions"]:
        operations.save_rule(
            rule=made,
            text=version["text"],
            valid_from=version["valid_from"],
            source=source_of(version),
            in_force=True,
            actor=actor,
            at=at,
        )
    return True


def _table(row: Mapping[str, Any], actor: Actor, at: datetime) -> bool:
    made = DecisionTable.objects.filter(code=row["code"]).first()
    if made and not row.get("override"):
        return False
    names = {key: row[key] for key in ("code", "title", "title_en")}
    where = str(row.get("jurisdiction", ""))
    made = made or operations.add_table(**names, vocabulary=row["target"], jurisdiction=where, actor=actor, at=at)
    for version in row["versions"]:
        operations.save_table(
            table=made,
            rows=[(str(r.get("when", "")), str(r["value"])) for r in version["rows"]],
            valid_from=version["valid_from"],
            source=source_of(version),
            in_force=True,
            actor=actor,
            at=at,
        )
    return True
