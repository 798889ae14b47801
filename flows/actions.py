"""The catalogue of actions: everything a flow may ask the service to do.

Promise: the single truth about names, parameters, outcomes and the answers that an action
gives. Flows are checked against it, the guide lists it, and the service performs exactly it.
A released action loses no parameter, outcome or meaning. Nothing here performs anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.action import FAILED, Action, Param
from flows.bridge_actions import OF_BRIDGES
from flows.case_actions import OF_CASES
from flows.shift_actions import OF_SHIFTS
from flows.wish_actions import OF_WISHES

__all__ = ["ACTIONS", "FAILED", "PREFERENCES", "Action", "Param"]

PREFERENCES = (
    "language",
    "country",
    "time zone",
    "channel",
    "hour",
    "silence",
    "shared",
    "costs",
)
"""What `set preference` takes: facts that the service itself acts on, checked before saving."""

_NEXT = {"next_checkin": "day and hour of the next check-in, in the person's own time"}

_ALL = (
    Action(
        "alert",
        "Opens a case and tells the people of a policy. The note is seen only by who takes it.",
        {
            "policy": Param(True, "the policy file that says who is told, and when"),
            "priority": Param(True, "how pressing it is", ("routine", "urgent", "imminent")),
            "note": Param(False, "what stands on the case, seen after it is taken"),
            "kind": Param(False, "what the case is about; an alert otherwise", ("alert", "danger")),
        },
        ("opened", "already open"),
    ),
    Action(
        "recall signs",
        "Gives back the signs of danger that led to this conversation, by the lexicon's names.",
        {},
        ("told",),
        gives={"signs": "what was read, in the lexicon's names and never in their words"},
    ),
    Action(
        "see joining",
        "Looks up where the person stands: new here, invited by us and not answered, or a member.",
        {},
        ("not joined", "invited", "joined"),
    ),
    Action(
        "record consent",
        "Keeps that the person said yes, with the moment and the wording that they saw.",
        {"wording": Param(True, "the words that were agreed to, or a short name of them")},
        ("recorded",),
    ),
    Action(
        "decline joining",
        "Keeps that the person said no. We do not write first again.",
        {},
        ("declined",),
    ),
    Action("join", "Makes the person a member from now on.", {}, ("joined",)),
    Action(
        "plan check-ins",
        "Plans this flow at these days and this time. An earlier plan of the same flow ends.",
        {
            "flow": Param(True, "the flow that is started each time"),
            "days": Param(True, "`every day`, `weekdays`, or names of days such as `mon, thu`"),
            "time": Param(True, "the time of day, such as `19:00`, where the person lives"),
        },
        ("planned", "not understood"),
        gives=_NEXT,
    ),
    Action("stop check-ins", "Ends every check-in plan of the person.", {}, ("stopped",)),
    Action(
        "skip next check-in",
        "Leaves out the next check-in, once.",
        {},
        ("skipped", "nothing planned"),
        gives=_NEXT,
    ),
    Action(
        "set preference",
        "Changes how the service treats the person, after checking the value.",
        {
            "field": Param(True, "which preference", PREFERENCES),
            "value": Param(True, "the new value: an answer, or a fixed word"),
        },
        ("saved", "not understood"),
    ),
    Action(
        "pause",
        "Sends no check-ins until then. Danger, TALK and consent are heard as ever.",
        {
            "until": Param(False, "the date of coming back"),
            "for": Param(False, "how long, such as `2 weeks`"),
        },
        ("paused", "not understood"),
        gives={"paused_until": "the day on which check-ins come back"},
        one_of=("until", "for"),
    ),
    Action("resume", "Ends a pause now.", {}, ("resumed", "nothing planned"), gives=_NEXT),
    Action("leave", "Ends texts and calls from us, as STOP does.", {}, ("left",)),
    Action(
        "my data",
        "Counts what is kept about the person.",
        {},
        ("told",),
        gives={
            "kept_since": "the day on which we first kept something",
            "kept_messages": "how many messages are kept",
            "kept_answers": "how many answers are kept",
            "kept_plans": "how many check-in plans there are",
        },
    ),
    Action(
        "erase",
        "Erases the person's words and numbers after seven days, in which it can be undone.",
        {},
        ("scheduled",),
        gives={"erase_at": "the day on which all is erased"},
    ),
    Action(
        "keep",
        "Takes back an erasure that was asked for and has not happened yet.",
        {},
        ("kept", "nothing to undo"),
    ),
    Action(
        "tell lines",
        "Looks up the lines that fit where the person lives.",
        {},
        ("told",),
        gives={"line": "a line that listens", "emergency": "the emergency number"},
    ),
    Action(
        "set word",
        "Sets the word that tells apart people who share one phone.",
        {"word": Param(True, "the word that they chose")},
        ("set",),
    ),
    Action(
        "see pin",
        "Looks up whether the person has a PIN, and whether it may be changed from where they are.",
        {},
        ("not set", "set", "by call only"),
    ),
    Action(
        "note pin",
        "Looks at a PIN before it is set: it is asked for twice. It is kept nowhere meanwhile.",
        {"pin": Param(True, "the four digits that they chose")},
        ("noted", "taken"),
        gives={"pin_noted": "a seal by which the same digits are known again, never the digits"},
    ),
    Action(
        "set pin",
        "Sets the PIN that proves by call who is calling, where it is the same as noted.",
        {
            "pin": Param(True, "the four digits, once more"),
            "noted": Param(True, "what `note pin` gave"),
        },
        ("set", "not the same"),
    ),
    Action("clear pin", "Takes the PIN away.", {}, ("cleared",)),
    Action(
        "next message",
        "Finds the newest message that we sent to the person, or the one before `place`.",
        {"place": Param(False, "the message after which to go on: what was given as its place")},
        ("message", "no more", "by call only"),
        gives={
            "message_said": "the words of the message",
            "message_day": "the day on which it was sent",
            "message_place": "which message it is, to go on from there",
        },
    ),
    Action(
        "wrong number",
        "Takes this phone away from the person: it is somebody else's now.",
        {},
        ("unlinked",),
    ),
    *OF_BRIDGES,
    *OF_CASES,
    *OF_SHIFTS,
    *OF_WISHES,
    Action("discreet on", "From now on only discreet wording on this phone.", {}, ("set",)),
    Action("discreet off", "The phone is theirs alone: plain wording again.", {}, ("set",)),
)

ACTIONS: Mapping[str, Action] = {action.name: action for action in _ALL}
