"""Listening: one text that came in, for one number, in the order of `flows.hearing`.

Promise: consent and danger act on the number before anyone is asked who is texting, and no
limit holds them. Whoever writes gets an answer: from a flow, or a phrase; an unknown number
gets only so many a day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from flows import hearing, lines
from flows.plain import plain
from flows.program import ARE_YOU_SAFE
from flows.risk import Danger
from service import (
    cases,
    checkins,
    consenting,
    conversing,
    coordinating,
    replies,
    safe_words,
    telling,
    volunteering,
)
from service.slate import CALL, CASE, CONSENT, REPLY, URGENT, Slate
from service.storage import cases as stored_cases
from service.storage import links, standing

KNOWN_FOR = timedelta(minutes=30)  # so long a word tells who is texting from a shared phone
WHO_OF_SEVERAL = "Several people use this phone; who of them wrote is not known."

JOIN, TALK, HELP = "join", "talk", "help"  # keywords by their names in keywords.yaml


class Incoming(NamedTuple):
    """A text as the phone network brought it. `opt_out`: what the network already answered."""

    sid: str
    sender: str
    to: str
    body: str
    media: tuple[str, ...] = ()
    opt_out: str | None = None


def listen(slate: Slate, text: Incoming) -> None:
    """Hear one text; everything that follows from it is on the slate."""
    number = slate.number
    if number.unusable_code is not None:  # who writes can be written to
        number.unusable_code = number.unusable_at = None
        number.changed = True
    if slate.person is None:
        slate.tongue = hearing.written_in(text.body, slate.force.program, slate.force.lexicon)
    heard = hearing.first(
        text.body,
        slate.force.lexicon,
        opted_out=number.opted_out_at is not None,
        asked_to_join=number.asked_to_join_at is not None and slate.front is None,
    )
    consent = (text.opt_out or "").lower() or heard.consent
    if consent == "stop":
        consenting.stop(slate, consenting.BY_WORD)
    elif consent == "start" or (consent == "yes" and number.opted_out_at is not None):
        consenting.start(slate, carrier_answered=text.opt_out is not None)
    elif heard.danger is not None:
        if not ask_if_safe(slate, heard.danger, heard.stop_wish):
            danger(slate, heard.danger, heard.stop_wish)
    elif safe_words.hear(slate, text.body):
        pass  # it is done, and looks like nothing
    elif heard.stop_wish:
        consenting.stop_by_wish(slate)
    elif number.opted_out_at is not None:
        _from_opted_out(slate, text.body)
    elif consent == "help":
        if text.opt_out is None:
            _help(slate)
    elif volunteering.recognise(slate, text.body) and volunteering.hear(slate, text.body):
        pass  # a volunteer's word, which goes to its case
    elif coordinating.hear(slate, text.body):
        pass  # the same of a coordinator who is only a number
    elif _who(slate, text.body):
        _for_somebody(slate, text, consent == "yes")


def listen_plainly(slate: Slate, text: Incoming) -> None:
    """Where hearing failed by a mistake of ours: a stop is honoured, and a person is told."""
    if (text.opt_out or "").lower() == "stop" or hearing.consent_word(text.body) == "stop":
        consenting.opt_out(slate, consenting.BY_WORD)
        return
    slate.phrase("failed-kindly", URGENT, CASE)
    telling.staff(slate, conversing.ENGINE_TROUBLE, code=slate.turn_id)


# --- before anybody is asked who they are


def danger(slate: Slate, told: Danger, stop_wish: bool) -> None:
    """A case, and lines at once. Where they want texts to stop too, both take effect."""
    note = ", ".join(told.reasons)
    slate.need = lines.need_of(note)
    if not slate.known and one_of_several(slate):
        note = f"{note}; {WHO_OF_SEVERAL}"
    elif slate.front is not None:
        checkins.alerted(slate, slate.front)  # whoever writes so was not silent
    known = slate.person is not None and slate.number.kind != consenting.ANONYMOUS
    if slate.person is None:
        consenting.welcome(slate)
    if stop_wish:
        consenting.stop(slate, consenting.BY_WISH)
    opened = cases.open_case(slate, cases.DANGER, "urgent", note)
    # that somebody is asked to call is said only where there is somebody
    asked = known and opened.asked
    phrase = "danger-answer" if asked else "danger-unknown"
    if slate.channel == CALL and slate.discreet:
        # who speaks is on the line: "call when you can" would send them away
        phrase = "call-person-asked" if asked else "call-person-unknown"
    slate.phrase("danger-stopped" if stop_wish else _of_its_kind(slate, phrase), URGENT, CASE)


def _of_its_kind(slate: Slate, phrase: str) -> str:
    """The wording for their need, where there is one: "danger-answer-violence".

    It takes a segment more, so who pays for texts gets what serves every kind.
    """
    own = f"{phrase}-{slate.need}"
    pays = slate.number.costs and slate.channel != CALL
    return own if own in slate.force.program.library.phrases and not pays else phrase


def ask_if_safe(slate: Slate, told: Danger, stop_wish: bool) -> bool:
    """One gentle question, where that is enough; False where a person is needed at once.

    So it is where it is an alarm; where the question stands already, or a person is asked to come;
    where no question can be put: they leave, or left, or it is not known who of several wrote; and
    where nobody here could read the answer.
    """
    person, front = slate.person, slate.front
    if told.outcome == "alarm" or stop_wish or not told.kinds:
        return False
    if slate.number.opted_out_at is not None or slate.number.kind == consenting.ANONYMOUS:
        return False
    if slate.force.program.flow(ARE_YOU_SAFE) is None:
        return False
    if front is not None and front.flow == ARE_YOU_SAFE:
        return False
    if not slate.known and one_of_several(slate):
        return False
    if person is None:
        consenting.welcome(slate)
    elif stored_cases.open_of(slate.tx, person.id, cases.DANGER) is not None:
        return False
    elif front is not None:
        checkins.alerted(slate, front)  # whoever writes so was not silent
    slate.signs = ", ".join(told.reasons)
    slate.lane, slate.purpose = URGENT, CASE
    conversing.start(slate, ARE_YOU_SAFE)
    return True


def _from_opted_out(slate: Slate, body: str) -> None:
    """They left, and write. A person is still brought; every other word is only kept."""
    call = hearing.keyword(slate.force.program, body, slate.about())
    if call is not None and call.name == TALK and slate.person is not None:
        cases.open_case(slate, cases.ASKED, "urgent")
    elif slate.person is not None:
        for case in stored_cases.all_open_of(slate.tx, slate.person.id):
            stored_cases.add_event(slate.tx, case.id, "wrote again", "person", None, slate.now)


def _help(slate: Slate) -> None:
    if slate.person is None or slate.person.status in ("joining", "left"):
        _answer_unknown(slate, "help-unknown", limited=False)
        return
    conversing.start(slate, HELP)


# --- who is texting


def one_of_several(slate: Slate) -> bool:
    """Whether several hold this phone and it is not known who of them writes or calls.

    Their case is then that of whoever held it last, or of any of them, and says so.
    """
    until = slate.number.active_until
    still_here = slate.person is not None and slate.person.status not in links.GONE
    if still_here and (until is None or until > slate.now):
        return False
    holders = links.holders(slate.tx, slate.number.id)
    if holders and not still_here:
        slate.person, slate.front = standing.person(slate.tx, holders[0].person_id), None
        slate.bring_front()
    return len(holders) > 1


def wants_a_person(slate: Slate, body: str) -> bool:
    call = hearing.keyword(slate.force.program, body, slate.about())
    return (call is not None and call.name == TALK) or plain(body) in ("0", "00")


def _who(slate: Slate, body: str) -> bool:
    """Whether it is known who holds the phone; on a shared one a word tells."""
    number, person = slate.number, slate.person
    still_here = person is not None and person.status not in links.GONE
    if still_here and (number.active_until is None or number.active_until > slate.now):
        if number.active_until is not None:
            number.active_until = slate.now + KNOWN_FOR
            number.changed = True
        return True
    holders = links.holders(slate.tx, number.id)
    if len(holders) < 2:
        if holders and (slate.person is None or slate.person.id != holders[0].person_id):
            _known(slate, holders[0].person_id)  # the others left: one phone, one person again
        return True
    if wants_a_person(slate, body):
        one_of_several(slate)
        cases.open_case(slate, cases.ASKED, "urgent", WHO_OF_SEVERAL)
        slate.phrase("asked-for-a-person", URGENT, CASE)
        return False
    # a word that is right needs no asking
    if number.expecting_word or links.by_word(slate.tx, number.id, body) is not None:
        return _by_word(slate, body)
    number.expecting_word = True
    number.changed = True
    slate.person = slate.front = None
    slate.phrase("ask-word", REPLY, CONSENT)
    return False


def _by_word(slate: Slate, body: str) -> bool:
    number = slate.number
    number.expecting_word = False
    number.changed = True
    person_id = links.by_word(slate.tx, number.id, body)
    slate.person = slate.front = None
    if person_id is None:
        slate.phrase("wrong-word", REPLY, CONSENT)
        return False
    _known(slate, person_id)
    number.active_until = slate.now + KNOWN_FOR
    if slate.front is not None:
        conversing.ask_again(slate)
    else:
        conversing.start(slate, "menu")
    return False


def _known(slate: Slate, person_id: str) -> None:
    """It is this person who holds the phone now."""
    slate.person, slate.front = standing.person(slate.tx, person_id), None
    slate.number.active_person_id, slate.number.active_until = person_id, None
    slate.number.changed = True
    slate.bring_front()


# --- for the person, or for somebody new


def _for_somebody(slate: Slate, text: Incoming, yes_to_joining: bool) -> None:
    person = slate.person
    member = person is not None and person.status in ("active", "erasing")
    if yes_to_joining and person is not None:
        conversing.start(slate, "joining")
    elif member or slate.front is not None:
        replies.hear(slate, text.body, len(text.media))
    elif person is None or not replies.hear_late(slate, text.body):
        _for_stranger(slate, text.body)


def _for_stranger(slate: Slate, body: str) -> None:
    """Nobody who joined: JOIN and a person are open, all else is told briefly."""
    call = hearing.keyword(slate.force.program, body, slate.about())
    name = call.name if call is not None else None
    starts_joining = hearing.starts(slate.force.program, body, slate.about()) == "joining"
    if name == JOIN or starts_joining:
        enter(slate, "joining")
    elif wants_a_person(slate, body):
        enter(slate, "talk")
    elif name == HELP:
        _answer_unknown(slate, "help-unknown")
    else:
        _answer_unknown(slate, "unknown-number")


def enter(slate: Slate, flow: str) -> None:
    """Somebody who is no member begins this flow; they are a person of ours from now on."""
    if slate.person is None:
        consenting.welcome(slate)
    else:
        slate.person.status = "joining"
        slate.person.changed = True
    conversing.start(slate, flow)


def _answer_unknown(slate: Slate, phrase: str, limited: bool = True) -> None:
    number = slate.number
    today = number.replies_count if number.replies_day == slate.day else 0
    if limited and today >= slate.force.organisation.unknown_replies:
        return
    if slate.person is not None and slate.tongue is None:
        slate.tongue = slate.person.language
    slate.seen_by_others = slate.discreet  # who left may still share their phone
    slate.person = None  # it is the number that is answered, and counted
    slate.phrase(phrase, REPLY, CONSENT)
