"""Calls out over the local phone network: created by the carrier's own client, met by a phone."""

from __future__ import annotations

import threading

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.carrier.voice_side import ANA, MENU, saying, twiml
from tests.phone import SERVICE_NUMBER

URL, CALLED_BACK = "/answered?c=1", "/status?c=1"
EVERY = ["initiated", "ringing", "answered", "completed"]


@pytest.fixture
def call(client, service):
    """Create a call to Ana, as the service would."""

    def create(**more):
        given = {
            "to": ANA, "from_": SERVICE_NUMBER, "url": service.url + URL,
            "status_callback": service.url + CALLED_BACK, "status_callback_event": EVERY, **more,
        }  # fmt: skip
        return client.calls.create(**given)

    return create


def statuses(service):
    return [asked.form["CallStatus"] for asked in service.to("/status")]


def test_a_call_out_rings_is_answered_and_asks_what_to_say(phones, service, client, call):
    service.answer = saying(answered=MENU, step="<Say>Good</Say>")
    made = call()
    assert (made.status, made.direction) == ("queued", "outbound-api")
    talk = phones.handset(ANA).rings().answers()
    talk.hears("Press 1")
    (asked,) = service.to("/answered")
    assert asked.signed
    assert asked.form["CallSid"] == made.sid
    assert (asked.form["From"], asked.form["To"]) == (SERVICE_NUMBER, ANA)
    assert (asked.form["CallStatus"], asked.form["Direction"]) == ("in-progress", "outbound-api")
    assert "AnsweredBy" not in asked.form
    talk.presses("1").hears("Good")
    assert talk.over
    phones.idle()
    assert statuses(service) == ["initiated", "ringing", "in-progress", "completed"]
    assert [asked.form["SequenceNumber"] for asked in service.to("/status")] == list("0123")
    assert all(asked.signed for asked in service.to("/status"))
    fetched = client.calls(made.sid).fetch()
    assert (fetched.status, fetched.to, fetched._from) == ("completed", ANA, SERVICE_NUMBER)
    assert int(fetched.duration) >= 1
    assert fetched.end_time >= fetched.start_time


def test_only_the_events_asked_for_are_called_back(phones, service, call):
    call(status_callback_event=["completed"])
    phones.handset(ANA).rings().busy()
    phones.idle()
    assert statuses(service) == ["busy"]


def test_without_events_only_the_end_is_called_back(phones, service, client):
    client.calls.create(
        to=ANA, from_=SERVICE_NUMBER, url=service.url + URL,
        status_callback=service.url + CALLED_BACK,
    )  # fmt: skip
    phones.handset(ANA).rings().answers()
    phones.idle()
    assert statuses(service) == ["completed"]


@pytest.mark.parametrize(("what", "status"), [("busy", "busy"), ("ignores", "no-answer")])
def test_a_call_that_is_not_answered_says_nothing(phones, service, client, call, what, status):
    made = call(machine_detection="Enable")
    talk = getattr(phones.handset(ANA).rings(), what)()
    assert talk.status == status
    phones.idle()
    assert statuses(service) == ["initiated", "ringing", status]
    assert service.to("/status")[-1].form["CallDuration"] == "0"
    assert service.to("/answered") == []
    fetched = client.calls(made.sid).fetch()
    assert (fetched.status, fetched.duration, fetched.price) == (status, "0", None)


def test_who_hangs_up_a_ringing_phone_is_busy(phones, service, call):
    made = call()
    phones.handset(ANA).rings()
    assert phones.post(f"/calls/{made.sid}/hangup")["status"] == "busy"


def test_a_phone_rings_no_longer_than_it_was_asked_to(phones, service, call):
    call(timeout=1)
    phones.handset(ANA).rings()
    (asked,) = service.wait_for("/status", 3)[2:]
    assert asked.form["CallStatus"] == "no-answer"


def test_a_person_is_told_from_a_machine(phones, service, call):
    call(machine_detection="Enable")
    assert phones.handset(ANA).rings().answers().answered_by == "human"
    assert service.to("/answered")[0].form["AnsweredBy"] == "human"


