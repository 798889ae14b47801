"""Conversing: the engine run for one slate, and which conversation stands in front.

Promise: every effect of a step ends up on the slate; an action's outcome is fed back within a
bounded number of steps. What interrupts comes to the front at once, and what it interrupted
returns and asks once more. The rules of a conversation are in `flows.machine`, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flows.compiling import Ready
from flows.effects import Ask, Breach, Effect, End, Perform, Record, Remember, Say, Wait
from flows.events import (
    Event,
    Expired,
    Performed,
    Returned,
    Started,
)
from flows.machine import (
    Session,
    Step,
    begin,
    step,
)
from service import checkins, performing, telling, waiting
from service.slate import CALL, CHECKIN, REPLY, Out, Slate
from service.storage import conversations, ids
from service.storage.answers import NewAnswer
from service.storage.standing import Conversation
from service.storage.timers import Timer

MOST_ACTIONS = 32  # in one turn; a flow that wants more is broken and fails kindly
MORE_TIME = timedelta(hours=1)  # for a conversation that goes on at the moment it should end
LATE = timedelta(hours=24)  # so long at most a late answer counts

ENGINE_TROUBLE = "engine-trouble-coordinator"


def start(
    slate: Slate, flow: str, *, occurrence_id: str | None = None,
    before: Conversation | None = None, said: str = "", given: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """Begin this flow in front. `before`: a scheduled start that waited and now has its turn.

    `said`: words that answer its first question already, as in "PAUSE 2 weeks". `given`: answers
    that it begins with, such as the code of the case that it is about.
    """
    compiled = slate.force.program.flow(flow)
    if compiled is None or slate.person is None:
        slate.phrase("failed-kindly")
        return
    step_aside(slate)
    conversation = before or prepare(slate, flow, occurrence_id)
    if before is not None and before.urgency == waiting.FOR_A_CALL:
        waiting.no_longer_for_call(slate, before)
    if before is not None and before.visible_since != slate.now:  # it waited: its time begins now
        ends_after = slate.program(before).library.flows[flow].ends_after
        before.expires_at = slate.now + timedelta(seconds=ends_after)
        expires(slate, before)
    conversation.status = "front"
    bring_to_front(slate, conversation)
    usual = slate.purpose
    if conversation.occurrence_id is not None:
        slate.purpose = CHECKIN  # also where it waited and begins in the turn of a text
    run(slate, conversation, Started(given or {}, said))
    slate.purpose = usual if slate.purpose == CHECKIN else slate.purpose


def prepare(
    slate: Slate, flow: str, occurrence_id: str | None, conversation_id: str | None = None
) -> Conversation:
    """A conversation that has not begun, pinned to what is in force now; it is on the slate."""
    assert slate.person is not None
    definition = slate.force.program.library.flows[flow]
    conversation = Conversation(
        conversation_id or ids.new(), slate.person.id, slate.number.id, slate.sender.id, flow,
        slate.force.edition,
        "waiting", waiting.SCHEDULED, b"", 0, None, occurrence_id, slate.now,
        slate.now + timedelta(seconds=definition.ends_after), None, slate.now, None, new=True,
    )  # fmt: skip
    conversation.live = begin(flow)
    conversation.session = conversation.live.to_json()
    slate.conversations[conversation.id] = conversation
    expires(slate, conversation)
    return conversation


def expires(slate: Slate, conversation: Conversation) -> None:
    """Set the timer that ends it at `expires_at`."""
    assert conversation.expires_at is not None
    slate.later(
        Timer(
            ids.new(), f"expire:{conversation.id}", "expire", conversation.person_id,
            conversation.id, conversation.expires_at,
        )
    )  # fmt: skip


def step_aside(slate: Slate) -> None:
    """What stands in front goes behind; it returns when the new one has ended."""
    front = slate.front
    if front is None:
        return
    front.status, front.urgency = "waiting", waiting.INTERRUPTED
    slate.changed(front)
    slate.behind.insert(0, front)
    slate.front = None


def bring_to_front(slate: Slate, conversation: Conversation) -> None:
    """From now on it is this one that hears what the person says."""
    assert slate.person is not None
    slate.front = conversation
    slate.conversations[conversation.id] = conversation
    slate.person.front_id = conversation.id
    slate.person.changed = True


def open_question(slate: Slate) -> Ready | None:
    """The question that stands in front; None where none does."""
    front = slate.front
    session = session_of(front) if front is not None else None
    if front is None or session is None or session.status not in ("asking", "waiting"):
        return None
    flow = slate.program(front).flow(session.at)
    return flow.states.get(session.state) if flow is not None else None


def stands_at_its_start(slate: Slate, flow: str) -> bool:
    """Whether what is asked in front is this flow's own question, of no flow that it visits."""
    return slate.front is not None and session_of(slate.front).at == slate.front.flow == flow


