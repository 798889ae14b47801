"""What somebody does by hand, on both databases: people, plans, cases, texts and our numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from service import (
    adding,
    case_files,
    case_work,
    choosing,
    lines,
    people,
    planning,
    reports,
    texts,
    timers,
)
from service.cures import Curable
from service.house import House
from service.storage import conversations, links, message_lists, messages, numbers, plans
from service.storage import people as stored_people
from service.storage import timers as stored
from tests import houses

ANA, BEN, CAL = (f"+1555014200{n}" for n in range(1, 4))
CONSENT = {"consent_date": "2026-05-01", "consent_wording": "I agree"}


def add(house: House, number: str = ANA, **cells: str) -> str:
    row = adding.add(house, [number], {**CONSENT, **cells}, "a test").row
    assert row.person_id is not None
    return row.person_id


def take_timers(house: House) -> None:
    while timers.take_batch(house):
        pass


def test_a_pause_moves_the_next_checkin_and_its_timer(house: House) -> None:
    ana = add(house, time="18:00")
    until = people.pause(house, ana, datetime(2026, 7, 1), "a test")  # their own clock
    with house.database.reading() as tx:
        [plan] = plans.of_person(tx, ana)
    assert plan.next_due is not None
    assert plan.next_due >= until
    following = people.resume(house, ana, "a test")
    assert following is not None
    assert following < until
    with house.database.reading() as tx:
        assert not stored.any_due(tx, following - timedelta(minutes=1))
        assert stored.any_due(tx, following)


def test_erased_in_seven_days_unless_taken_back(house: House, now) -> None:
    ana, ben = add(house), add(house, BEN)
    assert people.erase(house, ana, "a test") == now() + timedelta(days=7)
    people.erase(house, ben, "a test")
    assert people.keep(house, ben, "a test")
    assert not people.keep(house, ben, "a test")
    now.move(days=8)
    take_timers(house)
    with house.database.reading() as tx:
        found = stored_people.load_many(tx, [ana, ben])
        assert numbers.find(tx, ANA) is None
    assert (found[ana].status, found[ben].status) == ("erased", "active")


def test_erased_at_once_with_what_runs_and_waits(house: House, texts) -> None:
    ana = add(house, name="Ana", time="16:00")
    texts(ANA, "MENU")
    people.erase_now(house, ana, "a test")
    with house.database.reading() as tx:
        assert stored_people.find_by_name(tx, "ana") == []
        assert conversations.of_person(tx, ana) == []
        assert all(m["text"] is None for m in message_lists.history(tx, ana))
        assert messages.due(tx, 1, house.now(), house.now(), 10) == []
    shown = people.shown(house, ana, "a test", words=True)
    assert (shown["status"], shown["numbers"], shown["plans"][0]["status"]) == (
        "erased", [], "ended",
    )  # fmt: skip


def test_somebody_without_a_number_is_still_erased(house: House) -> None:
    ana = add(house)
    with house.database.writing() as tx:
        [link] = links.of_person(tx, ana)
        links.drop(tx, ana, link.number_id)
        stored_people.set_main_number(tx, ana, None)
    with pytest.raises(Curable, match="No number"):
        people.set_word(house, ana, "lantern", "a test")
    people.erase_now(house, ana, "a test")
    assert people.shown(house, ana, "a test")["status"] == "erased"


def test_a_number_changes_with_what_was_on_its_way(house: House, texts) -> None:
    ana = add(house)
    texts(ANA, "MENU")
    adding.renumber(house, ana, BEN, "Yes, there", "a test")
    texts(BEN, "HELP")
    with house.database.reading() as tx:
        number = numbers.find(tx, BEN)
        assert number is not None
        [out] = messages.due(tx, 1, house.now(), house.now(), 10)
    assert (number.active_person_id, out.number_id) == (ana, number.id)
    with pytest.raises(Curable):  # who left the old one behind is nobody there
        people.shown(house, ANA, "a test")


def test_a_plan_of_the_same_flow_takes_the_place(house: House) -> None:
    ana = add(house, time="18:00")
    planning.add(house, ana, "weekdays", "09:00", "daily-checkin", "a test")
    weekly = planning.add(house, ana, "sunday", None, "weekly-checkin", "a test")
    active = [p for p in planning.listing(house, ana) if p["status"] == "active"]
    assert [p["flow"] for p in active] == ["daily-checkin", "weekly-checkin"]
    assert planning.skip(house, weekly["id"], "a test") == weekly["next_local"]
    planning.end(house, weekly["id"], "a test")
    with pytest.raises(Curable, match="has ended"):
        planning.end(house, weekly["id"], "a test")
    ben = adding.add(house, [BEN], {}, "a test").row.person_id
    with pytest.raises(Curable, match="invited"):
        planning.add(house, ben or "", "weekdays", None, "daily-checkin", "a test")


def test_of_two_who_take_a_case_the_first_wins(house: House, texts) -> None:
    texts(ANA, "JOIN")
    texts(ANA, "I want to kill myself")
    [case] = case_files.listing(house)

    def take(by: str) -> str | None:
        try:
            return str(case_work.take(house, case["code"], by)["status"])
        except Curable:
            return None

    with ThreadPoolExecutor(4) as several:
        taken = list(several.map(take, ("rosa", "leo", "kim", "ada")))
    assert taken.count("accepted") == 1


def test_what_came_of_checkins_is_told(house: House, now) -> None:
    ana = add(house, time="12:00")  # an hour from now, in New York
    now.move(hours=1, minutes=1)
    take_timers(house)
    [one] = reports.checkins(house, ana)
    assert one["status"] == "due"
    assert reports.checkins(house) == reports.checkins(house, plan_id=one["plan_id"]) == [one]
    assert reports.checkins(house, status="missed") == []
    [out] = texts_of(house, ana)
    assert (out["purpose"], out["lane"]) == ("checkin", "bulk")


def texts_of(house: House, person_id: str) -> list[dict]:
    return texts.listing(house, person_id)


def test_our_number_changes_for_everybody(house: House) -> None:
    ana = add(house)
    lines.change(house, houses.SERVICE_NUMBER, "+15550100200", "a test")
    with house.database.reading() as tx:
        person = stored_people.load(tx, ana)
        force = house.editions.in_force(tx, None)
    assert person is not None
    assert force.sender(person.sender_id).number == "+15550100200"


def test_a_setting_is_known_to_the_next_turn(house: House, texts) -> None:
    texts(ANA, "HELP")
    choosing.change(house, "service", "Lantern Street", "a test")
    texts(BEN, "JOIN")
    with house.database.reading() as tx:
        due = messages.due(tx, 1, house.now(), house.now(), 10)
        said = [messages.line(tx, row)[1] for row in due]
    assert any("Lantern Street" in words for words in said)