@pytest.mark.parametrize(
    ("detection", "by"), [("Enable", "machine_start"), ("DetectMessageEnd", "machine_end_beep")]
)
def test_a_voicemail_takes_the_call_and_does_nothing(phones, service, call, detection, by):
    service.answer = saying(answered=MENU + MENU + "<Say>We wanted to say hello.</Say>")
    call(machine_detection=detection)
    talk = phones.handset(ANA).rings().voicemail()
    assert talk.over
    talk.hears("We wanted to say hello")
    assert service.to("/answered")[0].form["AnsweredBy"] == by
    assert service.to("/step") == []
    phones.idle()
    assert statuses(service)[-1] == "completed"
    assert service.to("/status")[-1].form["AnsweredBy"] == by


def test_a_voicemails_greeting_is_heard_where_the_service_listens(phones, service, call):
    gather = '<Gather input="speech dtmf" action="/step"><Say>Hello?</Say></Gather>'
    service.answer = saying(answered=gather)
    call(machine_detection="Enable")
    phones.handset(ANA).rings().voicemail("Hi, this is Ana. Leave a message.")
    assert service.to("/step")[0].form["SpeechResult"] == "Hi, this is Ana. Leave a message."


def test_a_voicemail_hangs_up_in_the_end(phones, service, call):
    service.answer = saying(answered=MENU + "<Redirect>/answered</Redirect>")
    call(machine_detection="Enable")
    talk = phones.handset(ANA).rings().voicemail()
    assert talk.over
    assert 180 <= talk.seconds < 200


def test_a_phone_that_is_in_a_call_is_busy(phones, service, call):
    service.answer = saying(voice=MENU)
    talk = phones.handset(ANA).dial()
    call()
    assert service.wait_for("/status", 3)[2].form["CallStatus"] == "busy"
    talk.hangs_up()
    call()
    phones.handset(ANA).rings().answers()


@pytest.mark.parametrize(
    ("fate", "status"),
    [
        ("busy", "busy"),
        ("no-answer", "no-answer"),
        ("failed", "failed"),
        ("machine", "completed"),
        ("silent", "completed"),
    ],
)
def test_the_weather_says_what_becomes_of_calls_to_a_number(phones, service, call, fate, status):
    phones.misbehave(call_outcomes={ANA: fate, "*": "silent"})
    service.answer = saying(answered=MENU)
    call(machine_detection="Enable")
    phones.idle()
    assert statuses(service)[-1] == status
    told = [asked.form["AnsweredBy"] for asked in service.to("/answered")]
    assert told == {"machine": ["machine_start"], "silent": ["unknown"]}.get(fate, [])


def test_the_weather_holds_for_any_other_number(phones, service, call):
    phones.misbehave(call_outcomes={"*": "busy"})
    call(to="+15550142002")
    phones.idle()
    assert statuses(service)[-1] == "busy"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"to": ""}, 21201),
        ({"to": "12"}, 21211),
        ({"to": SERVICE_NUMBER}, 21214),
        ({"from_": ""}, 21213),
        ({"from_": "+15550999999"}, 21210),
        ({"url": "answered"}, 21205),
        ({"status_callback": "status"}, 21609),
        ({"timeout": 0}, 21208),
        ({"timeout": 1000}, 21208),
        ({"method": "PUT"}, 21209),
        ({"machine_detection": "Perhaps"}, 21207),
        ({"status_callback_event": ["sung"]}, 20001),
        ({"async_amd": "true"}, 20001),
    ],
)
def test_a_call_that_cannot_be_made_is_refused(phones, call, given, code):
    with pytest.raises(TwilioRestException) as refused:
        call(**given)
    assert (refused.value.code, refused.value.status) == (code, 400)
    assert phones.counts()["calls"] == 0


def test_numbers_and_regions_can_refuse_calls(phones, call):
    phones.misbehave(call_outcomes={ANA: 21216})
    with pytest.raises(TwilioRestException) as refused:
        call()
    assert refused.value.code == 21216
    phones.misbehave(call_outcomes={}, regions=["CA"])
    with pytest.raises(TwilioRestException) as refused:
        call()
    assert refused.value.code == 21215


def test_a_call_that_rings_can_be_canceled(phones, service, client, call):
    made = call()
    phones.handset(ANA).rings()
    assert client.calls(made.sid).update(status="canceled").status == "canceled"
    phones.idle()
    assert statuses(service)[-1] == "canceled"
    with pytest.raises(TwilioRestException) as refused:
        client.calls(made.sid).update(status="completed")
    assert refused.value.code == 21220


