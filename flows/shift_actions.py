"""Actions of who is on duty: shifts, breaks, swaps, and the phones that they are told on.

Promise: a part of the catalogue in `flows.actions`. Hours are told on the volunteer's own clock.
"""

from __future__ import annotations

from flows.action import Action, Param

_UNTIL = {"shift_until": "until when they are on shift"}
_OFFERED = {"swap_shift": "the shift that is offered"}

OF_SHIFTS = (
    Action(
        "see shifts",
        "Looks up this volunteer's next shifts.",
        {},
        ("planned", "no shift"),
        gives={"next_shifts": "the next ones"},
    ),
    Action(
        "on shift",
        "Has this volunteer asked from now on, for a few hours or until their shift ends.",
        {},
        ("on", "not yet"),
        gives=_UNTIL,
    ),
    Action(
        "off shift",
        "Has this volunteer asked for nothing until their next shift. Cases they have stay theirs.",
        {},
        ("off", "holding"),
        gives={"case_codes": "the codes of the cases that they still have"},
    ),
    Action(
        "take break",
        "Has this volunteer asked for nothing for so many minutes.",
        {"minutes": Param(True, "how many")},
        ("resting", "not yet"),
        gives={"break_over": "when it is over"},
    ),
    Action(
        "see swap",
        "Looks up what this volunteer was offered, otherwise their next shift, to offer it.",
        {},
        ("planned", "offered", "no shift"),
        gives=_OFFERED,
    ),
    Action(
        "offer swap",
        "Offers that shift to all who may take it. It stays theirs until one does.",
        {},
        ("offered", "nobody", "no shift"),
        gives=_OFFERED,
    ),
    Action(
        "see offer",
        "Looks up the shift that this volunteer was offered last.",
        {},
        ("offered", "gone"),
        gives=_OFFERED,
    ),
    Action(
        "answer swap",
        "Takes the offered shift, or not; the first who does has it.",
        {"answer": Param(True, "whether they take it: `yes` or `no`")},
        ("yours", "declined", "gone"),
        gives=_OFFERED,
    ),
    Action(
        "verify contact",
        "Takes the code that went to a new phone: from then on cases are told there.",
        {"code": Param(True, "the digits")},
        ("verified", "wrong", "over", "not asked for"),
    ),
    Action(
        "answer test",
        "Keeps that a test message reached this volunteer, and when. It is about no case.",
        {},
        ("noted", "not asked"),
    ),
)
