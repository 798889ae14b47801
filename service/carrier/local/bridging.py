"""A call that rings others, to be joined with the first whose person takes it.

Promise: by the carrier's rules. Each phone that is rung is a call of its own; a document may run
for whoever answers, before the two are joined, and hanging up in it refuses. The first to be
through with it is joined, all others stop ringing. Nobody is shown a number that is not the
account's, or the caller's own. What the action is told of it is told here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from service.carrier.local.agenda import moment
from service.carrier.local.calls import Call
from service.carrier.local.inputs import Silence
from service.carrier.local.ledger import new_sid
from service.carrier.local.onward import Over
from service.carrier.local.twiml import RefusedAnswer

if TYPE_CHECKING:
    from service.carrier.local.line import Line
    from service.carrier.local.rooms import Seat
    from service.carrier.local.voice_verbs import Dial, Number

BAD_CALLER_ID = 13214
_WORST_FIRST = ("failed", "busy", "no-answer", "canceled", "completed")

Stay = Callable[["Line", "Seat", bool], Awaitable[None]]


class Bridge:
    """One Dial of numbers."""

    def __init__(self, line: Line, verb: Dial, stay: Stay) -> None:
        """RefusedAnswer where the carrier would not show this caller id."""
        self._line, self._verb, self._stay = line, verb, stay
        self._calls: list[Call] = []
        self._keys: dict[str, str] = {}  # by call: what is sounded when they are joined
        self._winner: Call | None = None
        self.seat: Seat | None = None  # of the call that dials, once it is joined
        self._shown = self._caller_id()

    def _caller_id(self) -> str:
        call, wanted = self._line.call, self._verb.caller_id
        own = {call.sender, call.to}
        if wanted and wanted not in own and not self._line.calling.is_ours(wanted):
            raise RefusedAnswer(BAD_CALLER_ID, "callerId is a number of the account or the call's")
        return wanted or call.sender

    # the call that dials

    async def ring(self) -> None:
        """Ring them all, until one is joined or none of them rings any more."""
        self._line.call.note("dial", "service", seconds=self._verb.timeout)
        for number in self._verb.numbers:
            self._begin(number)
        while self.seat is None and any(not call.over for call in self._calls):
            given = await self._line.wait("dial", timeout=self._verb.timeout)
            if isinstance(given, Silence):
                self._ring_out()

    def _begin(self, number: Number) -> None:
        calling, parent = self._line.calling, self._line.call
        call = Call(
            sid=new_sid("CA"), account=parent.account, direction="outbound-dial",
            handset=number.number, number=self._shown, status="queued", created=moment(),
            url=number.url or "", method=number.method, callback=number.callback,
            callback_method=number.callback_method, callback_events=number.callback_events,
            timeout=self._verb.timeout, parent=parent.sid,
        )  # fmt: skip
        self._calls.append(call)
        self._keys[call.sid] = number.digits
        calling.between.bridges[call.sid] = self
        calling.begin(call)
        call.error = calling.undiallable(number.number)
        if call.error is not None:
            calling.end(call, "failed", by="network")

    def _ring_out(self) -> None:
        """Nobody picks up; who has done so already, and hears what is said to them, may go on."""
        for call in self._calls:
            if call.answered is None:
                call.spent += self._verb.timeout
                self._line.calling.end(call, "no-answer", by="network")

    def close(self) -> None:
        """The call that dialled goes on, or is over: so are those that it rang."""
        for call in self._calls:
            self._stop(call)

    def _stop(self, call: Call) -> None:
        answered = call.answered is not None
        self._line.calling.end(call, "completed" if answered else "canceled", by="network")

    def told(self) -> dict[str, str]:
        """What the action is told: of the one that was joined, otherwise of what came of them."""
        call = self._winner
        if call is None:
            ranked = sorted(self._calls, key=lambda each: _WORST_FIRST.index(each.status))
            call = ranked[-1]
        told = {"DialCallStatus": call.status, "DialCallSid": call.sid}
        if call.answered is not None:
            told["DialCallDuration"] = str(call.seconds)
        return told | {"DialBridged": "true" if self.seat is not None else "false"}

    # one that was rung

    async def taken(self, line: Line) -> None:
        """Its person is through with what was said to them alone: join the two, and stay."""
        if self._winner is not None or self._line.call.over:
            self._stop(line.call)
            raise Over
        self._winner = line.call
        if keys := self._keys[line.call.sid]:
            line.call.note("keys", "service", digits=keys)
        for other in self._calls:
            if other is not line.call:
                self._stop(other)
        self._line.answer()
        rooms = line.calling.between.rooms
        self.seat, seat = rooms.pair(self._line, line, self._verb.star_leaves)
        self._line.parted()  # from its ringing
        await self._stay(line, seat, False)

    def ended(self) -> None:
        """One that was rung is over."""
        if all(call.over for call in self._calls):
            self._line.parted()
