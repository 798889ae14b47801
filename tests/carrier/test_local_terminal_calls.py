"""Calls in the terminal, against a real local phone network."""

from __future__ import annotations

import io
import json
import os
import pty
import threading

import pytest

from service.carrier.local.terminal import NoNetwork
from service.carrier.local.terminal_calls import Done, dial, pick_up, read
from tests.carrier.voice_side import ANA, STATUS, STEP, VOICE, saying
from tests.phone import SERVICE_NUMBER
from tests.servers import free_port

ASK = (
    '<Gather input="dtmf speech" numDigits="2" action="/step" actionOnEmptyResult="true">'
    '<Say voice="Polly.Lupe" language="es-US">Marque.</Say></Gather>'
)
RECORD = '<Say>After the tone.</Say><Record action="/step"/><Say>Nothing came.</Say>'
THANKS = "<Say>Thank you.</Say>"


class Talk:
    """One call from the terminal: its lines and how it ended."""

    def __init__(self, phones, typed=""):
        self.phones, self.typed, self.lines = phones, typed, []

    def dials(self, **how):
        self.code = dial(
            self.phones.url, ANA, show=self.lines.append, typed=io.StringIO(self.typed), **how
        )
        return self

    def picks_up(self, how="answer", **more):
        self.code = pick_up(
            self.phones.url, ANA, how, show=self.lines.append, typed=io.StringIO(self.typed), **more
        )
        return self


def rung(phones, client, service, verbs):
    service.answer = saying(ring=verbs, step=THANKS)
    client.calls.create(to=ANA, from_=SERVICE_NUMBER, url=f"{service.url}/ring")


@pytest.mark.parametrize(
    ("line", "awaits", "done"),
    [
        ("1", "keys", Done("keys", {"digits": "1"})),
        ("4 2 #", "keys", Done("keys", {"digits": "42#"})),
        ("*", "keys", Done("keys", {"digits": "*"})),
        ("", "keys", Done("silence", {})),
        ("Silence", "keys", Done("silence", {})),
        ("hang up", "keys", Done("hangup", {})),
        ("Listen", "together", Done("listen", {})),
        ("hangup", "recording", Done("hangup", {})),
        ("half past 7", "keys", Done("speech", {"text": "half past 7"})),
        ('"2"', "keys", Done("speech", {"text": "2"})),
        ('"yes please', "keys", Done("speech", {"text": "yes please"})),
        ("“hang up”", "keys", Done("speech", {"text": "hang up"})),
        ("8 seconds", "keys", Done("speech", {"text": "8 seconds"})),
        ("8 seconds", "recording", Done("record", {"seconds": 8, "key": "", "hangup": False})),
        ("8s #", "recording", Done("record", {"seconds": 8, "key": "#", "hangup": False})),
        ("1 s hang up", "recording", Done("record", {"seconds": 1, "key": "", "hangup": True})),
        ("I was born by the sea", "recording", Done("record", {"seconds": 3})),
        ("#", "recording", Done("keys", {"digits": "#"})),
    ],
)  # fmt: skip
def test_a_line_is_a_key_words_or_silence(line, awaits, done):
    assert read(line, awaits) == done


def test_a_call_is_read_out_line_by_line(phones, service):
    service.answer = saying(voice=f'<Pause length="3"/>{ASK}', step=RECORD)
    talk = Talk(phones, "42\n5 seconds #\nsilence\nhang up\n").dials()
    assert talk.lines[:7] == [
        "< (it rings)", "< [es-US] Marque.", "> 42", "< [en-US] After the tone.", "< (the tone)",
        "> 5 seconds #", "< [en-US] After the tone.",
    ]  # fmt: skip
    assert talk.lines[8:-1] == [
        "> silence", "< [en-US] Nothing came.", "! The call was over before 'hang up'.",
    ]  # fmt: skip
    assert talk.lines[-1].startswith("The call is over (completed, ")
    forms = [asked.form for asked in service.to(STEP)]
    assert (forms[0]["Digits"], forms[1]["RecordingDuration"]) == ("42", "5")
    assert talk.code == 1


def test_words_and_silence_are_told_and_the_end_of_a_pipe_hangs_up(phones, service):
    service.answer = saying(voice=ASK, step=ASK)
    talk = Talk(phones, "si, gracias\n\n").dials()
    assert talk.code == 0
    assert [asked.form["SpeechResult"] for asked in service.to(STEP)] == ["si, gracias", ""]
    assert service.wait_for(STATUS)[0].form["CallStatus"] == "completed"


def test_a_line_that_the_call_cannot_take_ends_a_script(phones, service):
    service.answer = saying(voice='<Gather action="/step"><Say>Press.</Say></Gather>')
    talk = Talk(phones, "hello\n1\n").dials()
    assert talk.lines[-2] == "! 'hello' was not taken: the call listens to keys alone now."
    assert talk.code == 1
    assert service.to(STEP) == []


def test_a_hidden_number_and_a_missed_call(phones, service):
    service.answer = saying(voice=f'<Pause length="3"/>{ASK}')
    talk = Talk(phones).dials(hidden=True, missed=True)
    assert talk.lines == ["< (it rings)", "The call is over (no-answer)."]
    assert talk.code == 0
    assert service.to(VOICE)[0].form["From"] == "+266696687"
    assert Talk(phones).dials(to=SERVICE_NUMBER).code == 0


def test_nobody_answering_ends_with_1(phones, service):
    service.answer = saying(voice='<Reject reason="busy"/>')
    talk = Talk(phones, "1\n").dials()
    assert talk.lines == ["! The call was over before '1'.", "The call is over (busy)."]
    assert talk.code == 1
    assert Talk(phones).dials(missed=True).code == 1


