"""Phones that a call rings, over the local phone network, told from every phone of it."""

from __future__ import annotations

import pytest

from tests.carrier.voice_side import ANA, saying
from tests.phone import SERVICE_NUMBER

BEN, CARL = "+15550142002", "+15550142003"
SCREEN = '<Gather numDigits="1" action="/taken"><Say>A call. To take it, press 1.</Say></Gather>'


def dialling(*numbers: str, screen: bool = False, **attributes: str) -> str:
    given = {"callerId": SERVICE_NUMBER, "action": "/parted", **attributes}
    told = " ".join(f'{name}="{value}"' for name, value in given.items())
    url = ' url="/screen"' if screen else ""
    inside = "".join(f"<Number{url}>{number}</Number>" for number in numbers)
    return f"<Dial {told}>{inside}</Dial>"


def asking(voice: str, **more: str):
    documents = {"screen": SCREEN + "<Hangup/>", "parted": "<Say>You are alone again.</Say>"}
    return saying(**{**documents, "voice": voice, **more})


def ended(service):
    """What the action was told."""
    (asked,) = service.wait_for("/parted")
    assert asked.signed
    form = asked.form
    return form["DialCallStatus"], form["DialBridged"]


def test_two_phones_talk_until_the_one_that_was_rung_hangs_up(phones, service):
    service.answer = asking(dialling(BEN))
    ana = phones.handset(ANA).dial()
    assert ana.awaits == "dial"
    ben = phones.handset(BEN).rings().answers()
    assert (ana.together, ben.together) == (2, 2)
    ana.tells("Hello Ben")
    ben.hears("Hello Ben")
    ben.tells("Hello Ana")
    ana.hears("Hello Ana")
    ben.hangs_up()
    ana.hears("alone again")
    assert ended(service) == ("completed", "true")
    form = service.to("/parted")[0].form
    assert form["DialCallSid"] == ben.sid
    assert int(form["DialCallDuration"]) >= 1


def test_neither_phone_is_shown_the_others_number(phones, service):
    service.answer = asking(dialling(BEN))
    ana = phones.handset(ANA).dial()
    ben = phones.handset(BEN).rings().answers()
    ana.tells("Hello")
    assert phones.handset(BEN).calls[0]["from"] == SERVICE_NUMBER
    assert ANA not in str(phones.handset(BEN).calls)
    assert BEN not in str(phones.handset(ANA).calls)
    assert ben.together == 2


def test_whoever_picks_up_takes_the_call_or_refuses_it(phones, service):
    service.answer = asking(dialling(BEN, screen=True), taken="")
    ana = phones.handset(ANA).dial()
    ben = phones.handset(BEN).rings().answers()
    ben.hears("To take it, press 1")
    assert (ana.awaits, ben.together) == ("dial", 0)
    ben.presses("1")
    assert (ana.together, ben.together) == (2, 2)
    (asked,) = service.to("/screen")
    assert asked.form["ParentCallSid"] == ana.sid
    assert asked.form["Direction"] == "outbound-dial"
    ana.hangs_up()
    assert ben.over
    assert ended(service) == ("completed", "true")


def test_who_refuses_is_never_joined_although_the_call_was_answered(phones, service):
    service.answer = asking(dialling(BEN, screen=True))
    ana = phones.handset(ANA).dial()
    ben = phones.handset(BEN).rings().answers().silent()
    assert ben.over
    ana.hears("alone again")
    assert ended(service) == ("completed", "false")


def test_a_voicemail_is_not_joined_without_a_key(phones, service):
    service.answer = asking(dialling(BEN, screen=True))
    ana = phones.handset(ANA).dial()
    phones.handset(BEN).rings().voicemail("Please leave a message")
    ana.hears("alone again")
    assert ended(service) == ("completed", "false")


def test_the_first_of_several_to_take_it_stops_the_others_ringing(phones, service):
    service.answer = asking(dialling(BEN, CARL, screen=True), taken="")
    ana = phones.handset(ANA).dial()
    ben = phones.handset(BEN).rings().answers()
    carl = phones.handset(CARL).rings().answers().presses("1")
    assert ben.over
    assert (ana.together, carl.together) == (2, 2)
    carl.hangs_up()
    ana.hears("alone again")
    assert ended(service) == ("completed", "true")
    assert service.to("/parted")[0].form["DialCallSid"] == carl.sid


