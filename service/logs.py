"""Structured logs that carry ids, counts and names of things, never a number, a name or a text.

What may be logged is an allow-list, so that a mistake loses a detail and not a person's privacy:
keys outside it are dropped (and refused under test), texts are constants of the code, and of an
exception only its type and the places it passed are kept, since its message may hold a value.
"""

from __future__ import annotations

import io
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO, cast

import orjson
import structlog

# fmt: off
_WHICH = {
    "act", "action", "code", "conversation", "edition", "event_kind", "flow", "hash", "kind",
    "lane", "outcome", "purpose", "reason", "revision", "sid", "state", "status", "step", "turn",
}
_HOW_MUCH = {
    "attempts", "bytes", "claimed", "count", "due", "in_flight", "milliseconds", "overdue",
    "percent", "rows", "seconds", "segments",
}
_WHERE = {"method", "path", "port", "process", "queue", "signal", "worker"}
_ADDED_HERE = {"at", "event", "exception", "level", "source", "dropped", "place"}
# fmt: on
KEYS = _WHICH | _HOW_MUCH | _WHERE | _ADDED_HERE  # and any key that ends in _id
_SENTENCE = re.compile(r"[A-Za-z][A-Za-z ,;:'()/-]{0,99}")
_WORD = re.compile(r"[A-Za-z0-9_.:/ -]{0,80}")
_LIKE_A_NUMBER = re.compile(r"[0-9][0-9 ().-]{5,}[0-9]")
# ULIDs, sids, hashes and UUIDs may hold many digits in a row and are no phone numbers.
_ID = re.compile(r"(?=.*[A-Za-z])[0-9A-Za-z]{12,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Event = MutableMapping[str, Any]


class NotForLogs(ValueError):
    """Under test: something that logs must not carry was handed to them."""


def get(name: str) -> Any:
    """The logger of one module: `log.info("turn taken", person_id=..., milliseconds=3)`."""
    return structlog.get_logger(source=name)


def start(*, level: str = "info", readable: bool = False, strict: bool = False) -> None:
    """Set up logging for this process: to standard error, as JSON or readable, one line an event.

    `strict` raises `NotForLogs` where a running service would only drop: for tests.
    """
    floor = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _exception,
            _Guard(strict=strict),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _readable if readable else _json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(floor),
        logger_factory=structlog.WriteLoggerFactory(file=_STDERR),
        cache_logger_on_first_use=not strict,
    )
    handler = logging.StreamHandler(_STDERR)
    handler.setFormatter(_Library(readable=readable))
    logging.basicConfig(handlers=[handler], level=max(floor, logging.WARNING), force=True)


class _Stderr(io.TextIOBase):
    """Whatever stderr is at the moment of writing: it may be exchanged and closed meanwhile."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


_STDERR = cast(TextIO, _Stderr())


class _Guard:
    """Lets through what is on the list and looks like an id, a count or a name of ours."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        kept: Event = {k: v for k, v in event.items() if allowed(k, v)}
        refused = sorted(set(event) - set(kept))
        if refused and self.strict:
            raise NotForLogs(f"not for logs: {', '.join(refused)}")
        if refused:
            kept["dropped"] = len(refused)
            kept.setdefault("event", "an event without a fit name")
        return kept


def allowed(key: str, value: object) -> bool:
    """Whether logs may carry this: the key is on the list, the value an id, a count or a name."""
    if key not in KEYS and not key.endswith("_id"):
        return False
    if value is None or isinstance(value, bool | int | float):
        return True
    if not isinstance(value, str):
        return False
    if key == "exception":  # made by `places`
        return True
    if key == "event":
        return _SENTENCE.fullmatch(value) is not None
    if _ID.fullmatch(value):
        return True
    return _WORD.fullmatch(value) is not None and _LIKE_A_NUMBER.search(value) is None


def places(error: BaseException) -> str:
    """The type of an exception and where it passed, without its message."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    way = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
    cause = error.__cause__ or error.__context__
    said = f"{type(error).__name__} at {way}" if way else type(error).__name__
    return f"{said}, after {type(cause).__name__}" if cause is not None else said


def _exception(_logger: Any, _method: str, event: Event) -> Event:
    told = event.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()[1]
    elif isinstance(told, tuple):
        told = told[1]
    if isinstance(told, BaseException):
        event["exception"] = places(told)
    return event


def _json(_logger: Any, _method: str, event: Event) -> str:
    return orjson.dumps(dict(event)).decode()


def _readable(_logger: Any, _method: str, event: Event) -> str:
    level, said = event.pop("level", "info"), event.pop("event", "")
    event.pop("at", None)
    who = event.pop("source", "")
    mark = "" if level == "info" else f"{level}: "
    rest = " ".join(f"{k}={v}" for k, v in event.items())
    return f"{mark}{who}: {said} {rest}".rstrip()


class _Library(logging.Formatter):
    """What other libraries log: who and where, and their text only without what was filled in."""

    def __init__(self, *, readable: bool) -> None:
        super().__init__()
        self.render = _readable if readable else _json

    def format(self, record: logging.LogRecord) -> str:
        said = str(record.msg)
        fit = bool(record.args) or _SENTENCE.fullmatch(said) is not None
        event: Event = {
            "event": said if fit else "a message not shown",
            "source": record.name,
            "level": record.levelname.lower(),
            "place": f"{Path(record.pathname).name}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[1] is not None:
            event["exception"] = places(record.exc_info[1])
        return self.render(None, "", event)
