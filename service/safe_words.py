"""The safe word: a phrase of a person's own that looks like nothing and brings somebody.

Promise: heard as a whole message and nothing less, right after danger; the answer looks routine,
no line is texted, and nothing more is said about it on that phone. What the person allowed
beforehand is done: whom they named is texted at once, another number is what a helper's call goes
to, and whoever takes the case reads what is safe. On a phone that others see, and where a PIN
guards it, it is set by call alone.
The phrase must never be logged, told to anybody, or kept unsealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows import hearing
from flows.plain import plain
from flows.wish_actions import MAY
from service import cases, checkins, conversing, pins, telling
from service.desk import LINE, SAFE_WORD
from service.slate import CASE, REPLY, Slate
from service.storage import cases as case_events
from service.storage import links, numbers, people, standing, suppressions

CALL_ANOTHER, CALL_IN_HOURS, TEXT_SOMEONE, WAIT = MAY
_SHORTEST = 4  # letters: less is typed by chance
_LONGEST = 60
_MOST_NAMED = 40
# as whoever takes the case reads it, whole in one text of theirs; no number stands in it
_NOTES: Mapping[str, str] = {
    CALL_ANOTHER: "Safe word. Ring here only: it is another phone.",
    CALL_IN_HOURS: "Safe word. Call only: {hours}.",
    TEXT_SOMEONE: "Safe word. We texted {name}. No call.",
    WAIT: "Safe word. No call, no text: wait.",
}
_NOT_TEXTED = "Safe word. No text to {name} could go."
TEXTED = "texted who was named"  # in the timeline


# --- set by the person


def by_call_only(slate: Slate) -> bool:
    """Whether this is a matter for the ear: others may read along, or a PIN guards it."""
    return pins.by_call_only(slate)


def has(slate: Slate) -> bool:
    """Whether the person of this turn has a safe word."""
    assert slate.person is not None
    return slate.person.has_safe_word


def set_phrase(slate: Slate, phrase: str) -> bool:
    """Set it; False where it would be heard as something else, or by chance."""
    assert slate.person is not None
    said = plain(phrase)
    if not _usable(slate, phrase, said):
        return False
    _keep(slate, {"phrase": said, "may": WAIT})
    return True


def allow(slate: Slate, may: str, given: Mapping[str, str]) -> bool:
    """Keep what we may do then; False where there is no safe word, or no such thing to do."""
    assert slate.person is not None
    kept = people.safe(slate.tx, [slate.person.id]).get(slate.person.id)
    if kept is None or may not in MAY:
        return False
    _keep(slate, {"phrase": kept["phrase"], "may": may, **given})
    return True


def clear(slate: Slate) -> None:
    """Forget it and what was allowed."""
    assert slate.person is not None
    people.set_safe(slate.tx, slate.person.id, None)
    slate.person.has_safe_word = False


def _keep(slate: Slate, chosen: Mapping[str, Any]) -> None:
    assert slate.person is not None
    people.set_safe(slate.tx, slate.person.id, chosen)
    slate.person.has_safe_word = True


def _usable(slate: Slate, phrase: str, said: str) -> bool:
    """Whether nothing that is heard earlier or everywhere is meant by it."""
    letters = said.replace(" ", "")
    if len(letters) < _SHORTEST or len(said) > _LONGEST or letters.isdigit():
        return False
    first = hearing.first(phrase, slate.force.lexicon, opted_out=True, asked_to_join=True)
    if first.consent is not None or first.danger is not None or first.stop_wish:
        return False
    program, about = slate.force.program, slate.about()
    return (
        hearing.keyword(program, phrase, about) is None
        and hearing.starts(program, phrase, about) is None
    )


# --- heard


def hear(slate: Slate, body: str) -> bool:
    """Whether this message is the safe word of whoever may hold this phone; then all is done."""
    said = plain(body)
    if not said or len(said) > _LONGEST:
        return False
    whose = _whose(slate, said)
    if whose is None:
        return False
    person_id, chosen = whose
    if slate.person is None or slate.person.id != person_id:
        slate.person, slate.front = standing.person(slate.tx, person_id), None
        slate.bring_front()
    _answer(slate, chosen)
    return True


def _answer(slate: Slate, chosen: Mapping[str, Any]) -> None:
    front = slate.front
    if front is not None and front.occurrence_id is not None:
        checkins.under_duress(slate, front)
    number_id = _to_text(slate, chosen)
    opened = cases.open_case(
        slate, SAFE_WORD, "imminent", note_of(chosen, texted=number_id is not None)
    )
    if opened.new and number_id is not None:
        _text(slate, number_id)
        case_events.add_event(slate.tx, opened.case_id, TEXTED, LINE, None, slate.now)
    if slate.number.opted_out_at is None:
        slate.phrase("safe-word-heard", REPLY, CASE)
    if front is not None and front.occurrence_id is not None:
        conversing.close(slate, front, "answered")


def _to_text(slate: Slate, chosen: Mapping[str, Any]) -> str | None:
    """The phone of whom they want texted, where a text of ours may go there."""
    from service import outbox, turns  # which know what a number is, and lead here

    given = str(chosen.get("number") or "")
    if chosen.get("may") != TEXT_SOMEONE or not given:
        return None
    country, kind = turns.described(given)
    if country not in outbox.allowed_countries(slate.force) or kind not in ("mobile", "unknown"):
        return None
    if suppressions.holds(slate.tx, given):
        return None
    number_id, _ = numbers.add(slate.tx, given, country=country, kind=kind, at=slate.now)
    held = numbers.load(slate.tx, number_id)
    wanted = held is not None and held.opted_out_at is None and held.unusable_code is None
    return number_id if wanted else None


def _text(slate: Slate, number_id: str) -> None:
    """Whom they named hears who may need them, and nothing of why."""
    assert slate.person is not None
    name = str(slate.person.fields.get("name") or "")[:_MOST_NAMED]
    phrase = "safe-word-somebody" if name else "safe-word-somebody-unnamed"
    telling.number(slate, number_id, phrase, REPLY, **({"asked_by": name} if name else {}))


def note_of(chosen: Mapping[str, Any], *, texted: bool = False) -> str:
    """What was allowed, for whoever takes the case."""
    may = chosen.get("may", WAIT)
    given = {name: chosen.get(name) or "not told" for name in ("hours", "name")}
    note = _NOT_TEXTED if may == TEXT_SOMEONE and not texted else _NOTES[may]
    return note.format(**given)


def _whose(slate: Slate, said: str) -> tuple[str, Mapping[str, Any]] | None:
    """Whose safe word it is. Costs nothing where nobody on this phone has one."""
    person = slate.person
    alone = person is not None and not slate.several
    if alone and person is not None and not person.has_safe_word:
        return None
    if alone and person is not None:
        ids = [person.id]
    else:
        ids = [holder.person_id for holder in links.holders(slate.tx, slate.number.id)]
    found = people.safe(slate.tx, ids) if ids else {}
    same = [(id_, chosen) for id_, chosen in found.items() if chosen.get("phrase") == said]
    return same[0] if len(same) == 1 else None
