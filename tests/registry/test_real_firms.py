"""Real firms through the importer, read in place; nothing readable of them is kept here."""

from pathlib import Path
from typing import Any

import pytest
from tools.prove import real_firms

from conftest import NOW
from lianxin.places.demonstration import load_futian

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]


def test_real_firms_come_in_and_none_in_a_wrong_community(shared: Path, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_futian(NOW)
    found = real_firms.measure(shared / "data/orgs-shenzhen/orgs.csv")
    assert found["rows"] == found["in"] + found["set_aside_with_reason"] == 402
    assert found["right"] >= 0.97 * found["name_a_listed_community"]
    assert found["name_a_listed_community"] > 150
    assert (found["wrong"], found["at_odds"]) == (0, [])
