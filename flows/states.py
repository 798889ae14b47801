"""The states of things: which moves a plan, a case, an alert, a shift, a message, a call may make.

Promise: tables as data. An illegal move raises IllegalMove and changes nothing; a final state
is never left; docs/states.md is drawn from these tables. It stores nothing and knows no moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


class IllegalMove(ValueError):
    """A thing was told to make a move that its table does not have."""

    def __init__(self, table: str, old: str, new: str) -> None:
        super().__init__(f"A {table} does not go from '{old}' to '{new}'.")
        self.table, self.old, self.new = table, old, new


@dataclass(frozen=True, slots=True)
class Table:
    """A thing's states: where it starts, and from each state the states it may go to."""

    name: str
    meaning: str
    start: str
    moves: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()

    @property
    def states(self) -> tuple[str, ...]:
        return tuple(self.moves)

    @property
    def finals(self) -> frozenset[str]:
        """The states that are never left."""
        return frozenset(state for state, onward in self.moves.items() if not onward)

    def allows(self, old: str, new: str) -> bool:
        return new in self.moves.get(old, ())


def move(table: Table, old: str, new: str) -> str:
    """The new state, if the table has the move; otherwise IllegalMove."""
    if new not in table.moves.get(old, ()):
        raise IllegalMove(table.name, old, new)
    return new


PLAN = Table(
    name="check-in plan",
    meaning="When a person is checked in on.",
    start="active",
    moves=MappingProxyType({
        "active": ("paused", "ended"),
        "paused": ("active", "ended"),
        "ended": (),
    }),
    notes=("A paused plan keeps the moment until which it rests.",),
)  # fmt: skip

READINGS = ("ok", "concern", "duress", "unclear")  # how an answered occurrence was read

OCCURRENCE = Table(
    name="occurrence",
    meaning="One time of a plan: one local slot, once.",
    start="due",
    moves=MappingProxyType({
        "due": ("prompted", "unreachable", "skipped", "suspended"),
        "prompted": ("reminded", "answered", "missed", "unreachable", "skipped", "suspended"),
        "reminded": ("answered", "missed", "unreachable", "skipped", "suspended"),
        "suspended": (
            "due", "prompted", "reminded", "answered", "missed", "unreachable", "skipped",
        ),
        "missed": ("answered late",),
        "answered": (),
        "answered late": (),
        "unreachable": (),
        "skipped": (),
    }),
    notes=(
        "An answer is read as ok, concern, duress or unclear.",
        "A missed one may be answered late until the plan's next slot, at most 24 hours, if the "
        "text fits the closed question and no other waits.",
        "Unreachable: the check-in never arrived. That is not silence, and never counts as missed.",
        "Suspended: the phone network is out. It must not look like silence from everybody.",
    ),
)  # fmt: skip

CASE = Table(
    name="case",
    meaning="A person needs a person.",
    start="open",
    moves=MappingProxyType({
        "open": ("notifying", "accepted", "exhausted", "cancelled"),
        "notifying": ("notifying", "accepted", "exhausted", "cancelled"),
        "accepted": ("in contact", "open", "handed over", "resolved", "cancelled"),
        "in contact": ("open", "handed over", "resolved", "cancelled"),
        "exhausted": ("notifying", "accepted", "resolved", "cancelled"),
        "handed over": (),
        "resolved": (),
        "cancelled": (),
    }),
    notes=(
        "Notifying moves to notifying with each step of the ladder.",
        "Who took it may hand it over to another: that changes the holder and no state. The "
        "state `handed over` is its end with somebody outside.",
        "The first accept wins; the others are told kindly.",
        "No contact by the deadline opens it again, and so does a pass.",
        "An exhausted case reaches the coordinator and gives the person a line to call; it may "
        "still be taken, and it is tried again.",
    ),
)  # fmt: skip

ALERT = Table(
    name="alert",
    meaning="One person is asked to take a case.",
    start="told",
    moves=MappingProxyType({
        "told": ("accepted", "passed", "silent", "failed", "needless"),
        "silent": ("accepted", "passed", "failed", "needless"),
        "failed": ("accepted", "passed", "needless"),
        "passed": ("accepted",),
        "needless": (),
        "accepted": ("passed", "silent"),
    }),
    notes=(
        "Silent: no answer in the time that the step gives; the next one is asked. A late yes "
        "still counts where nobody else took the case.",
        "Failed: it did not arrive, which moves the ladder on at once. Who heard of it all the "
        "same may take the case.",
        "Needless: somebody else took the case, and those who were woken are told.",
        "Accepted is left only where the one who took it gives it back, or no contact came by "
        "the deadline.",
    ),
)  # fmt: skip

