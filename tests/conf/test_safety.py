import secrets
from types import SimpleNamespace

import pytest

from installation import Installation
from lianxin.conf.safety import faults


@pytest.fixture
def home(tmp_path):
    tmp_path.chmod(0o750)
    return tmp_path


def safe(home) -> dict[str, str]:
    names = ("SECRET_KEY", "FIELD_KEYS", "SEALED_KEYS", "LOOKUP_KEY", "SEAL_KEY")
    return {
        **{f"LIANXIN_{name}": secrets.token_urlsafe(48) for name in names},
        "LIANXIN_HOSTS": "lianxin.example.org",
        "LIANXIN_TLS_PROXY": "1",
        "LIANXIN_HOME": str(home),
        "LIANXIN_DATABASE_URL": f"sqlite://{home}/lianxin.sqlite3",
    }


def found(home, **changed: str) -> list[str]:
    environment = {k: v for k, v in {**safe(home), **changed}.items() if v}
    settings = SimpleNamespace(
        HOME=home,
        DEBUG=False,
        ALLOWED_HOSTS=environment.get("LIANXIN_HOSTS", "localhost").split(","),
        CSRF_TRUSTED_ORIGINS=[o for o in environment.get("LIANXIN_ORIGINS", "").split(",") if o],
    )
    return faults(environment, settings)


def test_safe_settings_have_no_fault(home):
    assert found(home) == []
    assert found(home, LIANXIN_FIELD_KEYS=f"k2:{secrets.token_urlsafe(48)},k1:{secrets.token_urlsafe(48)}") == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("LIANXIN_SECRET_KEY", "short", "LIANXIN_SECRET_KEY is shorter"),
        ("LIANXIN_SEAL_KEY", "ab" * 40, "LIANXIN_SEAL_KEY is shorter"),
        ("LIANXIN_LOOKUP_KEY", "change-me-before-you-go-live-please-0123", "LIANXIN_LOOKUP_KEY looks like an example"),
        ("LIANXIN_FIELD_KEYS", "k2:" + "Zq3-" * 20 + ",k1:short", "LIANXIN_FIELD_KEYS is shorter"),
        ("LIANXIN_DEBUG", "1", "LIANXIN_DEBUG is set"),
        ("LIANXIN_HOSTS", "*", "LIANXIN_HOSTS allows any host"),
        ("LIANXIN_HOSTS", "", "LIANXIN_HOSTS is not set"),
        ("LIANXIN_ORIGINS", "http://lianxin.example.org", "LIANXIN_ORIGINS trusts http://"),
        ("LIANXIN_TLS_PROXY", "", "No TLS"),
        ("LIANXIN_HOME", "", "LIANXIN_HOME is not set"),
        ("LIANXIN_DATABASE_URL", "", "LIANXIN_DATABASE_URL is not set"),
    ],
)
def test_an_unsafe_setting_is_named_with_what_to_do(home, name, value, says):
    assert any(fault.startswith(says) for fault in found(home, **{name: value}))


def test_one_secret_for_two_purposes_is_refused(home):
    one = secrets.token_urlsafe(48)
    (fault,) = found(home, LIANXIN_LOOKUP_KEY=one, LIANXIN_SEAL_KEY=one)
    assert fault == "LIANXIN_SEAL_KEY is the same as LIANXIN_LOOKUP_KEY. Give each its own secret."


def test_secrets_in_the_state_folder_are_refused(home):
    (home / "secrets").mkdir()
    (home / "secrets" / "lianxin_seal_key").write_text("x")
    assert "holds secrets made for development" in found(home)[0]


def test_a_state_folder_open_to_all_is_refused(home):
    home.chmod(0o755)
    assert "open to every user" in found(home)[0]


def test_certificates_that_are_not_there_are_refused(home):
    said = found(home, LIANXIN_TLS_PROXY="", LIANXIN_TLS_CERTIFICATE="/none.pem", LIANXIN_TLS_KEY="/none.key")
    assert said == [f"There is no file /none.{end}, which the TLS settings name." for end in ("pem", "key")]


def test_the_start_names_every_fault_and_shows_no_traceback(home):
    weak = {**safe(home), "LIANXIN_SEAL_KEY": "short", "LIANXIN_HOSTS": "*", "LIANXIN_TLS_PROXY": ""}
    here = Installation(home, url=weak.pop("LIANXIN_DATABASE_URL"), LIANXIN_MODE="production", **weak)
    for command in ("serve", "worker", "migrate"):
        said = here.run(command, code=1).stderr.splitlines()
        assert [line.split()[0] for line in said] == ["LIANXIN_SEAL_KEY", "LIANXIN_HOSTS", "No"]


def test_production_with_safe_settings_starts_and_refuses_the_demonstration(home):
    given = safe(home)
    here = Installation(home, url=given.pop("LIANXIN_DATABASE_URL"), LIANXIN_MODE="production", **given)
    here.run("migrate", "-v0")
    assert "--demo" not in here.run("serve", "--demo", "--port", str(here.port), code=1).stdout


def test_a_missing_secret_stops_production_with_one_sentence(home):
    given = {**safe(home), "LIANXIN_SEAL_KEY": ""}
    here = Installation(home, url=given.pop("LIANXIN_DATABASE_URL"), LIANXIN_MODE="production", **given)
    assert here.run("check", code=1).stderr.strip().startswith("LIANXIN_SEAL_KEY is not set")
