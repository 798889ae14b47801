"""What differs between two versions of a flow, in words a coordinator reads before publishing.

Promise: complete: whatever two flows do differently gives at least one line, and two that do
the same give none. Layout, comments and the order of states change nothing and are not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows import durations
from flows.definition import Flow, Keyword, Message, Recording, State
from flows.reading.accepts import accept_words

_CALLED = {
    "ask": "question",
    "tell": "message",
    "do": "step",
    "visit": "visit",
    "end": "ending",
}


def differences(old: Flow, new: Flow) -> list[str]:
    """One sentence for each thing that differs, the flow's own first, then state by state."""
    lines = list(_changed("The flow", dict(_flow_parts(old)), dict(_flow_parts(new))))
    lines += _keywords(old, new)
    renamed = _renamed(old, new)
    for name, state in old.states.items():
        if name not in new.states and name not in renamed:
            lines.append(f"{_subject(state)} is gone.")
    for before, after in renamed.items():
        lines.append(f"{_subject(old.states[before])} is now called `{after}`.")
    for name, state in new.states.items():
        former = old.states.get(name)
        if former is not None:
            lines += _changed(_subject(former), dict(_parts(former)), dict(_parts(state)))
        elif name not in renamed.values():
            lines.append(f"{_subject(state)} is new: {_summary(state)}.")
    return lines


def _subject(state: State) -> str:
    return f"The {_CALLED[state.kind]} `{state.name}`"


def _summary(state: State) -> str:
    return "; ".join(f"it {part} {words}".strip() for part, words in _parts(state) if part != "is")


