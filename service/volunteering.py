"""Hearing a volunteer: words with a case's code, from any of their phones, and codes of new phones.

Promise: a reply with a case code goes to its own case, whatever stands in front; a code that is
wrong or missing is asked for in the flow that begins, never guessed. A bare word is an answer where
the question in front takes it. Nothing here is heard before consent and danger, and a number's
words are its holder's unless they are a volunteer's own.
"""

from __future__ import annotations

from flows import case_codes
from flows.case_codes import CODE, LENGTH, LETTERS, Said
from flows.events import Heard
from flows.plain import plain
from service import case_actions, conversing, waiting
from service.slate import CASE, URGENT, Slate
from service.storage import case_alerts, contacts, conversations, links, standing

_FREE = "note"  # the keyword after which anything may be said
_ALERT, _ASKED, _WHICH = "alert", "alert/asked", "which-case/"  # a flow, a question, a flow's
_VERIFY, _MENU = "verify-contact", "taken"  # flows
_CODE_OF_A_PHONE = 6  # digits
_BRIEF = 3  # words: of so few each counts


def recognise(slate: Slate, body: str) -> bool:
    """Whether it is a volunteer's own word, from a phone that is theirs for cases.

    Their phone may be nobody's else: then all that comes from it is theirs. On a phone that another
    holds, only what begins with one of a volunteer's words, or is the code that came there.
    """
    person = slate.person
    if person is not None and person.is_volunteer and person.status not in links.GONE:
        return True
    alone = person is None or person.status in (*links.GONE, "joining")
    if not alone and not _may_be_theirs(slate, body):
        return False
    mine = contacts.of_number(slate.tx, slate.number.id)
    wanted = next((one for one in mine if _counts(slate, one, body)), None)
    if wanted is None:
        return False
    found = standing.person(slate.tx, wanted.person_id)
    if found is None or found.status in links.GONE:
        return False
    if not found.is_volunteer and not _sent_here(slate, found.id):
        return False
    slate.person, slate.front = found, None
    slate.bring_front()
    return True


def _counts(slate: Slate, contact: contacts.Contact, body: str) -> bool:
    if contact.verified_at is not None:
        return True
    return contact.code_expires_at is not None and _phone_code(body) is not None


def _may_be_theirs(slate: Slate, body: str) -> bool:
    words = body.split(maxsplit=1)
    found = words_of_cases(slate)
    return bool(words) and (plain(words[0]) in found or _phone_code(body) is not None)


def words_of_cases(slate: Slate) -> dict[str, str]:
    """Words that are about a case, plain, to the keyword's name."""
    return {
        plain(word): keyword.name
        for keyword in slate.force.program.library.keywords
        if keyword.volunteers and keyword.name in case_actions.WORDS
        for words in keyword.words.values()
        for word in words
    }


def _phone_code(body: str) -> str | None:
    digits = "".join(body.split())
    return digits if digits.isdecimal() and len(digits) == _CODE_OF_A_PHONE else None


# --- what it says


def hear(slate: Slate, body: str) -> bool:
    """Take a volunteer's text that is about a case or a new phone; whether it was one."""
    if slate.person is None:
        return False
    if _new_phone(slate, body):
        return True  # also of who only applied: a phone may be shown first
    if not slate.person.is_volunteer:
        return False
    if _said_of_several(slate, body):
        return True
    words = words_of_cases(slate)
    first = body.split(maxsplit=1)[0] if body.split() else ""
    if plain(first) not in words and not _may_name_one(slate, body):
        return False
    cases = {case.code: case for case in case_actions.known(slate)}
    free = [word for word, name in words.items() if name == _FREE]
    said = case_codes.read(body, words, cases, free)
    if said is not None:
        return _word(slate, words[said.word], said, body)
    named = case_codes.found_in(body, list(cases))
    if len(named) == 1 and _asks_which(slate):
        _close_alert(slate, named[0])
        return False  # the question in front takes it
    return len(named) == 1 and _to_its_own(slate, named[0], body)


def _asks_which(slate: Slate) -> bool:
    ready = conversing.open_question(slate)
    return ready is not None and ready.place.startswith(_WHICH)


def _said_of_several(slate: Slate, body: str) -> bool:
    """A yes or no to an alert that may mean more than one case, or has a code that is wrong: which
    is asked back. Whichever stands in front need not be the one that they read."""
    ready, front = conversing.open_question(slate), slate.front
    if front is None or ready is None or ready.place != _ASKED:
        return False
    session = conversing.session_of(front)
    if case_codes.without_code(body, session.values.get(CODE)) != body:
        return False
    codes = [case.code for case in case_actions.known(slate)]
    named = case_codes.read(body, words_of_cases(slate), codes)
    if named is not None and named.code:
        return False  # a code says which, right or not
    taken = conversing.attempt(slate, front, Heard(body))
    said = taken.session.answers.get("said") if taken.heard == "answer" else None
    if said not in case_actions.WORDS:
        return False
    mine, wrong = case_codes.found_in(body, codes), case_codes.unknown_in(body, codes)
    if len(mine) == 1 and not wrong:
        return False  # it goes to its own
    if not mine and not wrong and len(case_actions.theirs(slate, str(said))) < 2:
        if not (body.strip().isdecimal() and _menu_waits(slate)):
            return False
        said = _ALERT  # the key may be one of the menu that they read before
    slate.lane, slate.purpose = URGENT, CASE
    given: dict[str, object] = {CODE: " ".join((*mine, *wrong))} if mine or wrong else {}
    conversing.start(slate, str(said), given=given)
    return True


