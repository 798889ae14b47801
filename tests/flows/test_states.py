"""The states of things: tables, moves, callbacks, and the page drawn from them."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.states import (
    ALERT,
    CALL_IN,
    CALL_OUT,
    CASE,
    MESSAGE,
    OCCURRENCE,
    PAIRING,
    PLAN,
    RECORDING,
    SHIFT,
    SWAP,
    TABLES,
    VOLUNTEER,
    IllegalMove,
    Table,
    before,
    draw,
    later,
    move,
    page,
)

TOLD = ["accepted", "sent", "delivered", "undelivered", "failed"]

LEGAL = [
    (PLAN, ["active", "paused", "active", "ended"]),
    (OCCURRENCE, ["due", "prompted", "reminded", "answered"]),
    (OCCURRENCE, ["due", "prompted", "missed", "answered late"]),
    (OCCURRENCE, ["due", "prompted", "suspended", "prompted", "missed"]),
    (OCCURRENCE, ["due", "unreachable"]),
    (OCCURRENCE, ["due", "skipped"]),
    (CASE, ["open", "notifying", "notifying", "accepted", "in contact", "resolved"]),
    (CASE, ["open", "notifying", "exhausted", "notifying", "accepted", "open", "notifying"]),
    (CASE, ["open", "accepted", "in contact", "handed over"]),
    (ALERT, ["told", "silent", "accepted", "silent"]),
    (ALERT, ["told", "failed", "accepted", "passed", "accepted"]),
    (ALERT, ["told", "needless"]),
    (VOLUNTEER, ["applied", "active", "resting", "active", "left"]),
    (SHIFT, ["planned", "open", "swapped", "planned", "dropped"]),
    (SHIFT, ["planned", "open", "planned"]),
    (SWAP, ["offered", "declined", "offered", "accepted"]),
    (PAIRING, ["proposed", "offered", "half accepted", "active", "paused", "active", "closing",
               "ended"]),
    (PAIRING, ["proposed", "offered", "half accepted", "active", "suspended", "ended"]),
    (MESSAGE, ["pending", "sending", "accepted", "sent", "delivered"]),
    (MESSAGE, ["pending", "held", "pending", "sending", "in doubt", "pending", "sending"]),
    (MESSAGE, ["pending", "sending", "in doubt", "accepted", "undelivered"]),
    (MESSAGE, ["pending", "held", "cancelled"]),
    (CALL_IN, ["ringing", "answered", "completed"]),
    (CALL_IN, ["ringing", "missed"]),
    (CALL_OUT, ["pending", "placing", "placed", "answered", "completed"]),
    (CALL_OUT, ["pending", "held", "pending", "placing", "in doubt", "pending", "placing"]),
    (CALL_OUT, ["placing", "in doubt", "no answer"]),
    (CALL_OUT, ["placed", "answered", "machine"]),
    (RECORDING, ["made", "fetched", "cleared", "forgotten"]),
    (RECORDING, ["made", "lost"]),
]  # fmt: skip

ILLEGAL = [
    (PLAN, "ended", "active"),
    (OCCURRENCE, "due", "answered"),
    (OCCURRENCE, "unreachable", "missed"),
    (OCCURRENCE, "missed", "answered"),
    (OCCURRENCE, "answered", "missed"),
    (CASE, "accepted", "accepted"),
    (CASE, "resolved", "open"),
    (CASE, "open", "in contact"),
    (ALERT, "needless", "accepted"),
    (ALERT, "accepted", "needless"),
    (VOLUNTEER, "applied", "resting"),
    (SHIFT, "swapped", "open"),
    (SWAP, "accepted", "declined"),
    (SWAP, "expired", "accepted"),
    (PAIRING, "proposed", "active"),
    (PAIRING, "ended", "active"),
    (MESSAGE, "pending", "in doubt"),
    (MESSAGE, "sent", "accepted"),
    (MESSAGE, "delivered", "failed"),
    (MESSAGE, "cancelled", "delivered"),
    (MESSAGE, "held", "sending"),
    (MESSAGE, "nowhere", "sending"),
    (CALL_IN, "missed", "answered"),
    (CALL_IN, "answered", "missed"),
    (CALL_OUT, "completed", "answered"),
    (CALL_OUT, "answered", "placed"),
    (CALL_OUT, "answered", "busy"),
    (CALL_OUT, "placing", "cancelled"),
    (RECORDING, "forgotten", "fetched"),
    (MESSAGE, "pending", "nowhere"),
]


@pytest.mark.parametrize(("table", "path"), LEGAL)
def test_legal_paths(table: Table, path: list[str]) -> None:
    for old, new in itertools.pairwise(path):
        assert move(table, old, new) == new


@pytest.mark.parametrize(("table", "old", "new"), ILLEGAL)
def test_illegal_moves_raise(table: Table, old: str, new: str) -> None:
    with pytest.raises(IllegalMove) as raised:
        move(table, old, new)
    assert (raised.value.old, raised.value.new) == (old, new)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_table_is_whole(table: Table) -> None:
    assert table.start in table.moves
    assert {new for onward in table.moves.values() for new in onward} <= set(table.states)
    reached, ahead = {table.start}, [table.start]
    while ahead:
        fresh = set(table.moves[ahead.pop()]) - reached
        reached |= fresh
        ahead += fresh
    assert reached == set(table.states)
    assert table.finals
    for state in table.states:  # each thing can come to an end
        seen, ahead = {state}, [state]
        while ahead:
            fresh = set(table.moves[ahead.pop()]) - seen
            seen |= fresh
            ahead += fresh
        assert seen & table.finals


@given(st.sampled_from(MESSAGE.states), st.sampled_from(TOLD))
def test_a_callback_is_a_legal_move_or_none(standing: str, told: str) -> None:
    after = later(standing, told)
    assert after == standing or MESSAGE.allows(standing, after)
    if standing in MESSAGE.finals:
        assert after == standing
    assert later(after, told) == after


@given(st.sampled_from(MESSAGE.states), st.permutations(["accepted", "sent", "delivered"]))
def test_callbacks_in_any_order_end_alike(standing: str, told: list[str]) -> None:
    for one in told:
        standing = later(standing, one)
    assert standing == "delivered" or standing in MESSAGE.finals


def test_only_a_carriers_words_are_callbacks() -> None:
    with pytest.raises(IllegalMove):
        later("sending", "cancelled")
    with pytest.raises(IllegalMove):
        later("nowhere", "sent")


def test_before_tells_where_a_move_may_begin() -> None:
    assert before(CALL_IN, "missed") == ("ringing",)
    assert before(CALL_OUT, "machine") == (
        "pending", "held", "placing", "in doubt", "placed", "answered",
    )  # fmt: skip
    assert before(CALL_OUT, "pending") == ("held", "placing", "in doubt")


def test_draw_names_every_move() -> None:
    drawn = draw(PAIRING)
    assert 'state "half accepted" as half_accepted' in drawn
    assert "    offered --> half_accepted\n" in drawn
    assert "    ended --> [*]\n" in drawn
    for table in TABLES:
        moves = sum(len(onward) for onward in table.moves.values())
        assert draw(table).count(" --> ") == moves + 1 + len(table.finals)


def test_the_page_is_drawn_from_the_tables() -> None:
    shown = (Path(__file__).parents[2] / "docs" / "states.md").read_text(encoding="utf-8")
    assert shown == page(), "write docs/states.md anew from flows.states.page()"
