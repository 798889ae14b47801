"""A message's way to the handset: queued, sent, then delivered, undelivered or failed.

Promise: every accepted message ends in exactly one final status; those to one handset arrive in
the order in which they were accepted. It accepts nothing itself.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from service.carrier.local.agenda import Agenda, moment
from service.carrier.local.codes import NEVER_LEFT
from service.carrier.local.ledger import Ledger
from service.carrier.local.tally import Tally
from service.carrier.local.texts import FINAL, Text
from service.carrier.local.weather import Weather

OUTAGE_CODE = 30008
EXPIRED_CODE = 30036


class Delivery:
    """Everything between accepted and the handset."""

    def __init__(
        self, ledger: Ledger, agenda: Agenda, tally: Tally, tell: Callable[[Text], None],
        ring: Callable[[Text], None],
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._agenda = agenda
        self._tally = tally
        self._tell = tell
        self._ring = ring
        self._busy_until: dict[str, float] = {}  # by service number, where a pace is set
        self.weather = Weather()
        self.chance = random.Random(self.weather.seed)

    def start(self, text: Text) -> None:
        """Send an accepted message on its way."""
        weather = self.weather
        due = moment() + weather.sent_after_ms / 1000
        if weather.pace:
            due = max(due, self._busy_until.get(text.sender, 0.0))
        self._tell(text)
        if text.expires is not None and text.expires < due:
            self._agenda.at(text.expires, self._expire, text)
            return
        if weather.pace:
            self._busy_until[text.sender] = due + text.segments / weather.pace
        self._agenda.at(due, self._send, text)

    def forget_pace(self) -> None:
        """The queues of the service numbers are empty."""
        self._busy_until.clear()

    def _expire(self, text: Text) -> None:
        self._end(text, "failed", EXPIRED_CODE)

    def _send(self, text: Text) -> None:
        if text.status in FINAL:
            return
        code = self._trouble(text)
        if code in NEVER_LEFT:
            self._end(text, "failed", code)
            return
        text.sent = moment()
        self._ledger.move(text, "sent")
        self._tell(text)
        due = moment() + self.weather.delivered_after_ms / 1000
        self._agenda.at(due, self._arrive, (text, code))

    def _arrive(self, due: tuple[Text, int | None]) -> None:
        text, code = due
        if text.status in FINAL:
            return
        if code is not None:
            self._end(text, "undelivered", code)
            return
        self._ledger.show(text)
        self._end(text, "delivered", None)

    def _trouble(self, text: Text) -> int | None:
        weather = self.weather
        if weather.outage == "undelivered":
            return OUTAGE_CODE
        code = weather.numbers.get(text.to)
        if code is not None and 30_000 <= code < 40_000:
            return code
        if weather.undelivered and self.chance.random() < weather.undelivered:
            return weather.undelivered_code
        return None

    def _end(self, text: Text, status: str, code: int | None) -> None:
        self._ledger.move(text, status, code)
        self._tally.statuses[status] += 1
        self._tell(text)
        self._ring(text)
