"""Answering: who is on the line, before anybody is spoken to as themselves.

Promise: a phone that others use, or a person with a PIN, hears nothing of anybody before the PIN is
right; what is wrong brings "Sorry, wrong number" and tells nobody more. A person is brought and the
lines are told without one, danger is heard before it, and no choice here is a loop without an end.
A hidden number is nobody's until its caller shows whose they are.
"""

from __future__ import annotations

from flows import calling, door, hearing
from flows.calling import (
    HIDDEN,
    NUMBER,
    OPENING,
    OVER,
    PIN,
    STRANGER,
    TALK,
    Again,
    AtTheDoor,
    Came,
    Goodbye,
)
from flows.plain import plain
from service import (
    alerting,
    bridge_phones,
    cases,
    consenting,
    listening,
    pins,
    ringing,
    rooms,
    talking,
    tongues,
    turns,
)
from service.slate import CASE, CONSENT, REPLY, URGENT
from service.speaking import Line
from service.storage import links, people, placings, standing

NO_PIN_TOLD = "They called and have not told their PIN; who of this phone it was is not known."
HIDDEN_NUMBER = "They called from a hidden number: nobody can call them back."
CALLED_AGAIN = "called again"  # why nobody is called back who is on the line by now
_HELPERS = (CASE, *bridge_phones.PURPOSES)  # purposes of calls that ask a volunteer something
_MENUS = {STRANGER: "call-unknown", HIDDEN: "call-anonymous"}
_ASKS = {NUMBER: "ask-own-number", OPENING: "call-good-time"}


# --- the first words


def greet(line: Line) -> None:
    """Somebody called us, and it has rung long enough."""
    slate = line.slate
    if slate.number.kind == consenting.ANONYMOUS:
        slate.person = slate.front = None
        _at(line, HIDDEN)
    else:
        placings.cancel_callbacks(slate.tx, slate.number.id, CALLED_AGAIN, slate.now)
        _who(line)
    _ask(line)


def open_kindly(line: Line) -> None:
    """Somebody took a call of ours: it is not known who.

    A volunteer is asked at once, on a phone of their own: an alert tells nothing of anybody, and
    only a key or a word takes the case.
    """
    if _asks_a_volunteer(line):
        line.manners = calling.let_in(line.manners, known=False)._replace(told=True)
        talking.enter(line)
        return
    _at(line, OPENING)
    _ask(line)


def _asks_a_volunteer(line: Line) -> bool:
    slate, call = line.slate, line.call
    person = slate.person
    if call.purpose not in _HELPERS or call.conversation_id is None or person is None:
        return False
    alone = not slate.number.shared and not slate.several
    return person.is_volunteer and alone and not people.with_pin(slate.tx, [person.id])


def leave_word(line: Line) -> None:
    """A machine took a call of ours: a word without content, where the person allowed one."""
    person = line.slate.person
    if person is not None and person.fields.get("voicemail") == "yes":
        line.slate.phrase("voicemail-discreet")
    _at(line, OVER)
    line.over = True


def take(line: Line, came: Came) -> None:
    """What came in at this step, wherever the call stands."""
    before = line.manners.phase
    if before == TALK:
        talking.take(line, came)
    elif before in rooms.PHASES:
        if rooms.take(line):
            talking.settle(line)
    elif not (came.speech and talking.heard_first(line, came.speech, came.confidence)):
        leaving = line.manners.leaving
        line.manners, meaning = calling.take(line.manners._replace(leaving=False), came)
        if isinstance(meaning, AtTheDoor) and meaning.keys in talking.LEAVES:
            talking.leave_by_key(line, told=leaving)
        elif isinstance(meaning, AtTheDoor):
            _door(line, meaning.keys, meaning.speech)
        elif isinstance(meaning, Goodbye):
            _shut(line, before)
        elif isinstance(meaning, Again) and meaning.silent:
            talking.still_there(line)
    _ask(line)


def _ask(line: Line) -> None:
    """Say what there is to choose at the door, and how to listen for it."""
    phase, slate = line.manners.phase, line.slate
    if line.over or phase in (TALK, OVER, *rooms.PHASES):
        return
    line.ears = calling.ONE_KEY
    if phase in _MENUS:
        slate.phrase(_MENUS[phase], REPLY, CONSENT)
        tongues.offer(slate)
    elif phase == PIN:
        by_word = not line.manners.typed and not people.with_pin(slate.tx, _holders(line)[0])
        slate.phrase("ask-word" if by_word else "ask-pin", REPLY, CONSENT)
        line.ears = calling.FOR_A_PIN
    else:
        slate.phrase(_ASKS[phase], REPLY, CONSENT)
        line.ears = calling.FOR_A_NUMBER if phase == NUMBER else calling.ONE_KEY


