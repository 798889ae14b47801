"""The doctor's rounds: each thing that goes wrong is found, and told with what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from service import outages, outbox, rounds
from service.findings import Finding
from service.house import House
from service.settings import load
from service.storage import ids, messages, numbers, placings, restoring, senders, settings_rows
from service.storage.messages import Draft
from service.storage.placings import NewCall
from service.storage.statements import Prepared
from service.storage.tables import Message, of
from tests import houses
from tests.storage.conftest import KEY, NEXT_KEY

ROSA = "+15550142009"
m = of(Message)


def found(house: House) -> list[Finding]:
    with house.database.reading() as tx:
        force = house.editions.in_force(tx, settings_rows.stamp(tx))
    return [
        *rounds.of_the_database(house),
        *rounds.of_the_organisation(house, force),
        *rounds.of_the_outbox(house, force),
        *rounds.of_the_machine(house),
    ]


def troubles(house: House) -> list[Finding]:
    every = found(house)
    assert all(finding.cure for finding in every if finding.state != "well")
    return [finding for finding in every if finding.state != "well"]


def put(house: House, status: str, held_for: str | None = None) -> None:
    now = house.now()
    with house.database.writing() as tx:
        number_id, _ = numbers.add(tx, ROSA, country="US", kind="mobile", at=now)
        messages.put(tx, [
            Draft(ids.new(), None, number_id, None, None, "t", 0, 2, status, held_for, "hi", 1,
                  now, None, None, None, now, None, "checkin")
        ])  # fmt: skip
        then = now - timedelta(minutes=30)
        Prepared(m.update().values(claimed_at=then)).run(tx)


def doubted_call(house: House) -> None:
    then = house.now() - timedelta(minutes=30)
    with house.database.writing() as tx:
        number_id, _ = numbers.add(tx, ROSA, country="US", kind="mobile", at=then)
        call = NewCall(ids.new(), "notice", None, number_id, "s", 2, then, then)
        placings.plan(tx, [call])
        assert placings.claim(tx, [call.id], "w1", then)
        placings.doubted(tx, [(call.id, 1, 1, then)])


def coordinator(house: House, how: str) -> None:
    now = house.now()
    with house.database.writing() as tx:
        number_id, _ = numbers.add(tx, ROSA, country="US", kind="mobile", at=now)
        settings_rows.put(tx, "coordinators", [number_id], now)
        if how == "opted out":
            numbers.opt_out(tx, number_id, "word", now)
        elif how == "dead":
            numbers.mark_unusable(tx, number_id, "30005", now)
        elif how == "abroad":
            settings_rows.put(tx, "allowed_countries", ["FR"], now)


def setting(name: str, value: object) -> Callable[[House], None]:
    def change(house: House) -> None:
        with house.database.writing() as tx:
            settings_rows.put(tx, name, value, house.now())

    return change


def outage(house: House) -> None:
    with house.database.writing() as tx:
        outages.began(tx, house.now())


def restored(house: House) -> None:
    with house.database.writing() as tx:
        restoring.mark(tx, house.now(), house.now())


def another_country(house: House) -> None:
    with house.database.writing() as tx:
        senders.ensure(tx, "+351912345678", 1000, house.now())
        settings_rows.touch(tx, house.now())


LONG_AGO = "2026-06-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("goes_wrong", "part", "state", "told"),
    [
        (lambda house: put(house, "in doubt"), "messages", "mend", "1 messages are in doubt"),
        (doubted_call, "calls", "mend", "1 calls are in doubt, the oldest for 30"),
        (lambda house: put(house, "held", "budget"), "messages", "look", "1 for budget"),
        (outage, "phone network", "mend", "Nothing gets through"),
        (restored, "database", "mend", "nothing leaves"),
        (lambda house: coordinator(house, "opted out"), "organisation", "mend", "opted out"),
        (lambda house: coordinator(house, "dead"), "organisation", "mend", "is dead"),
        (setting("coordinators", ["gone"]), "organisation", "mend", "is not there"),
        (
            lambda house: coordinator(house, "abroad"),
            "organisation",
            "mend",
            "lies where we do not text: US",
        ),
        (setting("allowed_countries", ["US", "PT"]), "organisation", "look", "for PT"),
        (setting("country", "PT"), "organisation", "mend", "for PT"),
        (another_country, "organisation", "look", "for PT"),
        (setting("daily_budget", 0), "budget", "look", "cost 0.00 of 0.00"),
        (setting(outbox.SWEPT, LONG_AGO), "worker", "mend", "180 minutes"),
    ],
)
def test_what_goes_wrong_is_found(
    house: House, goes_wrong: Callable[[House], None], part: str, state: str, told: str
) -> None:
    assert troubles(house) == []
    goes_wrong(house)
    found = troubles(house)
    assert any(told in one.told and (one.part, one.state) == (part, state) for one in found), found


def test_quiet_hours_hold_without_trouble(house: House) -> None:
    put(house, "held", "quiet hours")
    assert troubles(house) == []


def test_keys_on_their_way_out_are_told(house: House, database_url: str, tmp_path: Path) -> None:
    put(house, "delivered")
    given = houses.environment(database_url, tmp_path, HEARTHLINE_KEYS=f"{NEXT_KEY},{KEY}")
    both = House(load(given), now=house.now)
    [finding] = troubles(both)
    assert "still seals" in finding.told
    both.close()
    lost = House(load({**given, "HEARTHLINE_KEYS": NEXT_KEY}), now=house.now)
    [finding] = troubles(lost)
    assert finding.state == "mend"
    assert "does not open" in finding.told
    lost.close()


def test_a_full_disk_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"total": 1000 << 20, "used": 980 << 20, "free": 20 << 20})
    monkeypatch.setattr(rounds.shutil, "disk_usage", lambda folder: usage)
    [finding] = troubles(house)
    assert (finding.state, "20 MB" in finding.told) == ("mend", True)


class Answers(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        assert self.path == "/ready"
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *ignored: object) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "state", "told"),
    [(200, "well", "is ready"), (503, "mend", "answers 503"), (404, "mend", "answers 404"),
     (None, "look", "not reached")],
)  # fmt: skip
def test_our_own_address_is_tried(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int | None,
    state: str, told: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(Answers, "status", status)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port if status else 9
        given = houses.environment(sqlite_url, tmp_path, PUBLIC_URL=f"http://127.0.0.1:{port}")
        house = House(load(given))
        [finding] = rounds.of_the_web(house)
        house.close()
        server.shutdown()
    assert (finding.state, told in finding.told) == (state, True)
