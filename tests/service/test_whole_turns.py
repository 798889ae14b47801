"""Whole turns under any sequence of texts and silences: what holds whatever people do.

No text raises. Who is in is answered, or there is a documented reason for silence. Nothing but
consent and cases goes to a number that opted out. One conversation in front, one question open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.storage.standing import by_number
from tests.service.house import ANA, BEN, CLEO, ROSA, Line
from tests.service.templates import Templates

WORDS = (
    "JOIN", "YES", "NO", "yes", "1", "2", "3", "4", "5", "9", "0", "99", "SKIP", "MENU", "TALK",
    "HELP", "START", "STOP", "stop.", "please stop texting me", "I want to die", "CHECKIN",
    "SETTINGS", "PAUSE", "PAUSE 2 weeks", "COMEBACK", "MYDATA", "DELETE", "KEEP", "WORD", "WRONG",
    "LEAVE", "SKIP NEXT", "AGAIN", "10:00", "9 PM", "Spain", "Madrid", "lantern", "purple xyz",
    "", "   ", "ñandú 🌙", "UNIRME", "SALTAR", "HABLAR", "x" * 1600, "?" * 170,
)  # fmt: skip
PHONES = (ANA, BEN, CLEO)

texts = st.tuples(st.just("text"), st.sampled_from(PHONES), st.sampled_from(WORDS))
any_text = st.tuples(st.just("text"), st.sampled_from(PHONES), st.text(max_size=40))
jumps = st.tuples(st.just("pass"), st.sampled_from((0.01, 1, 3, 8, 21, 25, 24 * 8)), st.just(""))
sequences = st.lists(st.one_of(texts, texts, texts, any_text, jumps), min_size=1, max_size=18)

_copies = count()


@contextmanager
def fresh(templates: Templates, folder: Path) -> Iterator[Line]:
    path = folder / f"turns{next(_copies)}.db"
    line = Line(templates.sqlite(path), folder)
    line.organised(coordinators=[ROSA], daily_messages=500)
    try:
        yield line
    finally:
        line.close()
        for left in folder.glob(f"{path.name}*"):
            left.unlink()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


EACH = settings.default.max_examples // 4 + 1
"""Examples of each test below: with so many people already in, which may run side by side."""


@pytest.mark.parametrize("already", range(len(PHONES) + 1))
@settings(suppress_health_check=list(HealthCheck), max_examples=EACH)
@given(happened=sequences)
def test_whatever_people_write_and_however_long_they_wait(
    templates: Templates, folder: Path, already: int, happened: list[tuple[str, str, str]]
) -> None:
    with fresh(templates, folder) as line:
        for number in PHONES[:already]:
            phone = line.member(number, name="Sam", on_silence="call")
            line.plan(phone, "daily-checkin", "every day", "10:00")
        for kind, what, words in happened:
            if kind == "pass":
                line.passes(hours=float(what))
            else:
                _texted(line, what, words)
            _holds(line)


def _texted(line: Line, number: str, words: str) -> None:
    phone = line.phone(number)
    phone.hears()
    before = len(line.sent)
    phone.send(words)
    line.settle()
    answered = [s for s in line.sent[before:] if s.to == number]
    with line.writing() as tx:
        stand = by_number(tx, number)
    assert stand is not None
    out = stand.number.opted_out_at is not None
    if not answered:
        assert out or _counted_out(line, number), (words, "no answer, and no reason")
    if out:
        for sent in answered:
            assert sent.row.purpose in ("consent", "case"), (words, sent)


def _counted_out(line: Line, number: str) -> bool:
    """A stranger had all the replies of the day."""
    with line.writing() as tx:
        stand = by_number(tx, number)
    assert stand is not None
    member = stand.person is not None and stand.person.status in ("active", "erasing")
    return not member and stand.number.replies_count >= 3


def _holds(line: Line) -> None:
    fronts = line.rows(
        "select person_id, count(*) from conversation where status = 'front'"
        " group by person_id having count(*) > 1"
    )
    assert fronts == [], "two conversations stand in front"
    stray = line.rows(
        "select c.id from conversation c join person p on p.id = c.person_id"
        " where c.status = 'front' and (p.front_id is null or p.front_id <> c.id)"
    )
    assert stray == [], "a conversation stands in front and its person does not know"
    gone = line.rows(
        "select p.id from person p join conversation c on c.id = p.front_id"
        " where c.status <> 'front'"
    )
    assert gone == [], "a person looks at a conversation that is not in front"
    behind = line.rows(
        "select c.id from conversation c join person p on p.id = c.person_id"
        " where c.status = 'waiting' and p.front_id is null"
    )
    assert behind == [], "somebody waits behind nothing"
    assert line.rows(
        "select person_id, kind from \"case\" where status not in"
        " ('handed over', 'resolved', 'cancelled') group by person_id, kind having count(*) > 1"
    ) == []  # fmt: skip
    due = line.rows(
        "select kind, person_id from timer where lane < 3 and due_at <= :now",
        now=int(line.at.timestamp() * 1_000_000),
    )
    assert due == [], "something is due and is not taken"
    ends = line.one(
        "select count(*) from conversation c where c.status <> 'ended' and not exists"
        " (select 1 from timer t where t.kind = 'expire' and t.subject_id = c.id)"
    )
    assert ends == 0, "a conversation without an end"