VOLUNTEER = Table(
    name="volunteer",
    meaning="A person who takes cases.",
    start="applied",
    moves=MappingProxyType({
        "applied": ("active", "left"),
        "active": ("resting", "left"),
        "resting": ("active", "left"),
        "left": (),
    }),
    notes=(
        "Who comes back after leaving applies anew.",
        "Active only once a coordinator recorded the check and the date.",
        "Resting: asked for nothing, until they or a coordinator say so.",
    ),
)  # fmt: skip

SHIFT = Table(
    name="shift",
    meaning="One turn of duty of one person.",
    start="planned",
    moves=MappingProxyType({
        "planned": ("open", "swapped", "dropped"),
        "open": ("planned", "swapped", "dropped"),
        "swapped": ("planned",),
        "dropped": (),
    }),
    notes=(
        "Planned: this person is on duty then. No other state is.",
        "Open: they cannot come, and somebody else is looked for.",
        "Swapped: somebody else took it, in a shift of their own.",
        "Dropped: the rota no longer has it. Where it has it again it is planned anew.",
    ),
)  # fmt: skip

SWAP = Table(
    name="swap",
    meaning="An offer to take over a shift.",
    start="offered",
    moves=MappingProxyType({
        "offered": ("accepted", "declined", "expired"),
        "accepted": (),
        "declined": ("offered",),
        "expired": ("offered",),
    }),
    notes=(
        "Of those to whom a shift was offered the first yes wins; the other offers expire.",
        "The same shift may be offered to the same person again.",
    ),
)  # fmt: skip

PAIRING = Table(
    name="pairing",
    meaning="Two people who keep each other company.",
    start="proposed",
    moves=MappingProxyType({
        "proposed": ("offered", "ended", "suspended"),
        "offered": ("half accepted", "ended", "suspended"),
        "half accepted": ("active", "ended", "suspended"),
        "active": ("paused", "closing", "suspended"),
        "paused": ("active", "closing", "suspended"),
        "closing": ("ended", "suspended"),
        "suspended": ("active", "closing", "ended"),
        "ended": (),
    }),
    notes=(
        "A concern suspends it at once, from any state before its end.",
        "Only a coordinator's word lets a suspended one go on or close.",
    ),
)  # fmt: skip

_TOLD = ("accepted", "sent", "delivered", "undelivered", "failed")  # what the carrier can tell
_CLOSED = ("delivered", "undelivered", "failed")

MESSAGE = Table(
    name="message",
    meaning="One text on its way to a person.",
    start="pending",
    moves=MappingProxyType(
        {
            "pending": ("sending", "held", "cancelled", *_TOLD),
            "held": ("pending", "cancelled", *_TOLD),
            "sending": ("pending", "in doubt", *_TOLD),
            "in doubt": ("pending", "cancelled", *_TOLD),
            "accepted": ("sent", *_CLOSED),
            "sent": _CLOSED,
            "delivered": (),
            "undelivered": (),
            "failed": (),
            "cancelled": (),
        }
    ),
    notes=(
        "Sending is committed before the network is called.",
        "Sending goes back to pending only where the carrier certainly took nothing (slow down).",
        "In doubt: a crash or a time-out. It is reconciled, and only then sent again or closed.",
        "A callback may come before the carrier's answer to our own call, and may come for a text "
        "that reconciling had given back to pending: it is believed.",
        "Callbacks are monotonic: a later one never moves a text back, and a final state stays.",
    ),
)

CALL_IN = Table(
    name="call in",
    meaning="Somebody calls the service.",
    start="ringing",
    moves=MappingProxyType({
        "ringing": ("answered", "completed", "missed", "failed"),
        "answered": ("completed", "failed"),
        "completed": (),
        "missed": (),
        "failed": (),
    }),
    notes=(
        "Answered: the person pressed a key or spoke.",
        "Missed: they rang and hung up before anything was said. That asks for a call back.",
    ),
)  # fmt: skip

_RANG = ("answered", "completed", "machine", "busy", "no answer", "failed")
_PLACED = ("placed", *_RANG)  # what the carrier can tell of a call of ours

CALL_OUT = Table(
    name="call out",
    meaning="The service calls a person.",
    start="pending",
    moves=MappingProxyType({
        "pending": ("placing", "held", "cancelled", *_PLACED),
        "held": ("pending", "cancelled", *_PLACED),
        "placing": ("pending", "in doubt", *_PLACED),
        "in doubt": ("pending", "cancelled", *_PLACED),
        "placed": (*_RANG, "cancelled"),
        "answered": ("completed", "machine", "failed"),
        "completed": (),
        "machine": (),
        "busy": (),
        "no answer": (),
        "failed": (),
        "cancelled": (),
    }),
    notes=(
        "Placing is committed before the network is called.",
        "In doubt: a crash or a time-out. It is looked for at the carrier, and only then placed "
        "again or closed.",
        "Answered is what the carrier says of the line. A voicemail answers too: only a key or "
        "speech proves a person.",
        "The carrier's word is believed from every state but a final one, since it may come "
        "before the answer to our own request.",
    ),
)  # fmt: skip

