"""Rule packs: parameters, rules and tables of a jurisdiction with their sources, in one YAML file."""

from collections.abc import Mapping
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
        counts = {
            "parameters": sum(_parameter(row, actor, at) for row in data.get("parameters", ())),
            "rules": sum(_rule(row, actor, at) for row in data.get("rules", ())),
            "tables": sum(_table(row, actor, at) for row in data.get("tables", ())),
        }
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise BadPack(reason=f"{path.name}: {type(error).__name__} {error}")
    return counts


def _source(row: Mapping[str, Any]) -> Source:
    return Source(row["source"], str(row.get("article", "")), bool(row.get("verified", False)))


def _parameter(row: Mapping[str, Any], actor: Actor, at: datetime) -> bool:
    if Parameter.objects.filter(code=row["code"]).exists():
        return False
    names = {key: row[key] for key in ("code", "title", "title_en")}
    made = operations.add_parameter(**names, kind=row.get("kind", "int"), unit=row.get("unit", ""), actor=actor, at=at)
    for value in row["values"]:
        operations.set_parameter(
            parameter=made,
            value=value["value"],
            valid_from=value["valid_from"],
            jurisdiction=str(value.get("jurisdiction", "")),
            source=_source(value),
            actor=actor,
            at=at,
        )
    return True


def _rule(row: Mapping[str, Any], actor: Actor, at: datetime) -> bool:
    if StoredRule.objects.filter(code=row["code"]).exists():
        return False
    names = {key: row[key] for key in ("code", "title", "title_en", "severity")}
    where = str(row.get("jurisdiction", ""))
    made = operations.add_rule(**names, vocabulary=row["target"], jurisdiction=where, actor=actor, at=at)
    for version in row["versions"]:
        operations.save_rule(
            rule=made,
            text=version["text"],
            valid_from=version["valid_from"],
            source=_source(version),
            in_force=True,
            actor=actor,
            at=at,
        )
    return True


def _table(row: Mapping[str, Any], actor: Actor, at: datetime) -> bool:
    if DecisionTable.objects.filter(code=row["code"]).exists():
        return False
    names = {key: row[key] for key in ("code", "title", "title_en")}
    where = str(row.get("jurisdiction", ""))
    made = operations.add_table(**names, vocabulary=row["target"], jurisdiction=where, actor=actor, at=at)
    for version in row["versions"]:
        operations.save_table(
            table=made,
            rows=[(str(r.get("when", "")), str(r["value"])) for r in version["rows"]],
            valid_from=version["valid_from"],
            source=_source(version),
            in_force=True,
            actor=actor,
            at=at,
        )
    return True
