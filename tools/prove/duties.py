"""An independent script recomputes what everybody owes in a seeded district and agrees on every record (reach, 1).

All obligations are switched on for it, also those that are off by default, so that each is compared.
"""

import os
import sys
import time
from collections import Counter
from typing import Any

from tools import duty_oracle, fresh

SIZE = os.environ.get("LIANXIN_SIZE", "district")


def fetch(sql: str) -> list[dict[str, Any]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def switch_everything_on(day: Any) -> list[str]:
    """Every obligation holds from the day; the codes of all."""
    from lianxin.kit.actor import SYSTEM
    from lianxin.kit.clock import now
    from lianxin.reach.models import ObligationVersion
    from lianxin.reach.operations.duties import switch_obligation

    for version in ObligationVersion.objects.filter(valid_until=None, is_on=False).select_related("obligation"):
        by = {"actor": SYSTEM, "at": now()}
        switch_obligation(obligation=version.obligation, is_on=True, reason="for the proof", day=day, **by)
    return sorted(ObligationVersion.objects.filter(valid_until=None).values_list("obligation__code", flat=True))


def differences(day: Any) -> tuple[dict[str, dict[str, int]], list[str]]:
    """Counts by obligation and state as the product has them, and where the second way differs."""
    from lianxin.reach.models import NO_DEADLINE, Owed

    ours: dict[str, dict[int, duty_oracle.Verdict]] = {}
    rows = Owed.objects.filter(valid_until=None).values_list("obligation__code", "ref", "state", "deadline")
    for code, ref, state, deadline in rows:
        ours.setdefault(code, {})[ref] = (state, None if deadline == NO_DEADLINE else deadline)
    theirs = duty_oracle.everything(duty_oracle.read(fetch, day))
    faults = []
    for code in sorted(set(ours) | set(theirs)):
        mine, other = ours.get(code, {}), theirs.get(code, {})
        faults += [
            f"{code} {ref}: ours {mine.get(ref)}, theirs {other.get(ref)}"
            for ref in sorted(set(mine) | set(other))
            if mine.get(ref) != other.get(ref)
        ]
    counts = {code: dict(Counter(state for state, _deadline in found.values())) for code, found in ours.items()}
    return counts, faults


def main() -> dict[str, Any]:
    fresh.migrated()
    from django.core.management import call_command

    call_command("seed", size=SIZE, verbosity=0, stdout=sys.stderr)
    from lianxin.kit.actor import SYSTEM
    from lianxin.kit.clock import now, today
    from lianxin.reach.operations.reckoning import reckon

    codes = switch_everything_on(today())
    began = time.monotonic()
    made = reckon(day=today(), actor=SYSTEM, at=now())
    seconds = round(time.monotonic() - began, 2)
    counts, faults = differences(today())
    seen = {state for found in counts.values() for state in found}
    return {
        "size": SIZE,
        "obligations": len(codes),
        "records_compared": sum(made.counts.values()),
        "by_state": made.counts,
        "by_obligation": counts,
        "never_owed": sorted(set(codes) - set(counts)),
        "seconds_to_work_out": seconds,
        "differences": faults[:50],
        "must": {
            "both ways agree on every record": not faults,
            "every state occurs": seen == {"met", "unmet", "unknown"},
            "worked out within 10 seconds": seconds < 10,
        },
    }
