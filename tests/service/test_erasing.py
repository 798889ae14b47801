"""What is kept of a person, and that nothing of it is left when they are erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from service import reconciling
from service.storage import (
    calls,
    ids,
    links,
    numbers,
    people,
    placings,
    recordings,
    suppressions,
)
from service.storage.placings import NewCall
from service.storage.recordings import NewRecording
from tests.service.house import ANA, BEN, ROSA, Line, Phone

NAME, SECRET, WORD = "Quetzalina", "the blue heron flew", "marmalade"
PRIVATE = (NAME, SECRET, WORD, "heron", ANA, ANA.removeprefix("+"), ANA[-7:])
WEEK = {"days": 7, "minutes": 1}


def told_much(line: Line) -> Phone:
    """Somebody of whom there is something in every table that can hold words."""
    ana = line.phone(ANA)
    ana.text(f"hello, I am {NAME} and {SECRET}")  # while nobody knew who it was
    ana = line.member(ANA, name=NAME)
    with line.turn(ana) as slate:
        people.index_name(slate.tx, ana_id(slate), {"name": NAME})
        links.set_word(slate.tx, ana_id(slate), slate.number.id, WORD)
    line.plan(ana, "daily-checkin", "every day", "10:00")
    ana.text("CHECKIN")
    ana.text("1")
    ana.text(f"yes, {SECRET}")
    ana.text("18:30")
    ana.text(f"I want to die, {SECRET}")
    ana.text(f"{SECRET}", media=("https://media.example/heron.jpg",))
    ana.text("SKIP")
    line.passes(minutes=1)
    told_by_call(line, ana)
    person_id = ana.person.id
    with line.writing() as tx:
        people.set_safe(tx, person_id, {"word": WORD, "may": ["call", SECRET]})
    return ana


def told_by_call(line: Line, ana: Phone) -> None:
    """A call, what was said in it, something recorded, a PIN, and a call that is to come."""
    person_id, number_id, at = ana.person.id, ana.standing.number.id, line.at
    with line.writing() as tx:
        for sid, who in (("CA01", None), ("CA02", person_id)):
            call, _ = calls.came_in(
                tx, sid=sid, number_id=number_id, sender_id=None, person_id=who, lane=1, now=at
            )
            call.state = SECRET
            calls.save(tx, call)
            calls.put_step(tx, call.id, 1, SECRET, f"Hello {NAME}", at)
            made, _ = recordings.made(
                tx, NewRecording(f"RE{sid}", who, number_id, call.id, None, "answer", "story",
                                 "tell", 4, at)
            )  # fmt: skip
            recordings.fetched(tx, made.id, "audio/wav", SECRET.encode(), at)
            calls.ended(tx, call_id=call.id, sid=sid, status="completed", now=at)
        people.set_pin(tx, person_id, "2468")
        later = at + timedelta(days=30)
        sender = line.house.editions.in_force(tx, None).sender(None)
        placings.plan(
            tx, [NewCall(ids.new(), "notice", person_id, number_id, sender.id, 2, later, at,
                         state=SECRET)]
        )  # fmt: skip


def ana_id(slate: Any) -> str:
    assert slate.person is not None
    return str(slate.person.id)


def erased(line: Line, ana: Phone) -> str:
    """Ask for it, wait the seven days; the person's id."""
    person_id: str = ana.person.id
    while ana.front is not None:
        ana.text("SKIP")
    assert "Erase" in ana.text("DELETE")
    assert ana.text("YES")
    assert ana.person.status == "erasing"
    line.passes(**WEEK)
    return person_id


def columns(line: Line) -> Iterator[tuple[str, str, Any]]:
    """Every value of every column of every table."""
    engine = line.database.engine()
    inspector = inspect(engine)
    for table in inspector.get_table_names():
        names = [column["name"] for column in inspector.get_columns(table)]
        for row in line.rows(f'select * from "{table}"'):
            for name, value in zip(names, row, strict=True):
                yield table, name, value
    engine.dispose()


