"""Shared by all tests: one fixed moment, one small place."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    deadline=None,  # a busy machine is not a fault
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",  # a change lands or not by what it changes; at home they search anew
)
settings.load_profile("house")

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 4)
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def shared() -> Path:
    """The folder of real data; a test that needs it is skipped with the reason where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the real data in ../shared, which is not part of the repository")
    return SHARED


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    """State that is written outside the database goes to a folder of the test run, never to the installation's."""
    settings.HOME = tmp_path
