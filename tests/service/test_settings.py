"""Settings are complete at start; a wrong one is told by name with its cure, a secret never."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from service import settings
from service.settings import SettingsError, load, parse_keys

KEY = base64.b64encode(b"k" * 32).decode()
COMPLETE = {
    "DATABASE_URL": "sqlite:////srv/hearthline.db",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "TWILIO_ACCOUNT_SID": "AC0123",
    "TWILIO_AUTH_TOKEN": "a-token-that-nobody-may-read",
    "PUBLIC_URL": "https://line.example.org/",
    "SERVICE_NUMBER": "+15550100100",
    "HEARTHLINE_KEYS": f"k1:{KEY}",
}


def test_what_is_needed_is_enough() -> None:
    loaded = load(COMPLETE)
    assert (loaded.port, loaded.env, loaded.clock_file) == (8000, "production", None)
    assert loaded.public_url == "https://line.example.org"


def test_all_that_is_missing_is_told_at_once_with_meaning_and_cure() -> None:
    with pytest.raises(SettingsError) as refused:
        load({})
    names = [trouble.name for trouble in refused.value.troubles]
    assert names == sorted(COMPLETE)
    assert all(trouble.cure.startswith("Set it to ") for trouble in refused.value.troubles)
    assert "7 settings need your attention" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "mysql://host/x", "neither SQLite nor PostgreSQL"),
        ("REDIS_URL", "127.0.0.1:6379", "no address of a Redis"),
        ("TWILIO_ACCOUNT_SID", "SK0123", "right form"),
        ("TWILIO_API_URL", "127.0.0.1:8100", "begins with http"),
        ("PUBLIC_URL", "line.example.org", "begins with http"),
        ("SERVICE_NUMBER", "555 0100", "no number with + and country code"),
        ("PORT", "70000", "65535"),
        ("HEARTHLINE_KEYS", "k1:short", "key 1 is not valid base64"),
        ("HEARTHLINE_KEYS", "k1:c2hvcnQ=", "key 1 has 5 bytes in place of 32"),
        ("HEARTHLINE_KEYS", f"k1:{KEY},k1:{KEY}", "two keys have the same id"),
        ("HEARTHLINE_ENV", "staging", "'practice', 'test' or 'production'"),
        ("HEARTHLINE_CLOCK_FILE", "clock", "this is production"),
        ("HEARTHLINE_LEASE_SECONDS", "10", "while it is still being sent"),
        ("HEARTHLINE_IN_FLIHT", "8", "no setting has this name"),
        ("HEARTHLINE_IN_FLIGHT", "many", "valid integer"),
    ],
)
def test_a_wrong_one_is_told_by_name(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({**COMPLETE, name: value})
    [trouble] = refused.value.troubles
    assert trouble.name == name
    assert said in trouble.trouble
    assert trouble.cure


def test_a_slip_in_a_name_gets_the_name_that_was_meant() -> None:
    with pytest.raises(SettingsError, match="Did you mean HEARTHLINE_IN_FLIGHT"):
        load({**COMPLETE, "HEARTHLINE_IN_FLIHT": "8"})


@pytest.mark.parametrize("name", ["HEARTHLINE_KEYS", "DATABASE_URL", "REDIS_URL"])
def test_a_secret_is_never_repeated(name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({**COMPLETE, name: "hunter2"})
    assert "hunter2" not in str(refused.value)
    shown = repr(load(COMPLETE)) + str(load(COMPLETE))
    assert KEY not in shown
    assert COMPLETE["TWILIO_AUTH_TOKEN"] not in shown
    assert COMPLETE["DATABASE_URL"] not in shown


def test_the_older_spelling_of_hosts_is_understood() -> None:
    assert load({**COMPLETE, "DATABASE_URL": "postgres://u:p@h/d"}).database_url.startswith(
        "postgresql://u:p@h"
    )


def test_a_region_would_bend_the_address_of_a_stand_in() -> None:
    given = {**COMPLETE, "TWILIO_API_URL": "http://127.0.0.1:1", "TWILIO_REGION": "ie1"}
    with pytest.raises(SettingsError, match="TWILIO_REGION"):
        load(given)


def test_an_empty_setting_is_one_that_is_not_set() -> None:
    assert load({**COMPLETE, "PORT": "", "TWILIO_API_URL": ""}).port == 8000


def test_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(COMPLETE).port = 9  # type: ignore[misc]


def test_keys_come_in_their_order() -> None:
    other = base64.b64encode(b"o" * 32).decode()
    assert parse_keys(f"b:{other}, a:{KEY}") == [("b", b"o" * 32), ("a", b"k" * 32)]


def test_production_does_not_follow_a_moved_clock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HEARTHLINE_CLOCK_FILE", str(tmp_path / "clock"))
    monkeypatch.setenv("HEARTHLINE_ENV", "test")
    assert settings.clock_file() == tmp_path / "clock"
    monkeypatch.setenv("HEARTHLINE_ENV", "production")
    assert settings.clock_file() is None
    monkeypatch.delenv("HEARTHLINE_ENV")
    assert settings.clock_file() is None


def test_every_setting_stands_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == settings.table()
