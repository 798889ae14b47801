"""Volunteers: nobody is active unchecked, and all that decides whom to ask is loaded at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.storage import contacts, holding, numbers, shifts, volunteers
from service.storage.database import Database, Tx
from service.storage.shifts import NewShift
from tests.storage.conftest import AT
from tests.storage.team import DAY, case, person, volunteer

HOUR = timedelta(hours=1)


def on_shift(tx: Tx, person_id: str, rota: str = "day", role: str = "volunteer") -> None:
    slot = "2026-05-04T09:00:00"
    shifts.plan(tx, [NewShift(rota, role, person_id, slot, AT - HOUR, AT + HOUR, "rotation")], AT)


def test_nobody_takes_cases_before_a_coordinator_checked(store: Database) -> None:
    with store.writing() as tx:
        ben, _ = person(tx, "Ben")
        volunteers.put(tx, ben, AT, languages=["en", "es"], trained={"crisis": "2026-04-01"})
        assert not volunteers.move(tx, ben, "active")
        assert volunteers.vet(tx, ben, "coordinator", AT)
        assert volunteers.move(tx, ben, "active")
        assert volunteers.move(tx, ben, "resting")
        assert volunteers.move(tx, ben, "active")
        found = volunteers.load(tx, ben)
        assert found is not None
        assert (found.status, found.vetted_at, found.vetted_by) == ("active", AT, "coordinator")
        assert (found.languages, found.trained) == (["en", "es"], {"crisis": "2026-04-01"})
        assert volunteers.counts(tx) == {"active": 1}


def test_who_left_applies_anew_and_is_checked_anew(store: Database) -> None:
    with store.writing() as tx:
        ben, _ = volunteer(tx, "Ben")
        volunteers.put(tx, ben, AT, roles=["volunteer"], daily_cap=5)
        changed = volunteers.load(tx, ben)
        assert changed is not None
        assert (changed.status, changed.daily_cap, changed.vetted_at) == ("active", 5, AT)
        assert volunteers.move(tx, ben, "left")
        assert not volunteers.move(tx, ben, "active")
        assert volunteers.listing(tx) == []
        assert [one.person_id for one in volunteers.listing(tx, left=True)] == [ben]
        volunteers.put(tx, ben, AT)
        again = volunteers.load(tx, ben)
        assert again is not None
        assert (again.status, again.vetted_at) == ("applied", None)
        assert not volunteers.move(tx, ben, "active")


def test_whose_shift_it_is_with_what_they_carry(store: Database) -> None:
    with store.writing() as tx:
        ana, _ = person(tx, "Ana")
        ben, number = volunteer(tx, "Ben", "crisis")
        cleo, _ = volunteer(tx, "Cleo")
        volunteer(tx, "Dora")  # off
        resting, _ = volunteer(tx, "Emil")
        for who in (ben, cleo, resting):
            on_shift(tx, who)
        on_shift(tx, ben, "night", "crisis")
        assert volunteers.move(tx, resting, "resting")
        assert volunteers.set_break(tx, cleo, AT + HOUR)
        assert holding.take(tx, case(tx, ana), ben, None, AT)
        volunteers.took(tx, ben, DAY, AT)
        volunteers.took(tx, ben, DAY, AT)
        found = {one.volunteer.person_id: one for one in volunteers.on_duty(tx, AT, DAY)}
        assert set(found) == {ben, cleo}
        mine = found[ben]
        assert (mine.taken, mine.holding, mine.volunteer.last_case_at) == (2, 1, AT)
        assert set(mine.rotas) == {"day", "night"}
        assert mine.duty_until == AT + HOUR
        assert [(r.number_id, r.channel, r.opted_out) for r in mine.reach] == [
            (number, "text", False)
        ]
        assert found[cleo].volunteer.break_until == AT + HOUR
        assert (found[cleo].taken, found[cleo].holding) == (0, 0)
        of_role = volunteers.on_duty(tx, AT, DAY, role="crisis")
        assert [one.volunteer.person_id for one in of_role] == [ben]
        of_rota = volunteers.on_duty(tx, AT, DAY, rota="night")
        assert [one.volunteer.person_id for one in of_rota] == [ben]
        assert volunteers.on_duty(tx, AT + HOUR, DAY) == [], "a shift's end is not in it"
        assert volunteers.on_duty(tx, AT, DAY + 1)[0].taken == 0, "another day"


def test_those_with_a_role_and_those_by_name_on_duty_or_not(store: Database) -> None:
    with store.writing() as tx:
        ben, _ = volunteer(tx, "Ben", "supervisor")
        cleo, _ = volunteer(tx, "Cleo")
        on_shift(tx, cleo)
        (found,) = volunteers.with_role(tx, "supervisor", AT, DAY)
        assert (found.volunteer.person_id, found.rotas, found.duty_until) == (ben, (), None)
        both = {one.volunteer.person_id: one for one in volunteers.by_ids(tx, [ben, cleo], AT, DAY)}
        assert both[cleo].rotas == ("day",)
        assert volunteers.set_roles(tx, cleo, ["volunteer", "supervisor"])
        assert len(volunteers.with_role(tx, "supervisor", AT, DAY)) == 2
        with pytest.raises(ValueError, match="no role"):
            volunteers.set_roles(tx, cleo, ["%"])
        with pytest.raises(ValueError, match="no role"):
            volunteers.with_role(tx, "%", AT, DAY)


def test_a_hundred_volunteers_cost_as_many_statements_as_one(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.writing() as tx:
        on_shift(tx, volunteer(tx, "V0")[0])
    few = _statements(store, monkeypatch)
    with store.writing() as tx:
        for at in range(1, 60):
            on_shift(tx, volunteer(tx, f"V{at}")[0])
    assert _statements(store, monkeypatch) == few == 4


def _statements(store: Database, monkeypatch: pytest.MonkeyPatch) -> int:
    asked: list[str] = []
    rows = Tx.rows
    with monkeypatch.context() as patch, store.writing() as tx:
        patch.setattr(
            Tx, "rows", lambda tx, sql, values: asked.append(sql) or rows(tx, sql, values)
        )
        assert volunteers.on_duty(tx, AT, DAY)
    return len(asked)


def test_a_phone_counts_once_its_code_was_given(store: Database) -> None:
    with store.writing() as tx:
        ben, number = person(tx, "Ben")
        volunteers.put(tx, ben, AT)
        phone = contacts.add(tx, ben, number, "call", AT)
        assert contacts.add(tx, ben, number, "call", AT, place=2) == phone
        assert contacts.reach(tx, [ben]) == {ben: []}
        assert contacts.give(tx, phone, "1234", AT) == "none"
        assert contacts.ask(tx, phone, "1234", AT + HOUR)
        sealed = tx.execute("SELECT sealed_code FROM contact").fetchone()[0]
        assert b"1234" not in bytes(sealed)
        assert contacts.give(tx, phone, "4321", AT) == "wrong"
        assert contacts.give(tx, phone, " 1234 ", AT) == "verified"
        assert contacts.give(tx, phone, "1234", AT) == "none", "a code opens once"
        (reach,) = contacts.reach(tx, [ben])[ben]
        assert (reach.number_id, reach.channel, reach.place) == (number, "call", 2)
        numbers.opt_out(tx, number, "STOP", AT)
        assert contacts.reach(tx, [ben])[ben][0].opted_out


def test_a_code_is_worthless_after_its_time_and_after_five_tries(store: Database) -> None:
    with store.writing() as tx:
        ben, number = person(tx, "Ben")
        phone = contacts.add(tx, ben, number, "text", AT)
        assert contacts.ask(tx, phone, "1234", AT + HOUR)
        assert contacts.give(tx, phone, "1234", AT + HOUR) == "over"
        assert contacts.ask(tx, phone, "5678", AT + HOUR)
        tries = [contacts.give(tx, phone, "0000", AT) for _ in range(6)]
        assert tries == ["wrong"] * contacts.MOST_TRIES + ["over"]
        assert contacts.give(tx, phone, "5678", AT) == "over"
        assert contacts.old(tx, AT + 2 * HOUR, "", 10) == [phone]
        assert contacts.fade(tx, [phone]) == 1
        assert contacts.give(tx, phone, "5678", AT) == "none"
        assert contacts.of_number(tx, number)[0].verified_at is None
