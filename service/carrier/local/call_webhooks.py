"""What is asked of the service in a call: the next document, a sound to play.

Promise: signed requests with all that the carrier tells; an answer that cannot serve is refused
with the carrier's code. The weather of webhooks is felt here. It carries no document out.
"""

from __future__ import annotations

import asyncio
import io
import wave
from typing import TYPE_CHECKING, NamedTuple

from service.carrier.local.calls import Call
from service.carrier.local.hooks import Answer, Hooks
from service.carrier.local.ledger import new_sid
from service.carrier.local.twiml import RefusedAnswer
from service.carrier.local.voice_reader import read
from service.carrier.local.voice_verbs import Verb

if TYPE_CHECKING:
    from service.carrier.local.network import Network

NO_ANSWER, NO_SOUND = 11205, 13420
LARGEST_SOUND = 40 * 1024 * 1024
GUESSED_BYTES_A_SECOND = 8000  # 64 kbit/s
UNREACHABLE_SECONDS = 15.0  # what a lost webhook costs the person who waits


class Sound(NamedTuple):
    """What was fetched to be played."""

    media_type: str
    seconds: float
    body: bytes


class CallWebhooks:
    """The questions that calls put to the service."""

    def __init__(self, network: Network, hooks: Hooks) -> None:
        self._network = network
        self._hooks = hooks

    async def document(
        self, call: Call, url: str, method: str, about: dict[str, str]
    ) -> list[Verb]:
        """The verbs to go on with, or RefusedAnswer.

        `about`: what has happened in the call, beyond what every webhook tells of it.
        """
        form = {**call.parameters(), **about, **self._network.weather.extra}
        answer = await self._answer(call, url, method, form)
        verbs = read(answer.body, answer.content_type, answer.url)
        self._network.tally.webhooks["answered"] += 1
        return verbs

    async def last(self, call: Call, url: str, method: str, about: dict[str, str]) -> None:
        """Tell of what happened at the end of a call; nobody is there for an answer."""
        form = {**call.parameters(), **about, **self._network.weather.extra}
        try:
            await self._answer(call, url, method, form)
        except RefusedAnswer as refused:
            self.trouble(call, refused, url.partition("#")[0])

    async def sound(self, call: Call, url: str) -> Sound:
        """A sound to play, or RefusedAnswer."""
        answer = await self._hooks.call(url, {}, "GET", largest=LARGEST_SOUND)
        if answer.trouble:
            raise RefusedAnswer(answer.trouble, _said(answer))
        if not answer.content_type.startswith("audio/"):
            raise RefusedAnswer(NO_SOUND, f"{answer.content_type} is nothing that can be played")
        return Sound(answer.content_type, length(answer.body), answer.body)

    def trouble(self, call: Call, refused: RefusedAnswer, url: str) -> None:
        """Keep what went wrong."""
        self._network.tally.webhooks["failed"] += 1
        self._network.inbound.note_trouble(call.sid, refused.code, url, str(refused))

    async def _answer(self, call: Call, url: str, method: str, form: dict[str, str]) -> Answer:
        network = self._network
        weather, tally, roll = network.weather, network.tally.webhooks, network.chance.random
        if weather.webhook_lost and roll() < weather.webhook_lost:
            tally["lost"] += 1
            call.spent += UNREACHABLE_SECONDS
            raise RefusedAnswer(NO_ANSWER, "no answer")
        once = new_sid("")
        asked = [self._ask(url, form, method, once)]
        if weather.webhook_doubled and roll() < weather.webhook_doubled:
            tally["doubled"] += 1
            asked.append(self._ask(url, form, method, once))
        answers = await asyncio.gather(*asked)
        if weather.answer_lost and roll() < weather.answer_lost:
            tally["answers lost"] += 1
            answers.append(await self._ask(url, form, method, once))
        if len({answer.body for answer in answers}) > 1:
            tally["repeats answered differently"] += 1
        answer = answers[-1]
        if answer.trouble:
            raise RefusedAnswer(answer.trouble, _said(answer))
        return answer

    async def _ask(self, url: str, form: dict[str, str], method: str, once: str) -> Answer:
        tally = self._network.tally.webhooks
        tally["sent"] += 1
        answer = await self._hooks.call(url, form, method, once)
        tally["attempts"] += answer.attempts
        return answer


def _said(answer: Answer) -> str:
    return f"HTTP {answer.status}" if answer.status else "no answer"


def length(sound: bytes) -> float:
    """Seconds of a WAV; of anything else a guess by its size."""
    try:
        with wave.open(io.BytesIO(sound)) as wav:
            return float(wav.getnframes() / wav.getframerate())
    except (wave.Error, EOFError, RuntimeError, ZeroDivisionError):
        return len(sound) / GUESSED_BYTES_A_SECOND
