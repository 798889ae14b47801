"""What a call of ours came to, and what follows it."""

from __future__ import annotations

import pytest

from flows import ringing
from flows.ringing import Again, Over, Text
from flows.states import CALL_OUT, OCCURRENCE


@pytest.mark.parametrize(
    ("status", "answered_by", "proved", "later", "why", "came_to"),
    [
        ("completed", "human", True, False, None, "reached"),
        ("completed", "human", True, True, None, "later"),
        ("completed", "human", False, False, None, "silent"),
        ("completed", "unknown", False, False, None, "silent"),
        ("completed", None, False, False, None, "silent"),
        ("completed", "machine_start", False, False, None, "machine"),
        ("completed", "machine_end_beep", False, False, None, "machine"),
        ("completed", "fax", False, False, None, "machine"),
        ("machine", None, False, False, None, "machine"),
        # the network took an old telephone for a machine; she pressed a key
        ("completed", "machine_start", True, False, None, "reached"),
        ("machine", "machine_start", True, False, None, "reached"),
        ("busy", None, False, False, None, "busy"),
        ("no answer", None, False, False, None, "no answer"),
        ("failed", None, False, False, "21211", "failed"),
        # the line broke after she had answered: she was reached
        ("failed", "human", True, False, None, "reached"),
        ("cancelled", None, False, False, "too late", "too late"),
        ("cancelled", None, False, False, "stopped", "dropped"),
        ("cancelled", None, False, False, None, "dropped"),
    ],
)
def test_what_a_call_came_to(status, answered_by, proved, later, why, came_to):
    assert ringing.outcome(status, answered_by, proved, later, why) == came_to


def test_every_end_of_a_call_comes_to_something():
    known = {"reached", "later", "silent", "machine", "busy", "no answer", "failed", "too late",
             "dropped"}  # fmt: skip
    for status in CALL_OUT.finals:
        for proved in (False, True):
            assert ringing.outcome(status, None, proved) in known


NOT_REACHED = ["silent", "machine", "busy", "no answer", "failed", "later"]


@pytest.mark.parametrize("came_to", NOT_REACHED)
def test_who_was_not_reached_is_rung_once_more_and_then_texted(came_to):
    assert ringing.after(came_to, 1, takes_texts=True) == Again()
    assert ringing.after(came_to, 2, takes_texts=True) == Text()


@pytest.mark.parametrize(
    ("came_to", "occurrence"),
    [
        ("silent", "missed"),
        ("machine", "missed"),
        ("busy", "missed"),
        ("no answer", "missed"),
        ("failed", "unreachable"),
        ("later", "skipped"),
    ],
)
def test_a_landline_that_nobody_takes_is_missed_and_one_that_is_dead_unreachable(
    came_to, occurrence
):
    assert ringing.after(came_to, 1, takes_texts=False) == Again()
    assert ringing.after(came_to, 2, takes_texts=False) == Over(occurrence)


def test_what_rang_once_was_no_dead_line():
    assert ringing.after("failed", 2, takes_texts=False, rang_before=True) == Over("missed")


def test_a_number_that_exists_nowhere_is_not_rung_again():
    assert ringing.after("failed", 1, takes_texts=True, rings=False) == Text()
    assert ringing.after("failed", 1, takes_texts=False, rings=False) == Over("unreachable")


@pytest.mark.parametrize("attempt", [1, 2])
@pytest.mark.parametrize("texts", [True, False])
def test_who_was_reached_is_left_in_peace(attempt, texts):
    assert ringing.after("reached", attempt, texts) == Over(None)


@pytest.mark.parametrize("texts", [True, False])
def test_an_outage_does_not_look_like_silence(texts):
    assert ringing.after("too late", 1, texts) == Over("suspended")
    assert ringing.after("too late", 2, texts, rang_before=True) == Over("suspended")
    assert ringing.after("dropped", 1, texts) == Over("skipped")


def test_what_becomes_of_a_check_in_is_a_state_of_it():
    for came_to in (*NOT_REACHED, "reached", "too late", "dropped"):
        for attempt in (1, 2, 3):
            for texts in (True, False):
                after = ringing.after(came_to, attempt, texts)
                if isinstance(after, Over) and after.occurrence is not None:
                    assert after.occurrence in OCCURRENCE.states
