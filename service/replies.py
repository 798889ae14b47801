"""Replies: what a person writes, presses or says, and which of their conversations it is for.

Promise: the order is that of `flows.hearing`: the conversation in front, a late answer, words that
start a flow, and then a kind fallback with a way to a person. Whatever comes is answered. What the
answer does to a conversation is `conversing`'s.
"""

from __future__ import annotations

from flows import hearing
from flows.events import Heard, HeardLate, Pressed, Spoke
from flows.machine import Session, fits_late, keyword_with_answer, meaning
from service import cases, checkins, conversing
from service.slate import Slate
from service.storage import conversations
from service.storage.standing import Conversation

TALK = "talk"  # the keyword of a way to a person, by its name in keywords.yaml


def hear(slate: Slate, text: str, media: int = 0, spoken: Spoke | None = None) -> None:
    """A text for the conversations of this person, in the order of `flows.hearing`.

    `spoken`: the same words as they were heard on a call.
    """
    front = slate.front
    if front is not None:
        heard = conversing.attempt(slate, front, spoken or Heard(text, media))
        if heard.heard == "unclear" and (_around(slate, text) or (spoken and _asks(slate, text))):
            return
        if heard.heard not in ("nothing", "stale"):
            if heard.heard == "unclear":
                checkins.reply_unclear(slate, front)
            conversing.take(slate, front, heard)
            return
    elif _by_keyword(slate, text):
        return
    if _around(slate, text):
        return
    if not text.strip():  # nothing that a person could read for us
        slate.phrase("media-received" if media else "empty-text")
    else:
        conversing.start(slate, "fallback")


def press(slate: Slate, keys: str) -> None:
    """Keys of a call for the conversation in front; without one, those of everywhere."""
    front = slate.front
    if front is None:
        call = slate.force.program.called_by(keys, slate.about())
        if call is not None and call.keyword.target:
            conversing.start(slate, call.keyword.target)
        return
    pressed = conversing.attempt(slate, front, Pressed(keys))
    if pressed.heard == "unclear":
        checkins.reply_unclear(slate, front)
    conversing.take(slate, front, pressed)


def answer_in_words(slate: Slate, text: str) -> str | None:
    """How the open question would understand this text, in words; None where it is no answer."""
    if slate.front is None:
        return None
    front = slate.front
    return meaning(
        slate.program(front), conversing.session_of(front), text, slate.about(), slate.now
    )


def hear_late(slate: Slate, text: str) -> bool:
    """Take the text as a late answer to the question closed last, where it fits.

    Not while another question waits: then a text is about that one.
    """
    assert slate.person is not None
    if slate.front is not None and conversing.session_of(slate.front).question is not None:
        return False
    late = conversations.late(slate.tx, slate.person.id, slate.now)
    if late is None or late.id in slate.conversations:
        return False
    session = Session.from_json(late.session)
    if not fits_late(slate.program(late), session, text, slate.about()):
        return False
    _resume_late(slate, late, text)
    return True


def _resume_late(slate: Slate, late: Conversation, text: str) -> None:
    conversing.step_aside(slate)
    late.status, late.outcome, late.ended_at = "front", None, None
    late.expires_at = slate.now + conversing.LATE
    conversing.expires(slate, late)
    conversing.bring_to_front(slate, late)
    checkins.answered_late(slate, late)
    if late.occurrence_id is not None:
        cases.answered_after_all(slate)
    conversing.run(slate, late, HeardLate(text))


def _by_keyword(slate: Slate, text: str) -> bool:
    """An organisation's keyword while no conversation is open."""
    call = hearing.keyword(slate.force.program, text, slate.about())
    if call is None:
        found = keyword_with_answer(slate.force.program, text, slate.about(), slate.now)
        if found is not None:
            conversing.start(slate, found[0], said=found[1])
        return found is not None
    if call.does == "visit" and call.target:
        conversing.start(slate, call.target)
    elif call.does == "skip":
        slate.phrase("nothing-to-skip")
    else:
        return False
    return True


def _asks(slate: Slate, speech: str) -> bool:
    """A way to a person, asked for in a sentence."""
    for said in hearing.asking(speech):
        call = hearing.keyword(slate.force.program, said, slate.about())
        if call is not None and call.name == TALK and call.target:
            conversing.start(slate, call.target)
            return True
    return False


def _around(slate: Slate, text: str) -> bool:
    """A late answer, or words that start a flow."""
    if hear_late(slate, text):
        return True
    flow = hearing.starts(slate.force.program, text, slate.about())
    if flow is not None and (slate.front is None or slate.front.flow != flow):
        conversing.start(slate, flow)
        return True
    return False
