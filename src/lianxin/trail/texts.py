"""What each act is called. Every app keeps its own in `acts.py`; they are gathered here when the project starts."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

TEXTS: dict[str, str | Promise] = {}


JOBS: dict[str, str | Promise] = {}
"""What each task is called, gathered in the same way."""


def learn(acts: Mapping[str, str | Promise], jobs: Mapping[str, str | Promise]) -> None:
    """Take over what an app's `acts.py` says."""
    TEXTS.update(acts)
    JOBS.update(jobs)


def job_text(name: str) -> str:
    """The task in the reader's language."""
    return str(JOBS.get(name, name))


def act_text(act: str, facts: Mapping[str, Any] | None = None) -> str:
    """The act in the reader's language; a text may name facts, as in `%(rows)s rows`."""
    text = str(TEXTS.get(act, act))
    try:
        return text % facts if facts and "%(" in text else text
    except (KeyError, TypeError, ValueError):
        return text