def test_of_an_erased_person_no_word_is_left_anywhere(line: Line, tmp_path: Path) -> None:
    ana = told_much(line)
    blind = line.one("select blind from number order by created_at desc, id desc limit 1")
    number_id = ana.standing.number.id
    blind = line.one("select blind from number where id = :id", id=number_id)
    name_tokens = [row[0] for row in line.rows("select token from person_name")]
    assert name_tokens, "the name was found by its prefixes"
    person_id = erased(line, ana)

    assert line.one("select status from person where id = :id", id=person_id) == "erased"
    for table, column, value in columns(line):
        text = value.decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        if table in ("revision", "edition"):
            continue
        assert not any(private in text for private in PRIVATE), (table, column)
        assert value != blind or table == "erasure", (table, column)
        assert value not in name_tokens, (table, column)
    held = {
        "number": "select count(*) from number where id = :number",
        "link": "select count(*) from person_number where person_id = :person",
        "name": "select count(*) from person_name where person_id = :person",
        "fields": "select count(*) from person where id = :person and sealed_fields is not null",
        "bodies": "select count(*) from message where (person_id = :person or number_id = :number)"
        " and (sealed_body is not null or sealed_media is not null)",
        "sessions": "select count(*) from conversation where person_id = :person"
        " and (sealed_session is not null or status <> 'ended')",
        "answers": "select count(*) from answer where person_id = :person",
        "notes": 'select count(*) from "case" where person_id = :person'
        " and sealed_note is not null",
        "details": "select count(*) from case_event where sealed_detail is not null",
        "wording": "select count(*) from consent where person_id = :person"
        " and sealed_wording is not null",
        "timers": "select count(*) from timer where person_id = :person",
        "plans": "select count(*) from plan where person_id = :person and status = 'active'",
        "steps": "select count(*) from call_step"
        " where sealed_heard is not null or sealed_reply is not null",
        "calls": "select count(*) from call where sealed_state is not null or status = 'pending'",
        "recordings": "select count(*) from recording where sealed_audio is not null",
        "PIN": "select count(*) from person where id = :person and sealed_pin is not null",
        "safe word": "select count(*) from person where id = :person and sealed_safe is not null",
        "pending": "select count(*) from message where number_id = :number"
        " and status in ('pending', 'held')",
    }
    left = {what: line.one(sql, person=person_id, number=number_id) for what, sql in held.items()}
    assert {what for what, count in left.items() if count} == set()
    _nothing_in_files(line, tmp_path)


