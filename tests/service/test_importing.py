"""Lists of people into the database: who is added, who is passed over, and why."""

from __future__ import annotations

import time

import pytest

from service import importing, organisation, people, timers
from service.house import House
from service.importing import Row
from service.storage import (
    consents,
    links,
    message_lists,
    numbers,
    plans,
    settings_rows,
    suppressions,
)
from service.storage import people as stored

ANA, BEN, CAL, DEE = (f"+1555014200{n}" for n in range(1, 5))
HEAD = "number,name,language,shared,word,consent_date,consent_wording,days,time\n"


def bring(house: House, text: str, **more: bool) -> list[Row]:
    roster = importing.read(house, text.encode())
    rows = [row for rows in importing.bring(house, roster, "a test", **more) for row in rows]
    return sorted(rows, key=lambda row: row.row)


def take_timers(house: House) -> None:
    while timers.take_batch(house):
        pass


def test_with_consent_they_are_active_and_planned(house: House) -> None:
    [row] = bring(house, f"{HEAD}{ANA},Ana Ruiz,es,,,2026-05-01,I agree to texts,every day,18:00\n")
    assert (row.done, row.trouble) == ("active", None)
    with house.database.reading() as tx:
        person = stored.load(tx, row.person_id or "")
        assert person is not None
        [plan] = plans.of_person(tx, person.id)
        [consent] = consents.of_person(tx, person.id)
    assert (person.status, person.language, person.fields["name"]) == ("active", "es", "Ana Ruiz")
    assert person.discreet  # nobody has said that the phone is theirs alone
    assert plan.next_local == "2026-06-01T18:00:00"
    assert (consent.act, consent.wording) == ("imported", "I agree to texts")
    assert consent.at.date().isoformat() == "2026-05-01"
    take_timers(house)
    with house.database.reading() as tx:
        assert message_lists.history(tx, person.id) == []  # nothing before the first slot


def test_without_it_they_get_the_first_text_and_may_join(house: House, texts) -> None:
    rows = bring(house, f"{HEAD}{ANA},Ana,,,,,,every day,10:00\n{BEN},Ben,,,,2026-05-01,,,\n")
    assert [row.done for row in rows] == ["invited", "invited"]
    assert [row.column for row in rows] == ["days", "consent_wording"]
    take_timers(house)
    with house.database.reading() as tx:
        [first] = message_lists.history(tx, rows[0].person_id or "")
        number = numbers.find(tx, ANA)
        assert plans.of_person(tx, rows[0].person_id or "") == []
    assert first["text"].startswith("Hello, this is")
    assert number is not None
    assert number.asked_to_join_at is not None
    texts(ANA, "YES")
    with house.database.reading() as tx:
        said = [m["text"] for m in message_lists.history(tx, rows[0].person_id or "")]
    assert any("Join? YES or NO" in (text or "") for text in said)


def test_nobody_is_texted_whom_we_may_not_text(house: House, texts) -> None:
    texts(ANA, "JOIN")  # has begun to join
    texts(BEN, "JOIN")
    texts(BEN, "STOP")
    with house.database.writing() as tx:
        suppressions.add(tx, CAL, house.now())
    premium, abroad = "+19002345678", "+34612345678"
    ours = house.settings.service_number
    text = "number\n" + "\n".join((ANA, BEN, CAL, premium, abroad, ours, DEE, DEE))
    rows = bring(house, text)
    assert [(row.done, row.column) for row in rows] == [
        ("skipped", "number"), ("skipped", "number"), ("skipped", "number"),
        ("skipped", "number"), ("wrong", "country"), ("skipped", "number"),
        ("invited", None), ("skipped", "number"),
    ]  # fmt: skip
    said = [row.trouble or "" for row in rows]
    for at, part in enumerate(("with us", "no more", "no more", "premium", "ES", "our own")):
        assert part in said[at]
    assert "row 8" in said[7]
    assert all(row.cure for row in rows if row.trouble)


def test_who_declined_is_not_written_to_again(house: House, texts) -> None:
    bring(house, f"number\n{ANA}\n")
    take_timers(house)
    texts(ANA, "NO")
    [row] = bring(house, f"number\n{ANA}\n")
    assert row.done == "skipped"
    assert "left" in (row.trouble or "")


def test_the_same_file_again_adds_nobody(house: House) -> None:
    text = f"number\n{ANA}\n{BEN}\n"
    assert [row.done for row in bring(house, text)] == ["invited", "invited"]
    assert [row.done for row in bring(house, text)] == ["skipped", "skipped"]


def test_a_dry_run_tells_the_same_and_writes_nothing(house: House) -> None:
    text = f"number\n{ANA}\n{ANA}\n12\n"
    dry = bring(house, text, dry_run=True)
    with house.database.reading() as tx:
        assert stored.counts(tx) == {}
    assert [row.done for row in dry] == ["invited", "skipped", "wrong"]
    assert [row.done for row in bring(house, text)] == [row.done for row in dry]


def test_two_on_one_phone_are_told_apart_by_a_word(house: House, texts) -> None:
    consent = "2026-05-01,I agree,,"
    rows = bring(
        house,
        f"{HEAD}{ANA},Ana,,yes,lantern,{consent}\n{ANA},Ben,,yes,harbour,{consent}\n"
        f"{CAL},Cal,,yes,,{consent}\n",
    )
    assert [row.done for row in rows] == ["active", "active", "wrong"]
    with house.database.reading() as tx:
        number = numbers.find(tx, ANA)
        assert number is not None
        assert (number.shared, number.active_person_id) == (True, None)
        assert len(links.holders(tx, number.id)) == 2
        assert people.wordless(tx, number.id) == []
    texts(ANA, "MENU")
    texts(ANA, "harbour")
    with house.database.reading() as tx:
        number = numbers.find(tx, ANA)
    assert number is not None
    assert number.active_person_id == rows[1].person_id


def test_a_country_that_is_allowed_is_texted(house: House) -> None:
    with house.database.writing() as tx:
        us = organisation.read(settings_rows.all(tx))
        _, text = organisation.changed(us, "allowed_countries", "US, ES")
        settings_rows.put_json(tx, "allowed_countries", text, house.now())
    [row] = bring(house, "number\n+34612345678\n")
    assert row.done == "invited"
    with house.database.reading() as tx:
        person = stored.load(tx, row.person_id or "")
    assert person is not None
    assert person.zone == "Europe/Madrid"


@pytest.mark.timeout(120)
def test_ten_thousand_rows_take_seconds(house: House, scale: float) -> None:
    count = int(10_000 * scale)
    lines = [
        f"+1555{2000000 + n},Person {n},,,,2026-05-01,I agree,every day,{8 + n % 10}:00"
        for n in range(count)
    ]
    began = time.process_time()
    rows = bring(house, HEAD + "\n".join(lines))
    took = time.process_time() - began
    assert [row.done for row in rows] == ["active"] * count
    assert took < 3 + 30 * scale, took
    with house.database.reading() as tx:
        assert stored.counts(tx) == {"active": count}
        assert plans.counts(tx) == {"active": count}