RECORDING = Table(
    name="recording",
    meaning="What somebody said after the tone.",
    start="made",
    moves=MappingProxyType({
        "made": ("fetched", "lost", "forgotten"),
        "fetched": ("cleared", "forgotten"),
        "cleared": ("forgotten",),
        "lost": (),
        "forgotten": (),
    }),
    notes=(
        "Fetched: it is with us, sealed. Cleared: it is deleted at the carrier as well.",
        "Lost: the carrier has it no more, or never had it.",
        "Forgotten: it was kept long enough, or its person was erased. It is deleted at the "
        "carrier also where it was never fetched.",
    ),
)  # fmt: skip

BRIDGE = Table(
    name="bridge",
    meaning="A call in which two people are connected by us, and neither sees a number.",
    start="ringing",
    moves=MappingProxyType({
        "ringing": ("together", "over"),
        "together": ("apart", "over"),
        "apart": ("together", "over"),
        "over": (),
    }),
    notes=(
        "A case has one that is not over.",
        "Apart: who helps went out of the room, and the person stays on the line for a while.",
        "Over: the person is gone, or nobody is left who could talk with them.",
    ),
)  # fmt: skip

BRIDGE_LEG = Table(
    name="leg of a bridge",
    meaning="One phone of a bridge: the person's, a helper's, a supervisor's, or a line.",
    start="wanted",
    moves=MappingProxyType({
        "wanted": ("waiting", "gone"),
        "waiting": ("joined", "away", "gone"),
        "joined": ("waiting", "away", "gone"),
        "away": ("waiting", "gone"),
        "gone": (),
    }),
    notes=(
        "Wanted: it rings, or is about to. Only a key or speech makes it waiting.",
        "Joined: told to go into the room. Away: on the line with us, outside of the room.",
    ),
)  # fmt: skip

TABLES = (
    PLAN, OCCURRENCE, CASE, ALERT, VOLUNTEER, SHIFT, SWAP, PAIRING, MESSAGE, CALL_IN, CALL_OUT,
    RECORDING, BRIDGE, BRIDGE_LEG,
)  # fmt: skip

# how far a text has come; what the carrier can tell only ever moves it to a higher rank
_RANK: Mapping[str, int] = MappingProxyType({
    "pending": 0, "held": 0, "sending": 0, "in doubt": 0, "accepted": 1, "sent": 2,
    "delivered": 3, "undelivered": 3, "failed": 3, "cancelled": 3,
})  # fmt: skip


def later(standing: str, told: str) -> str:
    """The state of a message after the carrier told `told`: the one further on, `standing` in
    doubt. Both orders of two callbacks end alike, except that the first final one stays.

    Raises IllegalMove if `told` is nothing a carrier can tell.
    """
    if told not in _TOLD or standing not in _RANK:
        raise IllegalMove(MESSAGE.name, standing, told)
    return told if _RANK[told] > _RANK[standing] else standing


def before(table: Table, new: str) -> tuple[str, ...]:
    """The states from which a thing may go to `new`."""
    return tuple(old for old in table.states if table.allows(old, new))


def draw(table: Table) -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    lines += [
        f'    state "{state}" as {_id(state)}' for state in table.states if _id(state) != state
    ]
    lines.append(f"    [*] --> {_id(table.start)}")
    for old, onward in table.moves.items():
        lines += [f"    {_id(old)} --> {_id(new)}" for new in onward]
    lines += [f"    {_id(state)} --> [*]" for state in table.states if state in table.finals]
    return "\n".join(lines) + "\n"


def _id(state: str) -> str:
    return state.replace(" ", "_")


def page() -> str:
    """docs/states.md: every table drawn, with its notes."""
    parts = [
        "# The states of things\n\n"
        "Drawn from the tables in `flows/states.py`; a test holds this page to them. An illegal\n"
        "move raises and changes nothing, and a final state is never left.\n"
    ]
    for table in TABLES:
        title = table.name[0].upper() + table.name[1:]
        notes = "".join(f"- {note}\n" for note in table.notes)
        parts.append(f"## {title}\n\n{table.meaning}\n\n```mermaid\n{draw(table)}```\n\n{notes}")
    return "\n".join(parts)
