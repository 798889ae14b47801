"""Joined calls on the page with the handsets, in a real browser."""

from __future__ import annotations

from tests.carrier.pages import ASK, BEN, THANKS, call, dial, press, until
from tests.carrier.voice_side import saying
from tests.phone import SERVICE_NUMBER

ROOM = '<Dial action="/step" hangupOnStar="true"><Conference beep="false">room</Conference></Dial>'
RING = f'<Dial action="/step" callerId="{SERVICE_NUMBER}">{BEN}</Dial>'


def say(talk, words):
    talk.get_by_placeholder("Say something").fill(words)
    talk.page.keyboard.press("Enter")


def test_two_phones_of_the_page_talk_in_one_room(page, phones, service):
    service.answer = saying(voice=ROOM, step=THANKS)
    ana = dial(page)
    ana.get_by_text("In a call, alone so far").wait_for()
    assert ana.get_by_text("♪ Music, until the others come").count() == 1
    ben = dial(page, "Ben’s phone")
    ana.get_by_text("In a call with 1 other").wait_for()
    say(ana, "Hello Ben")
    ben.get_by_text("They said “Hello Ben”").wait_for()
    until(page, "spoken.some((said) => said.text == 'Hello Ben')")
    say(ben, "Hello Ana")
    ana.get_by_text("They said “Hello Ana”").wait_for()
    ana.get_by_role("button", name="Star").click()
    ana.get_by_text("Thank you.").wait_for()
    ben.get_by_text("In a call, alone so far").wait_for()


def test_nobody_is_waited_for_in_a_room(page, phones, service):
    service.answer = saying(voice=ROOM)
    talk = dial(page)
    talk.get_by_text("In a call, alone so far").wait_for()
    until(page, "document.querySelector('.nothing').disabled")


def test_a_phone_of_the_page_rings_another_one(page, phones, service):
    service.answer = saying(voice=RING, step=THANKS)
    ana = dial(page)
    # the state of the call, and what is heard in it
    ana.get_by_text("It rings on the other side", exact=True).wait_for()
    press(page, "Answer")
    ben = call(page, "Ben’s phone")
    ben.get_by_text("In a call with 1 other").wait_for()
    ben.get_by_role("button", name="Hang up").click()
    ana.get_by_text("Thank you.").wait_for()


def test_a_call_that_waits_and_asks_again_says_so(page, phones, service):
    again = '<Pause length="1"/><Redirect>/again</Redirect>'
    service.answer = saying(voice=f"<Say>Please wait.</Say>{again}", again=again, step=ASK)
    talk = dial(page)
    talk.get_by_text("In a call, waiting").wait_for()
    count = len(service.to("/again"))
    service.wait_for("/again", count + 1)
    press(page, "Hang up")
    talk.get_by_text("The call is over").wait_for()
