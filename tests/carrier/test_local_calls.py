"""Calls over the local phone network, from the side of who holds the phone."""

from __future__ import annotations

import pytest

from tests.carrier.voice_side import ANA, MENU, STATUS, STEP, VOICE, saying
from tests.phone import ACCOUNT, SERVICE_NUMBER


def test_a_call_is_told_to_the_service_signed_and_whole(phones, service):
    service.answer = saying(voice="<Say>Hello Ana</Say>")
    call = phones.handset(ANA).dial()
    (asked,) = service.to(VOICE)
    assert asked.signed
    form = asked.form
    assert form["CallSid"] == call.sid
    assert form["From"] == form["Caller"] == ANA
    assert form["To"] == form["Called"] == SERVICE_NUMBER
    assert (form["CallStatus"], form["Direction"]) == ("ringing", "inbound")
    assert (form["AccountSid"], form["ApiVersion"]) == (ACCOUNT, "2010-04-01")
    assert form["FromCity"] == form["CallerCity"] == ""
    call.hears("Hello Ana")
    assert call.over


def test_keys_go_to_the_action_beside_the_document(phones, service):
    service.answer = saying(voice=MENU, step="<Say>Thank you</Say>")
    call = phones.handset(ANA).dial()
    call.hears("press 1")
    assert call.awaits == "keys"
    call.presses("2").hears("Thank you")
    (asked,) = service.to(STEP)
    assert asked.path == "/step?n=1"
    assert asked.form["Digits"] == "2"
    assert asked.form["CallStatus"] == "in-progress"
    assert call.over


def test_hanging_up_ends_a_call_and_tells_the_service(phones, service):
    service.answer = saying(voice=MENU)
    call = phones.handset(ANA).dial().hangs_up()
    assert call.over
    (asked,) = service.to(STATUS)
    assert asked.signed
    assert (asked.form["CallSid"], asked.form["CallStatus"]) == (call.sid, "completed")
    assert int(asked.form["CallDuration"]) >= 1


def test_who_hangs_up_while_it_rings_was_never_answered(phones, service):
    service.answer = saying(voice='<Pause length="3"/>' + MENU)
    call = phones.handset(ANA).dial(stay=False)
    assert (call.status, call.awaits) == ("ringing", "ring")
    call.hangs_up()
    assert (call.status, call.seconds) == ("no-answer", 0)
    (asked,) = service.to(STATUS)
    assert (asked.form["CallStatus"], asked.form["CallDuration"]) == ("no-answer", "0")


def test_prompts_are_told_with_language_voice_and_pace(phones, service):
    service.answer = saying(
        voice='<Say voice="Polly.Lupe" language="es-US">'
        '<prosody rate="75%">Hola, Ana.</prosody></Say>'
    )
    call = phones.handset(ANA).dial()
    (said,) = [event for event in call.events if event["kind"] == "say"]
    assert (said["text"], said["language"]) == ("Hola, Ana.", "es-US")
    assert (said["voice"], said["rate"]) == ("Polly.Lupe", "75%")


def test_a_hidden_number_is_not_told(phones, service):
    call = phones.handset(ANA).dial(hidden=True)
    form = service.to(VOICE)[0].form
    assert form["From"] == form["Caller"] == "+266696687"
    assert form["FromCountry"] == ""
    assert call.over


def test_a_call_to_a_number_that_is_not_the_services_is_refused(phones, service):
    with pytest.raises(AssertionError, match="no number of this service"):
        phones.handset(ANA).dial(to="+15550999999")


def test_silence_goes_on_to_the_next_verb(phones, service):
    service.answer = saying(voice=MENU + "<Say>Are you there?</Say>" + MENU)
    call = phones.handset(ANA).dial()
    call.silent().hears("Are you there?")
    call.hears("Press 1")
    call.silent()
    assert call.over
    assert service.to(STEP) == []


def test_silence_is_told_where_the_service_asks_for_it(phones, service):
    gather = MENU.replace("<Gather", '<Gather input="dtmf speech" actionOnEmptyResult="true"')
    service.answer = saying(voice=gather, step="<Say>Nobody there</Say>")
    phones.handset(ANA).dial().silent().hears("Nobody there")
    form = service.to(STEP)[0].form
    assert (form["Digits"], form["SpeechResult"]) == ("", "")
    assert "Confidence" not in form