def _at(line: Line, phase: str) -> None:
    line.manners = line.manners._replace(phase=phase)


# --- who it is


def _who(line: Line) -> None:
    """On a number that we see: who it may be, and whether they have to show that it is they."""
    slate = line.slate
    may_be, several = _holders(line)
    told = _told_their_word(line)
    if told in may_be and not people.with_pin(slate.tx, [told]):
        _let_in(line, told, known=False)  # how else would they come to a PIN on this phone?
    elif not may_be:
        _at(line, STRANGER)
    elif several or people.with_pin(slate.tx, may_be):
        tongues = {held.language for held in people.load_many(slate.tx, may_be).values()}
        if len(tongues) == 1:
            slate.tongue = tongues.pop()
            line.manners = line.manners._replace(tongue=slate.tongue)
        slate.person = slate.front = None  # nothing is said as to them
        _at(line, PIN)
    else:
        _let_in(line, may_be[0], known=False)


def _told_their_word(line: Line) -> str:
    """Who has told their word by text on this phone a moment ago; "" where nobody has."""
    number, now = line.slate.number, line.slate.now
    lately = number.active_until is not None and number.active_until > now
    return (number.active_person_id or "") if lately and line.call.direction == "in" else ""


def _holders(line: Line) -> tuple[list[str], bool]:
    """Who may be on the line, and whether several people use the phone.

    In a call of ours only the one whom it is for; otherwise those of the number that called, or
    of the one that was typed.
    """
    slate, call, number = line.slate, line.call, line.slate.number
    person = slate.person
    if (
        not line.manners.typed
        and person is not None
        and person.id == number.active_person_id
        and person.status not in links.GONE
        and number.active_until is None
    ):
        return [person.id], False
    here = [held.person_id for held in links.holders(slate.tx, _number_id(line))]
    if call.direction == "out" and call.person_id is not None:
        return ([call.person_id] if call.person_id in here else []), len(here) > 1
    return here, len(here) > 1


def _number_id(line: Line) -> str:
    """The number that they call from, or that they typed as their own; "" for one unknown to us."""
    if not line.manners.typed:
        return line.slate.number.id
    found = standing.by_number(line.slate.tx, line.manners.typed)
    return found.number.id if found is not None else ""


def _let_in(line: Line, person_id: str, *, known: bool) -> None:
    """It is this person: they are spoken to as themselves from now on."""
    slate, call = line.slate, line.call
    if line.manners.typed:
        _on_their_number(line)
    if slate.person is None or slate.person.id != person_id:
        slate.person, slate.front = standing.person(slate.tx, person_id), None
        slate.bring_front()
    person = slate.person
    assert person is not None, "it was read just now, and is locked"
    slate.known = slate.known or known
    if person.status not in talking.MEMBERS and slate.front is None:
        _at(line, STRANGER)
        return
    call.person_id = person.id
    line.manners = calling.let_in(line.manners, known)
    slate.phrase("call-welcome")
    if not line.manners.told and call.purpose not in bridge_phones.PURPOSES:
        slate.phrase("call-keys")
        line.manners = line.manners._replace(told=True)
    talking.enter(line)


def _on_their_number(line: Line) -> None:
    """Who showed whose they are is spoken to as if their own phone had called."""
    slate = line.slate
    own = standing.by_number(slate.tx, line.manners.typed)
    if own is not None:
        slate.number, slate.person, slate.front = own.number, own.person, own.front
        slate.others_wait = own.others_wait
        line.call.number_id = own.number.id


# --- the door


def _door(line: Line, keys: str, speech: str) -> None:
    if _wants_a_person(line, keys, speech):
        _bring_a_person(line)
    elif (phase := line.manners.phase) == PIN:
        _pin(line, keys, speech)
    elif phase == OPENING:
        _opening(line, keys, speech)
    elif phase == NUMBER:
        _own_number(line, keys, speech)
    else:
        _choose(line, keys, speech)


def _wants_a_person(line: Line, keys: str, speech: str) -> bool:
    if keys in ("0", "00"):
        return True
    if line.manners.phase in _MENUS and keys == "2":
        return True
    return any(listening.wants_a_person(line.slate, said) for said in hearing.asking(speech))


