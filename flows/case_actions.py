"""Actions of who takes cases: seeing one, taking it, and all that follows.

Promise: a part of the catalogue in `flows.actions`. Which case is meant comes from what the
conversation is about; where that is not plain, the outcome is `which`, and it is asked.
"""

from __future__ import annotations

from flows.action import Action, Param

_CODE = {"case_code": "the case's code"}
_CASE = {
    **_CODE,
    "case_name": "the name that its person goes by",
    "case_wishes": "what its person wished for beforehand, for an emergency",
    "case_note": "what stands on the case",
}
_WHICH = "which"  # several cases may be meant, or none of theirs has the code that they gave

OF_CASES = (
    Action(
        "see case",
        "Looks up the case that this is about. Who it is for is told once it is theirs.",
        {},
        ("open", "yours", "taken by another", "over", _WHICH),
        gives=_CASE,
    ),
    Action(
        "see cases",
        "Lists the codes of the cases that this volunteer may mean.",
        {},
        ("cases", "no case"),
        gives={"case_codes": "the codes, such as `K7XM or P3QR`"},
    ),
    Action(
        "pick case",
        "Takes what they replied as the code of one of their cases; a code is never guessed.",
        {"code": Param(True, "what they replied")},
        ("found", "unknown"),
        gives=_CODE,
    ),
    Action(
        "take case",
        "Takes the case for this volunteer; the first who does has it.",
        {},
        ("taken", "yours already", "taken by another", "over", _WHICH),
        gives=_CODE,
    ),
    Action(
        "pass case",
        "They cannot take it, or give it back: the next one is asked at once.",
        {},
        ("passed", "not yours", _WHICH),
        gives=_CODE,
    ),
    Action(
        "reached",
        "They spoke with the person.",
        {},
        ("noted", "not yours", _WHICH),
        gives=_CODE,
    ),
    Action(
        "not reached",
        "They tried, and nobody answered. The hour by which they do stays as it was.",
        {},
        ("noted", "not yours", _WHICH),
        gives=_CODE,
    ),
    Action(
        "note case",
        "Adds to the case what only the team reads.",
        {"note": Param(True, "what should stand there")},
        ("noted", "not yours", _WHICH),
        gives=_CODE,
    ),
    Action(
        "close case",
        "The case is settled. A hard one comes to `hard`, and is spoken about afterwards.",
        {},
        ("closed", "hard", "not yours", _WHICH),
        gives=_CODE,
    ),
    Action(
        "hand over case",
        "Asks the supervisors for help with the case. It stays theirs until another takes it.",
        {},
        ("asked", "nobody", "not yours", _WHICH),
        gives=_CODE,
    ),
    Action(
        "debrief",
        "Gives rest after a hard case, and tells the supervisors where a talk is wanted.",
        {"talk": Param(True, "whether they want one: `yes` or `no`")},
        ("told", "noted", "nobody"),
    ),
)
