"""Logs carry ids and counts; whatever else is handed to them does not come out."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from service import logs

ULID = "01JD0R7ZV5N0X4F8D2C3B4A5EG"


@pytest.fixture(autouse=True)
def as_the_tests_have_them() -> Iterator[None]:
    yield
    logs.start(level="debug", strict=True)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize(
    ("key", "value", "passes"),
    [
        ("person_id", ULID, True),
        ("job_id", "12345678-1234-1234-1234-1234567890ab", True),
        ("sid", "SM" + "0123456789abcdef" * 2, True),
        ("milliseconds", 12.5, True),
        ("outcome", "already open", True),
        ("path", "/twilio/sms", True),
        ("place", "turns.py:88", True),
        ("count", None, True),
        ("number", "+15550142001", False),
        ("body", "I feel low", False),
        ("person_id", "+15550142001", False),
        ("person_id", "1 (555) 014-2001", False),
        ("reason", "she said: I am at 12 Elm Street, tired", False),
        ("path", "/people/15550142001", False),
        ("event", "text from +15550142001", False),
        ("outcome", {"text": "hello"}, False),
    ],
)
def test_what_may_be_logged(key: str, value: object, passes: bool) -> None:
    assert logs.allowed(key, value) is passes


def test_a_running_service_drops_what_is_not_for_logs(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start()
    logs.get("turns").info("turn taken", person_id=ULID, body="I feel low", number="+15550142001")
    [line] = lines(capsys)
    assert line.pop("at")
    assert line == {
        "event": "turn taken",
        "level": "info",
        "source": "turns",
        "person_id": ULID,
        "dropped": 2,
    }


def test_a_test_fails_on_it() -> None:
    logs.start(strict=True)
    with pytest.raises(logs.NotForLogs, match="body"):
        logs.get("turns").info("turn taken", body="I feel low")


def test_an_exception_is_told_by_type_and_place_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.start()
    try:
        try:
            raise ValueError("+15550142001 said: I feel low")
        except ValueError as first:
            raise RuntimeError("Ana") from first
    except RuntimeError:
        logs.get("turns").exception("a turn failed", person_id=ULID)
    [line] = lines(capsys)
    assert line["exception"].startswith("RuntimeError at test_logs.py:")
    assert line["exception"].endswith(", after ValueError")
    assert "Ana" not in json.dumps(line)


@pytest.mark.parametrize(
    ("message", "values", "shown"),
    [
        ("job %s took %d s", (ULID, 3), "job %s took %d s"),
        ("worker started", (), "worker started"),
        ("POST Body='I feel low' To=+15550142001", (), "a message not shown"),
    ],
)
def test_what_libraries_log_comes_without_what_was_filled_in(
    capsys: pytest.CaptureFixture[str], message: str, values: tuple[Any, ...], shown: str
) -> None:
    logs.start()
    logging.getLogger("a.library").warning(message, *values)
    [line] = lines(capsys)
    assert (line["event"], line["source"]) == (shown, "a.library")
    assert line["place"].startswith("test_logs.py:")


def test_practice_reads_like_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start(readable=True)
    logs.get("turns").warning("turn was slow", milliseconds=80)
    assert capsys.readouterr().err == "warning: turns: turn was slow milliseconds=80\n"