def _bring_a_person(line: Line) -> None:
    """A case, whoever it is; told honestly where nobody can call them back, and with the lines."""
    slate, call = line.slate, line.call
    hidden = slate.number.kind == consenting.ANONYMOUS
    note = HIDDEN_NUMBER if hidden else None
    if line.manners.phase in (PIN, OPENING):
        slate.person = slate.person or _any_holder(line)
        note = note or NO_PIN_TOLD
    if slate.person is None:
        consenting.welcome(slate)
        assert slate.person is not None
        call.person_id = slate.person.id if hidden else None
    opened = cases.open_case(slate, cases.ASKED, "urgent", note)
    phrase = "call-person-unknown" if hidden else "call-person-asked"
    if not opened.asked:
        phrase = "call-lines"  # nobody was told: say who answers
    slate.phrase(phrase, URGENT, CASE)
    line.manners = line.manners._replace(wrong=0)


def _any_holder(line: Line) -> standing.Person | None:
    may_be, _ = _holders(line)
    return standing.person(line.slate.tx, may_be[0]) if may_be else None


def _pin(line: Line, keys: str, speech: str) -> None:
    """Their PIN, typed or spoken; or the word by which they are known on this phone."""
    slate = line.slate
    digits = keys or door.digits_in(speech)
    may_be, _ = _holders(line)
    if digits:
        found = pins.whose(slate, _number_id(line), may_be, digits)
    else:
        found = links.by_word(slate.tx, slate.number.id, plain(speech))
        if found not in may_be or people.with_pin(slate.tx, [found]):
            found = None
    if found is not None:
        _let_in(line, found, known=True)
    else:
        _wrong(line, "ask-pin-again")


def _opening(line: Line, keys: str, speech: str) -> None:
    slate = line.slate
    said = door.good_time(keys, speech)
    if said == "later":
        line.manners = line.manners._replace(phase=OVER, proved=True)
        line.call.proved_at = slate.now
        if not alerting.not_now(slate, line.call.id):  # the next one is asked meanwhile
            ringing.later(slate, line.call)
        slate.phrase("call-later")
        line.over = True
    elif said == "yes":
        line.manners = line.manners._replace(proved=True)
        if not rooms.opens(line):
            _who(line)
    elif _named(line, speech) == "wrong":  # the keyword of who is not meant
        talking.leave_by_key(line, told=False)
    else:
        _wrong(line)


def _own_number(line: Line, keys: str, speech: str) -> None:
    """Which number is theirs. Whether we know it is not told: the PIN is asked for all the same."""
    slate = line.slate
    country = slate.force.organisation.country
    number = turns.as_dialled(keys or speech, country)
    if number is None:
        _wrong(line)
        return
    line.manners = line.manners._replace(typed=number, phase=PIN)


def _choose(line: Line, keys: str, speech: str) -> None:
    """The choices of somebody whom we do not know."""
    slate, hidden = line.slate, line.manners.phase == HIDDEN
    named = _named(line, speech)
    if keys == "1" and hidden:
        _at(line, NUMBER)
    elif not hidden and (keys == "1" or named == listening.JOIN):
        _join(line)
    elif keys == "3" or named == listening.HELP:
        slate.phrase("call-lines", URGENT, CASE)
        line.manners = line.manners._replace(wrong=0, proved=True)
    elif keys == tongues.KEY and tongues.other(slate) is not None:
        tongue = tongues.other(slate) or ""
        line.manners = line.manners._replace(tongue=tongue)
        slate.tongue = tongue
        if slate.person is not None:  # who left, or asked for a person before this
            slate.person.language, slate.person.changed = tongue, True
    else:
        _wrong(line)


def _named(line: Line, speech: str) -> str | None:
    """The keyword that was said."""
    program, about = line.slate.force.program, line.slate.about()
    calls = (hearing.keyword(program, said, about) for said in door.may_name(speech))
    return next((call.name for call in calls if call is not None), None)


def _join(line: Line) -> None:
    line.slate.phrase("call-keys")
    listening.enter(line.slate, "joining")
    assert line.slate.person is not None
    line.call.person_id = line.slate.person.id
    line.manners = calling.let_in(line.manners, known=False)._replace(proved=True, told=True)
    talking.settle(line)


def _wrong(line: Line, phrase: str = "unclear") -> None:
    before = line.manners.phase
    line.manners, meaning = calling.wrong(line.manners)
    if isinstance(meaning, Goodbye):
        _shut(line, before)
    else:
        line.slate.phrase(phrase, REPLY, CONSENT)


def _shut(line: Line, phase: str) -> None:
    """The end at the door. Who did not show whose they are has the wrong number."""
    wrong = phase == PIN
    line.slate.phrase("sorry-wrong-number" if wrong else "call-goodbye", REPLY, CONSENT)
    _at(line, OVER)
    line.over = True
