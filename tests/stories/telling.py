"""What a story is told with: phones that say and hear, in the order in which a person would.

Promise: `hears` takes the next unread text and no other, so that nothing is overlooked, neither a
text too many nor one in the wrong place. A phone told to stay neutral never shows a word by which
somebody who looks over a shoulder would learn what this is about.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests

from tests.calls import Ring
from tests.phone import Handset, Received
from tests.stories.running import HOME, RunningHouse

WITHIN = 5.0
_TELLING = (
    "lantern street", "check-in", "check in", "saludo", "danger", "peligro", "988", "911",
    "a person", "una persona", "person to call", "crisis", "emergency", "emergencia", "team",
    "equipo", "listens", "escucha", "health", "salud", "group", "grupo", "support", "apoyo",
)  # fmt: skip


class Phone:
    """A phone in somebody's hand."""

    def __init__(self, house: RunningHouse, handset: Handset) -> None:
        self.house = house
        self.handset = handset
        self.neutral = False

    @property
    def number(self) -> str:
        return self.handset.number

    def says(self, words: str, **more: Any) -> Phone:
        """Text the service."""
        print(f"{self._who} >> {words!r}")
        self.handset.send(words, **more)
        return self

    def hears(self, *parts: str, by: str = "service", within: float = WITHIN) -> str:
        """The next text holds all of these, letter case aside; its words."""
        message = self._next(within, parts)
        print(f"{self._who} << {message.body!r}")
        lower = message.body.casefold()
        missing = [part for part in parts if part.casefold() not in lower]
        assert not missing, f"{self._who} heard {message.body!r}, without {missing}"
        assert message.by == by, f"the {message.by} said {message.body!r}"
        if self.neutral and by == "service":
            stays_neutral(message.body)
        self.last = message
        return message.body

    def hears_nothing(self) -> None:
        """Everything has come to rest, and nothing more came."""
        self.house.quiet()
        self.handset._look(0)
        left = [message.body for message in self.handset.unread]
        assert not left, f"{self._who} heard unexpectedly {left}"

    def heard_all(self) -> list[str]:
        """What came since last time, whatever it is, once all is at rest."""
        self.house.quiet()
        self.handset._look(0)
        taken = [message.body for message in self.handset.unread]
        self.handset.unread.clear()
        for body in taken:
            print(f"{self._who} << {body!r}")
            if self.neutral:
                stays_neutral(body)
        return taken

    def heard_all_of_the_service(self) -> list[str]:
        """What came, once all is at rest: at least one text, the network's own aside."""
        self.house.quiet()
        self.handset._look(0)
        taken = [message for message in self.handset.unread if message.by == "service"]
        self.handset.unread.clear()
        assert taken, f"{self._who} heard nothing; {self._troubles()}"
        for message in taken:
            print(f"{self._who} << {message.body!r}")
            if self.neutral:
                stays_neutral(message.body)
        return [message.body for message in taken]

    def stays_neutral(self) -> None:
        """From now on this phone is seen by others."""
        self.neutral = True

    def _next(self, within: float, parts: tuple[str, ...]) -> Received:
        if not self.handset.waits(within):
            raise AssertionError(f"{self._who} waited {within:g} s for {parts}; {self._troubles()}")
        return self.handset.unread.pop(0)

    def _troubles(self) -> str:
        wrong = self.handset.network.troubles()[-3:]
        return f"webhooks that went wrong: {wrong}; {self.house.unrest()}"

    @property
    def _who(self) -> str:
        return f"{self.house.now():%a %d %H:%M} ..{self.number[-4:]}"


def stays_neutral(words: str) -> None:
    """Nothing in this text tells what it is about."""
    lower = plain(words)
    told = [word for word in _TELLING if re.search(rf"\b{re.escape(word)}", lower)]
    assert not told, f"{words!r} tells {told}"


