"""What becomes of one turn's texts: together, in order, and each wait with its question."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.slate import BULK, REPLY, URGENT, Out, Slate
from service.storage import settings_rows
from service.storage.messages import Draft
from service.storage.standing import by_number
from tests.service.house import ANA, MONDAY, Line

LONG = "x" * 305  # two segments by itself
SOON = MONDAY + timedelta(hours=1)


def out(text: str, lane: int = REPLY, **more: Any) -> Out:
    return Out(text, lane, "answer", "C", **more)


def drafted(line: Line, outs: list[Out], costs: bool = False) -> list[Draft]:
    line.phone(ANA).text("hello")
    with line.writing() as tx:
        standing = by_number(tx, ANA)
        assert standing is not None
        force = line.house.editions.in_force(tx, settings_rows.stamp(tx))
        standing.number.costs = costs
        slate = Slate(line.house, tx, line.at, standing, force, force.sender(None))
        for each in outs:
            slate.say(each)
        return slate.drafts()


def told(drafts: list[Draft]) -> list[tuple[str, str | None, int | None]]:
    """Text, the text it waits for, and the silence that it begins."""
    text_of = {draft.id: draft.body for draft in drafts}
    return [(d.body, text_of.get(d.waits_for or ""), d.wait_seconds) for d in drafts]


QUESTION = out("How are you?", wait=600, token=7)

CASES = [
    ("nothing", [], []),
    ("one", [out("Hi.")], [("Hi.", None, None)]),
    ("blank texts are left out", [out("Hi."), out(" "), out("")], [("Hi.", None, None)]),
    ("together", [out("Hi."), out("Ho.")], [("Hi. Ho.", None, None)]),
    ("its wait", [out("Hi."), QUESTION], [("Hi. How are you?", None, 600)]),
    (
        "also where something is said after the question",
        [QUESTION, out("No rush.")],
        [("How are you? No rush.", None, 600)],
    ),
    ("a blank behind the question", [QUESTION, out(" ")], [("How are you?", None, 600)]),
    (
        "more than two segments: in order, each after the one before",
        [out(LONG), out("Hi."), QUESTION],
        [(LONG, None, None), ("Hi.", LONG, None), ("How are you?", "Hi.", 600)],
    ),
    (
        "urgent goes first and waits for nothing less urgent",
        [out("Later.", BULK), out("Now.", URGENT)],
        [("Later.", None, None), ("Now.", None, None)],
    ),
    (
        "what is less urgent comes after what is more so",
        [out("Now.", URGENT), QUESTION],
        [("Now.", None, None), ("How are you?", "Now.", 600)],
    ),
    (
        "lanes are not merged",
        [out("A.", REPLY), out("B.", URGENT), out("C.", REPLY)],
        [("A.", None, None), ("B.", None, None), ("C.", "B.", None)],
    ),
]


@pytest.mark.parametrize(("outs", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_texts_of_one_turn(line: Line, outs: list[Out], expected: list[Any]) -> None:
    assert told(drafted(line, outs)) == expected


def test_one_segment_for_those_who_pay(line: Line) -> None:
    ninety = out("x" * 90), out("y" * 90)
    assert len(drafted(line, list(ninety))) == 1
    assert len(drafted(line, list(ninety), costs=True)) == 2
    assert len(drafted(line, [out("x" * 70), out("y" * 70)], costs=True)) == 1


def test_a_text_cut_in_two_begins_its_wait_with_the_last_piece(line: Line) -> None:
    long = out("word " * 400, wait=60, token=3)
    drafts = drafted(line, [out("Hi."), long])
    assert [d.wait_seconds for d in drafts] == [None, None, 60]
    assert [d.wait_token for d in drafts] == [None, None, "3"]
    assert all(len(d.body) <= 1600 for d in drafts)
    assert drafts[2].waits_for == drafts[1].id


def test_each_text_keeps_its_own_end_and_a_merged_one_the_first(line: Line) -> None:
    first, second = out("A.", expires_at=SOON), out("B.")
    assert [d.expires_at for d in drafted(line, [first, second])] == [SOON]
    long = second._replace(text=LONG)
    assert [d.expires_at for d in drafted(line, [first, long])] == [SOON, None]


def test_the_order_is_kept_on_the_way_out(line: Line) -> None:
    """The next is not claimed before the one before was accepted."""
    ana = line.member(ANA)
    line.says = lambda row, body: None
    ana.send("MYDATA")
    ana.send("MENU")
    assert line.carry() == 1
    assert line.carry() == 1
    assert line.carry() == 0
    first, second = ana.hears()
    assert "MENU" not in first or first != second
