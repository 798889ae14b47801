"""Calls joined in a room of the local phone network, told from every phone that is in it."""

from __future__ import annotations

import time

import pytest

from service import clock
from tests.carrier.service_side import Answer
from tests.carrier.voice_side import ANA, MENU, STEP, VOICE, saying, twiml
from tests.phone import SERVICE_NUMBER, PhoneNetwork

BEN, CARL = "+15550142002", "+15550142003"
ROOM = "a-room-without-a-name"


def dial(conference: str = "", dial: str = 'action="/parted"') -> str:
    return f"<Dial {dial}><Conference {conference}>{ROOM}</Conference></Dial>"


def asking(room: str, **more: str):
    """Every call in is joined at once; `more` by the last part of the path."""
    return saying(voice=room, **{"parted": "<Say>You are alone again.</Say>", **more})


def test_what_one_says_is_heard_by_the_others_alone(phones, service):
    service.answer = asking(dial())
    ana, ben, carl = (phones.handset(number).dial() for number in (ANA, BEN, CARL))
    assert [each.together for each in (ana, ben, carl)] == [3, 3, 3]
    ana.tells("It is me, Ana.")
    assert ben.hears("it is me") == carl.hears("it is me") == "It is me, Ana."
    ana.hears_nobody()
    ben.tells("Hello Ana")
    ana.hears("Hello Ana")
    (heard,) = [event for event in ben.events if event["kind"] == "voice"]
    assert heard["by"] == "other"
    assert ANA not in str(ben.events)


def test_what_was_said_meanwhile_is_still_heard(phones, service):
    service.answer = asking(dial())
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    ana.tells("One")
    ben.tells("Two")
    ana.tells("Three")
    ben.hears("One")
    ben.hears("Three")
    ana.hears("Two")
    ana.hears_nobody()


def test_nobody_hears_before_the_conference_has_started(phones, service):
    service.answer = lambda asked: twiml(
        dial(f'startConferenceOnEnter="{str(asked.form["From"] == CARL).lower()}"')
    )
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    assert ana.together == 2
    ana.tells("Anybody?")
    ben.hears_nobody()
    carl = phones.handset(CARL).dial()
    ana.joined(3).tells("Now?")
    ben.hears("Now?")
    carl.hears("Now?")


def test_star_leaves_where_the_document_allows_it(phones, service):
    service.answer = asking(dial(dial='action="/parted" hangupOnStar="true"'))
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    ana.presses("*").hears("alone again")
    assert ben.together == 1
    (asked,) = service.to("/parted")
    assert asked.signed
    assert asked.form["DialCallStatus"] == "answered"
    # as documented, a conference has none of these
    assert not {"DialCallSid", "DialCallDuration"} & asked.form.keys()


def test_star_is_a_tone_like_any_other_elsewhere(phones, service):
    service.answer = asking(dial())
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    ana.presses("*")
    assert ana.together == ben.together == 2
    assert [e["digits"] for e in ben.events if e["kind"] == "tones"] == ["*"]


def test_the_room_is_over_when_one_leaves_who_ends_it(phones, service):
    service.answer = lambda asked: twiml(
        dial(f'endConferenceOnExit="{str(asked.form["From"] == ANA).lower()}"')
        if asked.path == VOICE
        else "<Say>You are alone again.</Say>"
    )
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    carl = phones.handset(CARL).dial().hangs_up()
    assert carl.over
    assert ben.together == 2
    ana.hangs_up()
    ben.hears("alone again")
    assert ben.over


def test_a_call_goes_on_with_the_next_verb_without_an_action(phones, service):
    service.answer = asking(dial(dial='hangupOnStar="true"') + "<Say>And on we go.</Say>")
    phones.handset(ANA).dial().presses("*").hears("And on we go")
    assert service.to("/parted") == []


def test_who_hangs_up_has_the_action_asked_all_the_same(phones, service):
    service.answer = asking(dial())
    phones.handset(ANA).dial().hangs_up()
    (asked,) = service.wait_for("/parted")
    assert (asked.form["CallStatus"], asked.form["DialCallStatus"]) == ("completed", "answered")


def test_a_room_takes_so_many_and_no_more(phones, service):
    service.answer = asking(dial('maxParticipants="2"'))
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    phones.handset(CARL).dial().hears("alone again")
    assert service.to("/parted")[0].form["DialCallStatus"] == "failed"
    assert ana.together == ben.together == 2


def test_many_are_in_one_room(phones, service):
    service.answer = asking(dial())
    calls = [phones.handset(f"+155501420{place:02}").dial() for place in range(20)]
    calls[3].joined(20).tells("Everybody there?")
    for place, call in enumerate(calls):
        if place != 3:
            call.hears("Everybody there?")


def test_two_rooms_hear_nothing_of_each_other(phones, service):
    service.answer = lambda asked: twiml(dial().replace(ROOM, f"room-{asked.form['From'][-1]}"))
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    assert (ana.together, ben.together) == (1, 1)
    with pytest.raises(AssertionError, match="nobody else is there"):
        ana.tells("Hello?")


