"""A handset's text on its way into the service: the webhook, its fallback and its answer.

Promise: the number's URL is asked first, its fallback once if that fails; the TwiML of whichever
answered is carried out verb by verb. A phone's texts wait for one another unless the weather
says otherwise. What goes wrong is kept as trouble with the carrier's code, never raised.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from service.carrier.local.agenda import moment
from service.carrier.local.codes import Refused
from service.carrier.local.consent import Word
from service.carrier.local.geography import country_of
from service.carrier.local.hooks import Answer, Hooks
from service.carrier.local.ledger import new_sid
from service.carrier.local.texts import API, Text, rfc2822
from service.carrier.local.twiml import Redirect, RefusedAnswer, Reply, read

if TYPE_CHECKING:
    from service.carrier.local.network import Network

MOST_REDIRECTS = 10
TROUBLES_KEPT = 200


class Inbound:
    """Texts that the service is to hear."""

    def __init__(self, network: Network, hooks: Hooks) -> None:
        self._network = network
        self._hooks = hooks
        self._last: dict[str, asyncio.Task[None]] = {}  # the newest of each handset
        self._running: set[asyncio.Task[None]] = set()
        self._served: set[str] = set()  # texts one of whose webhooks was answered
        self.troubles: deque[dict[str, Any]] = deque(maxlen=TROUBLES_KEPT)

    @property
    def busy(self) -> bool:
        """True while a webhook is on its way."""
        return bool(self._running)

    def take(self, text: Text, word: Word | None = None) -> None:
        """Tell the service of a text, after those the phone sent before."""
        before = None if self._network.weather.webhooks_together else self._last.get(text.sender)
        task = asyncio.ensure_future(self._run(text, word, before))
        self._last[text.sender] = task
        self._running.add(task)
        task.add_done_callback(lambda done: self._done(text.sender, done))

    def _done(self, handset: str, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._last.get(handset) is task:
            del self._last[handset]

    async def _run(self, text: Text, word: Word | None, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        network, weather = self._network, self._network.weather
        form = self._form(text, word)
        once = new_sid("")
        attempts = [self._deliver(text, form, once)]
        if weather.webhook_doubled and network.chance.random() < weather.webhook_doubled:
            network.tally.webhooks["doubled"] += 1
            attempts.append(self._deliver(text, form, once))
        answered = await asyncio.gather(*attempts)
        self._served.discard(text.sid)
        network.ledger.note_heard(text, any(answered))
        network.settled(text)

    async def _deliver(self, text: Text, form: dict[str, str], once: str) -> bool:
        """Ask the number's URL, then its fallback; carry out the answer. True if one served."""
        network = self._network
        lost = network.weather.webhook_lost
        if lost and network.chance.random() < lost:
            network.tally.webhooks["lost"] += 1
            return False
        number = network.ledger.numbers[text.to]
        asked = [
            (number.value(f"{kind}_url", network.public_url),
             number.value(f"{kind}_method", network.public_url))
            for kind in ("sms", "sms_fallback")
        ]  # fmt: skip
        code, failed = 0, ""
        for url, method in asked:
            if not url:
                continue
            extra = {"ErrorCode": str(code), "ErrorUrl": failed} if code else {}
            try:
                await self._follow(text, url, {**form, **extra}, method, once)
            except RefusedAnswer as refused:
                code, failed = refused.code, url.partition("#")[0]
                self._trouble(text, code, failed, str(refused))
            else:
                self._served.add(text.sid)
                network.tally.webhooks["answered"] += 1
                return True
        network.tally.webhooks["failed"] += 1
        return False

    async def _follow(
        self, text: Text, url: str, form: dict[str, str], method: str, once: str
    ) -> None:
        """Ask one URL and what its answer redirects to; RefusedAnswer where that cannot serve."""
        for _ in range(MOST_REDIRECTS):
            answer = await self._ask(url, form, method, once)
            onward = self._carry_out(text, read(answer.body, answer.content_type, answer.url))
            if onward is None:
                return
            url, method = onward
        raise RefusedAnswer(11215, "the answers redirect in a circle")

    async def _ask(self, url: str, form: dict[str, str], method: str, once: str) -> Answer:
        tally, lost = self._network.tally.webhooks, self._network.weather.answer_lost
        tally["sent"] += 1
        answer = await self._hooks.call(url, form, method, once)
        tally["attempts"] += answer.attempts
        if lost and self._network.chance.random() < lost:
            tally["answers lost"] += 1
            answer = await self._hooks.call(url, form, method, once)
            tally["attempts"] += answer.attempts
        if answer.trouble:
            said = f"HTTP {answer.status}" if answer.status else "no answer"
            raise RefusedAnswer(answer.trouble, said)
        return answer

    def _carry_out(self, text: Text, verbs: list[Reply | Redirect]) -> Redirect | None:
        if text.sid in self._served:  # the answer to a repeat is the same answer
            return None
        for verb in verbs:
            if isinstance(verb, Redirect):
                return verb
            try:
                self._network.reply(text, verb)
            except (Refused, RefusedAnswer) as refused:
                # the answer was understood; one reply of it cannot leave
                self._trouble(text, refused.code, "", str(refused))
        return None

    def _trouble(self, text: Text, code: int, url: str, why: str) -> None:
        self.note_trouble(text.sid, code, url, why)

    def note_trouble(self, sid: str, code: int, url: str, why: str) -> None:
        """Keep what went wrong with a text or a call."""
        self.troubles.append(
            {"at": rfc2822(moment()), "code": code, "url": url, "sid": sid, "why": why}
        )

    def _form(self, text: Text, word: Word | None) -> dict[str, str]:
        home, away = country_of(text.to), country_of(text.sender)
        form = {
            "ToCountry": home, "ToState": "", "SmsMessageSid": text.sid,
            "NumMedia": str(len(text.media)), "ToCity": "", "FromZip": "", "SmsSid": text.sid,
            "FromState": "", "SmsStatus": "received", "FromCity": "", "Body": text.body,
            "FromCountry": away, "To": text.to, "ToZip": "", "NumSegments": str(text.segments),
            "MessageSid": text.sid, "AccountSid": self._network.account, "From": text.sender,
            "ApiVersion": API,
        }  # fmt: skip
        for place, url in enumerate(text.media):
            form[f"MediaUrl{place}"] = url
            form[f"MediaContentType{place}"] = _media_type(url)
        if word and self._network.weather.advanced_opt_out:
            form["OptOutType"] = word
        form.update(self._network.weather.extra)
        return form


def _media_type(url: str) -> str:
    ending = url.rpartition(".")[2].lower()
    kinds = {"png": "image/png", "gif": "image/gif", "mp3": "audio/mpeg", "mp4": "video/mp4",
             "vcf": "text/vcard", "amr": "audio/amr", "3gp": "video/3gpp"}  # fmt: skip
    return kinds.get(ending, "image/jpeg")
