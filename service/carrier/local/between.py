"""What goes on between calls: rooms that they share, and pauses that another call cuts short.

Promise: a call that waits and asks again is asked as soon as the service has heard anything of
another call, so that a story of several phones takes no time; by itself it waits by the service's
clock. A call that asks again cuts nobody's pause short: two of them would do nothing else.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from service.carrier.local.agenda import moment
from service.carrier.local.rooms import LEFT, Rooms, Seat, Tell
from service.carrier.local.texts import Text

if TYPE_CHECKING:
    from service.carrier.local.bridging import Bridge
    from service.carrier.local.calling import Calling
    from service.carrier.local.calls import Call
    from service.carrier.local.line import Line

MOST_HURRIED = 20  # calls that wait at the same time


class Between:
    """Everything that one call does to another."""

    def __init__(self, calling: Calling, tell: Tell) -> None:
        self._calling = calling
        self.rooms = Rooms(tell, calling.changed)
        self._pausing: dict[str, tuple[Line, int]] = {}  # by call, with the pause's number
        self._pauses = itertools.count()
        self.bridges: dict[str, Bridge] = {}  # by the call that is rung
        self.moved: set[Call] = set()  # set in motion by another call than their own

    def start_empty(self) -> None:
        """No room, and nobody who waits."""
        self.rooms.start_empty()
        self._pausing.clear()
        self.bridges.clear()
        self.moved.clear()

    # pauses

    def pause(self, line: Line, seconds: int) -> None:
        """A call waits so long before it asks again."""
        one = line, next(self._pauses)
        self._pausing[line.call.sid] = one
        self._calling.rings.at(moment() + seconds, self._pass, one)

    def _pass(self, one: tuple[Line, int]) -> None:
        line, _ = one
        if self._pausing.get(line.call.sid) == one:  # otherwise it was cut short
            del self._pausing[line.call.sid]
            line.passed()

    def stir(self, cause: Line | None) -> None:
        """The service has heard of a call: whoever waits for news of others asks at once.

        Not where many wait: each would be asked about the news of all.
        """
        if len(self._pausing) > MOST_HURRIED:
            return
        for line, _ in list(self._pausing.values()):
            if line is not cause:
                del self._pausing[line.call.sid]
                self.moved.add(line.call)
                line.passed()

    def moving(self) -> list[Call]:
        """Calls that another one has set in motion and that are not settled yet."""
        self.moved = {call for call in self.moved if not call.over and call.awaits is None}
        return list(self.moved)

    # rooms

    def limit(self, seat: Seat, seconds: int) -> None:
        """The longest that a call may be joined."""
        self._calling.rings.at(moment() + seconds, self._too_long, seat)

    def _too_long(self, seat: Seat) -> None:
        self.rooms.leave(seat, LEFT)

    def ended(self, call: Call) -> None:
        """A call is over: it leaves its room."""
        self._pausing.pop(call.sid, None)
        if (seat := self.rooms.seat_of(call)) is not None:
            self.rooms.leave(seat, LEFT)
        if (bridge := self.bridges.pop(call.sid, None)) is not None:
            bridge.ended()

    def told(self, about: object) -> None:
        """The service was called back about a call or a room."""
        if not isinstance(about, Text):
            self.stir(None)
