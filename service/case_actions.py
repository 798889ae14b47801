"""What the actions of volunteers' flows do with a case, in the turn of the volunteer.

Promise: a case is theirs to act on where they hold it, were asked to take it, or supervise; a code
that is missing, wrong or not plain comes to `which` and is asked for, never guessed. Who a case is
for is told to who has taken it and to nobody else. How a case moves is `taking`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from flows import case_codes
from flows.actions import FAILED
from flows.case_codes import CODE
from flows.effects import Perform
from flows.events import Performed
from flows.session import Session
from flows.vocabulary import NUMBERS
from service import taking, team, telling, waiting, wishes
from service.desk import Desk
from service.slate import CASE, URGENT, Slate
from service.storage import case_alerts, cases, holding, people, volunteers
from service.storage.cases import Case
from service.storage.standing import Conversation

WORDS = ("take", "pass", "ring", "note", "reached", "done")  # keywords that are about one case
FLOWS = frozenset((*WORDS, "alert", "taken", "which-case"))
"""What is said in these, also when silence is over, waits for no morning: they are about a case."""
_WHICH, _NOT_YOURS, _NOTED = "which", "not yours", "noted"
_TAKEN, _YOURS, _ANOTHERS, _OVER = "taken", "yours", "taken by another", "over"
_ASKED_LATELY = timedelta(days=2)  # so long a case stays known to who was asked
MOST_NOTED, _MOST_NAMED = 1000, 40  # letters
_MOST_TOLD, _MOST_WISHED = 50, 150  # of what stands on a case, in one text
_MOST_LISTED = 5
_MOST_SUPERVISORS = 3
_HARD = ("danger",)  # kinds of cases that weigh on whoever had them
_WAITED = ("told", "silent", "failed", "passed")  # alerts that may still be accepted


# --- which case


def theirs(slate: Slate, word: str = "") -> list[Case]:
    """The cases that this volunteer may mean, those that they have first.

    With the word that was said, only those that it can be about: who has one case and is asked for
    another takes the other.
    """
    assert slate.person is not None
    held = holding.held_by(slate.tx, [slate.person.id])[slate.person.id]
    if word in ("ring", "note", "reached", "done"):
        return held
    asked = [case for case in _asked(slate, _WAITED[:3]) if case.status in OPEN]
    return asked if word == "take" else [*held, *asked]


OPEN = ("open", "notifying", "exhausted")


def known(slate: Slate) -> list[Case]:
    """All cases whose code this volunteer may use: also those that others have by now."""
    assert slate.person is not None
    held = holding.held_by(slate.tx, [slate.person.id])[slate.person.id]
    here = {case.id for case in held}
    return [*held, *(case for case in _asked(slate) if case.id not in here)]


def _asked(slate: Slate, statuses: tuple[str, ...] = ()) -> list[Case]:
    assert slate.person is not None
    since = slate.now - _ASKED_LATELY
    alerts = case_alerts.lately(slate.tx, slate.person.id, since)
    wanted = [a.case_id for a in alerts if not statuses or a.status in statuses]
    found = cases.load_many(slate.tx, list(dict.fromkeys(wanted))) if wanted else {}
    return [case for case in found.values() if case.holder_id != slate.person.id]


def by_code(slate: Slate, code: str) -> Case | None:
    """The case of this code, where it is this volunteer's to know."""
    assert slate.person is not None
    case = cases.coded(slate.tx, code)
    if case is None or case.holder_id == slate.person.id:
        return case
    if any(a.person_id == slate.person.id for a in case_alerts.of_case(slate.tx, case.id)):
        return case
    who = volunteers.load(slate.tx, slate.person.id)
    supervises = who is not None and {team.SUPERVISOR, team.COORDINATOR} & set(who.roles)
    return case if supervises and case.person_id != slate.person.id else None


def case_of(slate: Slate, conversation: Conversation, word: str = "") -> Case | None:
    """The case that a conversation is about; None where that has to be asked."""
    code = _named(conversation)
    if code is not None:
        return by_code(slate, code)
    alert = case_alerts.by_conversation(slate.tx, conversation.id)
    if alert is not None:
        return cases.load(slate.tx, alert.case_id)
    one = theirs(slate, word)
    return one[0] if len(one) == 1 else None


def is_about_a_case(conversation: Conversation) -> bool:
    """Whether what stands open in it is about a case, and not how the volunteer is."""
    if conversation.flow not in FLOWS:
        return False
    return _session(conversation).at in FLOWS


