"""Recordings: fetched from a real network, sealed here, deleted there, and never lost between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from service import clock, erasing, reconciling, recordings, retention
from service.storage import calls, numbers, timers
from service.storage import recordings as kept
from service.storage.recordings import NewRecording, Recording
from tests.carrier.service_side import Answer, ServiceSide
from tests.phone import PhoneNetwork
from tests.service.house import ANA, BEN, Line, Phone

_RECORDS = '<Response><Record maxLength="60" action="/done"/></Response>'
_ENDS = "<Response><Hangup/></Response>"


@pytest.fixture(scope="module")
def running() -> Iterator[PhoneNetwork]:
    with PhoneNetwork(account="AC1", token="token") as network:
        yield network


@pytest.fixture
def network(running: PhoneNetwork) -> Iterator[PhoneNetwork]:
    """A network whose callers are asked to record something at once."""
    side = ServiceSide("token").start()
    side.answer = lambda asked: Answer(_RECORDS if asked.path == "/twilio/voice" else _ENDS)
    running.behave()
    running.forget()
    running.serve(side.url)
    yield running
    side.stop()


@pytest.fixture
def wired(line_url: str, tmp_path: Path, network: PhoneNetwork) -> Iterator[Line]:
    line = Line(line_url, tmp_path, clock.now(), TWILIO_API_URL=network.url)
    yield line
    line.close()


def records(line: Line, network: PhoneNetwork, phone: Phone, seconds: int = 4) -> str:
    """A call in which they record something; the call's id with us."""
    call = network.handset(phone.number).dial()
    call.records(seconds).hangs_up()
    network.flush()  # the recording is done by now
    person_id = phone.person.id
    with line.writing() as tx:
        number = numbers.find(tx, phone.number)
        assert number is not None
        found, _ = calls.came_in(
            tx, sid=call.sid, number_id=number.id, sender_id=None,
            person_id=person_id, lane=1, now=line.at,
        )  # fmt: skip
    return found.id


def at_the_network(network: PhoneNetwork) -> list[str]:
    """The recordings that the network holds."""
    path = f"/2010-04-01/Accounts/{network.account}/Recordings.json"
    asked = requests.get(network.url + path, auth=(network.account, network.token), timeout=10)
    return [row["sid"] for row in asked.json()["recordings"]]


def noted(line: Line, network: PhoneNetwork, phone: Phone, seconds: int = 4) -> Recording:
    """The same, and the webhook of its end came."""
    before = set(at_the_network(network))
    call_id = records(line, network, phone, seconds)
    [sid] = set(at_the_network(network)) - before
    with line.writing() as tx:
        call = calls.load(tx, call_id)
        assert call is not None
        return recordings.made(tx, NewRecording(
            sid, call.person_id, call.number_id, call.id, None, "answer", "story", "tell",
            seconds, line.at,
        ))  # fmt: skip


def as_it_is(line: Line, recording: Recording) -> Recording:
    with line.reading() as tx:
        found = kept.load(tx, recording.id)
    assert found is not None
    return found


def look(line: Line, **later: float) -> None:
    line.at += timedelta(**later)
    reconciling.look(line.house)


def left(line: Line) -> int:
    """What is still to be done about recordings."""
    return int(line.one("select count(*) from timer where kind = 'recording'"))


def test_it_is_fetched_kept_and_deleted_there(wired: Line, network: PhoneNetwork) -> None:
    made = noted(wired, network, wired.member(ANA), seconds=4)
    assert at_the_network(network) == [made.carrier_sid]
    look(wired)
    after = as_it_is(wired, made)
    assert (after.status, after.seconds, after.media_type) == ("cleared", 4, "audio/mpeg")
    sound = recordings.sound(wired.house, made.id)
    assert sound is not None
    assert len(sound.data) > 4 * 1000
    assert at_the_network(network) == []
    assert left(wired) == 0


def test_what_is_kept_is_sealed(wired: Line, network: PhoneNetwork) -> None:
    made = noted(wired, network, wired.member(ANA))
    look(wired)
    sound = recordings.sound(wired.house, made.id)
    assert sound is not None
    [(raw,)] = wired.rows("select sealed_audio from recording")
    assert sound.data[:64] not in bytes(raw)


def test_told_twice_it_is_one(wired: Line, network: PhoneNetwork) -> None:
    made = noted(wired, network, wired.member(ANA))
    with wired.writing() as tx:
        again = recordings.made(tx, NewRecording(
            made.carrier_sid, made.person_id, made.number_id, made.call_id, None, "answer",
            None, None, 9, wired.at,
        ))  # fmt: skip
    assert (again.id, again.seconds) == (made.id, 4)
    assert left(wired) == 1
    look(wired)
    assert as_it_is(wired, made).status == "cleared"


