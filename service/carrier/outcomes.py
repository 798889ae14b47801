"""What the phone network's answers mean to us: a table of codes, and a few outcomes.

Promise: every answer to a send, and every way in which none comes, is exactly one outcome, and
nothing outside this folder decides what an error means. The rule: the HTTP status first (codes
get split over time), then the table. What may have been sent is `InDoubt`, never "failed".
This module must not open a connection, nor import the carrier's library: everybody may read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

LONGEST_BODY = 1600  # characters; the network refuses more (21617)

Kind = Literal[
    "opted-out",  # this number wrote STOP to ours: mark it, never retry
    "unusable",  # no such number, a landline, unreachable for good: tell staff, or call
    "config",  # our account, sender or registration: stop and alarm
    "bug",  # we sent what we should have checked before sending
    "credentials",  # the account's keys: alarm and pause the queue
    "daily-cap",  # the account's cap of the day: not a matter of seconds
    "other",  # refused, for a reason this release does not know
]

CodeKind = Literal[Kind, "slow-down", "later"]
"""What a code says by itself; "later" is a phone off or out of reach: try again, bounded."""

CODES: Mapping[int, CodeKind] = {
    10004: "slow-down",  # too many calls at once
    20003: "credentials",
    20005: "credentials",  # the account is not active
    20008: "credentials",  # test credentials used for the live resource
    20429: "slow-down",
    14107: "slow-down",  # more than 30 replies in 30 s between two numbers
    21205: "bug",  # no address to ask for what is said
    21210: "config",  # From is no number of ours
    21211: "unusable",
    21212: "config",
    21214: "unusable",
    21215: "config",  # calls there are not allowed for the account
    21216: "config",
    21217: "unusable",
    21265: "unusable",
    21266: "bug",  # To and From are the same number
    21408: "config",
    21602: "bug",  # no body
    21603: "bug",  # no From
    21604: "bug",  # no To
    21606: "config",
    21610: "opted-out",
    21611: "slow-down",
    21612: "config",  # no route from this sender to that number
    21614: "unusable",
    21617: "bug",
    21619: "bug",
    21635: "unusable",
    21659: "config",
    21660: "config",
    30001: "later",
    30002: "credentials",  # the account is suspended
    30003: "later",
    30004: "later",  # blocked on their side; may pass
    30005: "unusable",
    30006: "unusable",
    30007: "config",
    30008: "later",
    30022: "slow-down",
    30032: "config",
    30034: "config",
    63038: "daily-cap",
}

# how long to hold back where the code itself names the time, in seconds
_HOLD_BACK: Mapping[int, float] = {14107: 30.0}


class Accepted(NamedTuple):
    """The network holds the message under `sid`."""

    sid: str
    status: str


class Refused(NamedTuple):
    """The network will not take this message, however often it is asked."""

    code: int | None
    http_status: int
    kind: Kind


class SlowDown(NamedTuple):
    """Not taken, for it was too much at once. `retry_after`: seconds, where the network said."""

    code: int | None
    retry_after: float | None


class Retry(NamedTuple):
    """Certainly not taken, and may be tried again. `reason`: a code, or what broke before."""

    reason: int | str


NOT_BEGUN = "not begun"
"""The reason where the network was not even asked: this process ends, or slept for too long."""


class InDoubt(NamedTuple):
    """Perhaps taken, perhaps not: ask the network for what it holds before sending again."""

    reason: str


Outcome = Accepted | Refused | SlowDown | Retry | InDoubt


def kind_of(code: int | None) -> CodeKind:
    """What a code means, also the code of a status callback; "other" for an unknown one."""
    return CODES.get(code, "other") if code is not None else "other"


def unsendable(to: str, from_: str, body: str, media: int = 0) -> Refused | None:
    """What the network would refuse in any case, found before anything is sent."""
    if not to:
        return Refused(21604, 0, "bug")
    if not from_:
        return Refused(21603, 0, "bug")
    if not body.strip() and not media:
        return Refused(21602, 0, "bug")
    if len(body) > LONGEST_BODY:
        return Refused(21617, 0, "bug")
    return None


def unplaceable(to: str, from_: str) -> Refused | None:
    """What the network would refuse of a call in any case."""
    if not to:
        return Refused(21201, 0, "bug")
    if not from_:
        return Refused(21213, 0, "bug")
    return None


# Such a number exists nowhere. Whom a text cannot reach for another reason may still be rung.
_NOWHERE = (21211, 21214, 21217, 30005)


def can_be_rung(unusable_code: str | None) -> bool:
    """Whether a number that was found unusable for texts, by this code, may still be called."""
    if unusable_code is None:
        return True
    return not (unusable_code.isdigit() and int(unusable_code) in _NOWHERE)


def judge(
    status: int, answer: Mapping[str, object] | None, retry_after: str | None = None
) -> Outcome:
    """The outcome of an answered send. `answer` is its JSON object, None where it was none."""
    if 200 <= status < 300:
        sid = answer.get("sid") if answer is not None else None
        if answer is None or not isinstance(sid, str) or not sid:
            return InDoubt(f"unreadable {status}")
        return Accepted(sid, str(answer.get("status") or "queued"))
    code = _code(answer)
    if status >= 500 or status == 408:
        return InDoubt(f"http {status}")
    kind = kind_of(code)
    if status == 429:
        if kind == "daily-cap":
            return Refused(code, status, "daily-cap")
        return SlowDown(code, _seconds(retry_after) or _hold_back(code))
    if status == 401:
        return Refused(code, status, "credentials")
    if kind == "slow-down":
        return SlowDown(code, _seconds(retry_after) or _hold_back(code))
    if kind == "later":
        return Retry(code if code is not None else f"http {status}")
    if kind == "other" and (status < 400 or status in (403, 404, 405)):
        # a redirect, a forbidden or a missing resource is about the address we were given
        return Refused(code, status, "config")
    return Refused(code, status, kind)


def _code(answer: Mapping[str, object] | None) -> int | None:
    code = answer.get("code") if answer is not None else None
    if isinstance(code, int):
        return code
    return int(code) if isinstance(code, str) and code.isdigit() else None


def _hold_back(code: int | None) -> float | None:
    return _HOLD_BACK.get(code) if code is not None else None


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds; its other form, a date, is not used by this network."""
    try:
        seconds = float(retry_after) if retry_after else 0.0
    except ValueError:
        return None
    return seconds if 0 < seconds < 86_400 else None
