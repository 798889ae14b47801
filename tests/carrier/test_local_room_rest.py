"""Conferences of the local phone network, through the carrier's own client."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.carrier.voice_side import ANA, saying, twiml
from tests.phone import ACCOUNT

BEN, CARL = "+15550142002", "+15550142003"
ROOM = "a-room-without-a-name"
EVENTS = 'statusCallback="/room" statusCallbackEvent="end leave mute hold"'


def joining(conference: str = "") -> str:
    return f'<Dial action="/parted"><Conference {EVENTS} {conference}>{ROOM}</Conference></Dial>'


@pytest.fixture
def together(phones, service):
    """Ana's call and Ben's, in one room."""
    service.answer = lambda asked: twiml(
        joining(f'participantLabel="{asked.form["From"][-4:]}"')
        if asked.path == "/twilio/voice"
        else "<Say>You are alone again.</Say>"
        if asked.path == "/parted"
        else ""
    )
    return phones.handset(ANA).dial(), phones.handset(BEN).dial()


def found(client):
    (room,) = client.conferences.list(status="in-progress")
    return room


def events(service, count):
    return [asked.form["StatusCallbackEvent"] for asked in service.wait_for("/room", count)]


def test_a_conference_is_listed_and_fetched(together, client):
    room = found(client)
    assert room.sid.startswith("CF")
    assert (room.friendly_name, room.account_sid, room.status) == (ROOM, ACCOUNT, "in-progress")
    assert room.reason_conference_ended is room.call_sid_ending_conference is None
    assert room.date_created.tzinfo is not None
    assert client.conferences(room.sid).fetch().sid == room.sid
    assert room.subresource_uris["participants"].endswith(f"{room.sid}/Participants.json")
    today, tomorrow = datetime.now(UTC).date(), datetime.now(UTC).date() + timedelta(days=1)
    assert client.conferences.list(friendly_name=ROOM, date_created=today)
    assert client.conferences.list(date_created_after=today, date_updated_before=tomorrow)
    assert not client.conferences.list(friendly_name="another")
    assert not client.conferences.list(date_created_before=date(2020, 1, 1))


def test_who_is_in_it_is_listed_by_call_and_by_label(together, client):
    ana, ben = together
    room = found(client)
    seats = client.conferences(room.sid).participants.list()
    assert [seat.call_sid for seat in seats] == [ana.sid, ben.sid]
    one = client.conferences(room.sid).participants("2001").fetch()
    assert (one.call_sid, one.label, one.status) == (ana.sid, "2001", "connected")
    assert (one.muted, one.hold, one.coaching) == (False, False, False)
    assert (one.start_conference_on_enter, one.end_conference_on_exit) == (True, False)
    assert client.conferences(room.sid).participants.list(muted=True) == []


def test_who_is_muted_is_not_heard_and_hears(together, client, service):
    ana, ben = together
    seat = client.conferences(found(client).sid).participants(ana.sid)
    assert seat.update(muted=True).muted is True
    ana.tells("Can you hear me?")
    ben.hears_nobody()
    ben.tells("I cannot hear you")
    ana.hears("cannot hear you")
    seat.update(muted=False)
    ana.tells("And now?")
    ben.hears("And now?")
    assert events(service, 2) == ["participant-mute", "participant-unmute"]


def test_who_joins_muted_is_not_heard_until_that_is_undone(phones, service, client):
    service.answer = saying(voice=joining('muted="true"'))
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    ana.tells("Hello?")
    ben.hears_nobody()
    client.conferences(found(client).sid).participants(ana.sid).update(muted=False)
    ana.tells("Hello")
    ben.hears("Hello")


def test_who_is_held_neither_hears_nor_is_heard(together, client, service):
    ana, ben = together
    seat = client.conferences(found(client).sid).participants(ana.sid)
    assert seat.update(hold=True).hold is True
    ben.tells("Ana?")
    ana.tells("Ben?")
    ana.hears_nobody()
    ben.hears_nobody()
    seat.update(hold=False)
    ben.tells("Here again?")
    ana.hears("Here again?")
    assert events(service, 2) == ["participant-hold", "participant-unhold"]


def test_who_is_removed_goes_on_alone(together, client, service):
    ana, ben = together
    room = found(client)
    assert client.conferences(room.sid).participants(ana.sid).delete()
    ana.hears("alone again")
    assert ben.together == 1
    assert client.conferences(room.sid).participants(ben.sid).delete()
    ended = client.conferences(room.sid).fetch()
    assert (ended.status, ended.reason_conference_ended) == (
        "completed", "last-participant-kicked",
    )  # fmt: skip
    assert ended.call_sid_ending_conference == ben.sid
    with pytest.raises(TwilioRestException) as refused:
        client.conferences(room.sid).participants(ben.sid).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_a_conference_that_is_ended_lets_everybody_go_on(together, client, service):
    ana, ben = together
    room = client.conferences(found(client).sid).update(status="completed")
    assert (room.status, room.reason_conference_ended) == ("completed", "conference-ended-via-api")
    ana.hears("alone again")
    ben.hears("alone again")
    assert events(service, 3)[-1] == "conference-end"
    assert client.conferences.list(status="in-progress") == []


def test_the_next_call_into_a_room_that_is_over_begins_a_new_one(together, client, phones):
    first = found(client)
    client.conferences(first.sid).update(status="completed")
    carl = phones.handset(CARL).dial()
    assert carl.together == 1
    (room,) = client.conferences.list(status="init")
    assert (room.friendly_name, room.sid == first.sid) == (ROOM, False)


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (lambda c, sid: c.conferences("CF" + "0" * 32).fetch(), 404, 20404),
        (lambda c, sid: c.conferences(sid).participants("CA" + "0" * 32).fetch(), 404, 20404),
        (lambda c, sid: c.conferences(sid).update(status="init"), 400, 20001),
        (lambda c, sid: c.conferences(sid).update(announce_url="http://x"), 400, 20001),
        (lambda c, sid: c.conferences(sid).participants("2001").update(muted="loud"), 400, 20001),
    ],
)
def test_what_cannot_be_done_is_refused(together, client, ask, status, code):
    with pytest.raises(TwilioRestException) as refused:
        ask(client, found(client).sid)
    assert (refused.value.status, refused.value.code) == (status, code)
