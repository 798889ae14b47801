"""Shifts and swaps: a slot once a person, and of all who would take one over the first has it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from service.storage import rotas, shifts, swaps
from service.storage.database import Database, Tx
from service.storage.shifts import NewShift
from tests.storage.conftest import AT

HOUR = timedelta(hours=1)
BEN, CLEO, DORA = "ben", "cleo", "dora"


def new(person_id: str, *, hour: int = 1, rota: str = "day", source: str = "rotation") -> NewShift:
    starts = AT + hour * HOUR
    return NewShift(rota, "volunteer", person_id, starts.isoformat(), starts, starts + HOUR, source)


def the_one(tx: Tx, person_id: str) -> shifts.Shift:
    (found,) = shifts.of_person(tx, person_id, AT)
    return found


def test_a_rota_filled_in_twice_gives_each_shift_once(store: Database) -> None:
    with store.writing() as tx:
        shifts.plan(tx, [new(BEN), new(CLEO, hour=2)], AT)
        before = shifts.of_rota(tx, "day", AT, AT + 9 * HOUR)
        shifts.plan(tx, [new(BEN), new(CLEO, hour=2)], AT + HOUR)
        assert shifts.of_rota(tx, "day", AT, AT + 9 * HOUR) == before
        assert [shift.person_id for shift in before] == [BEN, CLEO]
        assert shifts.load_many(tx, [one.id for one in before]) == {one.id: one for one in before}
        with pytest.raises(ValueError, match="no source"):
            shifts.plan(tx, [new(DORA, source="a whim")], AT)


def test_filling_in_again_leaves_alone_what_people_arranged(store: Database) -> None:
    with store.writing() as tx:
        shifts.plan(tx, [new(BEN), new(CLEO, hour=2), new(DORA, hour=3)], AT)
        ben, cleo, dora = (the_one(tx, who) for who in (BEN, CLEO, DORA))
        assert shifts.take_over(tx, ben.id, DORA, AT) is not None
        assert shifts.move(tx, [cleo.id], "open") == {cleo.id}
        assert shifts.move(tx, [dora.id], "dropped") == {dora.id}
        assert shifts.move(tx, [dora.id], "open") == set(), "what was dropped is over"
        shifts.plan(tx, [new(BEN), new(CLEO, hour=2), new(DORA, hour=3)], AT)
        states = {(one.person_id, one.starts_at): one.status for one in
                  shifts.of_rota(tx, "day", AT, AT + 9 * HOUR)}  # fmt: skip
        assert states == {
            (BEN, AT + HOUR): "swapped",
            (DORA, AT + HOUR): "planned",
            (CLEO, AT + 2 * HOUR): "open",
            (DORA, AT + 3 * HOUR): "planned",
        }
        planned = shifts.planned(tx, AT, AT + 9 * HOUR)
        assert [(one.person_id, one.source) for one in planned] == [
            (DORA, "swap"), (DORA, "rotation"),
        ]  # fmt: skip


def test_a_shift_comes_back_to_who_gave_it_away(store: Database) -> None:
    with store.writing() as tx:
        shifts.plan(tx, [new(BEN)], AT)
        first = the_one(tx, BEN)
        taken = shifts.take_over(tx, first.id, CLEO, AT)
        assert taken is not None
        assert shifts.take_over(tx, taken, BEN, AT) == first.id
        assert the_one(tx, BEN).status == "planned"
        assert the_one(tx, CLEO).status == "swapped"


def test_what_cannot_be_taken_over(store: Database) -> None:
    with store.writing() as tx:
        shifts.plan(tx, [new(BEN), new(CLEO)], AT)
        ben = the_one(tx, BEN)
        assert shifts.take_over(tx, ben.id, CLEO, AT) is None, "she is on duty then already"
        assert shifts.take_over(tx, ben.id, BEN, AT) is None, "it is his"
        assert shifts.take_over(tx, ben.id, DORA, AT + 2 * HOUR) is None, "it is over"
        assert shifts.take_over(tx, "no shift", DORA, AT) is None
        assert the_one(tx, BEN).status == "planned", "nothing changed"


def test_of_those_who_were_offered_a_shift_the_first_yes_wins(store: Database) -> None:
    with store.writing() as tx:
        shifts.plan(tx, [new(BEN)], AT)
        shift = the_one(tx, BEN)
        offers = {one.to_id: one for one in swaps.offer(tx, shift.id, BEN, [CLEO, DORA], AT)}
        assert set(offers) == {CLEO, DORA}
        assert [one.id for one in swaps.offered_to(tx, CLEO, AT)] == [offers[CLEO].id]
        assert swaps.offered_to(tx, CLEO, AT + 3 * HOUR) == [], "the shift is over"
        assert swaps.decline(tx, offers[DORA].id, AT)
        assert not swaps.decline(tx, offers[DORA].id, AT)
        (again,) = (one for one in swaps.offer(tx, shift.id, BEN, [DORA], AT) if one.to_id == DORA)
        assert again.id == offers[DORA].id
        taken = swaps.accept(tx, offers[DORA].id, AT)
        assert taken == the_one(tx, DORA).id
        assert swaps.accept(tx, offers[CLEO].id, AT) is None
        assert {one.to_id: one.status for one in swaps.of_shift(tx, shift.id)} == {
            CLEO: "expired", DORA: "accepted",
        }  # fmt: skip


def test_two_say_yes_at_once_many_times(store: Database) -> None:
    rounds = 20
    with store.writing() as tx:
        shifts.plan(tx, [new(BEN, hour=hour) for hour in range(1, rounds + 1)], AT)
        offers = [
            {one.to_id: one.id for one in swaps.offer(tx, shift.id, BEN, [CLEO, DORA], AT)}
            for shift in shifts.of_person(tx, BEN, AT)
        ]
    won: list[list[str]] = [[] for _ in range(rounds)]
    together = threading.Barrier(2)
    failed: list[BaseException] = []

    def run(who: str) -> None:
        try:
            for number, offer in enumerate(offers):
                together.wait(30)
                with store.writing() as tx:
                    if swaps.accept(tx, offer[who], AT) is not None:
                        won[number].append(who)
        except BaseException as error:
            failed.append(error)
            together.abort()

    threads = [threading.Thread(target=run, args=(who,)) for who in (CLEO, DORA)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [len(who) for who in won] == [1] * rounds
    with store.reading() as tx:
        planned = shifts.planned(tx, AT, AT + 99 * HOUR)
    assert [[one.person_id] for one in planned] == won


def test_each_is_reminded_once(store: Database) -> None:
    with store.writing() as tx:
        shifts.plan(tx, [new(BEN), new(CLEO, hour=5)], AT)
        (due,) = shifts.to_remind(tx, AT, AT + 2 * HOUR)
        assert due.person_id == BEN
        assert shifts.reminded(tx, [due.id], AT) == {due.id}
        assert shifts.reminded(tx, [due.id], AT) == set()
        assert shifts.to_remind(tx, AT, AT + 2 * HOUR) == []
        assert the_one(tx, BEN).told_at == AT


def test_off_early(store: Database) -> None:
    with store.writing() as tx:
        shifts.plan(tx, [new(BEN, hour=0, source="hand")], AT)
        shift = the_one(tx, BEN)
        assert shifts.end(tx, shift.id, AT + HOUR / 2)
        assert not shifts.end(tx, shift.id, AT + HOUR), "it is no way to stay longer"
        assert shifts.planned(tx, AT + HOUR / 2, AT + HOUR) == []


def test_the_shifts_of_who_leaves_stand_open(store: Database) -> None:
    with store.writing() as tx:
        shifts.plan(tx, [new(BEN, hour=-3), new(BEN), new(BEN, hour=2), new(CLEO)], AT)
        offered = shifts.of_person(tx, BEN, AT)[0].id
        swaps.offer(tx, offered, BEN, [CLEO], AT)
        assert swaps.drop_person(tx, BEN, AT) == 1
        gaps = shifts.leave(tx, BEN, AT)
        assert sorted(gap.starts_at for gap in gaps) == [AT + HOUR, AT + 2 * HOUR]
        assert {gap.status for gap in gaps} == {"open"}
        assert shifts.leave(tx, BEN, AT) == []
        assert [one.person_id for one in shifts.planned(tx, AT, AT + 9 * HOUR)] == [CLEO]
        assert [one.status for one in shifts.latest(tx, BEN, 9)] == ["open", "open", "planned"]


def test_a_changed_rota_drops_what_came_from_its_rotation(store: Database) -> None:
    with store.writing() as tx:
        rotas.put(tx, "day", "volunteer", "Europe/Madrid", {"people": [BEN]}, AT)
        rotas.put(tx, "day", "crisis", "Europe/Madrid", {"people": [CLEO]}, AT + HOUR)
        (stored,) = rotas.listing(tx)
        assert stored == rotas.load(tx, "day")
        assert (stored.role, stored.definition) == ("crisis", {"people": [CLEO]})
        assert (stored.created_at, stored.updated_at) == (AT, AT + HOUR)
        by_hand = new(DORA, hour=4, source="override")
        shifts.plan(tx, [new(BEN, hour=0), new(BEN), by_hand, new(BEN, rota="night")], AT)
        assert len(shifts.clear(tx, "day", AT)) == 1, "what began, and what was arranged, stays"
        assert len(shifts.clear(tx, "day", AT, all=True)) == 1
        assert len(shifts.planned(tx, AT, AT + 9 * HOUR)) == 2
        assert rotas.drop(tx, "day")
        assert not rotas.drop(tx, "day")
