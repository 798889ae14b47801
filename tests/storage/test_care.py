"""Plans, occurrences and cases: what the database alone decides, on both."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from flows.recurrence import Slot
from service.storage import cases, ids, occurrences, people, plans
from service.storage.cases import NewCase
from service.storage.database import Database, Refused, Tx
from service.storage.occurrences import NewOccurrence
from service.storage.people import New
from service.storage.plans import NewPlan
from tests.storage.conftest import AT

DAY = timedelta(days=1)


def slot(days: int) -> Slot:
    return Slot(datetime(2026, 5, 4, 11, 30) + days * DAY, AT + days * DAY)


def someone(tx: Tx) -> str:
    new = New(ids.new(), "active", "en", "Europe/Madrid", AT, {})
    people.add(tx, new)
    return new.id


def plan(tx: Tx, person_id: str, first: Slot | None) -> str:
    new = NewPlan(
        ids.new(), person_id, "daily", "FREQ=DAILY", "2026-05-04T11:30:00", None, "text", None, AT
    )  # fmt: skip
    plans.add(tx, new, first)
    return new.id


def case(person_id: str, kind: str = "danger", code: str = "K7QM") -> NewCase:
    return NewCase(
        ids.new(), code, person_id, None, kind, "urgent", "open", None, "she wrote: ...", AT
    )


def test_a_plan_knows_its_next_slot_and_the_last_one_taken(store: Database) -> None:
    with store.writing() as tx:
        person_id = someone(tx)
        plan_id = plan(tx, person_id, slot(0))
        stored = plans.load(tx, plan_id)
        assert stored is not None
        assert (stored.next_local, stored.next_due) == ("2026-05-04T11:30:00", AT)
        assert plans.taken(stored) is None
        assert plans.skip_next(tx, plan_id)
        plans.set_next(tx, [(plan_id, slot(1), False)], taken=True)
        (stored,) = plans.of_person(tx, person_id)
        assert plans.taken(stored) == slot(0).local
        assert (stored.next_due, stored.skip_next) == (AT + DAY, False)
        plans.set_next(tx, [(plan_id, slot(3), True)])
        (stored,) = plans.of_people(tx, [person_id])[person_id]
        assert plans.taken(stored) == slot(0).local
        assert stored.skip_next
        assert plans.overdue(tx, AT + 3 * DAY) == []
        assert plans.overdue(tx, AT + 4 * DAY) == [stored]


def test_a_changed_or_ended_plan(store: Database) -> None:
    with store.writing() as tx:
        person_id = someone(tx)
        plan_id = plan(tx, person_id, slot(0))
        stored = plans.load(tx, plan_id)
        assert stored is not None
        changed = stored._replace(rrule="FREQ=WEEKLY", zone="Asia/Tokyo", on_silence=3)
        assert plans.change(tx, changed)
        assert plans.load(tx, plan_id) == changed
        assert plans.pause(tx, plan_id, AT)
        assert plans.end(tx, plan_id)
        assert not plans.end(tx, plan_id)
        assert not plans.skip_next(tx, plan_id)
        assert plans.of_person(tx, person_id) == []
        (ended,) = plans.of_person(tx, person_id, ended=True)
        assert (ended.status, ended.next_due) == ("ended", None)
        plan(tx, person_id, None)
        assert plans.end_all(tx, person_id) == 1
        assert plans.counts(tx) == {"ended": 2}


def test_a_slot_of_a_plan_exists_once(store: Database) -> None:
    first, again, next_day = (
        NewOccurrence(ids.new(), "plan", local, "person", AT, "due")
        for local in ("2026-05-04T11:30:00", "2026-05-04T11:30:00", "2026-05-05T11:30:00")
    )
    with store.writing() as tx:
        assert occurrences.add_many(tx, [first]) == {first.id}
        assert occurrences.add_many(tx, [again, next_day]) == {next_day.id}
        assert occurrences.add_many(tx, [again, next_day]) == set()
        assert set(occurrences.load_many(tx, [first.id, again.id])) == {first.id}
        occurrences.set_conversations(tx, [(first.id, "talk")])
        found = occurrences.by_conversation(tx, "talk")
        assert found is not None
        assert found.id == first.id
        assert [row.id for row in occurrences.of_person(tx, "person")] == [next_day.id, first.id]
        assert len(occurrences.of_plan(tx, "plan", most=1)) == 1
        assert len(occurrences.unsettled(tx, "due", AT + DAY, 10)) == 2
        assert occurrences.unsettled(tx, "due", AT, 10) == []
        assert occurrences.counts(tx, AT, AT + DAY) == {"due": 2}


def test_one_open_case_a_person_and_kind(store: Database) -> None:
    with store.writing() as tx:
        person_id = someone(tx)
        first, other = case(person_id), case(person_id, "missed", "AB34")
        cases.add(tx, first)
        cases.add(tx, other)
    with pytest.raises(Refused), store.writing() as tx:
        cases.add(tx, case(person_id, code="ZZZZ"))
    with pytest.raises(Refused), store.writing() as tx:
        cases.add(tx, case(person_id, "asked", "AB34"))
    with store.writing() as tx:
        found = cases.open_of(tx, person_id, "danger")
        assert found is not None
        assert (found.id, found.note, found.stopped) == (first.id, "she wrote: ...", False)
        assert cases.by_code(tx, "K7QM") == found
        assert cases.open_of(tx, person_id, "asked") is None
        assert cases.move(tx, first.id, "cancelled", AT)
        cases.add(tx, case(person_id))  # the old one is settled, and its code free
        assert len(cases.all_open_of(tx, person_id)) == 2
        assert len(cases.of_person(tx, person_id)) == 3
        assert cases.counts(tx) == {"open": 2}
        assert len(cases.listing(tx)) == 2
        assert len(cases.listing(tx, settled=True)) == 3


def test_of_two_who_take_a_case_the_first_wins(store: Database) -> None:
    with store.writing() as tx:
        new = case(someone(tx))
        cases.add(tx, new)
        assert cases.move(tx, new.id, "notifying", AT)
        assert cases.move(tx, new.id, "accepted", AT)
        assert not cases.move(tx, new.id, "accepted", AT)
        assert cases.move(tx, new.id, "open", AT)
        assert cases.move(tx, new.id, "accepted", AT)
        assert cases.move(tx, new.id, "resolved", AT + DAY)
        assert not cases.move(tx, new.id, "open", AT)
        settled = cases.load(tx, new.id)
        assert settled is not None
        assert (settled.status, settled.settled_at) == ("resolved", AT + DAY)


def test_what_happened_in_a_case_is_sealed_and_forgotten(store: Database) -> None:
    with store.writing() as tx:
        person_id = someone(tx)
        new = case(person_id)
        cases.add(tx, new)
        cases.add_event(tx, new.id, "opened", "the line", None, AT)
        cases.add_event(tx, new.id, "noted", "ana", "was at her sister's", AT)
        assert [row.detail for row in cases.events(tx, new.id)] == [None, "was at her sister's"]
        row = tx.execute("SELECT sealed_detail FROM case_event WHERE act = 'noted'").fetchone()
        assert b"sister" not in row[0]
        cases.set_priority(tx, new.id, "imminent")
        cases.set_stopped(tx, new.id)
        cases.forget(tx, person_id)
        assert [row.detail for row in cases.events(tx, new.id)] == [None, None]
        left = cases.load(tx, new.id)
        assert left is not None
        assert (left.note, left.priority, left.stopped) == (None, "imminent", True)


def test_a_code_means_one_case_until_a_day_after_it_was_settled(store: Database) -> None:
    with store.writing() as tx:
        person_id = someone(tx)
        first = case(person_id)
        assert cases.reserve(tx, "K7QM", first.id, AT)
        cases.add(tx, first)
        assert not cases.reserve(tx, "K7QM", "another", AT), "it is open"
        assert cases.move(tx, first.id, "cancelled", AT)
        assert not cases.reserve(tx, "K7QM", "another", AT + DAY - timedelta(seconds=1))
        assert cases.by_code(tx, "K7QM") is None
        meant = cases.coded(tx, "K7QM")
        assert meant is not None
        assert meant.id == first.id, "who types it late hears that the case is closed"
        again = case(person_id)
        assert cases.reserve(tx, "K7QM", again.id, AT + DAY)
        cases.add(tx, again)
        meant = cases.coded(tx, "K7QM")
        assert meant is not None
        assert meant.id == again.id


def test_a_code_of_the_release_before_is_not_given_away(store: Database) -> None:
    """That one opens cases without reserving their codes."""
    with store.writing() as tx:
        old = case(someone(tx))
        cases.add(tx, old)
        assert not cases.reserve(tx, "K7QM", "another", AT)
        found = cases.coded(tx, "K7QM")
        assert found is not None
        assert found.id == old.id


def test_what_a_case_taught_us(store: Database) -> None:
    with store.writing() as tx:
        new = case(someone(tx))
        cases.add(tx, new)
        assert cases.marked(tx) == []
        assert cases.set_mark(tx, new.id, "false alarm")
        assert [(found.id, found.mark) for found in cases.marked(tx)] == [(new.id, "false alarm")]
        assert cases.set_mark(tx, new.id, None)
        assert cases.marked(tx) == []
        with pytest.raises(ValueError, match="no mark"):
            cases.set_mark(tx, new.id, "splendid")
        cases.told(tx, [new.id], AT)
        found = cases.load(tx, new.id)
        assert found is not None
        assert found.told_at == AT


def test_the_words_of_cases_settled_long_ago_go(store: Database) -> None:
    with store.writing() as tx:
        person_id = someone(tx)
        old, late = case(person_id), case(person_id, "missed", "AB34")
        still = case(person_id, "asked", "CD56")
        for one in (old, late, still):
            cases.add(tx, one)
            cases.add_event(tx, one.id, "noted", "ana", "words", AT)
        assert cases.move(tx, old.id, "cancelled", AT)
        assert cases.move(tx, late.id, "cancelled", AT + DAY)
        assert cases.old(tx, AT + DAY, "", 9) == [old.id], "an open one keeps its words"
        assert cases.fade(tx, [old.id]) == 1
        assert cases.old(tx, AT + DAY, "", 9) == []
        kept = {found.id: found.note for found in cases.of_person(tx, person_id)}
        assert kept == {old.id: None, late.id: late.note, still.id: still.note}
        assert [row.detail for row in cases.events(tx, old.id)] == [None]
        assert [row.detail for row in cases.events(tx, late.id)] == ["words"]
