"""Actions of what people decide beforehand: their safe word, and their wishes for an emergency.

Promise: a part of the catalogue in `flows.actions`. What they decide is never told to anybody but
whoever takes their case, and never on a phone that others see.
"""

from __future__ import annotations

from flows.action import Action, Param

MAY = ("call another number", "call in safe hours", "text someone", "wait")
"""What a person may allow for when their safe word is heard; without a choice we wait."""

OF_WISHES = (
    Action(
        "see safe word",
        "Looks up whether the person has a safe word, and whether it may be changed from here.",
        {},
        ("not set", "set", "by call only"),
    ),
    Action(
        "set safe word",
        "Sets the phrase that brings a person in silence. Until more is allowed, we wait then.",
        {"phrase": Param(True, "the words that they chose")},
        ("set", "not usable"),
    ),
    Action(
        "allow by safe word",
        "Keeps what we may do when the safe word is heard.",
        {
            "may": Param(True, "what we may do", MAY),
            "number": Param(False, "the number that we may call or text"),
            "hours": Param(False, "when a call is safe, in their words"),
            "name": Param(False, "whom we may text"),
        },
        ("kept",),
    ),
    Action("clear safe word", "Takes the safe word away.", {}, ("cleared",)),
    Action(
        "see wishes",
        "Looks up whether the person has wishes for an emergency, and may change them from here.",
        {},
        ("not told", "kept", "by call only"),
    ),
    Action("clear wishes", "Erases their wishes for an emergency.", {}, ("cleared",)),
)