def open_about(slate: Slate, code: str) -> list[Conversation]:
    """What stands open with them about this case, the one in front last."""
    front = [slate.front] if slate.front is not None else []
    here = (*waiting.behind(slate), *front)
    return [row for row in here if is_about_a_case(row) and _named(row) == code]


def _session(conversation: Conversation) -> Session:
    if conversation.live is None:
        conversation.live = Session.from_json(conversation.session)
    live: Session = conversation.live
    return live


def _named(conversation: Conversation) -> str | None:
    """The code that was said or picked, in the flow that runs or in one below it."""
    session = _session(conversation)
    for values in (session.values, *(frame[2] for frame in reversed(session.below))):
        if values.get(CODE):
            return str(values[CODE])
    return None


def _word_of(conversation: Conversation) -> str:
    """The word that a conversation began with, where it asks which case is meant."""
    session: Session | None = conversation.live
    flows = [frame[0] for frame in session.below] if session is not None else []
    return next((flow for flow in reversed(flows) if flow in WORDS), "")


# --- actions


def _see(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    case = case_of(slate, conversation)
    if case is None:
        return Performed(_WHICH)
    if _taker(slate).holds(case) and case.status in holding.HELD:
        return Performed(_YOURS, told(slate, case))
    code = {CODE: case.code}
    if case.status in holding.HELD and not _handed(slate, case):
        return Performed(_ANOTHERS, code)
    return Performed("open" if case.status in (*OPEN, *holding.HELD) else _OVER, code)


def _handed(slate: Slate, case: Case) -> bool:
    """Whether they are asked to take over what another has."""
    assert slate.person is not None
    return any(
        a.step == taking.HANDED and a.person_id == slate.person.id and a.status in _WAITED
        for a in case_alerts.of_case(slate.tx, case.id)
    )


def told(slate: Slate, case: Case) -> dict[str, object]:
    """What stands on a case, for who has it."""
    person = people.load(slate.tx, case.person_id)
    wished = wishes.in_words(person.fields) if person is not None else None
    name = str(person.fields.get("name") or "") if person is not None else ""
    return {
        CODE: case.code,
        "case_name": name[:_MOST_NAMED] or _nothing(slate, "case-no-name"),
        "case_note": _short(case.note or "", _MOST_TOLD) or _nothing(slate, "case-nothing-noted"),
        "case_wishes": _short(wished or "", _MOST_WISHED) or _nothing(slate, "case-no-wishes"),
    }


def _short(words: str, most: int) -> str:
    words = " ".join(words.split()).rstrip(".")
    return words if len(words) <= most else f"{words[: most - 3].rstrip()}..."


def _nothing(slate: Slate, phrase: str) -> str:
    return slate.force.program.phrase(phrase, slate.about()._replace(discreet=False))


def _see_many(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    codes = [case.code for case in _meant(slate, conversation)]
    if not codes:
        return Performed("no case")
    return Performed("cases", {"case_codes": listed(slate, codes)})


def _meant(slate: Slate, conversation: Conversation) -> list[Case]:
    return theirs(slate, _word_of(conversation))[:_MOST_LISTED]


def listed(slate: Slate, codes: list[str]) -> str:
    """ "K7XM, P3QR or TRAY"."""
    if len(codes) < 2:
        return "".join(codes)
    return f"{', '.join(codes[:-1])} {_nothing(slate, 'case-or')} {codes[-1]}"


def _pick(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    said = wanted.params.get("code", "")
    codes = [case.code for case in _meant(slate, conversation)]
    code = case_codes.chosen(said, codes)
    if code is None and slate.channel != "text":
        place = NUMBERS.get(said.strip().lower()) or _digit(said)
        code = codes[place - 1] if 0 < place <= len(codes) else None
    if code is None:
        other = by_code(slate, case_codes.coded(said))
        code = other.code if other is not None else None
    return Performed("found", {CODE: code}) if code is not None else Performed("unknown")


def _digit(said: str) -> int:
    bare = said.strip()
    return int(bare) if bare.isdecimal() and len(bare) == 1 else 0


def _take(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    case = case_of(slate, conversation, "take")
    if case is None:
        return Performed(_WHICH)
    slate.lane, slate.purpose = URGENT, CASE
    came = {
        taking.WON: _TAKEN,
        taking.YOURS: "yours already",
        taking.ANOTHERS: _ANOTHERS,
        taking.PAST: _OVER,
    }[taking.take(Desk.of(slate), case, _taker(slate))]
    return Performed(came, {CODE: case.code})


def _pass(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    case = case_of(slate, conversation, "pass")
    if case is None:
        return Performed(_WHICH)
    passed = taking.pass_on(Desk.of(slate), case, _taker(slate))
    return Performed("passed" if passed else _NOT_YOURS, {CODE: case.code})


Move = Callable[[Slate, Case], bool]


def _mine(word: str, move: Move) -> Callable[[Slate, Conversation, Perform], Performed]:
    """An action on a case that they hold; whichever of their phones it comes from has it now."""

    def act(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
        case = case_of(slate, conversation, word)
        if case is None:
            return Performed(_WHICH)
        code = {CODE: case.code}
        if not _holds_here(slate, case):
            return Performed(_NOT_YOURS, code)
        return Performed(_NOTED if move(slate, case) else _NOT_YOURS, code)

    return act


def _reached(slate: Slate, case: Case) -> bool:
    return case.status == "in contact" or taking.reached(Desk.of(slate), case, _taker(slate))


def _not_reached(slate: Slate, case: Case) -> bool:
    return taking.not_reached(Desk.of(slate), case, _taker(slate))


def _note(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    words = wanted.params.get("note", "").strip()[:MOST_NOTED]
    if not words:
        return Performed(FAILED)

    def write(slate: Slate, case: Case) -> bool:
        cases.add_event(slate.tx, case.id, "note", _taker(slate).name, words, slate.now)
        return True

    return _mine("note", write)(slate, conversation, wanted)


def weighs(case: Case) -> bool:
    """Whether whoever had it is given a rest, and asked how they are."""
    return case.priority == "imminent" or case.kind in _HARD


def _close(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    case = case_of(slate, conversation, "done")
    if case is None:
        return Performed(_WHICH)
    code = {CODE: case.code}
    if not _holds_here(slate, case) or not taking.done(Desk.of(slate), case, _taker(slate)):
        return Performed(_NOT_YOURS, code)
    hard = weighs(case)
    if hard and slate.person is not None:
        volunteers.set_hard_case(slate.tx, slate.person.id, slate.now)
    return Performed("hard" if hard else "closed", code)


def _hand_over(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    """Supervisors are asked to take it over; without one, the coordinators are told."""
    case = case_of(slate, conversation)
    if case is None:
        return Performed(_WHICH)
    code = {CODE: case.code}
    if not _holds_here(slate, case):
        return Performed(_NOT_YOURS, code)
    desk, me = Desk.of(slate), _taker(slate)
    there = volunteers.with_role(slate.tx, team.SUPERVISOR, slate.now, slate.day)
    able = [
        one.volunteer.person_id
        for one in there
        if one.volunteer.person_id not in (me.person_id, case.person_id) and team.ways(one.reach)
    ]
    asked = [taking.hand_over(desk, case, who, me.name) for who in able[:_MOST_SUPERVISORS]]
    if not asked:
        telling.staff(slate, "case-help-coordinator", URGENT, code=case.code)
    return Performed("asked" if asked else "nobody", code)


def _debrief(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    assert slate.person is not None
    volunteers.set_hard_case(slate.tx, slate.person.id, slate.now)
    if wanted.params.get("talk") != "yes":
        return Performed(_NOTED)
    me = {slate.person.id}
    told = team.texted(slate.tx, team.SUPERVISOR, slate.now, slate.day, me)
    told = told or [
        *slate.force.organisation.coordinators,
        *team.texted(slate.tx, team.COORDINATOR, slate.now, slate.day, me),
    ]
    code = _named(conversation) or ""
    for number_id in dict.fromkeys(told):
        telling.number(slate, number_id, "case-debrief-coordinator", code=code)
    return Performed("told" if told else "nobody")


def _taker(slate: Slate) -> taking.Taker:
    assert slate.person is not None
    return taking.Taker(slate.person.id, slate.number.id or None)


def _holds_here(slate: Slate, case: Case) -> bool:
    """Whether they have it; from now on on this phone."""
    me = _taker(slate)
    if not me.holds(case) or me.person_id is None:
        return False
    if me.number_id is not None and me.number_id != case.holder_number_id:
        holding.set_phone(slate.tx, case.id, me.person_id, me.number_id)
    return True


ACTIONS: Mapping[str, Callable[[Slate, Conversation, Perform], Performed]] = {
    "see case": _see,
    "see cases": _see_many,
    "pick case": _pick,
    "take case": _take,
    "pass case": _pass,
    "reached": _mine("reached", _reached),
    "not reached": _mine("reached", _not_reached),
    "note case": _note,
    "close case": _close,
    "hand over case": _hand_over,
    "debrief": _debrief,
}
