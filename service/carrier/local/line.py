"""One call under way: asks for documents and carries their verbs out, one after another.

Promise: a call has a time of its own. Prompts take none of anybody's time; the line stops where a
person has to do something and goes on with what is given to it, silence too. It follows the
carrier: keys interrupt, numDigits and finishOnKey end an input at once, no input goes on to the
next verb, a Redirect ends its document. Whom to call is not decided here.
"""

from __future__ import annotations

import asyncio
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from service.carrier.local import joining, listening
from service.carrier.local.agenda import moment
from service.carrier.local.calls import Awaited, Call
from service.carrier.local.inputs import (
    Declined,
    Input,
    Keys,
    Led,
    Parted,
    Passed,
    PickedUp,
    Recorded,
    Silence,
    Speech,
    judge,
)
from service.carrier.local.onward import NoDocument, Onward, Over
from service.carrier.local.twiml import RefusedAnswer
from service.carrier.local.voice_reader import read
from service.carrier.local.voice_values import SCHEMA
from service.carrier.local.voice_verbs import (
    Dial,
    Gather,
    Hangup,
    Pause,
    Play,
    Prompt,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)

if TYPE_CHECKING:
    from service.carrier.local.bridging import Bridge
    from service.carrier.local.calling import Calling

MOST_DOCUMENTS = 100  # in a row, without anybody doing anything
QUICK_POLLS = 3  # documents that only wait and ask again; the next one takes its time
MACHINE_SECONDS = 180.0  # a voicemail hangs up after so long
WORDS_A_SECOND = 2.5
APOLOGY = "We are sorry, an application error has occurred. Goodbye."


