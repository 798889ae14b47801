"""Phones on the page that ring, and the page around a call, in a real browser."""

from __future__ import annotations

import pytest

from tests.carrier.pages import (
    ASK,
    BEN,
    RECORD,
    THANKS,
    call,
    dial,
    digits,
    opened,
    phone,
    press,
    rung,
    until,
)
from tests.carrier.voice_side import ANA, STATUS, STEP, saying

# the service calls


def test_a_phone_that_rings_is_seen_and_takes_no_focus(page, phones, service, client):
    box = page.get_by_label("Write a text on Ana’s phone")
    box.fill("I am wri")
    rung(phones, client, service, ASK)
    call(page).get_by_text("Ana’s phone rings").wait_for()
    phone(page).get_by_role("status").get_by_text("Ana’s phone rings").wait_for(state="attached")
    page.keyboard.type("ting")
    assert box.input_value() == "I am writing"
    shaken = "getComputedStyle(document.querySelector('.phone')).animationName"
    assert page.evaluate(shaken) == "buzz"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(shaken) == "none"
    call(page).get_by_role("button", name="Answer", exact=True).click()
    call(page).get_by_text("Marque uno.").wait_for()
    page.keyboard.press("2")
    call(page).get_by_text("The call is over").wait_for()
    assert digits(service) == ["2"]
    press(page, "Close")
    phone(page).get_by_text("You were called · 0:").wait_for()


@pytest.mark.parametrize(
    ("button", "status", "listed"),
    [
        ("Decline", "busy", "You were busy for a call"),
        ("Let it ring out", "no-answer", "Missed call"),
    ],
)
def test_a_phone_need_not_be_answered(page, phones, service, client, button, status, listed):
    sid = rung(phones, client, service, ASK)
    call(page).get_by_role("button", name=button).click()
    phone(page).get_by_text(listed).wait_for()
    assert phones.get(f"/calls/{sid}")["status"] == status
    assert call(page).count() == 0
    assert page.evaluate("spoken") == []


def test_a_voicemail_is_told_what_the_service_says_to_it(page, phones, service, client):
    sid = rung(phones, client, service, "<Say>Please call us.</Say>")
    call(page).get_by_role("button", name="Let voicemail answer").click()
    call(page).get_by_text("Voicemail took the call").wait_for()
    call(page).get_by_text("Please call us.").wait_for()
    assert phones.get(f"/calls/{sid}")["status"] == "completed"
    assert page.evaluate("spoken") == []


def test_a_caller_who_gives_up_is_a_missed_call(page, phones, service, client):
    sid = rung(phones, client, service, ASK)
    call(page).get_by_text("Ana’s phone rings").wait_for()
    client.calls(sid).update(status="canceled")
    phone(page).get_by_text("Missed call").wait_for()
    assert call(page).count() == 0


# the page around a call


def test_one_phone_talks_while_another_texts_and_rings(page, phones, service, client):
    service.answer = saying(voice=ASK, step=THANKS, sms="<Message>Got it</Message>")
    dial(page).get_by_text("Marque uno.").wait_for()
    box = page.get_by_label("Write a text on Ben’s phone")
    box.fill("Hello")
    box.press("Enter")
    phone(page, "Ben’s phone").get_by_text("Got it").wait_for()
    rung(phones, client, service, ASK, BEN)
    call(page, "Ben’s phone").get_by_role("button", name="Answer", exact=True).click()
    call(page, "Ben’s phone").get_by_text("Marque uno.").wait_for()
    page.keyboard.press("1")
    call(page, "Ben’s phone").get_by_text("The call is over").wait_for()
    assert call(page).get_by_text("In a call").count() == 1
    call(page).get_by_role("button", name="2", exact=True).click()
    call(page).get_by_text("The call is over").wait_for()
    assert digits(service) == ["1", "2"]


def test_texts_can_be_read_and_written_in_a_call(page, service):
    service.answer = saying(voice=ASK, sms="<Message>Got it</Message>")
    talk = dial(page)
    talk.get_by_text("Marque uno.").wait_for()
    press(page, "Texts")
    page.keyboard.type("Can you text too? 1")
    page.keyboard.press("Enter")
    phone(page).get_by_text("Got it").wait_for()
    press(page, "Back to the call")
    talk.get_by_role("button", name="1", exact=True).wait_for()
    assert service.to(STEP) == []


