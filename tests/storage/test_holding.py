"""Who has a case: one of all who take it. Only they give it back, or say that they got through."""

from __future__ import annotations

import threading
from datetime import timedelta

from service.storage import cases, holding
from service.storage.database import Database
from tests.storage.conftest import AT
from tests.storage.team import case, person, volunteer

SOON = AT + timedelta(minutes=10)


def test_of_two_who_take_it_the_first_has_it(store: Database) -> None:
    with store.writing() as tx:
        ana, _ = person(tx, "Ana")
        ben, ben_number = volunteer(tx, "Ben")
        cleo, _ = volunteer(tx, "Cleo")
        wanted = case(tx, ana)
    with store.writing() as tx:
        assert holding.take(tx, wanted, ben, SOON, AT, ben_number)
        assert not holding.take(tx, wanted, cleo, SOON, AT)
        assert not holding.take(tx, wanted, ben, SOON, AT), "they have it already"
        found = cases.load(tx, wanted)
        assert found is not None
        assert (found.status, found.holder_id, found.holder_number_id) == (
            "accepted", ben, ben_number,
        )  # fmt: skip
        assert (found.taken_at, found.deadline_at) == (AT, SOON)
        assert [held.id for held in holding.held_by(tx, [ben, cleo])[ben]] == [wanted]
        assert holding.held_by(tx, [ben, cleo])[cleo] == []


def test_of_many_at_once_each_time_exactly_one_wins(store: Database) -> None:
    rounds = 60
    with store.writing() as tx:
        team = [volunteer(tx, name)[0] for name in ("Ben", "Cleo", "Dora", "Emil")]
        wanted = [
            case(tx, person(tx, f"Ana {at}", f"+1555777{at:04}")[0], f"A{at:03}")
            for at in range(rounds)
        ]
    won: dict[str, list[str]] = {case_id: [] for case_id in wanted}
    together = threading.Barrier(len(team))
    failed: list[BaseException] = []

    def run(volunteer_id: str) -> None:
        try:
            for case_id in wanted:
                together.wait(30)
                with store.writing() as tx:
                    if holding.take(tx, case_id, volunteer_id, SOON, AT):
                        won[case_id].append(volunteer_id)
        except BaseException as error:
            failed.append(error)
            together.abort()

    threads = [threading.Thread(target=run, args=(one,)) for one in team]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with store.reading() as tx:
        held = {
            case_id: [found.holder_id] for case_id, found in cases.load_many(tx, wanted).items()
        }
    assert won == held
    assert len(won) == rounds


def test_who_gives_it_back_opens_it_for_a_new_round(store: Database) -> None:
    with store.writing() as tx:
        ana, _ = person(tx, "Ana")
        ben, _ = volunteer(tx, "Ben")
        cleo, _ = volunteer(tx, "Cleo")
        wanted = case(tx, ana)
        assert cases.notify(tx, wanted, (0, 0), (1, 0))
        assert not cases.notify(tx, wanted, (0, 0), (1, 0)), "a step happens once"
        assert holding.take(tx, wanted, ben, SOON, AT)
        assert not cases.notify(tx, wanted, (1, 0), (2, 0)), "somebody has it"
        assert not holding.reopen(tx, wanted, cleo), "it is not hers"
        assert holding.reopen(tx, wanted, ben)
        found = cases.load(tx, wanted)
        assert found is not None
        assert (found.status, found.holder_id, found.deadline_at) == ("open", None, None)
        assert (found.step, found.round) == (0, 1)
        assert holding.take(tx, wanted, cleo, SOON, AT)
        assert holding.helpers_of(tx, ana) == [cleo]


def test_only_the_deadline_that_stands_takes_it_away(store: Database) -> None:
    with store.writing() as tx:
        ana, _ = person(tx, "Ana")
        ben, _ = volunteer(tx, "Ben")
        wanted = case(tx, ana)
        assert holding.take(tx, wanted, ben, SOON, AT)
        assert not holding.too_late(tx, wanted, ben, AT), "there is time"
        later = SOON + timedelta(minutes=10)
        assert holding.set_deadline(tx, wanted, ben, later)
        assert not holding.too_late(tx, wanted, ben, SOON), "he was given more time"
        assert not holding.too_late(tx, wanted, "somebody else", later)
        assert holding.too_late(tx, wanted, ben, later)
        assert holding.take(tx, wanted, ben, SOON, AT)
        assert holding.contact(tx, wanted, ben)
        assert not holding.contact(tx, wanted, ben), "said once"
        assert not holding.too_late(tx, wanted, ben, later), "he got through"
        found = cases.load(tx, wanted)
        assert found is not None
        assert (found.status, found.deadline_at, found.round) == ("in contact", None, 1)


def test_a_case_goes_from_hand_to_hand(store: Database) -> None:
    with store.writing() as tx:
        ana, _ = person(tx, "Ana")
        ben, _ = volunteer(tx, "Ben")
        cleo, cleo_number = volunteer(tx, "Cleo")
        wanted = case(tx, ana)
        assert not holding.hand_over(tx, wanted, None, ben, SOON, AT), "nobody has it yet"
        assert holding.take(tx, wanted, ben, SOON, AT)
        assert holding.contact(tx, wanted, ben)
        assert holding.hand_over(tx, wanted, ben, cleo, SOON, AT)
        assert not holding.hand_over(tx, wanted, ben, cleo, SOON, AT), "it is hers now"
        assert not holding.reopen(tx, wanted, ben)
        assert holding.set_phone(tx, wanted, cleo, cleo_number)
        found = cases.load(tx, wanted)
        assert found is not None
        assert (found.status, found.holder_id, found.holder_number_id) == (
            "in contact", cleo, cleo_number,
        )  # fmt: skip
        assert cases.move(tx, wanted, "resolved", AT)
        assert holding.held_by(tx, [cleo]) == {cleo: []}
        assert holding.helpers_of(tx, ana) == [cleo]


def test_whom_somebody_outside_the_house_took_it_from(store: Database) -> None:
    """A coordinator takes it at the desk: nobody of ours holds it, and it is handed over all the
    same."""
    with store.writing() as tx:
        ana, _ = person(tx, "Ana")
        ben, _ = volunteer(tx, "Ben")
        wanted = case(tx, ana)
        assert cases.move(tx, wanted, "accepted", AT)
        assert not holding.take(tx, wanted, ben, SOON, AT)
        assert holding.hand_over(tx, wanted, None, ben, SOON, AT)
        assert [held.id for held in holding.held_by(tx, [ben])[ben]] == [wanted]