def test_the_rooms_events_are_told_to_the_first_ones_address(phones, service):
    events = 'statusCallback="/room" statusCallbackEvent="start end join leave"'
    service.answer = lambda asked: twiml(
        dial(f'{events} participantLabel="{asked.form["From"][-4:]}"')
        if asked.path == VOICE
        else ""
    )
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    ana.hangs_up()
    ben.hangs_up()
    told = service.wait_for("/room", 6)
    assert all(asked.signed for asked in told)
    assert [asked.form["StatusCallbackEvent"] for asked in told] == [
        "participant-join", "participant-join", "conference-start",
        "participant-leave", "participant-leave", "conference-end",
    ]  # fmt: skip
    assert [asked.form.get("ParticipantLabel") for asked in told] == [
        "2001", "2002", None, "2001", "2002", None,
    ]  # fmt: skip
    assert told[0].form["CallSid"] == ana.sid
    assert {asked.form["FriendlyName"] for asked in told} == {ROOM}
    assert len({asked.form["ConferenceSid"] for asked in told}) == 1
    assert [asked.form["SequenceNumber"] for asked in told] == ["1", "2", "3", "4", "5", "6"]
    assert told[-1].form["ReasonConferenceEnded"] == "last-participant-left"


POLL = '<Say>Please wait.</Say><Pause length="2"/><Redirect>/step?n={n}</Redirect>'


def polling(until):
    """A call in waits and asks again until `until` is true, then joins; a call out joins."""

    def answer(asked):
        if asked.path == "/parted":
            return twiml("<Say>You are alone again.</Say>")
        if asked.path == "/picked-up" or until():
            return twiml(dial())
        return twiml(POLL.format(n=len(asked.path)))

    return answer


def test_a_call_that_waits_and_asks_again_joins_as_soon_as_the_other_is_there(
    phones, service, client
):
    picked_up = []
    service.answer = polling(lambda: picked_up)
    ana = phones.handset(ANA).dial()
    assert ana.awaits == "pause"
    service_asked = len(service.to(STEP))
    client.calls.create(to=BEN, from_=SERVICE_NUMBER, url=f"{service.url}/picked-up")
    ring = phones.handset(BEN).rings()
    picked_up.append(True)
    ben = ring.answers()
    assert (ana.together, ben.together) == (2, 2)
    ana.tells("There you are.")
    ben.hears("There you are")
    assert len(service.to(STEP)) == service_asked + 1
    ben.hangs_up()
    assert ana.together == 1


def test_a_call_that_waits_for_nobody_asks_again_in_good_time(phones, service):
    service.answer = polling(lambda: False)
    ana = phones.handset(ANA).dial()
    asked = len(service.to(STEP))
    assert asked <= 4
    # the next one comes by itself, two seconds later
    service.wait_for(STEP, asked + 1, within=5)
    assert service.asked[-1].at - service.asked[-2].at > 1.5
    # or at once, for who lets the pause pass
    ana.silent()
    assert len(service.to(STEP)) == asked + 2
    ana.hangs_up()
    assert ana.over


def test_two_that_wait_do_not_hurry_each_other(phones, service):
    service.answer = polling(lambda: False)
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    assert (ana.awaits, ben.awaits) == ("pause", "pause")
    assert len(service.to(STEP)) < 12


def test_where_many_wait_each_asks_in_its_own_time(phones, service):
    wait = "<Say>Please wait.</Say><Pause length='600'/><Redirect/>"
    service.answer = lambda asked: twiml(MENU if asked.form["From"] == CARL else wait)
    waiting = [phones.handset(f"+155501430{place:02}").dial() for place in range(21)]
    assert {call.awaits for call in waiting} == {"pause"}
    asked = len(service.asked)
    phones.handset(CARL).dial().presses("1")
    assert len(service.asked) == asked + 2  # Carl's own
    waiting.pop().hangs_up()  # few enough, from here on
    assert len(service.to(VOICE)) > asked + len(waiting)


def test_who_is_first_hears_what_is_waited_with(phones, service):
    service.answer = asking(dial('waitUrl="/wait"'), wait="<Say>They are on their way.</Say>")
    ana = phones.handset(ANA).dial()
    ana.hears("on their way")
    assert ana.together == 1
    phones.handset(BEN).dial().hears_nothing_more()
    assert len(service.to("/wait")) == 1


def test_music_is_waited_with_where_nothing_else_is_named(phones, service):
    service.answer = asking(dial())
    ana = phones.handset(ANA).dial()
    assert ana.together == 1
    assert [event["kind"] for event in ana.events[-3:]] == ["join", "beep", "music"]


@pytest.mark.parametrize(("wait", "code"), [("<Gather/>", 13238), ("<Say/>", 13520)])
def test_a_mistake_in_what_is_waited_with_is_no_reason_to_leave(phones, service, wait, code):
    service.answer = asking(dial('waitUrl="/wait"'), wait=wait)
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    assert phones.troubles()[-1]["code"] == code
    ana.tells("Still here")
    ben.hears("Still here")


