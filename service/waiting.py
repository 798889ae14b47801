"""What waits behind a person's front conversation, and what of it waits for a call of ours.

Promise: the next one is named first: what was interrupted, then what was due, in their order. What
waits for a call is begun by that call, or by text once ringing was in vain, and by nothing else:
whoever asked for calls is not texted because a text came in between.
"""

from __future__ import annotations

from service.slate import Slate
from service.storage import conversations, placings
from service.storage.standing import Conversation

FOR_A_CALL, SCHEDULED, INTERRUPTED = -1, 0, 1
"""Urgency of what waits."""


def behind(slate: Slate) -> list[Conversation]:
    """All that waits behind the front conversation, the next one first."""
    assert slate.person is not None
    waiting = list(slate.behind)
    known = {row.id for row in waiting}
    stored = conversations.waiting(slate.tx, slate.person.id) if slate.others_wait else ()
    for row in stored:
        held = slate.conversations.get(row.id, row)
        if held.id not in known and held.status == "waiting":
            waiting.append(held)
    return waiting


def for_call(slate: Slate) -> list[Conversation]:
    """Those that wait for a call of ours, the longest waiting first."""
    return [row for row in behind(slate) if row.urgency == FOR_A_CALL]


def until_called(slate: Slate, conversation: Conversation) -> None:
    """It begins when its person takes the call that is made for it."""
    conversation.urgency = FOR_A_CALL
    slate.changed(conversation)


def no_longer_for_call(slate: Slate, conversation: Conversation) -> None:
    """It needs no call any more: it comes when nothing else stands in front."""
    conversation.urgency = SCHEDULED
    slate.changed(conversation)
    placings.cancel_conversation(slate.tx, conversation.id, "began", slate.now)
