"""Speaking: one call in one turn, and how what the turn says becomes the network's document.

Promise: words are said in the person's language, in the voice and at the pace that they chose,
numbers digit by digit; what was recorded is played where the recording is there. What is said is
decided elsewhere. Each answer names the step that it leads to, and no word or number of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.aloud import aloud
from flows.calling import ONE_KEY, TALK, Listening, Manners
from service import audio_links
from service.carrier import voice
from service.carrier.voice import Ears, Spoken, Voice
from service.carrier.webhooks import RETRIES
from service.house import House
from service.organisation import Voices
from service.slate import Out, Slate
from service.storage.calls import Call

SLOW = "slow"


class Line:
    """A call, the turn that it is in, and how the turn leaves it.

    `ears`: how to listen next. `longest`: seconds, where something is to be recorded instead.
    `pause`: seconds to wait for others on the line; `room`: where it is joined with them.
    `over`: the call ends after what is said.
    """

    def __init__(self, slate: Slate, call: Call, manners: Manners) -> None:
        self.slate = slate
        self.call = call
        self.manners = manners
        self.ears: Listening = ONE_KEY
        self.longest: int | None = None
        self.pause: int | None = None
        self.room: voice.Room | None = None
        self.over = False

    def document(self, step: int) -> str:
        """What the network is to do after this step, and where it goes on."""
        slate = self.slate
        said = [_spoken(slate, out) for out in slate.said]
        if self.over:
            return voice.hang_up(said)
        then = address(slate.house, self.call.id, step + 1)
        if self.room is not None:
            return voice.join(said, self.room, then)
        if self.pause is not None:
            return voice.wait(said, self.pause, then)
        if self.longest is not None:
            base = slate.house.settings.public_url
            told = f"{base}/twilio/voice/recording?c={self.call.id}{RETRIES}"
            return voice.record(said, self.longest, then, told)
        ears, speech = self.ears, None
        if ears.speech:
            # what is asked stands last; at the door another language may be offered after it
            asked = said[-1:] if self.manners.phase == TALK else said[:1]
            speech = (asked[0].voice if asked else _voice(slate, "")).language
        return voice.listen(said, Ears(ears.digits, ears.timeout, speech, ears.hints), then)


def address(house: House, call_id: str, step: int) -> str:
    """Where the network brings what comes in at this step of a call."""
    return f"{house.settings.public_url}/twilio/voice/step?c={call_id}&s={step}{RETRIES}"


def _spoken(slate: Slate, out: Out) -> Spoken:
    tag = out.language or slate.languages()[0]
    play = out.play
    if out.recording is not None:
        digest = slate.force.prompts.get(out.recording)
        if digest is not None:
            house = slate.house
            play = audio_links.prompt(house.sealer, house.settings.public_url, digest, slate.now)
    return Spoken(aloud(out.text, tag), _voice(slate, tag), play)


def _voice(slate: Slate, tag: str) -> Voice:
    """Who speaks this language to this person, and how fast."""
    us = slate.force.organisation
    fields = slate.person.fields if slate.person is not None else {}
    rate = us.slow_speech_rate if fields.get("speech") == SLOW else us.speech_rate
    voices = speakers(us.voices, tag or slate.languages()[0])
    return Voice(voices.language, voices.named(fields.get("voice")), rate)


def speakers(voices: Mapping[str, Voices], tag: str) -> Voices:
    """The voices of a language, by its own tag or its base; the first there are for another."""
    found = voices.get(tag) or voices.get(tag.split("-")[0])
    return found or next(iter(voices.values()))
