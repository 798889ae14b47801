"""`hearthline volunteers`: nobody takes cases before check, training and date are recorded."""

from __future__ import annotations

from typing import Any

import pytest

from service import rota
from service.storage import contacts

MAYA, TOM, DESK = "+15550142011", "+15550142012", "+15550142014"


@pytest.fixture
def maya(hearthline, home) -> Any:
    """Maya, who has joined and would like to take cases."""
    join(hearthline, MAYA, "Maya")
    return hearthline("volunteers", "add", "maya", "--json").objects[0]


def join(hearthline, number: str, name: str) -> None:
    wording = ("--consent-date", "2026-03-31", "--consent-wording", "I agree.")
    assert hearthline("people", "add", number, "--name", name, *wording).code == 0


def refused(ran: Any) -> str:
    assert ran.code == 2, ran
    return ran.error["trouble"]


def test_who_volunteers_is_not_yet_ready(hearthline, maya) -> None:
    assert (maya["status"], maya["ready"], maya["roles"]) == ("applied", False, ["volunteer"])
    assert maya["languages"] == ["en"]


def test_check_and_training_are_recorded_with_date_and_by_whom(hearthline, maya) -> None:
    checked = hearthline(
        "volunteers", "vet", "maya", "--on", "2026-03-02", "--by", "rosa", "--json"
    ).objects[0]
    assert (checked["status"], checked["ready"]) == ("applied", False)
    assert (checked["vetted_by"], checked["vetted_at"][:10]) == ("rosa", "2026-03-02")
    ready = hearthline(
        "volunteers", "train", "maya", "Listening", "--on", "2026-03-09", "--by", "rosa", "--json"
    ).objects[0]
    assert (ready["status"], ready["ready"]) == ("active", True)
    assert ready["trained"] == {"listening": "2026-03-09"}
    trail = hearthline("trail", "volunteer", maya["person_id"], "--json").objects
    assert {(line["act"], line["actor"]) for line in trail} >= {
        ("checked", "rosa"), ("trained", "rosa"), ("added", "the command line"),
    }  # fmt: skip


@pytest.mark.parametrize("missing", ["vet", "train"])
def test_without_either_nobody_is_on_duty(hearthline, maya, missing) -> None:
    if missing == "vet":
        hearthline("volunteers", "train", "maya", "listening")
    else:
        hearthline("volunteers", "vet", "maya")
    assert refused(hearthline("rota", "on", "maya", "--json")) == "They may not be on duty yet."


def test_a_day_that_is_still_to_come_is_none(hearthline, maya) -> None:
    for command in (("vet", "maya"), ("train", "maya", "listening")):
        ran = hearthline("volunteers", *command, "--on", "2999-01-01", "--json")
        assert refused(ran) == "This day is still to come."


def test_who_has_not_joined_is_no_volunteer_and_roles_are_known(hearthline, home) -> None:
    hearthline("people", "add", TOM, "--name", "Tom")
    assert refused(hearthline("volunteers", "add", "tom", "--json")) == "They have not joined."
    assert refused(hearthline("volunteers", "show", "tom", "--json")) == (
        "This person is no volunteer."
    )
    ran = hearthline("volunteers", "add", "tom", "--role", "king", "--json")
    assert refused(ran) == "There is no such role."


def test_no_name_and_no_number_is_listed(hearthline, maya) -> None:
    for ran in (hearthline("volunteers", "list"), hearthline("volunteers", "show", "maya")):
        assert ran.code == 0
        assert MAYA not in ran.out
        assert "Maya" not in ran.out
    [row] = hearthline("volunteers", "list", "--json").objects
    assert (row["phones"], row["on_duty"]) == ("0 of 1", False)


def test_a_phone_counts_once_its_code_was_given(hearthline, maya, home) -> None:
    [phone] = hearthline("volunteers", "show", "maya", "--json").objects[0]["contacts"]
    assert (phone["channel"], phone["verified_at"]) == ("text", None)
    assert refused(hearthline("volunteers", "contact", "verify", "maya", "123456", "--json")) == (
        "None was sent."
    )
    sent = hearthline("volunteers", "contact", "verify", "maya", "--json").objects[0]
    assert sent["contact"] == phone["contact"]
    wrong = hearthline("volunteers", "contact", "verify", "maya", "abcdef", "--json")
    assert refused(wrong) == "It is another one."
    with home.house() as house, house.database.writing() as tx:
        contacts.ask(tx, phone["contact"], "493117", house.now().replace(year=2999))
    ran = hearthline("volunteers", "contact", "verify", "maya", "493117", "--json")
    assert ran.objects[0]["verified"] is True
    [phone] = hearthline("volunteers", "show", "maya", "--json").objects[0]["contacts"]
    assert phone["verified_at"] is not None


def test_other_phones_are_added_vouched_for_and_dropped(hearthline, maya) -> None:
    added = hearthline(
        "volunteers", "contact", "add", "maya", DESK, "--channel", "call", "--known", "--json"
    ).objects[0]
    assert added["verified_at"] is not None
    assert hearthline("volunteers", "list", "--json").objects[0]["phones"] == "1 of 2"
    dropped = hearthline("volunteers", "contact", "drop", "maya", added["contact"], "--json")
    assert dropped.objects[0]["dropped"] is True
    ran = hearthline("volunteers", "contact", "drop", "maya", added["contact"], "--json")
    assert refused(ran) == "There is no such phone of theirs."


def ready(hearthline, name: str, number: str) -> str:
    join(hearthline, number, name)
    id_ = hearthline("volunteers", "add", name, "--json").objects[0]["person_id"]
    hearthline("volunteers", "vet", name)
    hearthline("volunteers", "train", name, "listening")
    return str(id_)


def test_who_rests_is_back_when_they_say(hearthline, home) -> None:
    ready(hearthline, "Tom", TOM)
    resting = hearthline("volunteers", "rest", "tom", "--json").objects[0]
    assert (resting["status"], resting["ready"]) == ("resting", False)
    assert refused(hearthline("rota", "on", "tom", "--json")) == "They may not be on duty yet."
    back = hearthline("volunteers", "rest", "tom", "--end", "--json").objects[0]
    assert (back["status"], back["ready"]) == ("active", True)
    away = hearthline("volunteers", "rest", "tom", "--for", "2 weeks", "--json").objects[0]
    assert (away["status"], away["off_until"] is not None) == ("active", True)
    ran = hearthline("volunteers", "rest", "tom", "--until", "2020-01-01", "--json")
    assert refused(ran) == "This moment is over."


def test_who_leaves_is_on_duty_no_more_and_comes_back_unchecked(hearthline, home) -> None:
    ready(hearthline, "Tom", TOM)
    hearthline("rota", "on", "tom")
    left = hearthline("volunteers", "leave", "tom", "--json").objects[0]
    assert (left["status"], left["shifts_open"]) == ("left", 1)
    with home.house() as house, house.database.reading() as tx:
        assert rota.on_duty(tx, house.now()) == []
    assert hearthline("volunteers", "list", "--json").objects == []
    again = hearthline("volunteers", "add", "tom", "--json").objects[0]
    assert (again["status"], again["vetted_at"], again["trained"]) == ("applied", None, {})