def ask_again(slate: Slate) -> None:
    """Ask the open question once more."""
    if slate.front is not None:
        run(slate, slate.front, Returned())


def wait_over(slate: Slate, conversation: Conversation, event: Event) -> None:
    """Silence lasted as long as it may, or a later outcome did not come."""
    if conversation.status == "front":
        asked = session_of(conversation).question
        run(slate, conversation, event)
        if conversation.status == "front" and session_of(conversation).question == asked:
            checkins.reminded(slate, conversation)


def expire(slate: Slate, conversation: Conversation) -> None:
    """`ends after` has passed."""
    if conversation.status == "ended":
        return
    slate.conversations[conversation.id] = conversation
    if conversation.status == "waiting" and session_of(conversation).status == "new":
        close(slate, conversation, "never started")
        return
    run(slate, conversation, Expired())
    if conversation.status != "ended":  # words that were gathered turned out to be an answer
        conversation.expires_at = slate.now + MORE_TIME
        expires(slate, conversation)


def close(slate: Slate, conversation: Conversation, outcome: str) -> None:
    """End a conversation from outside, without a word: stopped, erased, or never started."""
    _end(slate, conversation, outcome)


def close_all(slate: Slate, outcome: str) -> None:
    """End everything of this person without a word."""
    assert slate.person is not None
    close_behind(slate, outcome)
    front, slate.front = slate.front, None
    if front is not None:
        _settle(slate, front, outcome)
    slate.person.front_id = None
    slate.person.changed = True


def close_behind(slate: Slate, outcome: str) -> None:
    """End what waits behind the front conversation, without a word."""
    assert slate.person is not None
    behind = {row.id: row for row in conversations.waiting(slate.tx, slate.person.id)}
    behind |= {row.id: row for row in slate.conversations.values() if row.status == "waiting"}
    for conversation in behind.values():
        held = slate.conversations.setdefault(conversation.id, conversation)
        if held.status == "waiting":
            _settle(slate, held, outcome)
    slate.behind = []


# --- one step and its effects


def session_of(conversation: Conversation) -> Session:
    """The engine's own form of it, opened once a turn."""
    if conversation.live is None:
        conversation.live = Session.from_json(conversation.session)
    live: Session = conversation.live
    return live


def attempt(slate: Slate, conversation: Conversation, event: Event) -> Step:
    """What this event would make of it; nothing is done yet."""
    return step(
        slate.program(conversation), session_of(conversation), event, slate.now, slate.about()
    )


def run(slate: Slate, conversation: Conversation, event: Event) -> None:
    """Take this event, and do what follows."""
    take(slate, conversation, attempt(slate, conversation, event))


def take(slate: Slate, conversation: Conversation, taken: Step) -> None:
    """Do what a step hands out, and feed the outcomes of its actions back."""
    actions = 0
    while True:
        conversation.live = taken.session
        outcome: Performed | None = None
        for effect in taken.effects:
            performed = _do(slate, conversation, effect)
            outcome = performed or outcome
        if outcome is None or conversation.status == "ended":
            break
        actions += 1
        if actions > MOST_ACTIONS:
            telling.staff(slate, ENGINE_TROUBLE, code=conversation.id)
            outcome = Performed("failed")
            if actions > MOST_ACTIONS + 1:
                _end(slate, conversation, "failed")
                break
        taken = attempt(slate, conversation, outcome)
    conversation.session = taken.session.to_json()
    conversation.token = taken.session.token
    slate.changed(conversation)