def _menu_waits(slate: Slate) -> bool:
    """Whether what can be done with a case of theirs, by its keys, was asked before this."""
    return any(conversing.session_of(row).at == _MENU for row in waiting.behind(slate))


def _may_name_one(slate: Slate, body: str) -> bool:
    """Whether a word of it may be meant as a code: the first, or one that is no word of a sentence.

    Where anything may be said, only the first: a note may name a case.
    """
    said = body.split()
    ready = conversing.open_question(slate)
    if ready is not None and ready.takes_anything:
        said, brief = said[:1], True
    else:
        brief = len(said) <= _BRIEF
    codes = [word for word in said if _like_a_code(word)]
    return any(
        word == said[0] or brief or word.isupper() or any(map(str.isdigit, word)) for word in codes
    )


def _like_a_code(word: str) -> bool:
    code = case_codes.coded(word)
    return len(code) == LENGTH and all(letter in LETTERS for letter in code)


def _word(slate: Slate, name: str, said: Said, body: str) -> bool:
    if not said.code and not said.rest and is_answer(slate, body):
        return False  # the question in front takes it
    if said.code and _front_is_about(slate, said.code) and is_answer(slate, body):
        return False
    slate.lane, slate.purpose = URGENT, CASE
    _close_alert(slate, said.code or _only(slate, name))
    given: dict[str, object] = {CODE: said.code} if said.code else {}
    conversing.start(slate, name, said=said.rest, given=given)
    return True


def _only(slate: Slate, name: str) -> str:
    """The code of the only case that this word can be about; "" where there are several."""
    found = case_actions.theirs(slate, name)
    return found[0].code if len(found) == 1 else ""


def is_answer(slate: Slate, body: str) -> bool:
    """Whether the question in front takes this as its answer, and not as just any words."""
    ready = conversing.open_question(slate)
    if slate.front is None or ready is None or ready.takes_anything:
        return False
    return conversing.attempt(slate, slate.front, Heard(body)).heard == "answer"


def _front_is_about(slate: Slate, code: str) -> bool:
    if slate.front is None:
        return False
    session = conversing.session_of(slate.front)
    held = (session.values, *(frame[2] for frame in session.below))
    return any(values.get(CODE) == code for values in held)


def _to_its_own(slate: Slate, code: str, body: str) -> bool:
    """Words beside a code that are no word of ours: they are for what is open about that case."""
    if not _front_is_about(slate, code):
        slate.lane, slate.purpose = URGENT, CASE
        _close_alert(slate, code)
        conversing.start(slate, _ALERT, given={CODE: code})
    front = slate.front
    rest = case_codes.without_code(body, code)
    if front is not None and rest != body:
        taken = conversing.attempt(slate, front, Heard(rest))
        if taken.heard == "answer":
            slate.out = [out for out in slate.out if out.conversation_id != front.id]
            conversing.take(slate, front, taken)
            return True
    if front is not None and not slate.out:
        conversing.ask_again(slate)
    return True


def _close_alert(slate: Slate, code: str) -> None:
    """What asked them about this case behind the front is answered by this word: it asks no more.

    In front it is answered as well, and is not asked again after it.
    """
    assert slate.person is not None
    case = case_actions.by_code(slate, code) if code else None
    if case is None:
        return
    asked = [
        alert.conversation_id
        for alert in case_alerts.of_case(slate.tx, case.id)
        if alert.person_id == slate.person.id and alert.conversation_id is not None
    ]
    over = {row.id: row for row in case_actions.open_about(slate, case.code)}
    for row in conversations.by_ids(slate.tx, asked).values() if asked else ():
        over.setdefault(row.id, slate.conversations.setdefault(row.id, row))
    if slate.front is not None and slate.front.id in over:
        conversing.step_aside(slate)  # what it had interrupted comes back after this word
    for held in over.values():
        if held.status == "waiting":
            conversing.close(slate, held, "answered")
    slate.behind = [row for row in slate.behind if row.status != "ended"]


def _new_phone(slate: Slate, body: str) -> bool:
    """A code texted back from a new phone."""
    digits = _phone_code(body)
    if digits is None or is_answer(slate, body):
        return False
    if slate.person is None or not _sent_here(slate, slate.person.id):
        return False
    conversing.start(slate, _VERIFY, said=digits)
    return True


def _sent_here(slate: Slate, person_id: str) -> bool:
    """Whether a code was sent to this phone, to show that it is theirs."""
    return any(
        one.person_id == person_id and one.code_expires_at is not None
        for one in contacts.of_number(slate.tx, slate.number.id)
    )
