"""Ringing: check-ins by call, and what follows a call that reached nobody.

Promise: a check-in by call waits for its call as a conversation that has not begun; it begins when
a person is proved on the line, whichever of the two rang, or by text when ringing was in vain. It
rings twice and no more. What follows a call is `flows.ringing`'s rule; what is said in it is not
decided here, and no call is placed here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows import ringing as rules
from service import bridge_phones, call_ends, checkins, conversing, failing, reaching, waiting
from service.carrier.outcomes import kind_of
from service.slate import BULK, CASE, CHECKIN, NOTICE, Slate
from service.storage import call_lists, calls, conversations, ids, occurrences, timers
from service.storage.calls import Call
from service.storage.placings import NewCall
from service.storage.standing import Conversation
from service.storage.timers import Timer

PUT_OFF = timedelta(minutes=1)  # they asked for another time: by then this call is over
NOT_REACHED = "not reached"  # how a conversation ends that never came to its person
_GOES_ON = ("pending", "held", "placing", "in doubt", "placed", "answered")


# --- a call is wanted


def ring(
    slate: Slate, conversation: Conversation | None, until: datetime, *, attempt: int = 1,
    due: datetime | None = None,
) -> None:  # fmt: skip
    """Have this person called, on the number of this turn; not later than `until`."""
    assert slate.person is not None
    occurrence_id = conversation.occurrence_id if conversation is not None else None
    slate.calls.append(
        NewCall(
            ids.new(), NOTICE if occurrence_id is None else CHECKIN, slate.person.id,
            slate.number.id, slate.sender.id, BULK, due or slate.now, slate.now,
            conversation.id if conversation is not None else None, occurrence_id, until, attempt,
        )
    )  # fmt: skip


def begin(slate: Slate, conversation: Conversation, since: datetime) -> None:
    """This conversation comes by call: it waits until somebody takes it.

    `since`: its slot, from which it may be late.
    """
    waiting.until_called(slate, conversation)
    ring(slate, conversation, since + checkins.TOO_LATE, due=max(since, slate.now))


def instead_of_text(slate: Slate, conversation: Conversation) -> bool:
    """A check-in's text never arrived: it is asked by call where that can be; whether it is."""
    until = _until(slate, conversation)
    if until <= slate.now or not reaching.rings(slate.number):
        return False
    if call_lists.of_conversation(slate.tx, conversation.id):
        return False  # its phone rang already, before the text
    ring(slate, conversation, until)
    return True


def asked_by_call(slate: Slate, conversation: Conversation) -> bool:
    """Whether they have heard its question, on a phone that takes calls alone."""
    if reaching.takes_texts(slate.number):
        return False
    return slate.number.kind == "landline" or any(
        call.proved_at is not None for call in call_lists.of_conversation(slate.tx, conversation.id)
    )


def _until(slate: Slate, conversation: Conversation) -> datetime:
    """After this moment nobody is called about it any more."""
    id_ = conversation.occurrence_id
    occurrence = occurrences.load(slate.tx, id_) if id_ is not None else None
    return (occurrence.due_at if occurrence else conversation.started_at) + checkins.TOO_LATE


# --- somebody is on the line


def proved(slate: Slate, call: Call) -> bool:
    """A person is known in a call with us: what waited for a call begins now.

    True where it began, so that something has been asked; False where nothing waited, or another
    question stands in front, which comes first and is to be asked again.
    """
    if slate.person is None:
        return False
    wait = waiting.for_call(slate)
    for row in wait:
        waiting.no_longer_for_call(slate, row)
    comes_first = call.purpose in (CASE, *bridge_phones.PURPOSES)
    if not wait or (slate.front is not None and not comes_first):
        return False  # somebody who is asked to come to another is asked that first
    first = next((row for row in wait if row.id == call.conversation_id), wait[0])
    conversing.start(slate, first.flow, before=first)
    return True


