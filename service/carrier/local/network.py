"""The network itself: takes messages from the service and texts from handsets.

Promise: the rules that hold before a message is accepted, opt-out, and what the network says by
itself. Everything it decides is decided here once, whichever door (REST, TwiML, handset) it came
through. HTTP is left to others.
"""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

import aiohttp

from flows import segments
from service.carrier.local import geography
from service.carrier.local.agenda import Agenda, moment
from service.carrier.local.bell import Bell
from service.carrier.local.callbacks import Callbacks
from service.carrier.local.calling import Calling
from service.carrier.local.codes import Refused
from service.carrier.local.consent import REPLIES, Word, word_of
from service.carrier.local.delivery import Delivery
from service.carrier.local.hooks import Hooks
from service.carrier.local.inbound import Inbound
from service.carrier.local.ledger import Ledger, new_sid
from service.carrier.local.tally import Tally
from service.carrier.local.texts import Direction, Text
from service.carrier.local.twiml import RefusedAnswer, Reply
from service.carrier.local.weather import Weather

LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000  # seconds
REPLY_WINDOW = 30.0  # seconds in which `reply_limit` holds


class Network:
    """One account at the carrier, with everything that it knows and does."""

    def __init__(
        self, ledger: Ledger, session: aiohttp.ClientSession, *, account: str, token: str,
        public_url: str,
    ) -> None:  # fmt: skip
        self.ledger = ledger
        self.account = account
        self.token = token
        self.public_url = public_url
        self.agenda = Agenda()
        self.bell = Bell()
        self.tally = Tally()
        hooks = Hooks(session, token)
        self.callbacks = Callbacks(hooks, self.agenda, self.tally, account)
        self.delivery = Delivery(ledger, self.agenda, self.tally, self.callbacks.tell, self._ring)
        self.inbound = Inbound(self, hooks)
        self.calling = Calling(self, hooks)
        self.callbacks.after = self.calling.between.told
        self._replies: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.weather = Weather()
        self.chance = random.Random(self.weather.seed)

    def misbehave(self, weather: Weather, again: bool = False) -> None:
        """Change the weather; `again` starts the sequence of chance anew."""
        if again or weather.seed != self.weather.seed:
            self.chance = random.Random(weather.seed)
        if weather.pace != self.weather.pace:
            self.delivery.forget_pace()
        self.weather = self.callbacks.weather = self.delivery.weather = weather
        self.callbacks.chance = self.delivery.chance = self.chance

    def resume(self, under_way: list[Text]) -> None:
        """Go on with what a restart interrupted."""
        for text in under_way:
            if text.direction == "inbound":
                self.inbound.take(text)
            else:
                self.delivery.start(text)

    def forget(self) -> None:
        """Start again with no texts, calls, opt-outs, handsets or counts."""
        self.agenda.clear()
        self.calling.forget()
        self.ledger.forget()
        self.delivery.forget_pace()
        self._replies.clear()
        self.tally.clear()
        self.bell.ring_all()

    @property
    def busy(self) -> bool:
        """True while anything is on its way."""
        return bool(
            len(self.agenda)
            or self.callbacks.busy
            or self.inbound.busy
            or self.calling.busy
            or self.calling.rings.overdue
        )

    # from the service

    def create(self, form: Mapping[str, str]) -> Text:
        """Accept a message from the REST API, or raise Refused."""
        try:
            return self._create(form)
        except Refused as refusal:
            self.tally.refused[refusal.code] += 1
            raise

    def _create(self, form: Mapping[str, str]) -> Text:
        to = form.get("To", "")
        service = form.get("MessagingServiceSid") or None
        sender = self._sender(form.get("From", ""), service, to)
        body = form.get("Body", "")
        media = tuple(form.getall("MediaUrl", ())) if hasattr(form, "getall") else ()
        callback = form.get("StatusCallback") or None
        if callback and not callback.startswith(("http://", "https://")):
            raise Refused(21609)
        return self.accept(
            "outbound-api", sender, to, body, media=media, callback=callback, service=service,
            expires=_expires(form.get("ValidityPeriod")),
        )  # fmt: skip

    def accept(
        self, direction: Direction, sender: str, to: str, body: str, *,
        media: tuple[str, ...] = (), callback: str | None = None, service: str | None = None,
        expires: float | None = None,
    ) -> Text:  # fmt: skip
        """Accept one message of the service, or raise Refused."""
        self._judge(sender, to, body, media)
        text = Text(
            sid=new_sid("MM" if media else "SM"), direction=direction, sender=sender, to=to,
            body=body, status="queued", created=moment(), media=media, callback=callback,
            segments=segments.count(body).segments, service=service, expires=expires,
        )  # fmt: skip
        self.ledger.add(text)
        self.tally.accepted[to, body] += 1
        if callback:
            self.tally.by_callback[callback] += 1
        self.delivery.start(text)
        return text

    def _sender(self, sender: str, service: str | None, to: str) -> str:
        if sender:
            if not geography.is_number(sender):
                raise Refused(21212)
            if sender not in self.ledger.numbers:
                raise Refused(21659)
            return sender
        if not service:
            raise Refused(21603)
        if not service.startswith("MG") or not self.ledger.numbers:
            raise Refused(20404)
        # as a messaging service does: a person keeps the number they were texted from before
        known = next(self.ledger.newest_first(to, None, None), None)
        return known.sender if known else next(iter(self.ledger.numbers))

    def _judge(self, sender: str, to: str, body: str, media: tuple[str, ...]) -> None:
        if not to:
            raise Refused(21604)
        if not geography.is_number(to):
            raise Refused(21211)
        code = self.weather.numbers.get(to)
        if code is not None and not 30_000 <= code < 40_000:
            raise Refused(code)
        if to in self.ledger.numbers:
            raise Refused(21606)
        regions = self.weather.regions
        if regions is not None and geography.country_of(to) not in regions:
            raise Refused(21408)
        if not body.strip() and not media:
            raise Refused(21619)
        if len(body) > LONGEST_BODY:
            raise Refused(21617)
        if (sender, to) in self.ledger.opted_out:
            raise Refused(21610)

    # from a handset

    def hear(self, handset: str, to: str, body: str, media: tuple[str, ...] = ()) -> Text:
        """A handset texts a number of the account; Refused(20404) if there is no such number."""
        if to not in self.ledger.numbers:
            raise Refused(20404)
        text = Text(
            sid=new_sid("MM" if media else "SM"), direction="inbound", sender=handset, to=to,
            body=body, status="received", created=moment(), media=media,
            segments=segments.count(body).segments,
        )  # fmt: skip
        text.sent = text.created
        self.ledger.add(text)
        self.ledger.show(text)
        self.tally.received += 1
        word = self._hear_consent(text)
        self._ring(text)
        self.inbound.take(text, word)
        return text

    def _hear_consent(self, text: Text) -> Word | None:
        """Opt-out as the carrier does it by itself; None where it did nothing."""
        word = word_of(text.body)
        out = (text.to, text.sender) in self.ledger.opted_out
        # a word that changes nothing is left to the service; HELP is answered either way
        if word is None or (word == "STOP" and out) or (word == "START" and not out):
            return None
        if word != "HELP":
            self.ledger.set_opted_out(text.to, text.sender, word == "STOP")
        self._say(text.to, text.sender, REPLIES[word])
        return word

    def _say(self, sender: str, to: str, words: str) -> None:
        """The network's own words to a handset."""
        text = Text(
            sid=new_sid("SM"), direction="network", sender=sender, to=to, body=words,
            status="delivered", created=moment(), segments=segments.count(words).segments,
        )  # fmt: skip
        self.ledger.add(text)
        self.ledger.show(text)

    # from TwiML

    def reply(self, heard: Text, verb: Reply) -> Text:
        """Carry out a Message verb; Refused or RefusedAnswer where the carrier would not."""
        to, sender = verb.to or heard.sender, verb.sender or heard.to
        if sender not in self.ledger.numbers:
            raise RefusedAnswer(14102, "the 'from' number is no number of this account")
        recent = self._replies[sender, to]
        now = moment()
        while recent and recent[0] <= now - REPLY_WINDOW:
            recent.popleft()
        if self.weather.reply_limit and len(recent) >= self.weather.reply_limit:
            raise RefusedAnswer(14107, "too many replies between two numbers in 30 seconds")
        recent.append(now)
        return self.accept(
            "outbound-reply", sender, to, verb.body, media=verb.media, callback=verb.callback
        )

    def _ring(self, text: Text) -> None:
        self.bell.ring(text.phone)

    def settled(self, text: Text) -> None:
        """The service has (or has not) answered a handset's text."""
        self._ring(text)

    def describe(self) -> dict[str, Any]:
        """What the control API shows of the network."""
        return {
            "account_sid": self.account,
            "numbers": list(self.ledger.numbers),
            "public_url": self.public_url,
            "weather": self.weather.model_dump(),
        }


def _expires(period: str | None) -> float | None:
    if not period:
        return None
    if not period.isdigit() or not 1 <= int(period) <= LONGEST_VALIDITY:
        raise Refused(20001, f"ValidityPeriod has to be from 1 to {LONGEST_VALIDITY} seconds")
    return moment() + int(period)
