from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError

from lianxin.kit.clock import now
from lianxin.trail.models import Beat

pytestmark = pytest.mark.django_db


def beat(seconds: float) -> None:
    Beat.objects.create(worker="w", started_at=now(), beat_at=now() - timedelta(seconds=seconds))


def test_it_is_well_while_a_worker_gives_signs_of_life(client):
    beat(5)
    assert client.get("/health/").json() == {"status": "ok", "database": "ok", "worker": "ok"}


def test_a_silent_worker_is_told_but_the_address_answers(client):
    beat(120)
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json() == {"status": "degraded", "database": "ok", "worker": "silent"}


def test_a_database_that_does_not_answer_is_503(client):
    with patch("lianxin.trail.queries.worker_is_alive", side_effect=OperationalError):
        answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "database": "down"}
