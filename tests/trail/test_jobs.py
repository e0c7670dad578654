from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import transaction

from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused
from lianxin.places.models import Scheme
from lianxin.trail import jobs as trail_jobs
from lianxin.trail import tasks, worker
from lianxin.trail.models import Beat, Job, Schedule
from lianxin.trail.tasks import ATTEMPTS, DEATHS, LeaseLost, Run, claim, give_up_the_dead, run, run_until_idle, task

pytestmark = pytest.mark.django_db


class Closed(Refused):
    text = "The year is closed."


@pytest.fixture(autouse=True)
def own_tasks(monkeypatch):
    """Tasks of this file alone, gone afterwards."""
    monkeypatch.setattr(tasks, "TASKS", {})
    monkeypatch.setattr(worker, "TASKS", tasks.TASKS)


def adding(*, atomic: bool = True, **given):
    @task(name="test.add_scheme", atomic=atomic, **given)
    def add_scheme(run: Run, *, code: str) -> None:
        Scheme.objects.create(code=code, name=code)

    return add_scheme


def schemes() -> list[str]:
    return sorted(Scheme.objects.values_list("code", flat=True))


def past(job: Job, **hours: float) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(**hours))


def test_a_job_runs_once_and_is_done():
    adding().enqueue(code="a")
    assert run_until_idle() == 1
    assert run_until_idle() == 0
    assert schemes() == ["a"]
    assert Job.objects.get().done_at is not None


def test_a_job_of_a_transaction_that_is_rolled_back_never_was():
    todo = adding()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        todo.enqueue(code="a")
        raise ZeroDivisionError
    assert not Job.objects.exists()


def test_arguments_that_do_not_fit_or_are_not_json_are_refused_when_enqueued():
    todo = adding()
    with pytest.raises(TypeError):
        todo.enqueue(kode="a")
    with pytest.raises(TypeError):
        todo.enqueue(code=datetime(2026, 3, 4, tzinfo=UTC))
    with pytest.raises(TypeError):
        todo.enqueue("a")


def test_a_job_waits_until_its_time():
    adding().using(run_after=timedelta(hours=1)).enqueue(code="a")
    assert run_until_idle() == 0
    Job.objects.update(run_at=now())
    assert run_until_idle() == 1


def test_one_job_of_a_key_waits_at_a_time_and_takes_the_earlier_hour():
    todo = adding()
    late = todo.using(key="k", run_after=timedelta(hours=1)).enqueue(code="a")
    soon = todo.using(key="k").enqueue(code="b")
    assert (soon.id, soon.is_new) == (late.id, False)
    assert run_until_idle() == 1
    assert todo.using(key="k").enqueue(code="c").is_new


def test_a_key_may_be_enqueued_again_while_its_job_is_at_work_but_not_run_beside_it():
    todo = adding()
    todo.using(key="k").enqueue(code="a")
    (first,) = claim("one")
    assert todo.using(key="k").enqueue(code="b").is_new
    assert claim("two") == []
    assert run(first)
    assert [job.kwargs["code"] for job in claim("two")] == ["b"]


def test_the_more_urgent_job_is_claimed_first():
    todo = adding()
    todo.enqueue(code="a")
    todo.using(priority=5).enqueue(code="b")
    assert [job.kwargs["code"] for job in claim("one", limit=1)] == ["b"]


def test_long_jobs_and_retries_are_claimed_alone():
    short = adding()
    for code in "abc":
        short.enqueue(code=code)
    assert len(claim("one")) == 3
    Job.objects.update(lease_until=None)
    assert len(claim("one")) == 1
    Job.objects.all().delete()
    long = adding(atomic=False)
    long.enqueue(code="d")
    long.enqueue(code="e")
    assert len(claim("one")) == 1


def test_a_leased_job_is_not_claimed_again_until_its_lease_is_over():
    adding().enqueue(code="a")
    (job,) = claim("dies")
    assert claim("two") == []
    past(job, seconds=1)
    (again,) = claim("two")
    assert (again.pk, again.attempts) == (job.pk, 2)


def test_a_worker_that_lost_its_lease_leaves_no_effect():
    adding().enqueue(code="a")
    (job,) = claim("slow")
    past(job, seconds=1)
    (again,) = claim("two")
    assert not run(job)
    assert schemes() == []
    assert run(again)
    assert schemes() == ["a"]


def test_a_failed_job_is_tried_again_later_each_time_and_given_up_after_five():
    @task(name="test.fail")
    def fail(run: Run) -> None:
        Scheme.objects.create(code="half", name="half")
        raise ValueError("name and phone of a person")

    fail.enqueue()
    waits = []
    for _ in range(ATTEMPTS):
        before = now()
        assert run_until_idle(reraise=False) == 0
        waits.append(round((Job.objects.get().run_at - before).total_seconds()))
        Job.objects.update(run_at=before)
    job = Job.objects.get()
    assert waits[:4] == [2, 4, 8, 16]
    assert job.failed_at is not None
    assert job.error.startswith("ValueError test_jobs.py:")
    assert "phone" not in job.error
    assert schemes() == []
    assert run_until_idle() == 0


