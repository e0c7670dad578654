"""From a day on record to the day by which something must be done."""

from datetime import date, timedelta

from lianxin.places.calendar import WorkingDays
from lianxin.registry.attributes import months_after


def deadline_of(since: date, limit: int | None, unit: str, calendar: WorkingDays) -> date:
    """The last day on which it is in time. limit : None where the day on record is itself the deadline."""
    if limit is None:
        return since
    if unit == "months":
        return months_after(since, limit)
    return since + timedelta(days=limit) if unit == "days" else calendar.add_working_days(since, limit)