@pytest.mark.parametrize(
    ("attributes", "typed", "digits", "finished"),
    [
        ('numDigits="1"', "23", "2", ""),
        ('numDigits="4"', "12#", "12", "#"),
        ('numDigits="4"', "12", "12", ""),
        ("", "0042#9", "0042", "#"),
        ('finishOnKey="*"', "1#2*", "1#2", "*"),
        ('finishOnKey=""', "1#", "1#", ""),
        ('numDigits="1"', "*", "*", ""),
    ],
)
def test_keys_end_as_the_document_says(phones, service, attributes, typed, digits, finished):
    service.answer = saying(voice=f'<Gather {attributes} action="/step"/>')
    phones.handset(ANA).dial().presses(typed)
    form = service.to(STEP)[0].form
    assert (form["Digits"], form["FinishedOnKey"]) == (digits, finished)


def test_pound_alone_is_no_input(phones, service):
    service.answer = saying(voice='<Gather action="/step"/><Say>Nothing came</Say>')
    phones.handset(ANA).dial().presses("#").hears("Nothing came")
    assert service.to(STEP) == []


def test_keys_come_one_by_one_until_they_are_enough(phones, service):
    service.answer = saying(voice='<Gather numDigits="3" action="/step"/>')
    call = phones.handset(ANA).dial()
    for typed, key in enumerate("12"):
        phones.post(f"/calls/{call.sid}/keys", {"digits": key, "more": True})
        assert len(phones.get(f"/calls/{call.sid}")["expects"]["typed"]) == typed + 1
    phones.post(f"/calls/{call.sid}/keys", {"digits": "3", "more": True})
    assert service.to(STEP)[0].form["Digits"] == "123"


def test_keys_that_stay_too_few_are_told_when_no_more_come(phones, service):
    service.answer = saying(voice='<Gather numDigits="3" action="/step"/>')
    call = phones.handset(ANA).dial()
    phones.post(f"/calls/{call.sid}/keys", {"digits": "1", "more": True})
    call.silent()
    assert service.to(STEP)[0].form["Digits"] == "1"


def test_keys_into_a_prompt_that_cannot_be_interrupted_are_lost(phones, service):
    service.answer = saying(voice=MENU.replace("<Gather", '<Gather bargeIn="false"'))
    call = phones.handset(ANA).dial().presses("1", early=True)
    assert call.awaits == "keys"
    call.presses("2")
    assert [asked.form["Digits"] for asked in service.to(STEP)] == ["2"]


def test_keys_into_any_other_prompt_count(phones, service):
    service.answer = saying(voice=MENU)
    phones.handset(ANA).dial().presses("1", early=True)
    assert [asked.form["Digits"] for asked in service.to(STEP)] == ["1"]


def test_speech_comes_with_how_surely_it_was_heard(phones, service):
    service.answer = saying(
        voice='<Gather input="speech dtmf" language="es-US" action="/step"/>', step="<Say>Si</Say>"
    )
    phones.handset(ANA).dial().says("quizás sí", confidence=0.42).hears("Si")
    form = service.to(STEP)[0].form
    assert (form["SpeechResult"], form["Confidence"]) == ("quizás sí", "0.42")
    assert form["Language"] == "es-US"
    assert "Digits" not in form
    assert service.to(STEP)[0].signed


def test_what_a_call_does_not_listen_to_is_refused_with_what_it_takes(phones, service):
    service.answer = saying(voice=MENU)
    call = phones.handset(ANA).dial()
    with pytest.raises(AssertionError, match="keys alone"):
        call.says("hello")
    with pytest.raises(AssertionError, match="/keys, /speech"):
        call.records(3)
    call.hangs_up()
    with pytest.raises(AssertionError, match="the call is over"):
        call.presses("1")


def test_without_an_action_the_document_itself_is_asked_again(phones, service):
    service.answer = saying(voice='<Gather numDigits="1"><Say>Press</Say></Gather>')
    call = phones.handset(ANA).dial().presses("1").presses("2")
    assert [asked.form.get("Digits") for asked in service.to(VOICE)] == [None, "1", "2"]
    call.hangs_up()