def test_a_beep_tells_of_who_comes_and_goes_where_it_is_wanted(phones, service):
    service.answer = saying(voice=dial('beep="onExit"'))
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    assert "beep" not in [event["kind"] for event in ana.events]
    ben.hangs_up()
    assert ana.joined(1).events[-1]["kind"] == "beep"


def test_nobody_is_joined_for_longer_than_the_document_allows(phones, service):
    service.answer = asking(dial(dial='action="/parted" timeLimit="1"'))
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    assert ana.together == 2
    ana.hears("alone again")
    ben.hears("alone again")
    assert ana.parted().over


def test_a_machine_in_a_room_says_nothing_and_is_there(phones, service, client):
    service.answer = asking(dial(), out=dial())
    ana = phones.handset(ANA).dial()
    client.calls.create(to=BEN, from_=SERVICE_NUMBER, url=f"{service.url}/out")
    machine = phones.handset(BEN).rings().voicemail("Leave a message")
    ana.joined(2).tells("Hello?")
    ana.hears_nobody()
    machine.hears("Hello?")


def test_coaching_is_heard_by_one_alone(phones, service):
    calls = []
    service.answer = lambda asked: twiml(
        dial(f'coach="{calls[0].sid}"' if asked.form["From"] == CARL else "")
    )
    for number in (ANA, BEN, CARL):
        calls.append(phones.handset(number).dial())
    ana, ben, carl = calls
    carl.tells("Ask how they are")
    ana.hears("Ask how")
    ben.hears_nobody()
    ben.tells("Hello")
    carl.hears("Hello")


def test_a_call_that_is_led_elsewhere_leaves_the_room(phones, service, client):
    service.answer = asking(dial(), elsewhere="<Say>Somewhere else.</Say><Pause/><Redirect/>")
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    client.calls(ana.sid).update(url=f"{service.url}/elsewhere")
    ana.hears("Somewhere else")
    assert ben.joined(1).together == 1


def test_lost_and_doubled_webhooks_change_nothing_in_a_room(phones, service):
    phones.misbehave(webhook_doubled=1, callback_doubled=1, callback_reordered=0.5, seed=7)
    service.answer = asking(dial('statusCallback="/room" statusCallbackEvent="join leave end"'))
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    assert ana.together == ben.together == 2
    ana.hangs_up()
    assert ben.together == 1
    assert phones.counts()["webhooks"].get("repeats answered differently", 0) == 0
    assert len(service.to(VOICE)) == 4


def test_who_comes_out_of_a_room_to_no_answer_goes_on_at_the_fallback(phones, service):
    def answer(asked):
        if asked.path == "/parted":
            return Answer(status=500)
        if "ErrorCode" in asked.form:
            return twiml("<Say>Please call later.</Say>")
        return twiml(dial(dial='action="/parted" hangupOnStar="true"'))

    service.answer = answer
    ana, ben = phones.handset(ANA).dial(), phones.handset(BEN).dial()
    ana.presses("*").hears("Please call later")
    again = service.to(VOICE)[-1].form
    assert (again["ErrorCode"], again["DialCallStatus"]) == ("11200", "answered")
    assert ben.together == 1


def test_a_network_that_is_started_anew_knows_no_room_and_has_lost_its_calls(tmp_path, service):
    with PhoneNetwork(service.url, home=tmp_path) as network:
        service.answer = asking(dial('statusCallback="/room" statusCallbackEvent="join"'))
        ana = network.handset(ANA).dial()
        network.handset(BEN).dial()
        ana.joined(2)
        network.kill()
        network.start()
        network.idle()
        assert [call["status"] for call in network.handset(ANA).calls] == ["failed"]
        again = network.handset(ANA).dial()
        assert again.together == 1
        assert network.troubles() == []


def test_time_that_is_moved_on_ends_pauses_and_the_longest_stay(tmp_path, service):
    file = tmp_path / "clock"
    clock.write_offset(file, 0)
    with PhoneNetwork(service.url, clock_file=file) as network:
        service.answer = lambda asked: (
            twiml(dial(dial='action="/parted" timeLimit="3600"'))
            if asked.form["From"] == ANA and asked.path != "/parted"
            else twiml("<Say>Please wait.</Say><Pause length='1800'/><Redirect/>")
        )
        ana, ben = network.handset(ANA).dial(), network.handset(BEN).dial()
        assert (ana.awaits, ben.awaits) == ("together", "pause")
        asked = len(service.asked)
        clock.write_offset(file, 1801)
        service.wait_for(VOICE, asked + 1)
        assert ana.together == 1
        clock.write_offset(file, 3605)
        service.wait_for("/parted")
        assert ana.together == 0


def test_a_network_that_starts_empty_knows_nothing_of_a_room_before(phones, service):
    service.answer = asking(dial('endConferenceOnExit="true"'))
    together = [phones.handset(number).dial() for number in (ANA, BEN, CARL)]
    assert together[-1].together == 3
    phones.forget()
    service.answer = saying(voice=MENU)
    began = time.monotonic()
    assert phones.handset(ANA).dial().awaits == "keys"
    assert time.monotonic() - began < 20, "it waited for calls that are gone"
