"""Rooms in which calls are joined: the carrier's conferences.

Promise: by the carrier's rules. A conference starts when two are there and one of them may start
it; it is over when the last one leaves, or one whose leaving ends it. What somebody says is heard
by all the others of it, and kept by nobody but their phones. Its events are told to the address
that the first one brought. It asks for no document; a call that has to leave is told so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Protocol

from service.carrier.local.agenda import moment
from service.carrier.local.calls import Call
from service.carrier.local.ledger import new_sid
from service.carrier.local.texts import API, rfc2822
from service.carrier.local.voice_verbs import Conference

REGION = "us1"
LEFT, KICKED = "left", "kicked"
LAST, ENDING, BY_API = (
    "last-participant", "participant-with-end-conference-on-exit", "conference-ended-via-api",
)  # fmt: skip
_OUTER = {
    "conference-start": "start", "conference-end": "end", "participant-join": "join",
    "participant-leave": "leave", "participant-mute": "mute", "participant-unmute": "mute",
    "participant-hold": "hold", "participant-unhold": "hold",
}  # fmt: skip


class Seated(Protocol):
    """The line of a call in a room."""

    call: Call

    def parted(self) -> None:
        """It has to leave the room."""


class Seat:
    """A participant: a call in a room. `gone`: how it left, blank while it is there."""

    def __init__(self, room: Room, line: Seated, verb: Conference, star: bool) -> None:
        self.room, self.line, self.call = room, line, line.call
        self.muted, self.held = verb.muted, False
        self.starts, self.ends, self.label = verb.starts, verb.ends, verb.label
        self.beep, self.coaches = verb.beep, verb.coaches
        self.star = star
        self.joined = self.updated = moment()
        self.gone = ""

    def hears(self) -> bool:
        """True while the others can be heard."""
        return self.room.status == "in-progress" and not self.held

    def shown(self) -> dict[str, Any]:
        """What a handset is told of the room."""
        room = self.room
        return {
            "others": len(room.seats) - 1, "started": room.status == "in-progress",
            "muted": self.muted, "held": self.held, "star_leaves": self.star,
        }  # fmt: skip

    def resource(self) -> dict[str, Any]:
        """As the REST API shows it."""
        room = self.room
        return {
            "account_sid": self.call.account,
            "call_sid": self.call.sid,
            "label": self.label or None,
            "call_sid_to_coach": self.coaches or None,
            "coaching": bool(self.coaches),
            "conference_sid": room.sid,
            "date_created": rfc2822(self.joined),
            "date_updated": rfc2822(self.updated),
            "end_conference_on_exit": self.ends,
            "muted": self.muted,
            "hold": self.held,
            "start_conference_on_enter": self.starts,
            "status": "connected",
            "queue_time": None,
            "uri": f"{room.path}/Participants/{self.call.sid}.json",
        }


class Room:
    """One conference, from its first participant on."""

    def __init__(self, account: str, verb: Conference) -> None:
        self.sid = new_sid("CF")
        self.account = account
        self.name = verb.name
        self.most = verb.most
        self.callback, self.callback_method = verb.callback, verb.callback_method
        self.callback_events = verb.callback_events
        self.status = "init"
        self.seats: dict[str, Seat] = {}  # by call
        self.created = self.updated = moment()
        self.reason: str | None = None
        self.ended_by: str | None = None
        self.sequence = 0
        self.pending: list[Any] | None = None  # callbacks, while one is on its way

    @property
    def path(self) -> str:
        """Where the REST API has it, without an ending."""
        return f"/{API}/Accounts/{self.account}/Conferences/{self.sid}"

    @property
    def over(self) -> bool:
        """True once it has ended."""
        return self.status == "completed"

    def resource(self) -> dict[str, Any]:
        """As the REST API shows it."""
        return {
            "account_sid": self.account,
            "api_version": API,
            "call_sid_ending_conference": self.ended_by,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "friendly_name": self.name,
            "reason_conference_ended": self.reason,
            "region": REGION,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {
                "participants": f"{self.path}/Participants.json",
                "recordings": f"{self.path}/Recordings.json",
            },
            "uri": f"{self.path}.json",
        }


class Tell(Protocol):
    """Sends a callback about a room."""

    def __call__(self, about: Room, url: str, form: Mapping[str, str], method: str) -> None:
        """Once, or as the weather has it."""


class Rooms:
    """All conferences of the account."""

    def __init__(self, tell: Tell, changed: Callable[[Call], None]) -> None:
        """`tell` sends a callback; `changed`: what a handset shows has changed."""
        self._tell, self._changed = tell, changed
        self.start_empty()

    def start_empty(self) -> None:
        """Know of no room."""
        self.by_sid: dict[str, Room] = {}
        self._open: dict[str, Room] = {}  # by name
        self._seats: dict[str, Seat] = {}  # by call

    def seat_of(self, call: Call) -> Seat | None:
        """Where a call sits, if it does."""
        return self._seats.get(call.sid)

    # coming and going

    def enter(self, line: Seated, verb: Conference, star: bool) -> Seat | None:
        """Take a seat in the room of that name; None where it is full."""
        room = self._open.get(verb.name)
        if room is None:
            room = self._open[verb.name] = Room(line.call.account, verb)
            self.by_sid[room.sid] = room
        if len(room.seats) >= room.most:
            return None
        seat = self._sit(room, line, verb, star)
        self._joined(seat)
        self._event(room, "participant-join", seat)
        self._beep(seat, "onEnter")
        if room.status == "init" and len(room.seats) > 1 and any(
            each.starts for each in room.seats.values()
        ):  # fmt: skip
            room.status = "in-progress"
            self._event(room, "conference-start")
        self._show(room)
        return seat

    def pair(self, first: Seated, second: Seated, star: bool) -> tuple[Seat, Seat]:
        """Join two calls alone; either ends it, the first with star too where `star`."""
        verb = Conference(first.call.sid, beep="false", ends=True)
        room = Room(first.call.account, verb)
        room.status = "in-progress"
        seats = self._sit(room, first, verb, star), self._sit(room, second, verb, False)
        for seat in seats:
            self._joined(seat)
        self._show(room)
        return seats

    def _sit(self, room: Room, line: Seated, verb: Conference, star: bool) -> Seat:
        seat = Seat(room, line, verb, star)
        room.seats[seat.call.sid] = self._seats[seat.call.sid] = seat
        return seat

    def _joined(self, seat: Seat) -> None:
        others = str(len(seat.room.seats) - 1)
        seat.call.note("join", "network", room=seat.room.sid, others=others)

    def leave(self, seat: Seat, how: str = LEFT) -> None:
        """Somebody is gone; with them the conference, where they were the last or end it."""
        room = seat.room
        if seat.gone:
            return
        self._part(seat, how)
        if seat.ends:
            self.end(room, f"{ENDING}-{how}", seat.call.sid)
        elif not room.seats:
            self.end(room, f"{LAST}-{how}", seat.call.sid)
        else:
            self._beep(seat, "onExit")
            self._show(room)

    def end(self, room: Room, reason: str, by: str | None = None) -> None:
        """The conference is over for all that are still there."""
        if room.over:
            return
        room.status, room.reason, room.ended_by = "completed", reason, by
        if self._open.get(room.name) is room:
            del self._open[room.name]
        for seat in list(room.seats.values()):
            self._part(seat, LEFT)
        self._event(room, "conference-end", reason=reason, by=by)

    def _part(self, seat: Seat, how: str) -> None:
        seat.gone = how
        del seat.room.seats[seat.call.sid]
        self._seats.pop(seat.call.sid, None)
        if not seat.call.over:
            seat.call.note("part", "network", room=seat.room.sid)
        self._event(seat.room, "participant-leave", seat)
        seat.line.parted()

    # what is heard

    def voice(self, seat: Seat, words: str) -> None:
        """What somebody says is heard by the others."""
        self._carry(seat, "voice", text=words)

    def keys(self, seat: Seat, digits: str) -> None:
        """Keys are tones in the room."""
        self._carry(seat, "tones", digits=digits)

    def _carry(self, seat: Seat, kind: str, **about: str) -> None:
        if seat.muted or not seat.hears():
            return
        for other in seat.room.seats.values():
            alone = seat.coaches and other.call.sid != seat.coaches
            if other is not seat and other.hears() and not alone:
                other.call.note(kind, "other", **about)
                self._changed(other.call)

    def _beep(self, seat: Seat, when: str) -> None:
        if seat.beep not in ("true", when):
            return
        for other in seat.room.seats.values():
            other.call.note("beep", "network")

    # from the REST API

    def set_muted(self, seat: Seat, muted: bool) -> None:
        """The others hear this one no more, or again."""
        if seat.muted != muted:
            seat.muted, seat.updated = muted, moment()
            self._event(seat.room, "participant-mute" if muted else "participant-unmute", seat)
            self._show(seat.room)

    def set_held(self, seat: Seat, held: bool) -> None:
        """This one neither hears the others nor is heard, or does again."""
        if seat.held != held:
            seat.held, seat.updated = held, moment()
            self._event(seat.room, "participant-hold" if held else "participant-unhold", seat)
            self._show(seat.room)

    # telling

    def _show(self, room: Room) -> None:
        for seat in room.seats.values():
            if seat.call.awaits == "together":
                seat.call.expects = seat.shown()
            self._changed(seat.call)

    def _event(
        self, room: Room, event: str, seat: Seat | None = None, reason: str = "",
        by: str | None = None,
    ) -> None:  # fmt: skip
        room.updated = moment()
        room.sequence += 1
        if not room.callback or _OUTER[event] not in room.callback_events:
            return
        form = {
            "ConferenceSid": room.sid, "FriendlyName": room.name, "AccountSid": room.account,
            "SequenceNumber": str(room.sequence), "StatusCallbackEvent": event,
            "Timestamp": format_datetime(datetime.fromtimestamp(room.updated, UTC)),
        }  # fmt: skip
        if seat is not None:
            form |= _about(seat)
        if reason:
            form["ReasonConferenceEnded"] = reason
        if by:
            form["CallSidEndingConference"] = by
        self._tell(room, room.callback, form, room.callback_method)


def _about(seat: Seat) -> Mapping[str, str]:
    about = {
        "CallSid": seat.call.sid, "Muted": _word(seat.muted), "Hold": _word(seat.held),
        "Coaching": _word(bool(seat.coaches)), "StartConferenceOnEnter": _word(seat.starts),
        "EndConferenceOnExit": _word(seat.ends),
    }  # fmt: skip
    return about | ({"ParticipantLabel": seat.label} if seat.label else {})


def _word(value: bool) -> str:
    return "true" if value else "false"
