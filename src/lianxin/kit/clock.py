"""The one clock. Operations never ask for the time: it comes in as `at`."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This moment, aware."""
    return timezone.now()


def today() -> date:
    """The current day where the federation works."""
    return timezone.localdate()


def day_of(at: datetime) -> date:
    """The day of a moment where the federation works."""
    return timezone.localdate(at)
