"""What is given stays; embedded parts, free ports and kept keys take the other places."""

from __future__ import annotations

import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service import settings
from service.practice import choices
from tests.servers import free_port

GIVEN_NETWORK = {
    "TWILIO_ACCOUNT_SID": "AC0123",
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_API_URL": "http://127.0.0.1:9",
}


@contextmanager
def listening(host: str = "127.0.0.1") -> Iterator[int]:
    with socket.socket() as server:
        server.bind((host, 0))
        server.listen()
        yield server.getsockname()[1]


def test_nothing_given_everything_embedded_and_complete(tmp_path: Path) -> None:
    chosen = choices.choose({}, tmp_path)
    loaded = settings.load(chosen.environment)
    assert (loaded.env, loaded.home, loaded.port) == ("practice", tmp_path, chosen.port)
    assert loaded.database_url == f"sqlite:///{tmp_path / 'data' / 'hearthline.db'}"
    assert loaded.twilio_api_url == f"http://127.0.0.1:{chosen.network_port}"
    assert chosen.phone_page == f"{loaded.twilio_api_url}/"
    assert dict(chosen.parts()) == {
        "database": "SQLite, embedded",
        "queue": "Valkey, embedded",
        "phone network": "local: nothing leaves this machine",
    }


def test_what_is_given_takes_the_place_of_the_embedded_parts(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgresql://h/d", "REDIS_URL": "redis://h:1/0", **GIVEN_NETWORK}
    chosen = choices.choose(given, tmp_path)
    assert (chosen.network_port, chosen.valkey_port) == (None, None)
    assert given.items() <= chosen.environment.items()
    assert dict(chosen.parts()) == {
        "database": "PostgreSQL, from DATABASE_URL",
        "queue": "from REDIS_URL",
        "phone network": "from TWILIO_API_URL",
    }


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_port_in_use_is_told_and_avoided(tmp_path: Path, host: str) -> None:
    with listening(host) as taken:
        chosen = choices.choose({"PORT": str(taken)}, tmp_path)
    assert chosen.port > taken
    assert f"Port {taken} is in use: the service takes {chosen.port}." in chosen.told
    assert chosen.environment["PORT"] == str(chosen.port)
    assert chosen.environment["PUBLIC_URL"] == f"http://127.0.0.1:{chosen.port}"


def test_a_free_port_that_is_given_is_taken_without_a_word(tmp_path: Path) -> None:
    port = free_port()
    chosen = choices.choose(
        {"PORT": str(port), "REDIS_URL": "redis://h", **GIVEN_NETWORK}, tmp_path
    )
    assert (chosen.port, chosen.told) == (port, [])


@pytest.mark.parametrize("lacking", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"])
def test_half_a_phone_network_is_refused_by_name(tmp_path: Path, lacking: str) -> None:
    given = {name: value for name, value in GIVEN_NETWORK.items() if name != lacking}
    with pytest.raises(choices.NotPossible, match=f"not {lacking}"):
        choices.choose(given, tmp_path)


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_what_is_no_port_is_told(tmp_path: Path, port: str) -> None:
    with pytest.raises(choices.NotPossible, match="PORT is no number"):
        choices.choose({"PORT": port}, tmp_path)


def test_keys_are_made_once_apart_from_the_data_and_for_this_user_only(tmp_path: Path) -> None:
    first = choices.choose({}, tmp_path)
    again = choices.choose({}, tmp_path)
    for name in ("HEARTHLINE_KEYS", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        assert first.environment[name] == again.environment[name]
    assert not list((tmp_path / "data").iterdir())
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_data_without_its_keys_is_never_given_new_ones(tmp_path: Path) -> None:
    choices.choose({}, tmp_path)
    (tmp_path / "data" / "hearthline.db").touch()
    (tmp_path / "keys" / "hearthline").unlink()
    with pytest.raises(choices.NotPossible, match="Put the keys back"):
        choices.choose({}, tmp_path)


def test_the_command_line_finds_what_runs(tmp_path: Path) -> None:
    with listening() as taken:
        chosen = choices.choose({"PORT": str(taken)}, tmp_path)
    assert choices.chosen({}, tmp_path) == chosen.environment


def test_no_secret_is_kept_in_the_open(tmp_path: Path) -> None:
    given = {"REDIS_URL": "redis://:a-password@h/0", **GIVEN_NETWORK}
    choices.choose(given, tmp_path)
    kept = (tmp_path / "practice.json").read_text()
    assert "a-password" not in kept
    assert choices.last(tmp_path).keys() == {"PORT", "PUBLIC_URL"}
