"""Background work of matters."""

from datetime import time, timedelta

from lianxin.kit.clock import now, today
from lianxin.places.calendar import WorkingDays
from lianxin.trail.tasks import Run, task

from . import ways_jobs as _ways  # noqa: F401  registers its tasks
from .models import Theme
from .operations import counting, handling, learning, referrals, suggestions, theme_answers, theming
from .operations.ringing import due_now, ring

AT_ONCE = 200
SKETCHES_AT_ONCE = 200
"""Matters whose sketches go in one transaction: 30 ms of 1,000,000 matters."""
KEEP_ROLLS_DAYS = 90
"""So long after the result of an election somebody may still object to it."""
SOON = timedelta(seconds=5)


@task(name="matters.expire_referrals", every_s=3600)
def expire_referrals(run: Run) -> None:
    """What was passed on can be read no more once its last day is over."""
    for referral in referrals.expired(today()):
        referrals.expire(referral=referral, at=now())


@task(name="matters.end_emergencies", every_s=3600)
def end_emergencies(run: Run) -> None:
    """Whoever opened a shut matter in an emergency lets go of it after a day."""
    handling.end_emergencies(now())


@task(name="matters.forget_rolls", daily_at=time(3, 50))
def forget_rolls(run: Run) -> None:
    """Names on rolls, and codes, go when the time to object is over."""
    counting.forget_rolls(before=today() - timedelta(days=KEEP_ROLLS_DAYS), actor=run.actor, at=now())


@task(name="matters.ring_clocks", lease_s=120, atomic=False, every_s=60)
def ring_clocks(run: Run) -> None:
    """Remind before, escalate after: every clock whose moment has come."""
    calendar = WorkingDays.read()
    for done, matter in enumerate(due_now(now(), AT_ONCE)):
        with run.step(done, AT_ONCE):
            ring(matter=matter, at=now(), calendar=calendar)


@task(name="matters.propose", lease_s=60)
def propose(run: Run, matter: int) -> None:
    """Say what a new matter of C0 to C2 is about, and let it join a theme."""
    if suggestions.propose_for(matter=matter, at=now()):
        join_themes.using(key="themes", run_after=SOON).enqueue()


@task(name="matters.join_themes", lease_s=300, atomic=False)
def join_themes(run: Run) -> None:
    """Put new matters into themes, fifty in one transaction."""
    done = 0
    while count := theming.join_pending(at=now()):
        done += count
        run.progress(done)


@task(name="matters.answer_theme", lease_s=300, atomic=False)
def answer_theme(run: Run, theme: int, account: int) -> None:
    """Answer everyone who sent in a matter of a closed theme; started again, it goes on where it stopped."""
    closed = Theme.objects.get(pk=theme)
    waiting = theme_answers.unanswered(closed)
    for done, matter in enumerate(waiting, 1):
        with run.step(done, len(waiting)):
            theme_answers.answer_one(theme=closed, matter=matter, account=account, at=now())
    theme_answers.all_answered(theme=closed, at=now())


@task(name="matters.retrain", lease_s=1800, atomic=False, daily_at=time(2, 40))
def retrain(run: Run) -> None:
    """Learn anew from what was closed, weigh words anew, forget old sketches."""
    for target in ("need", "kind"):
        try:
            learning.retrain(target=target, actor=run.actor, at=now())
        except learning.NothingToLearn as refusal:
            run.progress(0, note=refusal.sentence)
    theming.renew_lexicon(at=now())
    old = suggestions.with_old_sketches(now())
    for start in range(0, len(old), SKETCHES_AT_ONCE):
        with run.step(start, len(old)):
            suggestions.drop_sketches(old[start : start + SKETCHES_AT_ONCE])
