"""Options that several commands have, so that each is said one way everywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from service.cli.trouble import Trouble

F = TypeVar("F", bound=Callable[..., Any])


def by_option(command: F) -> F:
    """Who does it: stands in the trail."""
    return click.option(
        "--by", default="the command line", show_default=True, help="Who does this, for the trail."
    )(command)


def words_option(command: F) -> F:
    """Whether private words are shown; the look is written to the trail."""
    return click.option(
        "--words", is_flag=True, help="Words, names and numbers too; the trail keeps who looked."
    )(command)


def most_option(default: int) -> Callable[[F], F]:
    """How many rows of a list."""
    return click.option(
        "--most", type=click.IntRange(1, 100_000), default=default, show_default=True,
        help="How many at most.",
    )  # fmt: skip


def span(text: str) -> float:
    """Seconds of "2 weeks" or "3 days". Raises Trouble."""
    from flows.durations import seconds

    length = seconds(text)
    if not length:
        cure = 'Write it like "2 weeks", "3 days" or "12 hours".'
        raise Trouble(text, "This is no length of time.", cure)
    return float(length)


def moment(text: str) -> datetime:
    """A day or a moment as written; without a zone where it names none. Raises Trouble."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        cure = "Write it like 2026-12-31 or 2026-12-31T18:00."
        raise Trouble(text, "This is no day.", cure) from None


def said_or_read(text: str, what: str) -> str:
    """The text, or where it is "-" what comes in: so that it stays out of a shell's history."""
    if text != "-":
        return text
    read = sys.stdin.read().strip()
    if not read:
        raise Trouble(what, "Nothing came in.", "Give it after the command, or write it in.")
    return read
