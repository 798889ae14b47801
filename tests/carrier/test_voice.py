"""What a call of ours does next: words are said as they are, whatever stands in them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from service.carrier import voice
from service.carrier.voice import Ears, Room, Spoken, Voice

JOANNA, SLOW = Voice("en-US", "Polly.Joanna"), Voice("es-US", "Polly.Lupe", 75)
THEN = "https://line.example/twilio/voice/step?c=01A&s=3#rc=3&rp=5xx,ct,rt"
WORDS = ("Hello Ana", 'A & B < C > "D"', "It's \ue000 twice \ue000", "]]> &amp; {0} %s", "ñ é ¿")


def spoken(*words: str, voice: Voice = JOANNA) -> list[Spoken]:
    return [Spoken(each, voice) for each in words]


def said(document: str) -> list[str]:
    """All words of a document in order, as a reader of XML finds them."""
    root = ElementTree.fromstring(document)
    return [
        "".join(verb.itertext()) for verb in root.iter() if verb.tag in ("Say", "Play", "Redirect")
    ]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("speaker", [JOANNA, SLOW])
def test_words_are_said_as_they_are(words: str, speaker: Voice) -> None:
    heard = words.replace("\ue000", " ")
    for _ in range(2):  # the second time the shape is known
        listening = voice.listen(spoken("Yes.", words, voice=speaker), Ears(1, 8, "en-US"), THEN)
        assert said(listening) == ["Yes.", heard]
        assert said(voice.hang_up(spoken(words, voice=speaker))) == [heard]


def test_each_document_goes_on_where_it_was_told() -> None:
    for then in (THEN, THEN.replace("s=3", 's="4"')):
        gather = ElementTree.fromstring(voice.listen(spoken("Yes."), Ears(1, 8, None), then))[0]
        assert gather.get("action") == then
        assert said(voice.ring(3, then)) == [then]


def test_what_is_listened_for_is_not_carried_over_to_another_question() -> None:
    first = voice.listen(spoken("One?"), Ears(1, 8, "en-US", ("yes", "no")), THEN)
    other = voice.listen(spoken("Two?"), Ears(None, 8, "es-US", ("si",)), THEN)
    keys = voice.listen(spoken("Three?"), Ears(4, 8, None), THEN)
    found = [dict(ElementTree.fromstring(document)[0].attrib) for document in (first, other, keys)]
    assert [each.get("hints") for each in found] == ["yes, no", "si", None]
    assert [each.get("numDigits") for each in found] == ["1", None, "4"]
    assert [each.get("language") for each in found] == ["en-US", "es-US", None]


def test_a_recording_is_played_in_its_place() -> None:
    told = [*spoken("Before."), Spoken("never said", JOANNA, "https://line.example/a?b=1&c=2")]
    assert said(voice.hang_up(told)) == ["Before.", "https://line.example/a?b=1&c=2"]


def test_a_room_is_joined_and_left_for_where_it_was_told() -> None:
    room = Room("f3a9c1", "01LEG", "https://line.example/room?b=1&c=2", True, False, 1800, 4)
    speaking, dial = ElementTree.fromstring(voice.join(spoken("Here they are."), room, THEN))
    assert speaking.text == "Here they are."
    assert dial.attrib == {
        "action": THEN, "method": "POST", "hangupOnStar": "false", "timeLimit": "1800",
    }  # fmt: skip
    (conference,) = dial
    assert conference.text == "f3a9c1"
    assert conference.attrib == {
        "startConferenceOnEnter": "true", "endConferenceOnExit": "true", "beep": "false",
        "waitUrl": "", "waitMethod": "POST", "maxParticipants": "4", "participantLabel": "01LEG",
        "statusCallback": "https://line.example/room?b=1&c=2", "statusCallbackMethod": "POST",
        "statusCallbackEvent": "start end join leave",
    }  # fmt: skip