def _nothing_in_files(line: Line, folder: Path) -> None:
    """Nor in the file itself, freed pages and log included."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        for private in PRIVATE:
            assert private.encode() not in content, path.name


def test_the_carrier_is_asked_to_forget_every_text_and_call_too(line: Line) -> None:
    ana = told_much(line)
    sids = {row[0] for row in line.rows("select carrier_sid from message") if row[0]}
    sids |= {"CA01", "CA02"}
    rosas = {
        row[0]
        for row in line.rows(
            "select carrier_sid from message where number_id <> :id", id=ana.standing.number.id
        )
    }
    erased(line, ana)
    from service.storage import timers

    with line.writing() as tx:
        due = timers.for_the_carrier(tx, line.at, 100)
        recorded = {row.carrier_sid for row in recordings.to_clear(tx, 100)}
    asked = {sid for timer in due for sid in (timer.payload or {})["sids"]}
    assert sids - rosas <= asked
    assert not asked & rosas
    assert recorded == {"RECA01", "RECA02"}


@pytest.mark.parametrize("status", ["in doubt", "sending"])
def test_what_was_on_its_way_is_never_sent_again_and_stands_in_nobodys_way(
    line: Line, status: str
) -> None:
    ana = told_much(line)
    person_id = ana.person.id
    while ana.front is not None:
        ana.text("SKIP")
    ana.text("DELETE")
    ana.text("YES")
    line.passes(days=6, hours=23)
    message_id = line.one(
        "select max(id) from message where person_id = :id and direction = 'out'", id=person_id
    )
    line.do(
        "update message set status = :status, carrier_sid = null, due_at = :at, claimed_at = :at"
        " where id = :id",
        status=status, at=int((line.at + timedelta(hours=1)).timestamp() * 1_000_000),
        id=message_id,
    )  # fmt: skip
    line.passes(hours=1, minutes=1)
    assert line.one("select status from person where id = :id", id=person_id) == "erased"
    line.passes(minutes=10)
    reconciling._doubts(line.house)  # asks nobody: there is no network here
    assert line.one("select status from message where id = :id", id=message_id) == "cancelled"


def test_a_pending_text_for_nobody_goes_with_the_number(line: Line) -> None:
    ana = line.member(ANA)
    number_id = ana.standing.number.id
    line.do(
        "update message set status = 'pending', person_id = null, due_at = :at"
        " where id = (select max(id) from message where number_id = :id and direction = 'out')",
        at=int((line.at + timedelta(days=30)).timestamp() * 1_000_000), id=number_id,
    )  # fmt: skip
    erased(line, ana)
    left = "select count(*) from message where status = 'pending' and number_id = :id"
    assert line.one(left, id=number_id) == 0


def test_it_can_be_undone_for_seven_days(line: Line) -> None:
    ana = line.member(ANA, name=NAME)
    ana.text("DELETE")
    ana.text("YES")
    line.passes(days=6, hours=23)
    assert ana.text("KEEP")
    assert ana.person.status == "active"
    line.passes(days=2)
    assert ana.person.fields["name"] == NAME
    assert line.one("select count(*) from erasure where done_at is not null") == 0


def test_asked_twice_the_first_wish_stands(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("DELETE")
    ana.text("YES")
    first: datetime = ana.person.erase_at
    line.passes(days=3)
    ana.text("DELETE")
    ana.text("YES")
    assert ana.person.erase_at == first


def test_while_being_erased_danger_and_a_person_are_there_as_ever(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("DELETE")
    ana.text("YES")
    line.passes(days=1)
    assert "asking a person" in ana.text("TALK")
    assert "Thank you for telling us" in ana.text("I want to kill myself")
    assert ana.person.status == "erasing"
    assert ana.text("hello")


def test_stop_and_start_do_not_undo_an_erasure(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("DELETE")
    ana.text("YES")
    ana.text("STOP")
    ana.text("START")
    assert ana.person.status == "erasing"
    line.passes(**WEEK)
    assert line.one("select count(*) from person where status = 'erased'") == 1


def test_a_digest_remembers_a_stop_until_they_start_again(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("DELETE")
    ana.text("YES")
    ana.text("STOP")
    line.passes(**WEEK)
    with line.reading() as tx:
        assert suppressions.holds(tx, ANA)
        assert numbers.find(tx, ANA) is None
    assert ana.text("hello") == "", "they had stopped"
    assert "text JOIN" in ana.text("START")
    with line.reading() as tx:
        assert not suppressions.holds(tx, ANA)


def test_an_erased_person_who_writes_again_is_a_stranger(line: Line) -> None:
    ana = line.member(ANA, name=NAME)
    erased(line, ana)
    assert "text JOIN" in ana.text("hello")
    assert ana.standing.person is None
    assert "Hear more?" in ana.text("JOIN")


def test_whom_no_number_reaches_any_more_is_erased_all_the_same(line: Line) -> None:
    ana = line.member(ANA, name=NAME)
    person_id = ana.person.id
    ana.text("DELETE")
    ana.text("YES")
    with line.turn(ana) as slate:
        from service import consenting

        consenting.unlink(slate)
    line.passes(**WEEK)
    row = line.rows("select status, sealed_fields from person where id = :id", id=person_id)[0]
    assert tuple(row) == ("erased", None)


def test_on_a_shared_phone_only_the_one_who_asked_is_erased(line: Line) -> None:
    ana = line.member(ANA, name=NAME)
    number_id, person_id = ana.standing.number.id, ana.person.id
    with line.writing() as tx:
        other = people.New(
            ids.new(), "active", "en", "America/New_York", line.at, {"name": "Ben"},
            main_number_id=number_id, joined_at=line.at,
        )  # fmt: skip
        people.add(tx, other)
        links.add(tx, other.id, number_id, is_main=True)
    ana.text("DELETE")
    ana.text("YES")
    line.passes(**WEEK)
    assert line.one("select status from person where id = :id", id=person_id) == "erased"
    assert ana.text("CHECKIN")
    assert ana.person.id == other.id


def test_erasing_one_touches_nobody_else(line: Line) -> None:
    ben = line.member(BEN, name="Ben")
    ben.text(SECRET)
    ana = line.member(ANA, name=NAME)
    erased(line, ana)
    held = line.one(
        "select count(*) from message where person_id = :id and sealed_body is null",
        id=ben.person.id,
    )
    assert held == 0
    assert ben.person.fields["name"] == "Ben"
    assert line.phone(ROSA)


@pytest.mark.parametrize("times", [2])
def test_each_step_may_be_repeated(line: Line, times: int) -> None:
    from service import erasing
    from service.slate import Slate
    from service.storage import standing

    ana = line.member(ANA, name=NAME)
    person_id = erased(line, ana)
    for _ in range(times):
        with line.writing() as tx:
            stand = standing.without_number(tx, person_id)
            force = line.house.editions.in_force(tx, None)
            erasing.carry_out(Slate(line.house, tx, line.at, stand, force, force.sender(None)))
    assert line.one("select status from person where id = :id", id=person_id) == "erased"