def test_a_muted_page_shows_what_it_does_not_say(page, service):
    service.answer = saying(voice=ASK, step=THANKS)
    page.evaluate("lasting = true")
    talk = dial(page)
    until(page, "spoken.length == 1")
    captions = talk.get_by_role("log")
    assert captions.get_attribute("aria-live") == "off"  # two voices at once help nobody
    press(page, "Mute")
    assert page.evaluate("cancelled") == 1
    assert captions.get_attribute("aria-live") == "polite"
    talk.get_by_role("button", name="Say nothing").wait_for()
    page.keyboard.press("1")
    talk.get_by_text("The call is over").wait_for()
    assert page.evaluate("spoken.length") == 1
    page.reload()
    assert page.evaluate("localStorage.muted") == "yes"


def test_a_browser_without_a_voice_goes_on_with_what_can_be_read(browser, phones, service):
    phones.post("/handsets", {"number": ANA, "name": "Ana’s phone"})
    service.answer = saying(voice=ASK.replace('timeout="60"', 'timeout="1"'), step=THANKS)
    with opened(browser, phones) as page:
        if page.evaluate("speechSynthesis.getVoices().length"):
            pytest.fail("this browser has a voice: the test has to take it away")
        talk = dial(page)
        talk.get_by_text("This browser has no voice of its own").wait_for()
        talk.get_by_text("The call is over").wait_for()
        assert talk.get_by_role("log").get_attribute("aria-live") == "polite"
    assert digits(service) == [""]


def test_no_voice_of_somebody_else_s_machine_is_told_what_is_said(page, service):
    service.answer = saying(voice=ASK, step=THANKS)
    page.evaluate(
        """speechSynthesis.getVoices = () => [
            { lang: "es-US", name: "Far away", localService: false },
            { lang: "en-GB", name: "Here", localService: true },
        ]"""
    )
    talk = dial(page)
    talk.get_by_text("This browser has no voice of its own").wait_for()
    assert page.evaluate("spoken") == []


def test_a_call_goes_on_after_the_page_is_loaded_anew(page, service):
    service.answer = saying(voice=ASK, step=THANKS)
    dial(page).get_by_text("Marque uno.").wait_for()
    page.reload()
    call(page).get_by_text("Marque uno.").wait_for()
    press(page, "3")
    call(page).get_by_text("Thank you.").wait_for()
    assert digits(service) == ["3"]


def test_a_second_page_hurries_nobody_until_it_takes_the_call_over(page, phones, service):
    service.answer = saying(voice=ASK.replace('timeout="60"', 'timeout="1"'), step=THANKS)
    phones.handset(ANA).dial()
    call(page).get_by_text("In a call elsewhere").wait_for()
    page.wait_for_timeout(1300)
    assert service.to(STEP) == []
    assert page.evaluate("spoken") == []
    press(page, "Take this call here")
    assert "keypad" in page.evaluate("document.activeElement.className")
    call(page).get_by_text("You said nothing").wait_for()


def test_a_phone_taken_off_the_page_hangs_up(page, phones, service):
    service.answer = saying(voice=ASK)
    dial(page).get_by_text("Marque uno.").wait_for()
    page.get_by_role("button", name="Take Ana’s phone off this page").click()
    service.wait_for(STATUS)
    assert phones.handset(ANA).calls[0]["status"] == "completed"


def test_a_call_that_the_network_forgot_is_gone(page, phones, service):
    service.answer = saying(voice=ASK)
    dial(page).get_by_text("Marque uno.").wait_for()
    phones.forget()
    phones.post("/handsets", {"number": ANA, "name": "Ana’s phone"})
    page.get_by_role("button", name="Text JOIN").first.wait_for()
    until(page, "document.querySelector('.call')?.hidden === true")


@pytest.mark.parametrize("width", [320, 768])
def test_a_call_fits_into_the_window(page, phones, service, client, width):
    page.set_viewport_size({"width": width, "height": 640})
    service.answer = saying(voice=ASK.replace("Marque", "Marque ahora mismo" * 20), step=RECORD)
    fits = f"document.documentElement.scrollWidth <= {width}"
    page.get_by_role("button", name="Call from Ana’s phone").click()
    assert page.evaluate(fits)
    page.get_by_role("button", name="Call now").click()
    call(page).get_by_text("Marque ahora").wait_for()
    assert page.evaluate(fits)
    small = """[...document.querySelectorAll('.call button')].filter((button) =>
        button.checkVisibility() && button.getBoundingClientRect().height < 44).length"""
    assert page.evaluate(small) == 0
    press(page, "2")
    call(page).get_by_text("Speak after the tone").wait_for()
    assert page.evaluate(fits)
    press(page, "Hang up")
    rung(phones, client, service, ASK, BEN)
    call(page, "Ben’s phone").get_by_text("rings").wait_for()
    assert page.evaluate(fits)
