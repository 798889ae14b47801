"""A volunteer goes: cases are given back at once, and nothing waits for who is gone."""

from __future__ import annotations

from datetime import timedelta

from service import departing, people
from service.house import House
from service.storage import cases, contacts, holding, ids, shifts, swaps, timers, volunteers
from service.storage import people as stored
from service.storage.cases import NewCase
from service.storage.database import Tx
from service.storage.people import New
from service.storage.shifts import NewShift

HOUR = timedelta(hours=1)


def somebody(tx: Tx, house: House) -> str:
    new = New(ids.new(), "active", "en", "UTC", house.now(), {})
    stored.add(tx, new)
    return new.id


def test_what_somebody_had_in_hand_is_given_back(house: House) -> None:
    now = house.now()
    with house.database.writing() as tx:
        ana, ben, cleo = (somebody(tx, house) for _ in range(3))
        for who in (ben, cleo):
            volunteers.put(tx, who, now)
            contacts.add(tx, who, "n", "text", now, verified=True)
        case_id = ids.new()
        cases.add(
            tx, NewCase(case_id, "AB12", ana, None, "asked", "urgent", "open", None, None, now)
        )
        assert holding.take(tx, case_id, ben, now + HOUR, now)
        shifts.plan(
            tx,
            [NewShift("day", "volunteer", who, "slot", now, now + HOUR, "hand")
             for who in (ben, cleo)],
            now,
        )  # fmt: skip
        mine = shifts.latest(tx, ben, 1)[0]
        swaps.offer(tx, mine.id, ben, [cleo], now)
    with house.database.writing() as tx:
        left = departing.leave(tx, ben, now)
        assert [case.id for case in left.cases] == [case_id]
        assert [(gap.id, gap.status) for gap in left.shifts] == [(mine.id, "open")]
        assert departing.leave(tx, ben, now) == ([], []), "once is enough"
        assert departing.leave(tx, ana, now) == ([], []), "she takes no cases"
    with house.database.reading() as tx:
        found = cases.load(tx, case_id)
        assert found is not None
        assert (found.status, found.holder_id, found.round) == ("open", None, 1)
        assert timers.planned(tx, f"case:{case_id}"), "its ladder begins anew"
        assert contacts.reach(tx, [ben])[ben] == []
        assert len(contacts.reach(tx, [cleo])[cleo]) == 0, "no such number"
        assert len(contacts.of_people(tx, [cleo])[cleo]) == 1
        assert swaps.offered_to(tx, cleo, now) == []
        assert [one.person_id for one in shifts.under_way(tx, now)] == [cleo]


def test_what_is_kept_of_a_volunteer_is_told(house: House) -> None:
    now = house.now()
    with house.database.writing() as tx:
        ben = somebody(tx, house)
        ana = somebody(tx, house)
        volunteers.put(tx, ben, now, languages=["es"], trained={"crisis": "2026-04-01"})
        contacts.add(tx, ben, "n", "call", now)
        shifts.plan(tx, [NewShift("day", "volunteer", ben, "slot", now, now + HOUR, "hand")], now)
        stored.set_safe(tx, ana, {"word": "marmalade", "may": 4})
    shown = people.shown(house, ben, "a test")
    told = shown["volunteer"]
    assert (told["status"], told["languages"]) == ("applied", ["es"])
    assert told["trained"] == {"crisis": "2026-04-01"}
    assert [(one["number_id"], one["channel"]) for one in told["contacts"]] == [("n", "call")]
    assert [(one["rota"], one["status"]) for one in told["shifts"]] == [("day", "planned")]
    assert told["alerts"] == []
    assert shown["safe_word"] is False
    assert people.shown(house, ana, "a test")["safe_word"] is True
    assert people.shown(house, ana, "a test")["volunteer"] is None
    words = people.shown(house, ana, "a test", words=True)
    assert words["safe_word"] == {"word": "marmalade", "may": 4}