def plain(words: str) -> str:
    """Small letters without accents."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


class Story:
    """The house as a story sees it: phones, the coordinator's among them, and time that passes."""

    def __init__(self, house: RunningHouse) -> None:
        self.house = house
        self._phones: dict[str, Phone] = {}
        self._next = 2100
        self.coordinator = self.phone("+15550142009")
        self.errors_expected = False

    @property
    def network(self) -> Any:
        return self.house.network

    def phone(self, number: str | None = None) -> Phone:
        """A phone that was never seen before, or the one with this number."""
        if number is None:
            self._next += 1
            number = f"+1555014{self._next:04}"
        if number not in self._phones:
            self._phones[number] = Phone(self.house, self.house.network.handset(number))
        return self._phones[number]

    def member(self, **chosen: str) -> Phone:
        """Somebody who joined by text a moment ago."""
        phone = self.phone()
        join(phone, **chosen)
        return phone

    def move_clock(self, **by: float) -> None:
        self.house.move_clock(**by)

    def until_rings(self, phone: Phone, **within: float) -> Ring:
        """Let time pass until this phone rings, and no further; at most so much."""
        return self.house.until_rings(phone.handset, **within)

    def until(self, hour: int, minute: int = 0, days: int = 0, zone: str = "") -> None:
        """Let time pass until this hour comes next at home, or so many days later."""
        here = self.house.now().astimezone(ZoneInfo(zone) if zone else HOME)
        then = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if then <= here:
            then += timedelta(days=1)
        self.house.move_to(then + timedelta(days=days))

    def occurrences(self) -> list[str]:
        """What became of each check-in so far, in order: nobody is told that by text."""
        self.house.quiet()
        return [row[0] for row in self.house.look("SELECT status FROM occurrence ORDER BY due_at")]

    def set(self, name: str, value: str) -> None:
        """Change a setting of the organisation, as `hearthline settings` does."""
        from service import organisation
        from service.storage import settings_rows

        inside = self.house.inside
        with inside.database.writing() as tx:
            now = organisation.read(settings_rows.all(tx))
            _, stored = organisation.changed(now, name, value)
            settings_rows.put_json(tx, name, stored, inside.now())

    def heard_by_coordinator(self, *parts: str) -> None:
        """The coordinator was told this meanwhile, once for each; the order does not matter."""
        told = self.coordinator.heard_all()
        left = [words for words in told if not any(part in words.casefold() for part in parts)]
        assert not left, f"the coordinator heard unexpectedly {left}"
        assert len(told) >= len(parts), told

    def close_cases(self) -> None:
        """Every case is settled, in the books alone: nobody hears of it."""
        from service.storage import cases as stored

        self.house.quiet()
        inside = self.house.inside
        ids = self.house.look('SELECT id FROM "case" WHERE settled_at IS NULL')
        for (case_id,) in ids:
            with inside.database.writing() as tx:
                for status in ("accepted", "in contact", "resolved"):
                    assert stored.move(tx, case_id, status, inside.now())

    def ends(self) -> None:
        """All is at rest, nobody has a text that the story did not tell, no error is logged."""
        for phone in self._phones.values():
            phone.hears_nothing()
        if not self.errors_expected:
            assert not self.house.errors()


ENGLISH, SPANISH, SPANISH_TU = "1", "2", "3"
NO_PLAN = "4"


def join(
    phone: Phone, *, language: str = ENGLISH, alone: str = "YES", costs: str = "NO",
    silence: str = "1", pace: str = "1", hour: str = "18:00", word: str = "JOIN",
) -> None:  # fmt: skip
    """Join in the shortest way, and end with everything read."""
    at = () if pace == NO_PLAN else (hour,)
    for words in (word, "YES", "YES", "YES", "USA", language, alone, costs, silence, pace, *at):
        phone.says(words).hears()


def post_text(house: Story, verifier: Any, sender: str, body: str, sid: str) -> Any:
    """A webhook by hand: signed as `verifier` signs, past the phone network."""
    form = {"MessageSid": sid, "From": sender, "To": "+15550100100", "Body": body, "NumMedia": "0"}
    signature = verifier.sign("/twilio/sms", form)
    return requests.post(
        f"{house.house.url}/twilio/sms",
        data=form,
        headers={"X-Twilio-Signature": signature},
        timeout=20,
    )
