import os

from tools.prove.kill import kill_rounds

from installation import Installation


def test_workers_killed_at_work_leave_every_effect_exactly_once(tmp_path):
    here = Installation(tmp_path)
    env = {**here.env, "DJANGO_SETTINGS_MODULE": "lianxin.conf.settings", "PATH": os.environ["PATH"]}
    found = kill_rounds(env, 2, short=20, long=1, steps=4, seed=3)
    assert found["exactly_once"]
    assert (found["kills"], found["given_up"]) == (2, 0)
