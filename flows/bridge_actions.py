"""Actions of two people who are connected by us, and of what follows where they are not.

Promise: a part of the catalogue in `flows.actions`. Neither sees the other's number, and what they
say is kept nowhere. Who acts from a call waits on the line; from a text, their phone rings first.
"""

from __future__ import annotations

from flows.action import Action, Param

_CODE = {"case_code": "the case's code"}
_CAME = {**_CODE, "ring_came": "what came of ringing, such as `The line was busy.`"}
_TOGETHER, _NOT_REACHED = "together", "not reached"

OF_BRIDGES = (
    Action(
        "ring person",
        "Connects this volunteer with the person of the case. `together` comes once they have "
        "been in one room, and either has left it. Who is still on the line is not rung again.",
        {},
        (_NOT_REACHED, "not yours", "which"),
        later=(_TOGETHER,),
        gives=_CAME,
    ),
    Action(
        "ring helper",
        "Connects the person with who has their case, who takes the call or does not.",
        {},
        (_NOT_REACHED,),
        later=(_TOGETHER,),
        gives=_CAME,
    ),
    Action(
        "enter call",
        "Brings who was rung for it into the call of two others.",
        {},
        ("gone",),
        later=(_TOGETHER,),
        gives=_CAME,
    ),
    Action(
        "call supervisor",
        "Rings a supervisor into the call, and goes back to the person meanwhile.",
        {},
        (_NOT_REACHED,),
        later=(_TOGETHER,),
        gives=_CAME,
    ),
    Action(
        "call line",
        "Rings a line into the call, with the person's yes. `no line`: not from here; `line_said` "
        "is its number, for them to dial.",
        {},
        ("no line",),
        later=(_TOGETHER,),
        gives={**_CAME, "line_said": "the line, as it is dialled"},
    ),
    Action(
        "take over call",
        "The case is this supervisor's from now on, and who had it is told.",
        {},
        ("taken", "gone"),
        gives=_CODE,
    ),
    Action(
        "note voicemail",
        "Notes on the case that a message waits, and tells who has it.",
        {"message": Param(True, "what they left")},
        ("left",),
    ),
    Action(
        "play voicemail",
        "Plays what the person of the case left for whoever has it; by call alone.",
        {},
        ("played", "no message", "by call only"),
    ),
)