def test_while_the_network_is_away_it_waits_ever_longer_and_is_not_lost(
    wired: Line, network: PhoneNetwork
) -> None:
    made = noted(wired, network, wired.member(ANA))
    network.misbehave(outage="refuse")
    pauses = []
    for _ in range(14):
        look(wired)
        with wired.reading() as tx:
            assert timers.for_the_carrier(tx, wired.at, 1) == []
            found = timers.for_the_carrier(tx, wired.at + timedelta(hours=2), 1)
        pauses.append((found[0].due_at - wired.at).total_seconds())
        wired.at = found[0].due_at
    assert pauses[:4] == [5, 10, 20, 40]
    assert pauses[-1] == 3600
    assert pauses == sorted(pauses)
    assert as_it_is(wired, made).status == "made"
    network.behave()
    look(wired)
    assert as_it_is(wired, made).status == "cleared"


def test_one_that_could_not_be_deleted_there_is_deleted_later(
    wired: Line, network: PhoneNetwork
) -> None:
    made = noted(wired, network, wired.member(ANA))
    with wired.writing() as tx:  # as a worker leaves it that is killed before it could delete
        assert kept.fetched(tx, made.id, "audio/mpeg", b"sound", wired.at)
    look(wired)
    assert as_it_is(wired, made).status == "cleared"
    assert recordings.sound(wired.house, made.id) == ("audio/mpeg", b"sound")
    assert at_the_network(network) == []


def test_one_that_the_network_never_had_is_told_after_a_day(
    wired: Line, network: PhoneNetwork
) -> None:
    wired.organised(coordinators=[BEN])
    made = noted(wired, network, wired.member(ANA))
    wired.do("update recording set carrier_sid = :sid", sid="RE" + "0" * 32)
    for _ in range(3):
        look(wired, hours=1)
    assert as_it_is(wired, made).status == "made"
    look(wired, hours=24)
    assert as_it_is(wired, made).status == "lost"
    assert left(wired) == 0
    wired.passes(minutes=1)
    assert "was lost on the way" in wired.phone(BEN).hears()[-1]


def test_an_erasure_takes_it_away_here_and_there(wired: Line, network: PhoneNetwork) -> None:
    ana = wired.member(ANA)
    fetched, waiting = noted(wired, network, ana), None
    look(wired)
    waiting = noted(wired, network, ana)
    with wired.turn(ana) as slate:
        erasing.carry_out(slate)
    look(wired, minutes=1)
    for made in (fetched, waiting):
        assert as_it_is(wired, made).status == "forgotten"
        assert recordings.sound(wired.house, made.id) is None
    assert at_the_network(network) == []
    assert left(wired) == 0


def test_what_is_told_only_after_the_erasure_is_never_fetched(
    wired: Line, network: PhoneNetwork
) -> None:
    ana = wired.member(ANA)
    call_id = records(wired, network, ana)
    [sid] = at_the_network(network)
    with wired.reading() as tx:
        call = calls.load(tx, call_id)
    assert call is not None
    with wired.turn(ana) as slate:
        erasing.carry_out(slate)
    with wired.writing() as tx:
        made = recordings.made(tx, NewRecording(
            sid, call.person_id, call.number_id, call.id, None, "answer", None, None, 4, wired.at,
        ))  # fmt: skip
    look(wired)
    assert as_it_is(wired, made).status == "forgotten"
    assert at_the_network(network) == []


def test_one_that_no_webhook_told_of_is_found_in_the_networks_books(
    wired: Line, network: PhoneNetwork
) -> None:
    ana = wired.member(ANA)
    call_id = records(wired, network, ana, seconds=7)
    stranger = network.handset(BEN).dial().records(3).hangs_up()
    assert stranger.over
    look(wired, minutes=5)  # the sweep notes it
    look(wired, seconds=1)
    person_id = ana.person.id
    with wired.reading() as tx:
        [found] = kept.of_person(tx, person_id)
    assert (found.call_id, found.seconds, found.status) == (call_id, 7, "cleared")
    assert len(at_the_network(network)) == 1  # of a call that is not ours: not ours to touch


def test_after_so_many_days_it_goes(wired: Line, network: PhoneNetwork) -> None:
    made = noted(wired, network, wired.member(ANA))
    look(wired)
    wired.organised(keep_recordings_days=30)
    wired.at += timedelta(days=29)
    assert retention.run(wired.house).recordings == 0
    wired.at += timedelta(days=2)
    assert retention.run(wired.house).recordings == 1
    assert recordings.sound(wired.house, made.id) is None
    assert as_it_is(wired, made).status == "forgotten"
