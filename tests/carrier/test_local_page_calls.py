"""Calls on the page with the handsets, in a real browser, from the side of who holds the phone."""

from __future__ import annotations

import time

import pytest

from service.carrier.local.recordings import Recording
from tests.carrier.pages import ASK, RECORD, THANKS, call, dial, digits, phone, press, until
from tests.carrier.service_side import Answer
from tests.carrier.voice_side import ANA, STATUS, STEP, saying, twiml
from tests.carrier.voice_side import VOICE as CALLED

TYPE = '<Gather finishOnKey="#" action="/step" timeout="60"><Say>Your number.</Say></Gather>'


# a call from the handset


def test_a_call_is_spoken_and_shown_answered_by_a_typed_key_and_listed(page, phones, service):
    service.answer = saying(voice=ASK, step=THANKS)
    talk = dial(page)
    talk.get_by_text("Marque uno.").wait_for()
    assert talk.get_by_text("Marque uno.").get_attribute("lang") == "es-US"
    until(page, "spoken.length == 1")
    assert page.evaluate("spoken") == [{"text": "Marque uno.", "language": "es-US", "rate": 0.75}]
    page.keyboard.press("1")
    talk.get_by_text("You pressed 1").wait_for()
    talk.get_by_text("The call is over").wait_for()
    assert page.evaluate("spoken.map((said) => said.text)") == ["Marque uno.", "Thank you."]
    assert digits(service) == ["1"]
    page.keyboard.press("Enter")  # the focus is on Close
    phone(page).get_by_text("You called · 0:").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Call"
    assert service.to(CALLED)[0].form["From"] == ANA


def test_a_hidden_number_is_not_told(page, service):
    service.answer = saying(voice=ASK)
    page.get_by_role("button", name="Call from Ana’s phone").click()
    call(page).get_by_label("Hide my number").check()
    page.keyboard.press("Enter")
    call(page).get_by_text("Marque uno.").wait_for()
    assert service.to(CALLED)[0].form["From"] == "+266696687"
    press(page, "Hang up")
    service.wait_for(STATUS)


def test_it_rings_for_a_while_and_who_hangs_up_meanwhile_was_never_answered(page, phones, service):
    service.answer = saying(voice=f'<Pause length="60"/>{ASK}')
    talk = dial(page)
    talk.get_by_text("Calling").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Hang up"
    page.keyboard.press("Enter")
    phone(page).get_by_text("You rang and hung up").wait_for(state="attached")
    assert phones.handset(ANA).calls[0]["status"] == "no-answer"


def test_a_call_that_rings_is_answered_when_its_time_has_come(page, service):
    service.answer = saying(voice=f'<Pause length="1"/>{ASK}')
    talk = dial(page)
    talk.get_by_text("Calling").wait_for()
    talk.get_by_text("Marque uno.").wait_for()
    assert talk.get_by_text("You said nothing").count() == 0


def test_keys_by_mouse_are_shown_until_pound_ends_them(page, service):
    service.answer = saying(voice=TYPE, step=THANKS)
    talk = dial(page)
    for key in ("1", "0", "Star"):
        press(page, key)
    talk.get_by_text("Keys: 10*").wait_for()
    press(page, "Pound")
    talk.get_by_text("Thank you.").wait_for()
    assert digits(service) == ["10*"]


def test_a_key_stops_the_voice(page, service):
    service.answer = saying(voice=ASK, step=ASK.replace("uno", "dos"))
    page.evaluate("lasting = true")
    talk = dial(page)
    until(page, "spoken.length == 1")
    page.keyboard.press("5")
    talk.get_by_text("Marque dos.").wait_for()
    until(page, "spoken.length == 2")
    assert page.evaluate("cancelled") == 1
    assert digits(service) == ["5"]


def test_a_prompt_that_cannot_be_interrupted_is_heard_to_its_end(page, service):
    asking = ASK.replace("<Gather", '<Gather bargeIn="false"')
    service.answer = saying(voice=asking, step=THANKS)
    page.evaluate("lasting = true")
    talk = dial(page)
    until(page, "spoken.length == 1")
    page.keyboard.press("5")
    talk.get_by_label("Say something in the call").fill("hola")
    page.keyboard.press("Enter")
    talk.get_by_text("It cannot be interrupted").wait_for()
    assert talk.get_by_label("Say something in the call").input_value() == "hola"
    assert page.evaluate("cancelled") == 0
    assert service.to(STEP) == []
    page.evaluate("finish()")
    page.keyboard.press("Enter")
    talk.get_by_text("You said “hola”").wait_for()
    assert [asked.form["SpeechResult"] for asked in service.wait_for(STEP)] == ["hola"]


def test_silence_counts_from_the_end_of_what_is_said(page, service):
    service.answer = saying(voice=ASK.replace('timeout="60"', 'timeout="1"'), step=THANKS)
    page.evaluate("lasting = true")
    talk = dial(page)
    until(page, "spoken.length == 1")
    page.wait_for_timeout(1500)
    assert service.to(STEP) == []
    page.evaluate("finish()")
    talk.get_by_text("You said nothing").wait_for()
    assert digits(service) == [""]


def test_silence_need_not_be_waited_for(page, service):
    service.answer = saying(voice=ASK, step=THANKS)
    page.evaluate("lasting = true")
    talk = dial(page)
    press(page, "Skip the voice")
    press(page, "Say nothing")
    talk.get_by_text("You said nothing").wait_for()
    assert page.evaluate("cancelled") == 1