def test_a_redirect_ends_its_document_and_is_taken_from_where_it_came(phones, service):
    service.answer = saying(voice="<Redirect>voice/step?n=7</Redirect>", step="<Say>Here</Say>")
    phones.handset(ANA).dial().hears("Here")
    assert [asked.path for asked in service.to("/twilio/voice/step")] == ["/twilio/voice/step?n=7"]


def test_documents_that_lead_in_a_circle_end_with_an_apology(phones, service):
    service.answer = saying(voice="<Redirect/>")
    call = phones.handset(ANA).dial()
    call.hears("application error")
    assert call.over
    assert phones.troubles()[-1]["code"] == 11215


def test_a_call_can_be_rejected_unanswered(phones, service):
    service.answer = saying(voice='<Reject reason="busy"/>')
    call = phones.handset(ANA).dial()
    assert (call.status, call.seconds) == ("busy", 0)
    service.answer = saying(voice="<Reject/>")
    assert phones.handset(ANA).dial().status == "no-answer"


def test_who_hangs_up_while_the_service_thinks_is_not_called_back(phones, service):
    service.answer = lambda asked: saying(voice=MENU)(asked)._replace(wait=0.5)
    told = phones.post(f"/handsets/{ANA}/dial", {"wait": False})
    phones.post(f"/calls/{told['sid']}/hangup")
    phones.idle()
    call = phones.get(f"/calls/{told['sid']}")
    assert (call["status"], call["awaits"]) == ("no-answer", None)
    assert [event["kind"] for event in call["events"]] == ["hangup"]


def test_many_calls_of_one_phone_at_once_do_not_mix(phones, service):
    service.answer = saying(voice='<Gather action="/step"/>', step="<Say>Thank you</Say>")
    calls = [phones.handset(ANA).dial() for _ in range(10)]
    for number, call in enumerate(calls):
        call.presses(f"{number}#").hears("Thank you")
    told = {asked.form["CallSid"]: asked.form["Digits"] for asked in service.to(STEP)}
    assert told == {call.sid: str(number) for number, call in enumerate(calls)}


def test_whoever_waits_for_a_call_is_woken_when_the_service_has_spoken(phones, service):
    service.answer = lambda asked: saying(voice=MENU)(asked)._replace(wait=0.3)
    told = phones.post(f"/handsets/{ANA}/dial", {"wait": False})
    assert (told["status"], told["awaits"]) == ("ringing", None)
    seen = told
    while seen["awaits"] is None:
        state = seen["state"]
        seen = phones.get(f"/calls/{told['sid']}", state=state, wait=10, since=99)
        assert seen["state"] > state
    assert (seen["status"], seen["awaits"]) == ("in-progress", "keys")


def test_the_page_is_told_of_the_calls_of_its_phones(phones, service):
    phones.post("/handsets", {"number": ANA, "name": "Ana"})
    service.answer = saying(voice=MENU)
    before = phones.get("/changes")
    call = phones.handset(ANA).dial()
    since = {"era": before["era"], "since": before["version"]}
    (told,) = phones.get("/changes", wait=10, **since)["calls"]
    assert (told["sid"], told["awaits"]) == (call.sid, "keys")


def test_a_phone_that_was_called_is_offered_to_the_page(phones, service):
    phones.handset(ANA).dial()
    assert ANA in phones.get("/changes")["others"]


def test_the_kit_looks_further_on_each_time_and_lets_nothing_pass(phones, service):
    service.answer = saying(voice="<Say>One</Say><Say>Two</Say>" + MENU, step="<Say>Three</Say>")
    call = phones.handset(ANA).dial()
    assert call.said == "One Two Press 1 or 2."
    assert call.hears("t", "o") == "Two"
    with pytest.raises(AssertionError, match="One"):
        call.hears("One")
    with pytest.raises(AssertionError, match="Press 1"):
        call.hears_nothing_more()
    call.hears("press")
    call.hears_nothing_more()
    call.presses("1").hears("Three")
    assert call.said == "Three"
    assert call.heard == ["One", "Two", "Press 1 or 2.", "Three"]


def test_a_phone_that_rings_is_not_silent(phones, client, service):
    ana = phones.handset(ANA)
    client.calls.create(to=ANA, from_=SERVICE_NUMBER, url=service.url + "/answered")
    ring = ana.rings()
    with pytest.raises(AssertionError, match="rings unexpectedly"):
        ana.silent(0)
    ring.ignores()
    ana.silent(0)
