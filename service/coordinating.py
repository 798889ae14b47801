"""Hearing a coordinator who is only a number: cases taken, passed, noted and closed by text.

Promise: what volunteers do in flows, a coordinator of the organisation's does with the same words
and a case's code, though nobody is known by that number. Which case is meant is never guessed: a
code that is wrong or missing where several may be meant is asked back. A member's own answers stay
theirs. Nothing here is heard before consent and danger.
"""

from __future__ import annotations

from datetime import timedelta

from flows import case_codes
from flows.case_codes import Said
from flows.plain import plain
from service import case_actions, taking, volunteering
from service.desk import Desk
from service.slate import CASE, URGENT, Slate
from service.storage import case_alerts, cases, holding
from service.storage.cases import Case
from service.taking import Taker

_LATELY = timedelta(days=2)  # so long a case stays known to the number that was asked
_MOST_LISTED = 5


def hear(slate: Slate, body: str) -> bool:
    """Take a coordinator's text that is about a case; whether it was one."""
    if slate.number.id not in slate.force.organisation.coordinators:
        return False
    words = volunteering.words_of_cases(slate)
    known = _known(slate)
    said = case_codes.read(body, words, known, [w for w in words if words[w] == "note"])
    if said is None:
        return _bare_code(slate, case_codes.coded(body), known)
    own = slate.person is not None and not said.code  # a member's bare word may be their own
    if own and (volunteering.is_answer(slate, body) or not known):
        return False
    if slate.person is None:
        slate.tongue = _tongue(slate, said.word) or slate.tongue
    name = words[said.word]
    case = _meant(slate, name, said, known)
    if case is None:
        _ask_back(slate, name, known)
    else:
        _do(slate, name, case, said.rest)
    return True


def _bare_code(slate: Slate, code: str, known: dict[str, Case]) -> bool:
    if code not in known:
        return False
    _say(slate, "case-words-coordinator", known[code])
    return True


def _tongue(slate: Slate, word: str) -> str | None:
    """The language that a word of ours is in; None where it is in several."""
    library = slate.force.program.library
    found = {
        language
        for keyword in library.keywords
        for language, words in keyword.words.items()
        if keyword.name in case_actions.WORDS and word in map(plain, words)
    }
    return found.pop() if len(found) == 1 else None


# --- which case


def _known(slate: Slate) -> dict[str, Case]:
    """By code: what they have, and what they were asked of late."""
    held = holding.held_at(slate.tx, slate.number.id)
    alerts = case_alerts.lately_at(slate.tx, slate.number.id, slate.now - _LATELY)
    asked = cases.load_many(slate.tx, list(dict.fromkeys(a.case_id for a in alerts)))
    return {case.code: case for case in [*held, *asked.values()]}


def _could_mean(slate: Slate, name: str, known: dict[str, Case]) -> list[Case]:
    mine = [case for case in known.values() if _taker(slate).holds(case) and _is_held(case)]
    waiting = [case for case in known.values() if case.status in case_actions.OPEN]
    if name == "take":
        return waiting
    return [*mine, *waiting] if name == "pass" else mine


def _is_held(case: Case) -> bool:
    return case.status in holding.HELD


def _meant(slate: Slate, name: str, said: Said, known: dict[str, Case]) -> Case | None:
    """The case of the code that was said, or the only one that the bare word can be about."""
    if said.code:
        case = known.get(said.code) or cases.coded(slate.tx, said.code)
        return None if case is None or _is_about_them(slate, case) else case
    could = _could_mean(slate, name, known)
    return could[0] if len(could) == 1 else None


def _is_about_them(slate: Slate, case: Case) -> bool:
    own = slate.person is not None and case.person_id == slate.person.id
    return own or case.number_id == slate.number.id


def _ask_back(slate: Slate, name: str, known: dict[str, Case]) -> None:
    codes = [case.code for case in _could_mean(slate, name, known)][:_MOST_LISTED]
    if not codes:
        slate.phrase("case-none-coordinator", URGENT, CASE)
        return
    slate.phrase(
        "case-which-coordinator", URGENT, CASE, case_codes=case_actions.listed(slate, codes)
    )


# --- what is done


def _do(slate: Slate, name: str, case: Case, rest: str) -> None:
    desk, me = Desk.of(slate), _taker(slate)
    match name:
        case "take":
            _take(slate, desk, case, me)
        case "pass":
            _say(slate, _PASSED[taking.pass_on(desk, case, me)], case)
        case "done":
            _say(slate, _CLOSED[taking.done(desk, case, me)], case)
        case "reached":
            met = case.status == "in contact" and me.holds(case)
            _say(slate, _REACHED[met or taking.reached(desk, case, me)], case)
        case _ if not me.holds(case):
            _say(slate, "case-not-yours-coordinator", case)
        case "note" if rest:
            words = rest[: case_actions.MOST_NOTED]
            cases.add_event(slate.tx, case.id, "note", me.name, words, slate.now)
            _say(slate, "case-noted-coordinator", case)
        case _:  # nobody is known by this number, so it is not connected with anybody
            _say(slate, "case-words-coordinator", case)


_NOT_YOURS = "case-not-yours-coordinator"
_PASSED = {True: "case-passed-coordinator", False: _NOT_YOURS}
_CLOSED = {True: "case-closed-coordinator", False: _NOT_YOURS}
_REACHED = {True: "case-reached-coordinator", False: _NOT_YOURS}


def _take(slate: Slate, desk: Desk, case: Case, me: Taker) -> None:
    came = taking.take(desk, case, me)
    if came in (taking.WON, taking.YOURS):
        _say(slate, "case-yours-coordinator", case, **case_actions.told(slate, case))
    else:
        another = came == taking.ANOTHERS
        _say(slate, "case-taken-helper" if another else "case-needless-helper", case)


def _say(slate: Slate, phrase: str, case: Case, **values: object) -> None:
    slate.phrase(phrase, URGENT, CASE, code=case.code, **values)


def _taker(slate: Slate) -> Taker:
    return Taker(None, slate.number.id)
