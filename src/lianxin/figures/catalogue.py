"""The indicators there are: shipped as files, kept as dated versions."""

import json
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused
from lianxin_methods.indicators.definition import Definition, from_dict

from .models import IndicatorVersion


class NoSuchIndicator(Refused):
    text = _("There is no indicator “%(code)s”. There are: %(known)s.")
    status = 404


@dataclass(frozen=True, slots=True)
class Version:
    """A definition and the row it stands in."""

    id: int
    definition: Definition
    valid_from: date
    valid_until: date | None


def shipped() -> list[dict[str, Any]]:
    """The definitions that come with the product."""
    folder = files("lianxin.figures").joinpath("definitions")
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".json"))
    return [json.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


@transaction.atomic
def keep_shipped() -> int:
    """Write the shipped versions that are not kept yet; a newer one ends the one before. How many were written."""
    kept = set(IndicatorVersion.objects.values_list("code", "number"))
    made = 0
    for file in shipped():
        for version in file["versions"]:
            if (file["code"], version["number"]) in kept:
                continue
            since = date.fromisoformat(version["valid_from"])
            IndicatorVersion.objects.filter(code=file["code"], valid_until=None).update(valid_until=since)
            content = {"code": file["code"], "number": version["number"], **version["content"]}
            from_dict(content)
            IndicatorVersion.objects.create(
                code=file["code"], number=version["number"], content=content, valid_from=since
            )
            made += 1
    return made


def versions(code: str) -> list[Version]:
    """All versions of an indicator, the newest first. Raises NoSuchIndicator."""
    rows = IndicatorVersion.objects.filter(code=code).order_by("-number")
    found = [_version(row) for row in rows]
    if not found and keep_shipped():
        return versions(code)
    if not found:
        raise NoSuchIndicator(code=code, known=", ".join(codes()))
    return found


def version_on(code: str, day: date) -> Version:
    """The version that holds on the day; before the first, the first. Raises NoSuchIndicator."""
    found = versions(code)
    return next((v for v in found if v.valid_from <= day), found[-1])


def codes() -> list[str]:
    """Codes of all indicators, in the order of the files."""
    known = set(IndicatorVersion.objects.values_list("code", flat=True))
    first = [file["code"] for file in shipped()]
    return [*first, *sorted(known - set(first))]


def _version(row: IndicatorVersion) -> Version:
    return Version(row.pk, from_dict(row.content), row.valid_from, row.valid_until)
