from datetime import timedelta

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

import make
from conftest import NOW
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import now
from lianxin.trail import queries
from lianxin.trail.chain import seal_next
from lianxin.trail.models import Beat, Entry, Job, Schedule
from lianxin.trail.operations import record
from lianxin.trail.texts import act_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    def sign_in(role: str):
        account = make.account((role, make.area()))
        client.force_login(account)
        return client, AccountActor(account)

    return sign_in


def job(**given) -> Job:
    return Job.objects.create(**{"name": "trail.seal", "enqueued_at": now(), "run_at": now(), **given})


def entry(act: str = "registry.organisation.added", subject=None, actor=None, at=NOW, **facts) -> Entry:
    subject = subject or make.organisation(area=make.area())
    return record(act, subject, actor=actor or AccountActor(make.account()), at=at, **facts)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "waiting"),
        ({"lease_until": timedelta(minutes=1), "attempts": 1}, "running"),
        ({"lease_until": timedelta(minutes=-1), "attempts": 1}, "stalled"),
        ({"attempts": 2}, "retrying"),
        ({"done_at": timedelta()}, "done"),
        ({"failed_at": timedelta()}, "failed"),
        ({"failed_at": timedelta(), "cancelled_by": "样例"}, "cancelled"),
    ],
)
def test_the_state_of_a_job_is_said_in_a_word(given, state):
    at = now()
    made = job(**{k: at + v if isinstance(v, timedelta) else v for k, v in given.items()})
    line = queries.job_line(made, at)
    assert line.state == state
    assert line.state_text


def test_a_steward_sees_jobs_their_progress_and_the_clock(signed_in):
    client, _actor = signed_in("steward")
    job(progress_done=1200, progress_total=4000, progress_note="第 3 批", lease_until=now() + timedelta(minutes=1))
    job(failed_at=now(), error="ValueError reader.py:12 read")
    Schedule.objects.create(name="trail.seal", every_s=60, next_at=now())
    page = client.get(reverse("trail:jobs")).content.decode()
    assert "1,200" in page
    assert "第 3 批" in page
    assert "ValueError" not in page
    assert "ValueError" in client.get(reverse("trail:jobs"), {"state": "failed"}).content.decode()
    assert "<c-" not in page


def test_a_state_that_is_none_does_not_exist(signed_in):
    client, _actor = signed_in("steward")
    assert client.get(reverse("trail:jobs"), {"state": "x"}).status_code == 404


def test_the_jobs_page_takes_the_same_queries_for_1_and_30_jobs(django_assert_num_queries):
    job()
    Schedule.objects.create(name="trail.seal", every_s=60, next_at=now())
    Beat.objects.create(worker="w", started_at=now(), beat_at=now())
    with django_assert_num_queries(4):
        queries.job_page("open", now())
    for _ in range(29):
        job()
    with django_assert_num_queries(4):
        assert len(queries.job_page("open", now()).lines) == 30


def test_a_job_is_cancelled_and_started_again_and_both_are_recorded(signed_in):
    client, actor = signed_in("steward")
    made = job(attempts=1, lease_until=now() + timedelta(minutes=1))
    assert client.post(reverse("trail:cancel", args=[made.pk])).status_code == 302
    made.refresh_from_db()
    assert (made.cancelled_by, made.lease_until) == (actor.label, None)
    assert client.post(reverse("trail:cancel", args=[made.pk])).status_code == 409
    assert client.post(reverse("trail:retry", args=[made.pk])).status_code == 302
    made.refresh_from_db()
    assert (made.failed_at, made.cancelled_by, made.attempts) == (None, "", 0)
    assert client.post(reverse("trail:retry", args=[made.pk])).status_code == 409
    acts = ["trail.job.cancelled", "trail.job.retried"]
    assert list(Entry.objects.order_by("id").values_list("act", flat=True)) == acts


def test_a_job_is_not_started_again_beside_one_of_the_same_key_that_waits(signed_in):
    client, _actor = signed_in("steward")
    made = job(key="k", failed_at=now())
    job(key="k")
    assert client.post(reverse("trail:retry", args=[made.pk])).status_code == 409
    assert Job.objects.get(pk=made.pk).failed_at is not None