def test_a_refusal_is_final_and_keeps_its_words():
    @task(name="test.refuse")
    def refuse(run: Run) -> None:
        raise Closed

    refuse.enqueue()
    with pytest.raises(Closed):
        run_until_idle()
    job = Job.objects.get()
    assert job.failed_at is not None
    assert job.error == "The year is closed."


def test_a_job_that_kills_its_worker_each_time_is_given_up():
    adding().enqueue(code="a")
    for _ in range(DEATHS):
        assert give_up_the_dead() == 0
        (job,) = claim("dies")
        past(job, seconds=1)
    assert claim("one") == []
    assert give_up_the_dead() == 1
    assert Job.objects.get().failed_at is not None


def test_a_long_job_that_gets_on_is_never_given_up_however_often_its_worker_is_killed():
    @task(name="test.long", atomic=False)
    def long(run: Run) -> None:
        run.progress(Job.objects.get().progress_done + 1, 100)
        raise SystemExit

    long.enqueue()
    for _ in range(DEATHS + 5):
        (job,) = claim("dies")
        with pytest.raises(SystemExit):
            run(job)
        past(job, seconds=1)
    assert give_up_the_dead() == 0
    assert Job.objects.get().progress_done == DEATHS + 5


def test_a_long_job_keeps_the_steps_it_committed_and_shows_its_progress():
    @task(name="test.steps", atomic=False)
    def steps(run: Run, *, fail_at: int) -> None:
        for number in range(3):
            if number == fail_at:
                raise ValueError
            with run.step(number + 1, 3, "rows"):
                Scheme.objects.get_or_create(code=str(number), name="x")

    steps.enqueue(fail_at=2)
    assert run_until_idle(reraise=False) == 0
    job = Job.objects.get()
    assert (job.progress_done, job.progress_total, job.progress_note) == (2, 3, "rows")
    assert schemes() == ["0", "1"]


def test_a_step_after_the_lease_was_lost_is_rolled_back():
    @task(name="test.steal", atomic=False)
    def steal(run: Run) -> None:
        Job.objects.update(worker="other")
        with run.step():
            Scheme.objects.create(code="a", name="a")

    steal.enqueue()
    with pytest.raises(LeaseLost):
        run_until_idle()
    assert schemes() == []


def test_progress_renews_the_lease():
    @task(name="test.tell", atomic=False, lease_s=600)
    def tell(run: Run) -> None:
        Job.objects.update(lease_until=now())
        run.progress(1, 2, "half")
        assert Job.objects.get().lease_until > now() + timedelta(seconds=500)

    tell.enqueue()
    assert run_until_idle() == 1


def test_each_slot_of_a_schedule_is_enqueued_once_and_missed_ones_are_not_made_up_for():
    @task(name="test.minutely", every_s=60)
    def minutely(run: Run) -> None:
        Scheme.objects.create(code="m", name="m")

    start = now()
    worker.write_schedules(start)
    worker.write_schedules(start)
    assert worker.enqueue_slots(start) == 1
    assert worker.enqueue_slots(start) == 0
    assert worker.enqueue_slots(start + timedelta(seconds=301)) == 1
    assert Schedule.objects.get().next_at == start + timedelta(seconds=360)
    assert Job.objects.count() == 2


def test_a_daily_task_runs_at_its_hour_where_the_federation_works(settings):
    schedule = Schedule(name="x", daily_at=time(3, 40))
    at = datetime(2026, 3, 4, 19, 39, tzinfo=UTC)
    assert worker.next_slot(schedule, at) == datetime(2026, 3, 4, 19, 40, tzinfo=UTC)
    assert worker.next_slot(schedule, at + timedelta(minutes=1)) == datetime(2026, 3, 5, 19, 40, tzinfo=UTC)


def test_a_paused_schedule_enqueues_nothing():
    @task(name="test.minutely", every_s=60)
    def minutely(run: Run) -> None: ...

    worker.write_schedules(now())
    Schedule.objects.update(is_paused=True)
    assert worker.enqueue_slots(now()) == 0


def test_a_worker_that_stops_hands_back_what_it_has_not_begun():
    here = worker.Worker()

    @task(name="test.stop")
    def stop(run: Run) -> None:
        here.stop()

    stop.enqueue()
    stop.enqueue()
    assert here.run() == 1
    (waiting,) = Job.objects.filter(done_at=None)
    assert (waiting.attempts, waiting.lease_until) == (0, None)
    assert not Beat.objects.exists()


def test_jobs_that_ended_long_ago_are_pruned():
    todo = adding()
    for code, days in (("old", 15), ("new", 1)):
        todo.enqueue(code=code)
        Job.objects.filter(kwargs={"code": code}).update(done_at=now() - timedelta(days=days))
    trail_jobs.prune.function(None)
    assert [job.kwargs["code"] for job in Job.objects.all()] == ["new"]