def _do(slate: Slate, conversation: Conversation, effect: Effect) -> Performed | None:
    match effect:
        case Say():
            slate.say(_out(slate, conversation, effect))
        case Ask(wait=wait, token=token):
            slate.say(_out(slate, conversation, effect)._replace(wait=wait, token=token))
            if slate.channel == CALL:
                _asked_aloud(slate, conversation, effect)
        case Wait(seconds=seconds, token=token):
            slate.later(wait_timer(conversation, seconds, str(token), slate))
        case Perform():
            return performing.perform(slate, conversation, effect)
        case Remember(field=field, value=value):
            performing.remember(slate, field, value)
        case Record():
            _record(slate, conversation, effect)
        case Breach():
            telling.staff(slate, ENGINE_TROUBLE, code=conversation.id)
        case End(outcome=outcome):
            _end(slate, conversation, outcome)
    return None


def _out(slate: Slate, conversation: Conversation, said: Say | Ask) -> Out:
    return Out(
        said.text, slate.lane, slate.purpose, conversation.id,
        expires_at=slate.prompts_expire_at, language=said.language, recording=said.recording,
    )  # fmt: skip


def _asked_aloud(slate: Slate, conversation: Conversation, asked: Ask) -> None:
    """What is asked in a call was asked now, and no carrier tells us so: its silence begins."""
    if asked.wait is not None:
        slate.later(wait_timer(conversation, asked.wait, str(asked.token), slate))
    if all(made.id != conversation.occurrence_id for made in slate.occurrences):
        checkins.prompted(slate, conversation)  # an answer of this turn says so already


def wait_timer(conversation: Conversation, seconds: int, token: str, slate: Slate) -> Timer:
    return Timer(
        ids.new(), f"wait:{conversation.id}", "wait", conversation.person_id, conversation.id,
        slate.now + timedelta(seconds=seconds), token, lane=REPLY,
    )  # fmt: skip


def _record(slate: Slate, conversation: Conversation, effect: Record) -> None:
    checkins.answer_recorded(slate, conversation, effect.value is not None)
    if effect.value is None and effect.name is None:
        return
    flow, _, state = effect.state.partition("/")
    value = effect.value if effect.kept else None
    slate.answers.append(
        NewAnswer(
            ids.new(), conversation.person_id, conversation.id, flow, state, effect.name, value,
            slate.now,
        )
    )  # fmt: skip


def _end(slate: Slate, conversation: Conversation, outcome: str) -> None:
    _settle(slate, conversation, outcome)
    if slate.front is conversation:
        slate.front = None
        if slate.person is not None:
            slate.person.front_id = None
            slate.person.changed = True
        _next(slate)


def _settle(slate: Slate, conversation: Conversation, outcome: str) -> None:
    session = session_of(conversation)
    conversation.status, conversation.outcome = "ended", outcome
    conversation.ended_at = slate.now
    # `closed_until` of an open one holds its plan's next slot; both are ends of a late answer
    until = min(conversation.closed_until or slate.now + LATE, slate.now + LATE)
    conversation.closed_until = until if session.closed else None
    slate.changed(conversation)
    slate.drop(f"wait:{conversation.id}", f"expire:{conversation.id}")
    checkins.conversation_ended(slate, conversation)


def _next(slate: Slate) -> None:
    """Bring what waits to the front: what was interrupted asks once more, what was due begins."""
    assert slate.person is not None
    for conversation in waiting.behind(slate):
        if conversation.expires_at is not None and conversation.expires_at <= slate.now:
            continue  # its own timer ends it
        if conversation.urgency == waiting.FOR_A_CALL:
            continue  # whoever asked for calls is not texted because a text came in between
        slate.behind = [row for row in slate.behind if row.id != conversation.id]
        if session_of(conversation).status == "new":
            start(slate, conversation.flow, before=conversation)
        else:
            conversation.status = "front"
            bring_to_front(slate, conversation)
            run(slate, conversation, Returned())
        return