def test_a_call_under_way_can_be_ended_but_no_longer_canceled(phones, service, client, call):
    service.answer = saying(answered=MENU)
    made = call()
    talk = phones.handset(ANA).rings().answers()
    with pytest.raises(TwilioRestException):
        client.calls(made.sid).update(status="canceled")
    assert client.calls(made.sid).update(status="completed").status == "completed"
    assert talk.over


def test_a_call_under_way_can_be_led_elsewhere(phones, service, client, call):
    service.answer = saying(answered=MENU, elsewhere="<Say>Over here</Say>")
    made = call()
    talk = phones.handset(ANA).rings().answers()
    client.calls(made.sid).update(url=service.url + "/elsewhere")
    service.wait_for("/elsewhere")
    phones.idle()
    assert talk.over
    assert "Over here" in talk.heard


def test_what_is_said_can_come_with_the_call_itself(phones, service, client):
    client.calls.create(
        to=ANA, from_=SERVICE_NUMBER,
        twiml=twiml(MENU.replace("/step", service.url + "/step")).body,
    )  # fmt: skip
    service.answer = saying(step="<Say>Good</Say>")
    talk = phones.handset(ANA).rings().answers()
    talk.hears("Press 1")
    talk.presses("1").hears("Good")


def test_a_dropped_create_may_have_been_accepted_and_is_found_in_the_list(phones, client, call):
    phones.misbehave(drop_after=1)
    with pytest.raises(Exception, match=r"(?i)connection"):
        call()
    phones.behave()
    (found,) = client.calls.list(to=ANA, from_=SERVICE_NUMBER)
    assert found.status in ("queued", "initiated", "ringing")
    assert phones.counts()["calls"] == 1


def test_calls_are_listed_newest_first_by_number_status_and_day(phones, service, client, call):
    phones.misbehave(call_outcomes={"*": "busy"})
    first, second = call(), call(to="+15550142002")
    phones.idle()
    assert [found.sid for found in client.calls.list()] == [second.sid, first.sid]
    assert [found.sid for found in client.calls.list(to=ANA)] == [first.sid]
    assert client.calls.list(status="completed") == []
    started = client.calls(first.sid).fetch().start_time
    assert len(client.calls.list(start_time_after=started)) == 2
    assert len(client.calls.list(start_time=started.date())) == 2
    assert client.calls.list(start_time_before=started.replace(year=2000)) == []
    assert len(client.calls.list(page_size=1)) == 2


def test_a_call_can_be_deleted_once_it_is_over(phones, service, client, call):
    made = call()
    with pytest.raises(TwilioRestException):
        client.calls(made.sid).delete()
    phones.handset(ANA).rings().ignores()
    assert client.calls(made.sid).delete()
    assert client.calls.list() == []


def test_a_number_makes_so_many_calls_a_second_and_the_others_wait(phones, service, client, call):
    phones.misbehave(call_pace=2, call_outcomes={"*": "busy"})
    made = [call(to=f"+1555014300{place}") for place in range(3)]
    assert client.calls(made[2].sid).fetch().status == "queued"
    phones.idle()
    begun = [a.at for a in service.to("/status") if a.form["CallStatus"] == "initiated"]
    assert 0.9 < begun[2] - begun[0] < 3


def test_calls_are_counted_by_number_and_url(phones, service, call):
    phones.misbehave(call_outcomes={"*": "busy"})
    call()
    call()
    counts = phones.counts()
    assert (counts["calls"], counts["calls_doubled"], counts["doubled_callbacks"]) == (2, 1, 1)
    (row,) = phones.get("/control/counts", show="all")["call_rows"]
    assert row == {"to": ANA, "url": service.url + URL, "count": 2}


def test_nothing_rings_any_more_once_all_is_forgotten(phones, client, call):
    call()
    ring = phones.handset(ANA).rings()
    phones.forget()
    assert phones.handset(ANA).calls == []
    with pytest.raises(AssertionError, match="no such call"):
        ring.answers()
    assert client.calls.list() == []
    assert phones.counts()["calls"] == 0


def test_several_phones_ring_at_once(phones, service, call):
    service.answer = saying(answered=MENU)
    numbers = [f"+1555014300{place}" for place in range(5)]
    for number in numbers:
        call(to=number)
    talks = []

    def pick_up(number):
        talks.append(phones.handset(number).rings().answers())

    threads = [threading.Thread(target=pick_up, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(asked.form["To"] for asked in service.to("/answered")) == numbers
    assert [talk.awaits for talk in talks] == ["keys"] * 5