def test_the_network_s_own_words_are_marked(phones, service):
    phones.serve("http://127.0.0.1:9")
    talk = Talk(phones).dials()
    assert talk.lines[0].endswith("Goodbye.  (from the phone network)")


def test_a_call_as_json(phones, service):
    service.answer = saying(voice=ASK, step=THANKS)
    talk = Talk(phones, "42\n").dials(as_json=True)
    (line,) = talk.lines
    told = json.loads(line)
    assert (told["number"], told["status"], told["direction"]) == (ANA, "completed", "out")
    assert [event["text"] for event in told["events"] if event["kind"] == "say"] == [
        "Marque.", "Thank you.",
    ]  # fmt: skip


def test_a_ring_is_waited_for_and_answered(phones, service, client):
    ring = threading.Timer(0.3, rung, (phones, client, service, ASK))
    ring.start()
    talk = Talk(phones, "42\n").picks_up(wait=10)
    ring.join()
    assert talk.lines[:4] == ["< (it rings)", "< [es-US] Marque.", "> 42", "< [en-US] Thank you."]
    assert talk.code == 0


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [("busy", "busy", []), ("voicemail", "completed", ["< [en-US] Please call us."])],
)
def test_a_ring_may_find_the_line_busy_or_a_voicemail(phones, service, client, how, status, said):
    rung(phones, client, service, "<Say>Please call us.</Say>")
    talk = Talk(phones).picks_up(how, wait=10)
    assert talk.lines[1:-1] == said
    assert f"({status}" in talk.lines[-1]
    assert talk.code == 0


def test_no_ring_is_told_and_ends_with_1(phones):
    talk = Talk(phones).picks_up(wait=0.2)
    assert talk.lines == ["The phone did not ring within 0.2 seconds."]
    assert talk.code == 1
    told = Talk(phones).picks_up(wait=0.2, as_json=True).lines
    assert "did not ring" in json.loads(told[0])["refused"]


ROOM = '<Dial action="/step" hangupOnStar="true"><Conference beep="false">room</Conference></Dial>'
BEN = "+15550142002"


def test_a_script_talks_with_another_phone_in_a_room(phones, service):
    service.answer = saying(voice=ROOM, step=THANKS)
    ben = phones.handset(BEN).dial()

    def answers():
        ben.hears("Hello Ben")
        ben.tells("Hello Ana")

    other = threading.Thread(target=answers)
    other.start()
    talk = Talk(phones, "Hello Ben\nlisten\n*\n").dials()
    other.join()
    assert talk.lines[:-1] == [
        "< (joined, with 1 there)", "> Hello Ben", "> listen", "< (another) Hello Ana", "> *",
        "< (parted from the others)", "< [en-US] Thank you.",
    ]  # fmt: skip
    assert talk.code == 0
    assert ben.together == 1


def test_a_script_waits_until_the_phone_that_is_rung_is_picked_up(phones, service):
    service.answer = saying(
        voice=f'<Dial action="/step" callerId="{SERVICE_NUMBER}">{BEN}</Dial>', step=THANKS
    )
    calls = []
    other = threading.Thread(
        target=lambda: calls.append(phones.handset(BEN).rings().answers().parted())
    )
    other.start()
    talk = Talk(phones, "Hello?\nhang up\n").dials()
    other.join()
    assert talk.lines[:3] == [
        "< (it rings on the other side)", "< (joined, with 1 there)", "> Hello?",
    ]  # fmt: skip
    assert talk.code == 0
    calls[0].hears("Hello?")


def test_a_script_that_listens_in_vain_is_told(phones, service, monkeypatch):
    monkeypatch.setattr("service.carrier.local.terminal_calls.WAIT_SECONDS", 0.2)
    service.answer = saying(voice=ROOM, step=THANKS)
    talk = Talk(phones, "listen\n").dials()
    assert talk.code == 1
    assert "! 'listen' was not taken: nothing was heard." in talk.lines


def test_by_hand_others_are_heard_while_nothing_is_typed(phones, service):
    service.answer = saying(voice=ROOM, step=THANKS)
    ben = phones.handset(BEN).dial()
    outside, inside = pty.openpty()
    heard, lines = threading.Event(), []

    def show(line):
        lines.append(line)
        if line == "< (another) Hello Ana":
            heard.set()

    with os.fdopen(inside, "r") as typed:
        other = threading.Thread(target=dial, args=(phones.url, ANA), kwargs={
            "show": show, "typed": typed,
        })  # fmt: skip
        other.start()
        ben.joined(2).tells("Hello Ana")
        assert heard.wait(10)
        os.write(outside, b"hang up\n")
        other.join(20)
    os.close(outside)
    assert lines[-1].startswith("The call is over (completed")


def test_by_hand_a_refusal_is_told_and_the_call_goes_on(phones, service):
    service.answer = saying(voice='<Gather action="/step"><Say>Press.</Say></Gather>', step=THANKS)
    outside, inside = pty.openpty()
    lines: list[str] = []
    with os.fdopen(inside, "r") as typed:
        os.write(outside, b"hello\n5#\n")
        assert dial(phones.url, ANA, show=lines.append, typed=typed) == 0
    os.close(outside)
    assert lines[1].startswith("Type keys")
    assert lines[2:4] == ["! the call listens to keys alone now.", "< [en-US] Thank you."]
    assert service.to(STEP)[0].form["Digits"] == "5"


def test_without_a_network_the_cure_is_named():
    for call in (dial, pick_up):
        with pytest.raises(NoNetwork, match="hearthline network"):
            call(f"http://127.0.0.1:{free_port()}", ANA)