class Line:
    """The interpreter of one call."""

    def __init__(self, call: Call, calling: Calling, bridge: Bridge | None = None) -> None:
        """`bridge`: the call that rings this one, to be joined with it once it has answered."""
        self.call = call
        self.bridge = bridge
        self.calling = calling
        self._waiting: asyncio.Future[Input] | None = None
        self._alone = False  # nobody is there: a machine, or a phone that only listens
        self._greeting = ""  # of a machine: speech, for whoever listens to it
        self._documents = 0
        self._polls = 0  # documents in a row that waited and led on, and nobody did anything
        self._inline = call.twiml

    # from outside

    def give(self, given: Input) -> None:
        """Something happened; NotNow where the call has no use for it."""
        judge(self.call, given)
        assert self._waiting is not None
        self.call.awaits, self.call.expects = None, {}
        self._waiting.set_result(given)

    def passed(self) -> None:
        """The pause that the call is in is over."""
        if self.call.awaits == "pause":
            self.give(Passed())

    def parted(self) -> None:
        """What the call is joined with, or what it rings, has changed for good.

        Not where the call is broken off at this moment, as where a network starts empty.
        """
        if self._waiting is None or self._waiting.done():
            return
        if self.call.awaits in ("together", "dial"):
            self.calling.between.moved.add(self.call)
            self.give(Parted())

    def cut(self) -> None:
        """The call is over: leave whatever is waited for."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Over())

    # the call

    async def run(self) -> None:
        """From ringing to its end. Raises nothing."""
        call = self.call
        try:
            about: dict[str, str] = {}
            if call.direction != "inbound":
                about = await self._ring_out()
            if call.url or call.twiml:  # one that another call rings has none of its own
                await self._follow(Onward(call.url, call.method, about))
            if self.bridge is not None:
                await self.bridge.taken(self)
            self.answer()
            self.calling.end(call, "completed", by="service")
        except Over:
            return
        except NoDocument:
            self.answer()
            self._speak(Say(APOLOGY), by="network")
            self.calling.end(call, "completed", by="network")

    async def _ring_out(self) -> dict[str, str]:
        """Until the phone is picked up; what the first webhook tells of who did it."""
        call = self.call
        given = await self.wait("answer", timeout=call.timeout)
        if isinstance(given, Silence):
            given = Declined("no-answer")
        if isinstance(given, Declined):
            if given.status == "no-answer":
                call.spent += call.timeout
            self.calling.end(call, given.status, by="person")
            raise Over
        assert isinstance(given, PickedUp)
        self._alone = given.by in ("machine", "nobody")
        self._greeting = given.words
        self.answer()
        if self._alone:  # wherever it is by then, in a room of others too
            self.calling.rings.at(moment() + MACHINE_SECONDS, self.calling.cut_off, call)
        if not call.detect:
            return {}
        call.answered_by = self._answered_by(given.by)
        return {"AnsweredBy": call.answered_by}

    def _answered_by(self, who: str) -> str:
        if who == "machine":
            whole = self.call.detect == "DetectMessageEnd"
            return "machine_end_beep" if whole else "machine_start"
        # a line on which nobody says a word is nothing that the carrier could tell apart
        return "unknown" if who == "nobody" else who

    def answer(self) -> None:
        """Somebody is on the line, or the service is; told once."""
        call = self.call
        if call.answered is None:
            call.answered = moment()
            self.calling.move(call, "in-progress")
            call.note("answer", "service" if call.direction == "inbound" else "person")

    async def _follow(self, onward: Onward) -> None:
        """Document after document, until one leads nowhere else."""
        while True:
            try:
                await self._carry_out(await self._document(onward))
            except Onward as another:
                onward = another
            except RefusedAnswer as refused:
                onward = self._fallback(onward, refused)
            else:
                return

    def _fallback(self, failed: Onward, refused: RefusedAnswer) -> Onward:
        """The call's fallback, asked once for what failed; NoDocument where there is none left."""
        url, call = failed.url.partition("#")[0], self.call
        self.calling.webhooks.trouble(call, refused, url)
        self.check()
        if not call.fallback or "ErrorCode" in failed.about:
            raise NoDocument from refused
        about = {**failed.about, "ErrorCode": str(refused.code), "ErrorUrl": url}
        return Onward(call.fallback, call.fallback_method, about)

    async def _document(self, onward: Onward) -> list[Verb]:
        self._documents += 1
        if self._documents > MOST_DOCUMENTS:
            raise RefusedAnswer(11215, "the documents lead on and on, and nobody does anything")
        if self._inline:  # the first one came with the create
            inline, self._inline = self._inline.encode(), ""
            return read(inline, "text/xml", self.call.url)
        verbs = await self.calling.webhooks.document(
            self.call, onward.url, onward.method, onward.about
        )
        if not self._polls:
            self.calling.between.stir(self)
        self.check()
        return verbs

    def check(self) -> None:
        if self.call.over:
            raise Over
        if self._alone and self.call.spent > MACHINE_SECONDS:
            self.calling.end(self.call, "completed", by="person")
            raise Over

    async def _carry_out(self, verbs: list[Verb]) -> None:
        """The verbs of one document; Onward where another one is next."""
        for verb, after in zip_longest(verbs, verbs[1:]):
            self.check()
            if isinstance(verb, Pause) and self.call.answered is None:
                await self._ring_in(verb)
            elif isinstance(verb, Pause) and isinstance(after, Redirect):
                await self._wait_and_ask(verb)
            elif isinstance(verb, Redirect):
                raise Onward(verb.url, verb.method)
            elif isinstance(verb, Reject):
                self._reject(verb)
            else:
                if not (isinstance(verb, Dial) and verb.answer_on_bridge):
                    self.answer()
                await self._perform(verb)

    async def _perform(self, verb: Verb) -> None:
        if isinstance(verb, (Say, Play, Pause)):
            await self.prompt(verb)
        elif isinstance(verb, Gather):
            await listening.gather(self, verb)
        elif isinstance(verb, Record):
            await listening.record(self, verb)
        elif isinstance(verb, Dial):
            await joining.joined(self, verb)
        elif isinstance(verb, Hangup):
            self.calling.end(self.call, "completed", by="service")
            raise Over

    async def _ring_in(self, pause: Pause) -> None:
        """The network has not picked up yet: the caller hears it ring."""
        self.call.note("ring", "network", seconds=pause.seconds)
        await self.wait("ring", timeout=pause.seconds)
        self.call.spent += pause.seconds

    async def _wait_and_ask(self, pause: Pause) -> None:
        """A call that asks again and again what to do: at first at once, then in good time.

        A pause that nobody may cut short would let it ask as fast as it is answered; so it takes
        its time by the service's clock, or until something has happened in another call.
        """
        self._polls += 1
        await self.prompt(pause)
        if self._polls > QUICK_POLLS and not self._alone:
            self.calling.between.pause(self, pause.seconds)
            given = await self._person("pause", {"timeout": pause.seconds})
            self._documents = 0
            if isinstance(given, Led):
                raise Onward(given.url, given.method)

    def _reject(self, verb: Reject) -> None:
        if self.call.answered is not None or self.call.direction != "inbound":
            raise RefusedAnswer(SCHEMA, "<Reject> is for a call in that nobody answered yet")
        self.calling.end(self.call, "busy" if verb.reason == "busy" else "no-answer", by="service")
        raise Over

    # speaking

    async def prompt(self, prompt: Prompt) -> None:
        """Say it, play it, or be silent for so long."""
        if isinstance(prompt, Say):
            self._speak(prompt)
        elif isinstance(prompt, Pause):
            self.call.note("pause", "service", seconds=prompt.seconds)
            self.call.spent += prompt.seconds
        elif prompt.digits:
            self.call.note("keys", "service", digits=prompt.digits)
        else:
            await self._play(prompt)

    def _speak(self, say: Say, by: str = "service") -> None:
        call = self.call
        call.note("say", by, text=say.words, language=say.language, voice=say.voice, rate=say.rate)
        percent = say.rate[:-1]
        pace = int(percent) / 100 if percent.isdigit() else 1.0
        times = say.loop or 1
        call.spent += times * len(say.words.split()) / WORDS_A_SECOND / pace

    async def _play(self, play: Play) -> None:
        sound = await self.calling.webhooks.sound(self.call, play.url)
        self.check()
        self.call.note("play", "service", url=play.url, seconds=round(sound.seconds, 1),
                       media_type=sound.media_type)  # fmt: skip
        self.call.spent += sound.seconds * (play.loop or 1)

    # waiting

    async def wait(self, what: Awaited, **expects: Any) -> Input:
        """What happens next, from whoever is there; Over and Onward where it leads away."""
        self.check()
        if self._alone and what not in ("answer", "together", "dial"):
            given = self._machine(what, expects)
        else:
            given = await self._person(what, expects)
            self._documents = self._polls = 0
        self._note(given)
        if isinstance(given, Led):
            raise Onward(given.url, given.method)
        return given

    async def _person(self, what: Awaited, expects: dict[str, Any]) -> Input:
        call = self.call
        call.awaits, call.expects = what, expects
        self._waiting = asyncio.get_running_loop().create_future()
        self.calling.changed(call)
        try:
            return await self._waiting
        finally:
            self._waiting = None
            call.awaits, call.expects = None, {}

    def _machine(self, what: Awaited, expects: dict[str, Any]) -> Input:
        words, self._greeting = self._greeting, ""
        if what == "keys" and expects["speech"] and words:
            return Speech(words, 0.9)
        if what == "recording":
            return Recorded(expects["timeout"])
        return Silence()

    def _note(self, given: Input) -> None:
        call = self.call
        if isinstance(given, Keys):
            call.note("keys", "person", digits=given.digits)
        elif isinstance(given, Speech):
            call.note("speech", "person", text=given.words, confidence=given.confidence)
        elif isinstance(given, Recorded):
            call.note("record", "person", seconds=given.seconds, key=given.key)
        elif isinstance(given, Silence):
            call.note("silence", "person")