def _changed(subject: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """A sentence a part: what it does now, and what it did before."""
    for part, words in new.items():
        before = old.get(part)
        if before is None:
            yield f"{subject} now {part} {words}.".replace(" .", ".")
        elif before != words:
            yield f"{subject} now {part} {words} (before: {before})."
    for part, words in old.items():
        if part not in new:
            yield f"{subject} no longer {part} {words}.".replace(" .", ".")


def _renamed(old: Flow, new: Flow) -> dict[str, str]:
    """States that are the same but for their name: old name -> new name."""
    gone = [s for n, s in old.states.items() if n not in new.states]
    fresh = [s for n, s in new.states.items() if n not in old.states]
    found: dict[str, str] = {}
    for state in gone:
        for other in fresh:
            if other.name not in found.values() and dict(_parts(state)) == dict(_parts(other)):
                found[state.name] = other.name
                break
    return found


def _flow_parts(flow: Flow) -> Iterator[tuple[str, str]]:
    yield "is called", f"`{flow.name}`"
    yield "has the title", _quoted(flow.title)
    yield "has the purpose", _quoted(flow.purpose)
    yield "speaks", ", ".join(flow.languages)
    yield "ends after", durations.words(flow.ends_after)
    yield "starts at", f"`{flow.start}`"
    for language, words in flow.start_words.items():
        yield f"starts in {language} by the words", " / ".join(words)
    if flow.returns:
        yield "returns", ", ".join(sorted(flow.returns))
    for waiver in flow.waivers:
        where = f" in `{waiver.place.state}`" if waiver.place.state else ""
        yield f"waives {waiver.code}{where} because", _quoted(waiver.reason)


def _keywords(old: Flow, new: Flow) -> list[str]:
    before = {keyword.name: keyword for keyword in old.keywords}
    after = {keyword.name: keyword for keyword in new.keywords}
    lines = [f"The keyword `{name}` is gone." for name in before if name not in after]
    for name, keyword in after.items():
        parts = dict(_keyword_parts(keyword))
        if name not in before:
            told = "; ".join(f"it {part} {words}" for part, words in parts.items())
            lines.append(f"The keyword `{name}` is new: {told}.")
        else:
            lines += _changed(f"The keyword `{name}`", dict(_keyword_parts(before[name])), parts)
    return lines


def _keyword_parts(keyword: Keyword) -> Iterator[tuple[str, str]]:
    for language, words in keyword.words.items():
        yield f"listens in {language} to", " / ".join(words)
    if keyword.key is not None:
        yield "has the key", keyword.key
    if keyword.call_key is not None:
        yield "has by call the key", keyword.call_key
    if keyword.members or keyword.volunteers:
        yield "is heard only from", "members" if keyword.members else "volunteers"
    does = {"skip": "skips the question", "repeat": "asks once more", "visit": "visits"}
    target = f" `{keyword.target}`" if keyword.target else ""
    yield "does this:", does.get(keyword.does, "goes to") + target
    if keyword.when is not None:
        yield "counts when", keyword.when.text


def _parts(state: State) -> Iterator[tuple[str, str]]:
    """Everything that a state does, as a verb and its object."""
    yield "is", f"a {_CALLED[state.kind]}"
    yield from _told(state)
    yield from _answered(state)
    if state.action is not None:
        yield "does", state.action
    for name, value in state.with_.items():
        yield f"hands over {name} as", _quoted(value)
    if state.visit is not None:
        yield "visits", f"`{state.visit}`"
    yield from _onward(state)


def _told(state: State) -> Iterator[tuple[str, str]]:
    prompt = state.prompt
    if prompt is None:
        return
    yield from _message("asks" if state.kind == "ask" else "tells", prompt.text)
    for language, spoken in (prompt.by_call or {}).items():
        if isinstance(spoken, Recording):
            yield f"plays in {language}", f"{spoken.file}, saying {_quoted(spoken.text)}"
        else:
            yield f"says by call in {language}", _quoted(spoken)
    if prompt.discreet is not None:
        yield from _message("says discreetly", prompt.discreet)


def _message(verb: str, message: Message) -> Iterator[tuple[str, str]]:
    for language, text in message.texts.items():
        yield f"{verb} in {language}", _quoted(text)


def _answered(state: State) -> Iterator[tuple[str, str]]:
    if state.accept is not None:
        yield "takes", accept_words(state.accept)
    if state.save_as is not None:
        yield "saves the answer as", state.save_as
    if state.remember_as is not None:
        yield "remembers the answer as", state.remember_as
    if not state.keep:
        yield "keeps only that it was answered", ""
    if state.more_within is not None:
        yield "takes more texts within", durations.words(state.more_within)
    if state.unclear is not None:
        unclear = state.unclear
        words = f"{_more(unclear.try_again)} and then goes to `{unclear.go_to}`"
        yield "after an unclear reply", words
        if unclear.say is not None:
            yield from _message("after an unclear reply says", unclear.say)
    if state.no_reply is not None:
        quiet = state.no_reply
        words = f"{durations.words(quiet.after)}, {_more(quiet.send_again)} and then goes to"
        yield "waits for a reply", f"{words} `{quiet.go_to}`"


def _onward(state: State) -> Iterator[tuple[str, str]]:
    for outcome, target in state.outcomes.items():
        yield f"follows the outcome `{outcome}` to", f"`{target}`"
    if state.go_to is not None:
        yield (
            ("follows every other outcome to" if state.outcomes else "goes on to"),
            f"`{state.go_to}`",
        )
    if state.no_outcome is not None:
        late = state.no_outcome
        words = f"{durations.words(late.after)} and then goes to `{late.go_to}`"
        yield "waits for an outcome", words
    if state.branches:
        ways = (
            f"to `{b.go_to}` " + (f"when {b.guard.text}" if b.guard else "otherwise")
            for b in state.branches
        )
        yield "goes on", ", ".join(ways)
    if state.end is not None:
        yield "ends with", state.end


def _more(count: int) -> str:
    times = {0: "does not ask again", 1: "asks once more"}
    return times.get(count, f"asks {count} times more")


def _quoted(text: str) -> str:
    return f'"{text}"'
