"""Ringing somebody: what a call of ours came to, and what follows it.

Promise: pure. Machine, busy, no answer and failure are told apart; only a key or speech proves a
person, so a call that was taken by a voicemail is none that reached them. A check-in rings twice,
then comes by text; where no text can come it is missed if the phone rang, and unreachable if it
never did. Whoever was reached is not rung again, whatever they answered.
"""

from __future__ import annotations

from typing import Final, NamedTuple

# What a call came to.
REACHED: Final = "reached"  # a person, by key or speech, who took the call
LATER: Final = "later"  # a person, who asked for another time
SILENT: Final = "silent"  # taken, and nobody showed that they are a person, or the right one
MACHINE: Final = "machine"
BUSY: Final = "busy"
NO_ANSWER: Final = "no answer"
FAILED: Final = "failed"  # the network could not put it through
LATE: Final = "too late"  # it could not be placed in time: the network was out, or the budget spent
DROPPED: Final = "dropped"  # it may not be placed any more: stopped, left, another country

_RANG: Final = frozenset((REACHED, LATER, SILENT, MACHINE, BUSY, NO_ANSWER))
MOST_TRIES: Final = 2
"""How often a check-in rings (CARE.md: a second try after some minutes, then a text)."""

# What the network writes of who took a call.
_MACHINES: Final = ("machine", "fax")


class Again(NamedTuple):
    """Ring once more, after the organisation's minutes."""


class Text(NamedTuple):
    """Ask by text instead."""


class Over(NamedTuple):
    """Nothing follows. `occurrence`: what the check-in's becomes, None where it stays as it is."""

    occurrence: str | None


Next = Again | Text | Over


def by_machine(answered_by: str | None) -> bool:
    """Whether a voicemail or a fax took the call. Unknown is no machine: a person may be there."""
    return (answered_by or "").startswith(_MACHINES)


def outcome(
    status: str, answered_by: str | None, proved: bool, later: bool = False, why: str | None = None
) -> str:
    """What a call that is over came to. `why`: the reason of one that was cancelled or refused.

    `status`: a final one of `flows.states.CALL_OUT`. A key or speech outweighs what the network
    took for a machine: it errs, and a person who spoke was there.
    """
    if status == "cancelled":
        return LATE if why == LATE else DROPPED
    if proved:
        return LATER if later else REACHED
    if status == "machine" or (status == "completed" and by_machine(answered_by)):
        return MACHINE
    return SILENT if status == "completed" else status


def rang(came_to: str) -> bool:
    """Whether the phone rang, so that a person might have taken it."""
    return came_to in _RANG


def after(
    came_to: str, attempt: int, takes_texts: bool, rang_before: bool = False, rings: bool = True
) -> Next:
    """What follows a check-in's call.

    `attempt`: 1 for the first. `rang_before`: an earlier call of this check-in rang. `rings`:
    whether the number can be called at all, as far as is known by now.
    """
    if came_to == REACHED:
        return Over(None)
    if came_to == LATE:
        return Over("suspended")  # also where it rang once: their second chance did not come
    if came_to == DROPPED:
        return Over("skipped")
    if attempt < MOST_TRIES and rings:
        return Again()
    if takes_texts:
        return Text()
    if came_to == LATER:
        return Over("skipped")  # they asked for it: no silence
    return Over("missed" if rang_before or rang(came_to) else "unreachable")