@pytest.mark.parametrize("how", ["typing", "no hurry"])
def test_nobody_who_types_or_asks_for_time_is_silent(page, service, how):
    service.answer = saying(voice=ASK.replace('timeout="60"', 'timeout="1"'), step=THANKS)
    page.evaluate("lasting = true")
    talk = dial(page)
    until(page, "spoken.length == 1")
    box = talk.get_by_label("Say something in the call")
    if how == "typing":
        box.fill("si")
    else:
        talk.get_by_label("No hurry").check()
    page.evaluate("finish()")
    page.wait_for_timeout(1600)
    assert service.to(STEP) == []
    box.fill("si, gracias")
    box.press("Enter")
    talk.get_by_text("You said “si, gracias”").wait_for()


def test_typed_words_are_heard_clearly_or_not(page, service):
    service.answer = saying(voice=ASK, step=ASK)
    talk = dial(page)
    box = talk.get_by_label("Say something in the call")
    box.fill("uno")
    box.press("Enter")
    service.wait_for(STEP)
    talk.get_by_label("Heard unclearly").check()
    box.fill("dos 2")  # keys typed here are words
    press(page, "Say")
    heard = [(a.form["SpeechResult"], a.form["Confidence"]) for a in service.wait_for(STEP, 2)]
    assert heard == [("uno", "0.9"), ("dos 2", "0.5")]


def test_words_are_heard_by_a_browser_that_can(page, service):
    service.answer = saying(voice=ASK, step=ASK)
    page.evaluate("lasting = true")
    talk = dial(page)
    until(page, "spoken.length == 1")
    press(page, "Speak")
    talk.get_by_role("button", name="Listening").wait_for()
    assert page.evaluate("[hearing.lang, cancelled]") == ["es-US", 1]
    page.evaluate("hears('uno por favor', 0.42)")
    form = service.wait_for(STEP)[0].form
    assert (form["SpeechResult"], form["Confidence"]) == ("uno por favor", "0.42")
    press(page, "Speak")
    page.evaluate("cannotHear('not-allowed')")
    talk.get_by_role("alert").get_by_text("does not give the microphone").wait_for()
    assert len(service.to(STEP)) == 1


def test_what_the_call_does_not_listen_to_is_told(page, service):
    service.answer = saying(voice=TYPE)
    talk = dial(page)
    box = talk.get_by_label("Say something in the call")
    box.fill("five")
    box.press("Enter")
    talk.get_by_text("It listens to keys alone now.").wait_for()
    assert box.input_value() == "five"
    service.answer = saying(voice='<Gather input="speech" action="/step" timeout="60"/>')
    press(page, "Hang up")
    press(page, "Close")
    talk = dial(page)
    talk.get_by_text("In a call").wait_for()
    page.keyboard.press("5")
    talk.get_by_text("It listens to words alone now.").wait_for()
    assert service.to(STEP) == []


# recordings and sounds


@pytest.mark.parametrize("how", ["pound", "button", "hang up"])
def test_a_recording_lasts_until_it_is_ended(page, service, how):
    service.answer = saying(voice=RECORD, step=THANKS)
    talk = dial(page)
    talk.get_by_text("♪ The tone").wait_for()
    press(page, "Start speaking")
    talk.get_by_text("You are speaking").wait_for()
    page.wait_for_timeout(1100)
    if how == "pound":
        page.keyboard.press("5")  # ends nothing
        page.keyboard.press("#")
    elif how == "button":
        talk.get_by_role("button", name="Stop speaking").click()
    else:
        press(page, "Hang up")
    form = service.wait_for(STEP)[0].form
    assert int(form["RecordingDuration"]) in (1, 2)
    assert form["Digits"] == {"pound": "#", "button": "", "hang up": "hangup"}[how]
    talk.get_by_text("You spoke for").wait_for()
    talk.get_by_text("The call is over").wait_for()


def test_nothing_need_be_said_after_the_tone(page, service):
    service.answer = saying(voice=RECORD)
    talk = dial(page)
    talk.get_by_text("Speak after the tone").wait_for()
    press(page, "Say nothing")
    talk.get_by_text("Nothing came.").wait_for()


def test_a_recorded_prompt_sounds_before_the_words_behind_it(page, service):
    hum = Recording(sid="RE00", call="CA0", account="AC0", seconds=1, created=0.0).wav()

    def answer(asked):
        if asked.path.startswith("/hum.wav"):
            return Answer(hum, content_type="audio/wav")
        return twiml('<Play>/hum.wav?key=1</Play><Say>Behind it.</Say><Pause length="60"/>')

    service.answer = answer
    talk = dial(page)
    talk.get_by_text("A recording, 1 second").wait_for()
    started = time.monotonic()
    until(page, "spoken.length == 1")
    assert time.monotonic() - started > 0.5
    fetched = service.to("/hum.wav")
    assert len(fetched) == 2  # by the network, and once more for the person
    assert all(asked.signed for asked in fetched)


def test_only_what_was_played_can_be_fetched_as_a_sound(phones, service):
    service.answer = saying(voice=ASK)
    talk = phones.handset(ANA).dial()
    for place in ("1", "2", "99", "x"):
        with pytest.raises(AssertionError, match="nothing was played"):
            phones.get(f"/calls/{talk.sid}/sounds/{place}")
