"""Performing: what each action that a flow names does, in the transaction of its turn.

Promise: every action of `flows.actions.ACTIONS` stands in one table here, a test holds the two
together. An action touches the database only; its outcome is one that the catalogue declares.
What the service cannot do comes back as `failed`, which a flow answers kindly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from flows import lines
from flows.actions import FAILED
from flows.durations import seconds
from flows.effects import Perform
from flows.events import Performed
from flows.lines import need_of
from flows.recurrence import RecurrenceError, Slot, moment_of
from flows.wording import day_said, slot_said
from service import (
    bridge_actions,
    call_ends,
    case_actions,
    cases,
    checkins,
    consenting,
    erasing,
    logs,
    pins,
    preferring,
    reading_back,
    safe_words,
    shift_actions,
    wishes,
)
from service.slate import URGENT, Slate
from service.storage import links, people
from service.storage.standing import Conversation

log = logs.get(__name__)

Params = Mapping[str, str]


def perform(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed | None:
    """Do a named action; the outcome has the token of its flow. None: it comes later."""
    action = _ACTIONS.get(wanted.action)
    if action is None or slate.person is None:
        log.error("an action is not known", flow=conversation.flow)
        return Performed(FAILED, token=wanted.token)
    outcome = action(slate, conversation, wanted)
    return outcome._replace(token=wanted.token) if outcome is not None else None


def remember(slate: Slate, field: str, value: object) -> None:
    """Keep a declared field of the person; None forgets it."""
    assert slate.person is not None
    if value is None:
        slate.person.fields.pop(field, None)
    else:
        slate.person.fields[field] = value
    slate.person.changed = True
    if field in people.NAME_FIELDS:
        people.index_name(slate.tx, slate.person.id, slate.person.fields)


# --- reaching a person


def _alert(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    flow = wanted.state.partition("/")[0]
    kind = cases.ASKED if flow in slate.force.program.unlimited else cases.ALERT
    if wanted.params.get("kind") == cases.DANGER:
        kind = cases.DANGER
        slate.need = lines.need_of(wanted.params.get("note"))
    priority = wanted.params.get("priority", "routine")
    if priority not in cases.PRIORITIES:
        priority = "urgent"  # a word that nobody knows must not make it less pressing
    if priority != "routine":
        slate.lane, slate.purpose = URGENT, "case"
    checkins.alerted(slate, conversation)
    slate.need = slate.need or need_of(wanted.params.get("note"))
    opened = cases.open_case(
        slate, kind, priority, wanted.params.get("note"), wanted.params.get("policy", "on-call")
    )
    if not opened.asked:
        return Performed(FAILED)  # the case stands open, but nobody could be asked: say so
    return Performed("opened" if opened.new else "already open")


def _tell_lines(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    return Performed("told", {**slate.lines(preferring.country_of(slate))})


def _recall_signs(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    return Performed("told", {"signs": slate.signs or "nothing by name"})


# --- joining and leaving


def _see_joining(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    assert slate.person is not None
    status = slate.person.status
    if status == "active":
        return Performed("joined")
    return Performed("invited" if status == "invited" else "not joined")


def _record_consent(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    consenting.agreed(slate, conversation, wanted.params.get("wording", ""))
    return Performed("recorded")


def _decline(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    consenting.declined(slate)
    return Performed("declined")


def _join(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    consenting.joined(slate)
    return Performed("joined")


def _leave(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    consenting.leave_by_flow(slate)
    _nothing_returns(conversation)
    return Performed("left")


def _nothing_returns(conversation: Conversation) -> None:
    """What this flow interrupted is not asked again: it has the last word."""
    if conversation.live is not None and conversation.live.below:
        conversation.live = conversation.live.copy()
        conversation.live.below = []


# --- check-ins


def _plan(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    flow = wanted.params.get("flow", "")
    if flow not in slate.force.program.library.flows:
        return Performed(FAILED)
    try:
        slot = checkins.plan(
            slate, flow, wanted.params.get("days", ""), wanted.params.get("time", "")
        )
    except RecurrenceError:
        return Performed("not understood")
    return Performed("planned", _next(slate, slot))


def _stop_checkins(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    checkins.end_plans(slate)
    return Performed("stopped")


def _skip_next(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    slot = checkins.skip_next(slate)
    return Performed("skipped", _next(slate, slot)) if slot else Performed("nothing planned")


def _pause(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    until = _until(slate, wanted.params)
    if until is None or until <= slate.now:
        return Performed("not understood")
    assert slate.person is not None
    slate.person.paused_until = until
    slate.person.changed = True
    checkins.replan(slate)
    call_ends.call_off(slate, "paused")
    local = until.astimezone(checkins.zone(slate))
    return Performed("paused", {"paused_until": day_said(local.date(), _language(slate))})


def _until(slate: Slate, params: Params) -> datetime | None:
    """The moment at which a pause ends: that day's first hour, or so long from now."""
    if params.get("until"):
        try:
            day = date.fromisoformat(params["until"])
        except ValueError:
            return None
        return moment_of(datetime(day.year, day.month, day.day), checkins.zone_of(slate))
    length = seconds(params.get("for", ""))
    return slate.now + timedelta(seconds=length) if length else None


