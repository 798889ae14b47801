"""What the network knows: texts, calls, opt-outs, the account's numbers, the handsets on the page.

Promise: in memory, found by sid, by either number and in order; every change goes to the journal
first. It sends nothing and decides nothing.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator

from service.carrier.local.agenda import moment
from service.carrier.local.call_ledger import CallLedger
from service.carrier.local.journal import Fact, Journal
from service.carrier.local.texts import FINAL, ServiceNumber, Text

_CHANGING = ("sent", "error", "updated", "heard")  # of a text, after it was made
OTHERS_KEPT = 12  # phones outside the page that were texted last


def new_sid(prefix: str) -> str:
    """A sid in the carrier's form."""
    return prefix + secrets.token_hex(16)


class Ledger:
    """All the network's memory."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.version = 0  # grows with every change that a handset shows
        self.era = new_sid("")  # another after a restart: versions of different eras do not compare
        self.calls = CallLedger(journal)
        self._start_empty()

    def _start_empty(self) -> None:
        self.calls.start_empty()
        self.texts: list[Text | None] = []
        self.by_sid: dict[str, Text] = {}
        self.by_to: defaultdict[str, list[Text]] = defaultdict(list)
        self.by_sender: defaultdict[str, list[Text]] = defaultdict(list)
        self.shown: defaultdict[str, list[Text]] = defaultdict(list)  # by handset
        self.others: OrderedDict[str, None] = OrderedDict()
        self._shown = 0
        self.opted_out: set[tuple[str, str]] = set()  # (service number, handset)
        self.numbers: dict[str, ServiceNumber] = {}
        self.handsets: dict[str, str] = {}  # number -> name
        self.settled_handsets = False  # the first ones were made once

    # texts

    def add(self, text: Text) -> None:
        """Take in a new text."""
        self._journal.add(_fact(text))
        self._index(text)

    def _index(self, text: Text) -> None:
        text.place = len(self.texts)
        self.texts.append(text)
        self.by_sid[text.sid] = text
        self.by_to[text.to].append(text)
        self.by_sender[text.sender].append(text)

    def show(self, text: Text) -> None:
        """The handset now has it."""
        self._shown += 1
        text.shown = self._shown
        self.shown[text.phone].append(text)
        self.touch(text)
        self.offer(text.phone)

    def offer(self, handset: str) -> None:
        """The page may show this phone, if it does not yet."""
        if handset not in self.handsets:
            self.others[handset] = None
            self.others.move_to_end(handset)
            if len(self.others) > OTHERS_KEPT:
                self.others.popitem(last=False)

    def touch(self, text: Text) -> None:
        """Something that the handset shows has changed."""
        self.version += 1
        text.version = self.version

    def move(self, text: Text, status: str, error: int | None = None) -> None:
        """A text has a new status."""
        text.status = status
        text.error = error
        text.updated = moment()
        if status in FINAL:
            self._journal.add(
                {"is": "moved", "sid": text.sid, "status": status, "error": error,
                 "sent": text.sent, "at": text.updated}
            )  # fmt: skip
        if text.shown:
            self.touch(text)

    def note_heard(self, text: Text, heard: bool) -> None:
        """The service answered the webhook of a handset's text, or did not."""
        self._journal.add({"is": "heard", "sid": text.sid, "heard": heard})
        text.heard = heard
        self.touch(text)

    def redact(self, text: Text) -> None:
        """Blank its words everywhere."""
        self._journal.add({"is": "redacted", "sid": text.sid})
        self._blank(text)

    def _blank(self, text: Text) -> None:
        text.body = ""
        text.media = ()
        if text.shown:
            self.touch(text)

    def delete(self, text: Text) -> None:
        """Take it out of every list; until a restart its handset shows it without the words."""
        self._journal.add({"is": "deleted", "sid": text.sid})
        self._remove(text)

    def _remove(self, text: Text) -> None:
        self.texts[text.place] = None
        del self.by_sid[text.sid]
        self.by_to[text.to].remove(text)
        self.by_sender[text.sender].remove(text)
        self._blank(text)

    def newest_first(
        self, to: str | None, sender: str | None, before: Text | None
    ) -> Iterator[Text]:
        """Texts with these numbers (None: any), from the newest, or from after `before`."""
        rows: list[Text] | list[Text | None]
        if to is not None:
            rows = self.by_to.get(to, [])
        elif sender is not None:
            rows = self.by_sender.get(sender, [])
        else:
            rows = self.texts
        for text in reversed(rows):
            if text is None or (before is not None and text.place >= before.place):
                continue
            if text.direction != "network" and (sender is None or text.sender == sender):
                yield text

    def phone_texts(self, number: str, since: int, direction: str | None) -> list[Text]:
        """What a handset shows after `since`, in order; `in` or `out` alone if asked."""
        found = []
        for text in reversed(self.shown.get(number, ())):
            if text.shown <= since:
                break
            if direction is None or (text.direction == "inbound") == (direction == "out"):
                found.append(text)
        return found[::-1]

    # opt-outs, numbers, handsets

    def set_opted_out(self, number: str, handset: str, out: bool) -> None:
        """A handset has opted out of a number, or in again."""
        self._journal.add({"is": "opted", "number": number, "handset": handset, "out": out})
        (self.opted_out.add if out else self.opted_out.discard)((number, handset))

    def own(self, number: str) -> ServiceNumber:
        """The account's number, made if it is new."""
        if number not in self.numbers:
            made = ServiceNumber(new_sid("PN"), number, moment())
            self.numbers[number] = made
            self._journal.add(_number_fact(made))
        return self.numbers[number]

    def configure(self, number: ServiceNumber, given: dict[str, str]) -> None:
        """Set where a number's webhooks point."""
        number.set.update(given)
        number.updated = moment()
        self._journal.add(_number_fact(number))

    def name_handset(self, number: str, name: str | None) -> None:
        """Put a handset on the page under a name, or take it off (None)."""
        self._journal.add({"is": "handset", "number": number, "name": name})
        self._name(number, name)
        self.version += 1

    def _name(self, number: str, name: str | None) -> None:
        self.settled_handsets = True
        if name is None:
            self.handsets.pop(number, None)
            if number in self.shown:
                self.others[number] = None
        else:
            self.handsets[number] = name
            self.others.pop(number, None)

    def first_handsets(self, named: dict[str, str]) -> None:
        """The handsets of a network that never had any."""
        if not self.settled_handsets:
            for number, name in named.items():
                self.name_handset(number, name)

    # across restarts

    def restore(self) -> list[Text]:
        """Read the journal, write it anew without what is gone, return what is still under way."""
        for fact in self._journal.read():
            self._take(fact)
        self._journal.replace(self._facts())
        return [text for text in self.texts if text is not None and text.under_way]

    def forget(self) -> None:
        """Texts, opt-outs and handsets are gone; the account's numbers are as they were made."""
        numbers = self.numbers
        self._start_empty()
        self.numbers = numbers
        for number in numbers.values():
            number.set.clear()
        self.era = new_sid("")
        self.version += 1
        self._journal.replace(self._facts())

    def _take(self, fact: Fact) -> None:
        if self.calls.take(fact):
            return
        kind = fact.pop("is")
        if kind == "text":
            shown = fact.pop("shown")
            kept = {name: fact.pop(name) for name in _CHANGING}
            text = Text(**{**fact, "media": tuple(fact["media"])})
            for name, value in kept.items():
                setattr(text, name, value)
            self._index(text)
            if shown:
                self.show(text)
        elif kind == "opted":
            change = self.opted_out.add if fact["out"] else self.opted_out.discard
            change((fact["number"], fact["handset"]))
        elif kind == "number":
            number = ServiceNumber(fact["sid"], fact["number"], fact["created"])
            number.set, number.updated = fact["set"], fact["updated"]
            self.numbers[number.number] = number
        elif kind == "handset":
            self._name(fact["number"], fact["name"])
        elif (found := self.by_sid.get(fact["sid"])) is not None:
            self._take_change(kind, found, fact)

    def _take_change(self, kind: str, text: Text, fact: Fact) -> None:
        if kind == "redacted":
            self._blank(text)
        elif kind == "deleted":
            self._remove(text)
            if text.shown:
                self.shown[text.phone].remove(text)
        elif kind == "heard":
            text.heard = fact["heard"]
        else:
            text.status, text.error = fact["status"], fact["error"]
            text.sent, text.updated = fact["sent"], fact["at"]
            if text.status == "delivered" and not text.shown:
                self.show(text)

    def _facts(self) -> Iterable[Fact]:
        yield from (_number_fact(number) for number in self.numbers.values())
        for number, name in self.handsets.items():
            yield {"is": "handset", "number": number, "name": name}
        for number, handset in self.opted_out:
            yield {"is": "opted", "number": number, "handset": handset, "out": True}
        yield from (_fact(text) for text in self.texts if text is not None)
        yield from self.calls.facts()

    def close(self) -> None:
        """Let go of the journal."""
        self._journal.close()


def _fact(text: Text) -> Fact:
    return {
        "is": "text", "sid": text.sid, "direction": text.direction, "sender": text.sender,
        "to": text.to, "body": text.body, "status": text.status, "created": text.created,
        "segments": text.segments, "media": text.media, "callback": text.callback,
        "service": text.service, "expires": text.expires, "sent": text.sent, "error": text.error,
        "updated": text.updated, "heard": text.heard,
        "shown": bool(text.shown) or text.direction in ("inbound", "network"),
    }  # fmt: skip


def _number_fact(number: ServiceNumber) -> Fact:
    return {
        "is": "number", "sid": number.sid, "number": number.number, "created": number.created,
        "updated": number.updated, "set": number.set,
    }  # fmt: skip