def later(slate: Slate, call: Call) -> None:
    """They took the call and asked for another time. To be told while the call lasts."""
    if slate.person is not None and call.direction == "out":
        slate.later(
            call_ends.event(call.id, slate.person.id, rules.LATER, slate.now, after=PUT_OFF)
        )


# --- a call is over


def ended(slate: Slate, call: Call) -> None:
    """A call of ours is over, as the carrier told: what follows is a turn of its person."""
    if call.direction != "out" or call.person_id is None:
        return
    if timers.planned(slate.tx, call_ends.key(call.id, rules.LATER)):
        return  # they asked for another time: that says what follows
    came_to = rules.outcome(call.status, call.answered_by, call.proved_at is not None)
    slate.later(call_ends.event(call.id, call.person_id, came_to, slate.now, call.error_code))


def follow(slate: Slate, timer: Timer) -> None:
    """Take the event: ring again, ask by text, or let it be."""
    call = calls.load(slate.tx, timer.subject_id or "")
    if call is None or slate.person is None:
        return
    code = (timer.payload or {}).get("code")
    if code is not None and str(code).isdigit() and slate.number.id == call.number_id:
        failing.failed(slate, str(kind_of(int(code))), str(code))
    if call.conversation_id is None:
        return
    conversation = _conversation(slate, call.conversation_id)
    if conversation is not None and conversation.status != "ended":
        _follow(slate, call, conversation, timer.token or rules.FAILED)


def _follow(slate: Slate, call: Call, conversation: Conversation, came_to: str) -> None:
    never_began = conversation.status == "waiting" and conversation.urgency == waiting.FOR_A_CALL
    if came_to == rules.REACHED and never_began:
        came_to = rules.SILENT  # somebody was there, but not who was called
    others = call_lists.of_conversation(slate.tx, conversation.id)
    if any(row.id != call.id and row.status in _GOES_ON for row in others):
        return  # it is rung about already: they had asked for another time
    if rules.rang(came_to):
        checkins.prompted(slate, conversation)
    rang = any(rules.rang(_came_to(row)) for row in others if row.id != call.id)
    texts = never_began and reaching.takes_texts(slate.number)
    following = rules.after(came_to, call.attempt, texts, rang, reaching.rings(slate.number))
    if not _welcome(slate):
        following = rules.Over("skipped")
    match following:
        case rules.Again():
            minutes = slate.force.organisation.second_call_minutes
            due = slate.now + timedelta(minutes=minutes)
            until = max(_until(slate, conversation), due + PUT_OFF)
            ring(slate, conversation, until, attempt=call.attempt + 1, due=due)
        case rules.Text():
            _by_text(slate, conversation)
        case rules.Over(occurrence=status) if status is not None:
            checkins.rung_in_vain(slate, conversation, status)
            conversing.close(slate, conversation, NOT_REACHED)


def _came_to(call: Call) -> str:
    return rules.outcome(call.status, call.answered_by, call.proved_at is not None)


def _welcome(slate: Slate) -> bool:
    """Whether they still want to be asked: not who left or rests."""
    person = slate.person
    assert person is not None
    resting = person.paused_until is not None and person.paused_until > slate.now
    return person.status in ("active", "joining", "invited") and not resting


def _by_text(slate: Slate, conversation: Conversation) -> None:
    """Begin by text, in front or after what stands there."""
    waiting.no_longer_for_call(slate, conversation)
    if slate.front is None:
        slate.prompts_expire_at = _until(slate, conversation)
        conversing.start(slate, conversation.flow, before=conversation)
        slate.prompts_expire_at = None


def _conversation(slate: Slate, conversation_id: str) -> Conversation | None:
    held = slate.conversations.get(conversation_id)
    if held is None:
        held = conversations.by_ids(slate.tx, [conversation_id]).get(conversation_id)
    if held is not None:
        slate.conversations[held.id] = held
    return held
