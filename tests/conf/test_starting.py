import sqlite3

import pytest

from lianxin.conf import starting


@pytest.fixture
def home(tmp_path):
    """A state folder after a full start."""
    write(tmp_path, "trail", "0001_initial")
    starting.remember(tmp_path, "")
    return tmp_path


def write(home, app: str, name: str) -> None:
    with sqlite3.connect(home / "lianxin.sqlite3") as database:
        database.execute("CREATE TABLE IF NOT EXISTS django_migrations (app text, name text)")
        database.execute("INSERT INTO django_migrations VALUES (?, ?)", (app, name))


def may_skip(home, *arguments: str, production: bool = False) -> bool:
    return starting.may_skip_preparation(["serve", *arguments], home, "", is_production=production)


def test_a_later_start_prepares_nothing(home):
    assert may_skip(home, "--port", "8001")


def test_the_first_start_prepares_everything(tmp_path):
    assert not may_skip(tmp_path)


def test_a_database_that_changed_or_went_is_looked_at_in_full(home):
    write(home, "trail", "0002_jobs")
    assert not may_skip(home)
    (home / "lianxin.sqlite3").unlink()
    assert not may_skip(home)


def test_a_new_migration_file_is_applied(home, monkeypatch):
    monkeypatch.setattr(starting, "migration_files", lambda: "other")
    assert not may_skip(home)


def test_production_and_an_empty_demonstration_are_always_prepared(home):
    assert not may_skip(home, production=True)
    assert not may_skip(home, "--demo")
    (home / "demo-logins.txt").write_text("x")
    assert may_skip(home, "--demo")


def test_other_commands_and_a_damaged_note_are_not_taken_for_a_later_start(home):
    assert not starting.may_skip_preparation(["migrate"], home, "", is_production=False)
    assert not may_skip(home, "--help")
    starting.note(home).write_text("{")
    assert not may_skip(home)