@pytest.mark.parametrize(
    ("role", "jobs", "manage", "entries"),
    [
        ("steward", 200, 302, 200),
        ("auditor", 200, 403, 200),
        ("protection_officer", 403, 403, 200),
        ("district_officer", 403, 403, 403),
        ("representative", 403, 403, 403),
    ],
)
def test_who_may_see_jobs_and_the_trail(signed_in, role, jobs, manage, entries):
    client, _actor = signed_in(role)
    made = job()
    assert client.get(reverse("trail:jobs")).status_code == jobs
    assert client.post(reverse("trail:cancel", args=[made.pk])).status_code == manage
    assert client.get(reverse("trail:entries")).status_code == entries
    assert client.get(reverse("trail:history", args=["registry.organisation", 1])).status_code == entries


def test_a_stranger_is_sent_to_the_log_in(client):
    for name in ("trail:jobs", "trail:entries"):
        assert client.get(reverse(name)).status_code == 302


def test_entries_are_found_by_act_actor_subject_and_day():
    organisation = make.organisation(area=make.area())
    wang = AccountActor(make.account(username="wang"))
    one = entry(subject=organisation, actor=wang)
    two = entry("registry.organisation.changed", at=NOW + timedelta(days=1))

    def found(**given) -> list[int]:
        return [line.id for line in queries.entries(queries.EntryFilter(**given)).lines]

    assert found() == [two.pk, one.pk]
    assert found(act="registry.organisation.changed") == [two.pk]
    assert found(actor="wang") == [one.pk]
    assert found(subject_kind="registry.organisation", subject_id=organisation.pk) == [one.pk]
    assert found(day=(NOW + timedelta(days=1)).date()) == [two.pk]
    assert found(before=two.pk) == [one.pk]


def test_the_trail_goes_on_page_by_page(signed_in):
    client, _actor = signed_in("auditor")
    organisation = make.organisation(area=make.area())
    made = [entry(subject=organisation) for _ in range(55)]
    first = queries.entries(queries.EntryFilter())
    assert (len(first.lines), first.next_before) == (50, made[5].pk)
    rest = queries.entries(queries.EntryFilter(before=first.next_before))
    assert (len(rest.lines), rest.next_before) == (5, None)
    assert f"before={made[5].pk}" in client.get(reverse("trail:entries")).content.decode()


def test_a_wrong_filter_shows_its_fault_and_filters_nothing(signed_in):
    client, _actor = signed_in("auditor")
    entry()
    answer = client.get(reverse("trail:entries"), {"day": "yesterday", "actor": "用"})
    assert answer.status_code == 200
    assert "lx-fault" in answer.content.decode()


def test_the_trail_shows_what_is_sealed(signed_in):
    client, _actor = signed_in("auditor")
    entry()
    seal_next(NOW, 10)
    entry()
    line = queries.seal_line()
    assert (line.sealed, line.unsealed) == (1, 1)
    sealed = [e.is_sealed for e in queries.entries(queries.EntryFilter()).lines]
    assert sealed == [False, True]


def test_who_changed_a_record_is_a_part_of_any_page(django_assert_num_queries):
    organisation = make.organisation(area=make.area())
    actor = AccountActor(make.account(username="wang"))
    entry(subject=organisation, actor=actor)
    entry("registry.organisation.changed", subject=organisation, actor=actor)
    entry()
    part = Template("{% load trail %}{% who_changed record %}")
    with django_assert_num_queries(1):
        html = part.render(Context({"record": organisation}))
    assert html.count("<li>") == 2
    assert actor.label in html
    by_id = Template("{% load trail %}{% who_changed_id 'registry.organisation' number %}")
    assert by_id.render(Context({"number": organisation.pk})) == html


def test_an_act_is_told_in_the_language_of_the_reader_with_its_facts(monkeypatch):
    monkeypatch.setitem(queries.TEXTS, "test.rows", "took in %(rows)s rows")
    assert act_text("test.rows", {"rows": 3}) == "took in 3 rows"
    assert act_text("test.rows", {}) == "took in %(rows)s rows"
    assert act_text("test.unknown") == "test.unknown"
    with translation.override("zh-hans"):
        assert act_text("trail.job.cancelled") == "取消了一项后台任务"