def _resume(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    assert slate.person is not None
    slate.person.paused_until = None
    slate.person.changed = True
    slot = checkins.replan(slate)
    return Performed("resumed", _next(slate, slot)) if slot else Performed("nothing planned")


# --- preferences


def _prefer(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    field, value = wanted.params.get("field", ""), wanted.params.get("value", "")
    saved = preferring.prefer(slate, field, value)
    return Performed("saved" if saved else "not understood")


def _discreet_on(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    preferring.discreet(slate, True)
    return Performed("set")


def _discreet_off(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    preferring.discreet(slate, False)
    return Performed("set")


def _set_word(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    word = wanted.params.get("word", "").strip()
    assert slate.person is not None
    if not word:
        return Performed(FAILED)
    links.set_word(slate.tx, slate.person.id, slate.number.id, word)
    return Performed("set")


def _see_pin(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    if pins.by_call_only(slate):
        return Performed("by call only")
    return Performed("set" if pins.has(slate) else "not set")


def _note_pin(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    digits = wanted.params.get("pin", "")
    if pins.by_call_only(slate) or not pins.is_pin(digits):
        return Performed(FAILED)
    if pins.taken(slate, digits):
        return Performed("taken")
    return Performed("noted", {"pin_noted": pins.note(slate, digits)})


def _set_pin(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    digits = wanted.params.get("pin", "")
    if pins.by_call_only(slate) or pins.taken(slate, digits):
        return Performed(FAILED)
    same = pins.set_pin(slate, digits, wanted.params.get("noted", ""))
    return Performed("set" if same else "not the same")


def _clear_pin(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    if pins.by_call_only(slate):
        return Performed(FAILED)
    pins.clear(slate)
    return Performed("cleared")


# --- what they decide beforehand


def _see_safe_word(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    if safe_words.by_call_only(slate):
        return Performed("by call only")
    return Performed("set" if safe_words.has(slate) else "not set")


def _set_safe_word(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    if safe_words.by_call_only(slate):
        return Performed(FAILED)
    done = safe_words.set_phrase(slate, wanted.params.get("phrase", ""))
    return Performed("set" if done else "not usable")


def _allow_by_safe_word(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    given = {name: wanted.params[name] for name in wanted.params if name != "may"}
    may = wanted.params.get("may", "")
    if safe_words.by_call_only(slate) or not safe_words.allow(slate, may, given):
        return Performed(FAILED)
    return Performed("kept")


def _clear_safe_word(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    if safe_words.by_call_only(slate):
        return Performed(FAILED)
    safe_words.clear(slate)
    return Performed("cleared")


def _see_wishes(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    if safe_words.by_call_only(slate):
        return Performed("by call only")
    return Performed("kept" if wishes.has(slate) else "not told")


def _clear_wishes(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    if safe_words.by_call_only(slate):
        return Performed(FAILED)
    wishes.clear(slate)
    return Performed("cleared")


def _wrong_number(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    consenting.unlink(slate)
    _nothing_returns(conversation)
    return Performed("unlinked")


# --- what is kept


def _next_message(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    if pins.by_call_only(slate):
        return Performed("by call only")
    found = reading_back.message(slate, wanted.params.get("place", ""))
    if found is None:
        return Performed("no more")
    return Performed(
        "message",
        {
            "message_said": found.said,
            "message_day": found.day,
            "message_place": found.place,
        },
    )


def _my_data(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    kept = erasing.kept(slate)
    since = kept.since.astimezone(checkins.zone(slate)).date()
    return Performed(
        "told",
        {
            "kept_since": day_said(since, _language(slate)),
            "kept_messages": kept.messages,
            "kept_answers": kept.answers,
            "kept_plans": kept.plans,
        },
    )


def _erase(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    due = erasing.schedule(slate).astimezone(checkins.zone(slate))
    return Performed("scheduled", {"erase_at": day_said(due.date(), _language(slate))})


def _keep(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    return Performed("kept" if erasing.undo(slate) else "nothing to undo")


def _next(slate: Slate, slot: Slot | None) -> dict[str, object]:
    return {"next_checkin": slot_said(slot.local, _language(slate))} if slot else {}


def _language(slate: Slate) -> str:
    return slate.languages()[0]


Action = Callable[[Slate, Conversation, Perform], Performed | None]

_ACTIONS: Mapping[str, Action] = {
    "alert": _alert,
    "tell lines": _tell_lines,
    "recall signs": _recall_signs,
    "see joining": _see_joining,
    "record consent": _record_consent,
    "decline joining": _decline,
    "join": _join,
    "leave": _leave,
    "plan check-ins": _plan,
    "stop check-ins": _stop_checkins,
    "skip next check-in": _skip_next,
    "pause": _pause,
    "resume": _resume,
    "set preference": _prefer,
    "discreet on": _discreet_on,
    "discreet off": _discreet_off,
    "set word": _set_word,
    "see pin": _see_pin,
    "note pin": _note_pin,
    "set pin": _set_pin,
    "clear pin": _clear_pin,
    "see safe word": _see_safe_word,
    "set safe word": _set_safe_word,
    "allow by safe word": _allow_by_safe_word,
    "clear safe word": _clear_safe_word,
    "see wishes": _see_wishes,
    "clear wishes": _clear_wishes,
    "next message": _next_message,
    "wrong number": _wrong_number,
    "my data": _my_data,
    "erase": _erase,
    "keep": _keep,
    **bridge_actions.ACTIONS,
    **case_actions.ACTIONS,
    **shift_actions.ACTIONS,
}


def performed_actions() -> frozenset[str]:
    """The names of all actions that are performed here."""
    return frozenset(_ACTIONS)
