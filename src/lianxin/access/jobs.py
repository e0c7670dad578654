"""What is cleared away every night: sessions that ran out, counters of tokens that no longer work."""

from datetime import time

from django.contrib.sessions.models import Session

from lianxin.kit.clock import now, today
from lianxin.kit.rates import forget
from lianxin.trail.tasks import Run, task

from .models import ApiToken


@task(name="access.tidy", daily_at=time(3, 50))
def tidy(run: Run) -> None:
    """Delete sessions that have expired, and the request counters of tokens that expired or were revoked."""
    Session.objects.filter(expire_date__lt=now()).delete()
    for token in ApiToken.objects.exclude(last_used_on=None).iterator():
        if not token.holds_on(today()):
            forget(f"token-{token.pk}")
