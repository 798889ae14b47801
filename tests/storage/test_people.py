"""People, numbers and what connects them: plain outside, sealed inside, many at once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from service.storage import consents, ids, links, numbers, people, suppressions
from service.storage.consents import Consent
from service.storage.database import Database, Tx
from service.storage.people import New
from service.storage.sealing import Sealer
from tests.storage.conftest import AT, KEY, NEXT_KEY

MARIA, NUMBER = "María José Núñez", "+15550100101"


def person(name: str = MARIA, **changed: object) -> New:
    new = New(ids.new(), "active", "es", "Europe/Madrid", AT, {"name": name, "mood": 3})
    return new._replace(**changed)  # type: ignore[arg-type]


def stored(tx: Tx) -> bytes:
    """Everything that stands in the tables of people, as bytes."""
    rows = []
    for table in ("number", "person", "person_number", "person_name", "consent", "suppression"):
        rows += tx.execute(f"SELECT * FROM {table}").fetchall()
    return repr(rows).encode()


def test_a_person_comes_back_as_added(store: Database) -> None:
    new = person()
    with store.writing() as tx:
        people.add(tx, new)
        loaded = people.load(tx, new.id)
        assert people.load(tx, "nobody") is None
    assert loaded is not None
    assert dict(loaded.fields) == {"name": MARIA, "mood": 3}
    assert (loaded.status, loaded.language, loaded.created_at) == ("active", "es", AT)


def test_nothing_private_stands_in_the_tables(store: Database) -> None:
    new = person()
    with store.writing() as tx:
        people.add(tx, new)
        number_id, _ = numbers.add(tx, NUMBER, country="US", kind="mobile", at=AT)
        links.add(tx, new.id, number_id, is_main=True)
        links.set_word(tx, new.id, number_id, "sunflower")
        consents.record(tx, [Consent("joined", AT, "word", new.id, number_id, "YES please")])
        suppressions.add(tx, "+15550100999", AT)
        content = stored(tx)
    for private in ("Mar", "Núñez", "nunez", "0100101", "0100999", "sunflower", "please"):
        assert private.encode() not in content


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("maria", True),
        ("MARÍA", True),
        ("nun", True),
        ("nu", True),
        ("jose nunez", True),
        ("mar jos", True),
        ("n", False),
        ("", False),
        ("maria pedro", False),
        ("aria", False),
    ],
)
def test_names_are_found_by_how_words_begin(store: Database, search: str, found: bool) -> None:
    new, other = person(), person("Pedro")
    with store.writing() as tx:
        people.add_many(tx, [new, other])
        assert people.find_by_name(tx, search) == ([new.id] if found else [])


def test_a_new_name_replaces_the_old_one(store: Database) -> None:
    new = person()
    with store.writing() as tx:
        people.add(tx, new)
        people.set_fields(tx, new.id, {"name": "Ana Li"})
        assert people.find_by_name(tx, "maria") == []
        assert people.find_by_name(tx, "an li") == [new.id]
        loaded = people.load(tx, new.id)
        assert loaded is not None
        assert loaded.fields == {"name": "Ana Li"}


def test_a_number_has_one_row_under_whatever_key(store: Database) -> None:
    with store.writing() as tx:
        number_id, new = numbers.add(tx, NUMBER, country="US", kind="mobile", at=AT)
        assert new
        assert numbers.add(tx, NUMBER, country=None, kind="unknown", at=AT) == (number_id, False)
    turned = Database(store.url, Sealer(f"{NEXT_KEY},{KEY}"))
    with turned.writing() as tx:
        assert numbers.add(tx, NUMBER, country=None, kind="unknown", at=AT) == (number_id, False)
        found = numbers.find(tx, NUMBER)
        assert found is not None
        assert (found.id, found.number, found.country) == (number_id, NUMBER, "US")
        assert numbers.find(tx, "+15550100102") is None
        assert numbers.find_ids(tx, [NUMBER, "+15550100102"]) == {NUMBER: number_id}
    turned.close()


def test_opting_out_and_in_is_news_once(store: Database) -> None:
    with store.writing() as tx:
        number_id, _ = numbers.add(tx, NUMBER, country="US", kind="mobile", at=AT)
        assert numbers.opt_out(tx, number_id, "word", AT)
        assert not numbers.opt_out(tx, number_id, "carrier", AT + timedelta(hours=1))
        row = numbers.load(tx, number_id)
        assert row is not None
        assert (row.opted_out_at, row.opted_out_how) == (AT, "word")
        assert numbers.counts(tx) == (1, 1, 0)
        assert numbers.opt_in(tx, number_id)
        assert not numbers.opt_in(tx, number_id)
        numbers.mark_unusable(tx, number_id, "30006", AT)
        assert numbers.counts(tx) == (1, 0, 1)
        numbers.mark_usable(tx, number_id)
        assert numbers.counts(tx) == (1, 0, 0)


def test_people_on_one_phone_are_told_apart_by_their_words(store: Database) -> None:
    one, two, gone = person(), person("Ana"), person("Eva", status="left")
    with store.writing() as tx:
        people.add_many(tx, [one, two, gone])
        number_id, _ = numbers.add(tx, NUMBER, country="US", kind="mobile", at=AT)
        links.add_many(tx, [(one.id, number_id, True), (two.id, number_id, True)])
        links.add(tx, gone.id, number_id, is_main=True)
        assert [link.person_id for link in links.holders(tx, number_id)] == [one.id, two.id]
        links.set_word(tx, one.id, number_id, "Blue  Door")
        links.set_word(tx, two.id, number_id, "river")
        links.set_word(tx, gone.id, number_id, "lamp")
        assert links.by_word(tx, number_id, " blue door ") == one.id
        assert links.by_word(tx, number_id, "lamp") is None
        assert links.by_word(tx, "another", "river") is None
        links.set_word(tx, two.id, number_id, "blue door")  # two with one word are nobody
        assert links.by_word(tx, number_id, "blue door") is None
        assert [link.has_word for link in links.of_person(tx, one.id)] == [True]
        assert links.drop(tx, one.id, number_id)
        assert not links.drop(tx, one.id, number_id)
        assert links.of_people(tx, [one.id, two.id])[one.id] == []


def test_consents_are_kept_in_their_order_and_lose_only_their_words(store: Database) -> None:
    asked = Consent("asked", AT, "web", "p1", "n1", "May we text you?", "spring")
    joined = Consent("joined", AT + timedelta(minutes=1), "word", "p1", "n1", "YES")
    with store.writing() as tx:
        consents.record(tx, [asked, joined])
        assert consents.of_person(tx, "p1") == consents.of_number(tx, "n1") == [asked, joined]
        consents.forget(tx, "p1")
        assert [row.wording for row in consents.of_person(tx, "p1")] == [None, None]
        with pytest.raises(ValueError, match="no act of consent"):
            consents.record(tx, [Consent("agreed", AT, "word")])


def test_a_suppression_outlives_its_key(store: Database) -> None:
    with store.writing() as tx:
        suppressions.add(tx, NUMBER, AT)
        suppressions.add(tx, NUMBER, AT)
        assert suppressions.count(tx) == 1
    retired = Sealer(KEY).keys[0].retired()
    later = Database(store.url, Sealer(f"{NEXT_KEY},{retired}"))
    with later.writing() as tx:
        assert suppressions.holds(tx, NUMBER)
        assert suppressions.among_them(tx, [NUMBER, "+15550100102"]) == {NUMBER}
        assert suppressions.drop(tx, NUMBER)
        assert not suppressions.holds(tx, NUMBER)
    later.close()


def test_ten_thousand_people_are_imported_in_seconds(store: Database) -> None:
    began = time.perf_counter()
    all_numbers = [f"+1555{n:07}" for n in range(10_000)]
    with store.writing() as tx:
        assert numbers.find_ids(tx, all_numbers) == {}
        new_ids = numbers.add_many(tx, [(number, "US", "mobile") for number in all_numbers], AT)
        new = [person(f"Ana {n}", main_number_id=id_) for n, id_ in enumerate(new_ids.values())]
        people.add_many(tx, new)
        links.add_many(tx, [(row.id, str(row.main_number_id), True) for row in new])
    took = time.perf_counter() - began
    with store.reading() as tx:
        assert people.counts(tx) == {"active": 10_000}
        assert len(people.load_many(tx, [row.id for row in new])) == 10_000
        assert len(people.listing(tx, status="active", most=10)) == 10
        assert numbers.find_ids(tx, all_numbers) == new_ids
    assert took < 60


def test_a_pin_is_sealed_and_tells_people_apart(store: Database) -> None:
    ana, eva, leo = (ids.new() for _ in range(3))
    with store.writing() as tx:
        for person_id in (ana, eva, leo):
            people.add(tx, New(person_id, "active", "en", "UTC", AT, {}))
        people.set_pin(tx, ana, "2468")
        people.set_pin(tx, eva, "1357")
        sealed = [bytes(row[0] or b"") for row in tx.execute("SELECT sealed_pin FROM person")]
        assert not any(b"2468" in value for value in sealed)
        assert people.with_pin(tx, [ana, eva, leo]) == {ana, eva}
        assert people.by_pin(tx, [ana, eva, leo], "2468") == [ana]
        assert people.by_pin(tx, [eva, leo], "2468") == []
        assert people.by_pin(tx, [ana, eva, leo], "") == []
        people.set_pin(tx, ana, None)
        assert people.with_pin(tx, [ana, eva, leo]) == {eva}
        assert people.by_pin(tx, [ana], "2468") == []