def test_one_that_declines_leaves_the_others_ringing(phones, service):
    service.answer = asking(dialling(BEN, CARL))
    ana = phones.handset(ANA).dial()
    phones.handset(BEN).rings().busy()
    assert ana.awaits == "dial"
    assert phones.handset(CARL).rings().answers().together == 2


@pytest.mark.parametrize(
    ("weather", "status"),
    [("busy", "busy"), ("no-answer", "no-answer"), ("failed", "failed"), (13224, "failed")],
)
def test_what_becomes_of_a_phone_is_told(phones, service, weather, status):
    phones.misbehave(call_outcomes={BEN: weather})
    service.answer = asking(dialling(BEN))
    ana = phones.handset(ANA).dial()
    ana.hears("alone again")
    assert ended(service) == (status, "false")


def test_a_phone_rings_so_long_and_no_longer(phones, service):
    service.answer = asking(dialling(BEN, timeout="7"))
    ana = phones.handset(ANA).dial()
    phones.handset(BEN).rings()
    assert ana.expects == {"timeout": 7}
    ana.silent().hears("alone again")
    assert ended(service) == ("no-answer", "false")
    phones.handset(BEN).silent(0)


def test_a_phone_stops_ringing_when_the_caller_hangs_up(phones, service):
    service.answer = asking(dialling(BEN))
    ana = phones.handset(ANA).dial()
    phones.handset(BEN).rings()
    ana.hangs_up()
    assert phones.handset(BEN).calls[0]["status"] == "canceled"
    phones.handset(BEN).silent(0)
    assert ended(service) == ("canceled", "false")


def test_star_is_the_callers_alone(phones, service):
    service.answer = asking(dialling(BEN, hangupOnStar="true"))
    ana = phones.handset(ANA).dial()
    ben = phones.handset(BEN).rings().answers().presses("*")
    assert ben.together == 2
    ana.presses("*").hears("alone again")
    assert ben.over


def test_a_call_in_is_not_answered_before_it_is_joined_where_that_is_asked_for(phones, service):
    service.answer = asking(dialling(BEN, answerOnBridge="true"))
    ana = phones.handset(ANA).dial()
    assert (ana.status, ana.awaits) == ("ringing", "dial")
    phones.handset(BEN).rings().answers()
    ana.joined(2)
    assert ana.status == "in-progress"


def test_the_progress_of_a_phone_is_told_where_it_is_asked_for(phones, service):
    told = 'statusCallback="/progress" statusCallbackEvent="initiated ringing answered completed"'
    service.answer = asking(dialling(BEN).replace("<Number", f"<Number {told}"))
    ana = phones.handset(ANA).dial()
    phones.handset(BEN).rings().answers().hangs_up()
    asked = service.wait_for("/progress", 4)
    assert [each.form["CallStatus"] for each in asked] == [
        "initiated", "ringing", "in-progress", "completed",
    ]  # fmt: skip
    assert {each.form["ParentCallSid"] for each in asked} == {ana.sid}


def test_who_was_dialled_cannot_dial_before_they_are_joined(phones, service):
    service.answer = asking(dialling(BEN, screen=True), screen=dialling(CARL))
    phones.handset(ANA).dial()
    phones.handset(BEN).rings().answers()
    assert phones.troubles()[-1]["code"] == 13201


def test_keys_are_sounded_to_a_menu_that_picks_up(phones, service):
    service.answer = asking(dialling(BEN).replace("<Number", '<Number sendDigits="ww12#"'))
    phones.handset(ANA).dial()
    ben = phones.handset(BEN).rings().answers()
    assert [e["digits"] for e in ben.events if e["kind"] == "keys"] == ["ww12#"]


def test_a_number_of_somebody_else_is_never_shown(phones, service):
    service.answer = asking(dialling(BEN, callerId="+15550142099"))
    assert phones.handset(ANA).dial().over
    assert phones.troubles()[-1]["code"] == 13214
    phones.handset(BEN).silent(0)


def test_without_a_caller_id_the_callers_own_is_shown(phones, service):
    service.answer = asking(f"<Dial>{BEN}</Dial>")
    phones.handset(ANA).dial()
    phones.handset(BEN).rings()
    assert phones.handset(BEN).calls[0]["from"] == ANA


def test_the_api_shows_which_call_rings_which(phones, service, client):
    service.answer = asking(dialling(BEN))
    ana = phones.handset(ANA).dial()
    ben = phones.handset(BEN).rings().answers()
    found = client.calls(ben.sid).fetch()
    assert (found.direction, found.parent_call_sid) == ("outbound-dial", ana.sid)
    client.calls(ana.sid).update(status="completed")
    assert ben.over
