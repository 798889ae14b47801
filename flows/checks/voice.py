"""Can every question be heard and answered on the plainest phone, by keys alone.

Promise: looks at what a caller hears: a wording `by call` as it is written, any other text as it
is made for the ear. Which language is missing and whether 00 and 99 are told where 0 and 9 are
answers is languages.py's; what a recording file holds is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from flows.calling import MOST_SILENCES, ONE_KEY
from flows.checks import ear
from flows.checks.findings import Findings
from flows.compiling import keys_taken, keys_taken_by_call
from flows.definition import (
    Accept,
    Flow,
    Keyword,
    Library,
    Message,
    Phrase,
    Place,
    Prompt,
    Recording,
    State,
)
from flows.keypad import from_keys
from flows.speaking import Ear, Keys, for_the_ear, keys_of
from flows.speech_words import tongue

MOST_OPTIONS: Final = 5
"""More than four or five cannot be kept in mind while they are told (CARE, "How we speak")."""
MOST_SECONDS: Final = 25
"""Of slow speech; 19 at the usual speed. Guides for voice menus ask for at most 20 seconds where
something is to be done after listening (Plum Voice, "IVR prompt guidelines")."""
_THE_SAME: Final = frozenset(("service", "programme", "contact", "hours", "number"))
"""Values of the organisation that are the same for everybody, so its recordings may speak them."""
_SPELLED: Final = 100  # letters: up to so many a word is told how to be spelled, see speaking.py
_ONE_KEY: Final = 9
STAR: Final = "*"
_SOME_DAY: Final = date(2000, 1, 1)


class Wording(NamedTuple):
    """What is said to a caller in one language. written: as it stands in the file."""

    text: str
    language: str
    place: Place
    written: bool
    asks: bool = True
    recording: bool = False


def check_voice(flow: Flow, library: Library, found: Findings) -> None:
    """Every question and every text of the flow, as it is heard by call."""
    keywords = (*library.keywords, *flow.keywords)
    told = keys_of(keywords)
    names = frozenset(word for word, _ in told.words) | {"YES", "NO", "SI"}
    keys = {key: one for one in keywords for key in (one.key, one.call_key) if key}
    forms = _forms(flow)
    for state in flow.states.values():
        if state.accept is not None:
            _question(state, state.accept, keys, found)
        for wording in _wordings(state, told, frozenset(keys)):
            _wording(wording, names, found, _own_star(state.accept))
            if wording.written:
                _keys(wording, state, keys, found)
        if state.prompt is not None:
            _form(state.prompt, forms, found)
            _wait(state, told, frozenset(keys), found)


def check_phrase_by_call(phrase: Phrase, keywords: tuple[Keyword, ...], found: Findings) -> None:
    """What a phrase says by call; its keys are the call's own."""
    names = frozenset(word for word, _ in keys_of(keywords).words) | {"YES", "NO", "SI"}
    for wording in _by_call(phrase.prompt):
        _wording(wording, names, found)


# -- what is heard -------------------------------------------------------------------------


def _wordings(state: State, told: Keys, keys: frozenset[str]) -> Iterator[Wording]:
    """All that a caller may hear at this state, in every language and variant."""
    hearing = Ear(told, state.accept, keys_taken_by_call(state, keys), state.accept is not None)
    if state.prompt is not None:
        if state.prompt.by_call:
            yield from _by_call(state.prompt)
        else:
            yield from _rewritten(state.prompt.text, hearing)
        if state.prompt.discreet is not None:
            yield from _rewritten(state.prompt.discreet, hearing)
    if state.unclear is not None and state.unclear.say is not None:
        yield from _rewritten(state.unclear.say, hearing._replace(asks=False))


def _by_call(prompt: Prompt) -> Iterator[Wording]:
    for language, spoken in (prompt.by_call or {}).items():
        recorded = isinstance(spoken, Recording)
        place = prompt.call_places.get(language, prompt.text.place)
        text = spoken.text if isinstance(spoken, Recording) else spoken
        yield Wording(text, language, place, True, recording=recorded)


def _rewritten(message: Message, hearing: Ear) -> Iterator[Wording]:
    for language, text in message.texts.items():
        place = message.places.get(language, message.place)
        said = for_the_ear(text, language, hearing)
        yield Wording(said, language, place, False, hearing.asks)


# -- one wording ---------------------------------------------------------------------------


def _wording(
    wording: Wording, names: frozenset[str], found: Findings, own_star: bool = False
) -> None:
    """What holds for every wording, whoever asks. `own_star`: star is an answer there."""
    text, language, place = wording.text, wording.language, wording.place
    if wording.recording:
        _recording(wording, found)
    first = ear.key_first(text, language)
    writes = ear.only_in_texts(text, language, names)
    unsayable = ear.cannot_be_said(text, language)
    if wording.written:
        _as_written(wording, first, writes, unsayable, found)
        if not own_star:
            _star(wording, found)
    elif first or writes or unsayable or (wording.asks and tongue(language) is None):
        what = first or writes or unsayable
        trouble = f"On a call `{language}:` is heard as {text!r}"
        found.note(
            "voice/unheard",
            place,
            f"{trouble}, and {what!r} does not suit the ear."
            if what
            else f"{trouble}, and nothing tells its keys.",
            "Write it for the ear in `by call:`, or in words that suit both.",
        )
    long = ear.seconds(text, language)
    if long > MOST_SECONDS:
        found.note(
            "voice/too-long",
            place,
            f"`{language}:` takes about {long:.0f} seconds in slow speech.",
            f"Say it in {MOST_SECONDS} seconds, or in two steps.",
        )


def _as_written(
    wording: Wording, first: str | None, writes: str | None, unsayable: str | None, found: Findings
) -> None:
    if first is not None:
        found.note(
            "voice/key-first",
            wording.place,
            f"{first!r} names the key before what it is for; by then it may be forgotten.",
            "Say what it is for, then the key: `For yes, press 1.`, `Para si, marque 1.`",
        )
    if writes is not None:
        found.note(
            "voice/texting",
            wording.place,
            f"{writes!r} is for texts; on a call nobody can do it.",
            "Tell the key, or the word to say: `To skip, press 9.`",
        )
    if unsayable is not None:
        found.note(
            "voice/unspeakable",
            wording.place,
            f"A voice cannot say {unsayable!r} so that it is understood.",
            "Write it out in words, or leave it to a text.",
        )


def _star(wording: Wording, found: Findings) -> None:
    star = ear.star_is_for(wording.text, wording.language)
    if star is not None:
        found.note(
            "voice/repeat-key",
            wording.place,
            f"Star says everything again, everywhere; {star!r} gives it another meaning.",
            "Choose a digit.",
        )


def _recording(wording: Wording, found: Findings) -> None:
    names = [name for name in ear.variables(wording.text) if name not in _THE_SAME]
    if not any(map(str.isalnum, wording.text)):
        found.note(
            "voice/recorded-words",
            wording.place,
            f"The recording of `{wording.language}:` has no words in `text:`.",
            "Write what it speaks: it stands in for the file, and in what your team reads.",
        )
    elif names:
        found.note(
            "voice/recorded-words",
            wording.place,
            f"A recording cannot speak {{{names[0]}}}, which differs from person to person.",
            "Leave it out, or let the voice say this prompt: take `recording:` away.",
        )


# -- keys ----------------------------------------------------------------------------------


def _question(state: State, accept: Accept, keys: dict[str, Keyword], found: Findings) -> None:
    """Whether keys alone answer it, each to one meaning."""
    place = state.places.get("accept", accept.place)
    by_key: dict[str, str] = {}
    for choice in accept.choices:
        if choice.key is None:
            found.note(
                "voice/no-key",
                choice.place,
                f"The choice `{choice.name}` has no key, so a keypad cannot reach it.",
                "Give it a `key:`.",
            )
            continue
        alike = next((key for key in by_key if _one_begins(key, choice.key)), None)
        if alike is not None:
            found.note(
                "voice/keys-alike",
                choice.place,
                f"The key {choice.key} of `{choice.name}` begins as {alike} of `{by_key[alike]}`.",
                "Give each choice a key that begins no other.",
            )
        by_key[choice.key] = choice.name
    if accept.kind in ("number", "choice"):
        for key, keyword in keys.items():
            if from_keys(accept, key * 2) is not None:
                found.note(
                    "voice/key-shadowed",
                    place,
                    f"{key * 2} would be an answer here, and calls the keyword `{keyword.name}` "
                    "on every call.",
                    "Ask in a smaller range, or in two steps.",
                )
    if accept.kind == "recording" and accept.high is None:
        found.note(
            "voice/no-limit",
            place,
            "Nothing says how long the recording may be.",
            "Write it: `accept: a recording of up to 2 minutes`.",
        )


def _own_star(accept: Accept | None) -> bool:
    """Whether a choice is star on a call: pressed twice it says everything again, as everywhere."""
    return accept is not None and any(choice.call_key == STAR for choice in accept.choices)


def _one_begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _keys(wording: Wording, state: State, keys: dict[str, Keyword], found: Findings) -> None:
    """The keys that a wording `by call` tells, beside those that answer."""
    tellings = ear.keys_told(wording.text, wording.language)
    told = {key for telling in tellings for key in telling.keys}
    accept = state.accept
    taken = keys_taken_by_call(state, keys)
    _nowhere(wording, accept, taken, told, keys, found)
    if accept is None:
        return
    answers = [each for each in tellings if any(_answers(accept, key) for key in each.keys)]
    options = sum(1 if each.row else len(each.keys) for each in answers)
    if options > MOST_OPTIONS:
        found.note(
            "voice/too-many-options",
            wording.place,
            f"`{wording.language}:` tells {options} options; by ear five are kept in mind.",
            "Ask in two steps, with a key for more.",
        )
    missing = _untold(wording, accept, told)
    if missing is not None:
        found.note(
            "voice/key-untold",
            wording.place,
            f"`{wording.language}:` does not tell {missing}.",
            "Tell the keys of every answer: a keypad alone has to be enough.",
        )
    by_text = {key for key, keyword in keys.items() if keyword.key == key}
    for key in sorted(taken - keys_taken(state, by_text)):
        if key * 2 not in told and not (key == STAR and _own_star(accept)):
            found.note(
                "voice/key-told",
                wording.place,
                f"On a call {key} is an answer here, and `{wording.language}:` does not tell "
                f"{key * 2}.",
                f"Tell that {key * 2} is `{keys[key].name}`.",
            )


def _answers(accept: Accept, key: str) -> bool:
    return from_keys(accept, key, _SOME_DAY) is not None


def _nowhere(
    wording: Wording, accept: Accept | None, taken: frozenset[str], told: set[str],
    keys: dict[str, Keyword], found: Findings,
) -> None:  # fmt: skip
    heard = {"#", *(key for key in keys if key not in taken), *(key * 2 for key in keys)}
    if accept is not None and accept.kind == "recording":
        heard.add("1")  # the announcement's key
    for key in sorted(told - heard):
        if accept is None or not _answers(accept, key):
            found.note(
                "voice/key-nowhere",
                wording.place,
                f"`{wording.language}:` tells the key {key}, and nothing hears it here.",
                "Tell the keys of the answers, and 0, 8, 9 and star for what they always do.",
            )


def _untold(wording: Wording, accept: Accept, told: set[str]) -> str | None:
    """What of the answers cannot be known to somebody who only hears this."""
    if accept.kind == "yes-no":
        needed = ["1", "2"]
    elif accept.kind == "choice":
        needed = [
            choice.call_key if choice.call_key in told else choice.key
            for choice in accept.choices
            if choice.key is not None
        ]
    elif accept.kind == "number" and accept.high is not None and accept.high <= _ONE_KEY:
        needed = [str(accept.low or 0), str(accept.high)]
    elif accept.kind == "recording":
        return None  # the call announces it, and its key
    elif accept.kind == "text" and (accept.high or _SPELLED + 1) > _SPELLED:
        return None  # nobody spells so much
    else:
        tells = ear.tells_keys(wording.text, wording.language)
        return None if tells else "how it is answered by keys"
    if accept.kind == "number" and set(needed) <= set(_digits(wording.text)):
        return None  # "press 1, up to 5"
    left = [key for key in needed if key not in told]
    return f"the key {left[0]}" if left else None


def _digits(text: str) -> Iterator[str]:
    yield from ("".join(letter if letter.isdigit() else " " for letter in text)).split()


# -- forms of address, and silence ---------------------------------------------------------


def _forms(flow: Flow) -> frozenset[str]:
    """The forms such as es-tu that some text of the flow is written in."""
    return frozenset(
        tag
        for state in flow.states.values()
        if state.prompt is not None
        for tag in (*state.prompt.text.texts, *(state.prompt.by_call or ()))
        if "-" in tag
    )


def _form(prompt: Prompt, forms: frozenset[str], found: Findings) -> None:
    """A wording that calls a person usted has one for those who chose tu."""
    for language, spoken in (prompt.by_call or {}).items():
        text = spoken.text if isinstance(spoken, Recording) else spoken
        for form in sorted(forms):
            alone = form.partition("-")[0] == language and form not in (prompt.by_call or {})
            if alone and ear.addresses(text, language):
                found.note(
                    "voice/form-missing",
                    prompt.call_places.get(language, prompt.text.place),
                    f"`{language}:` speaks to the person, and `{form}:` has no words of its own.",
                    f"Write `{form}:` beside it.",
                )


def _wait(state: State, told: Keys, keys: frozenset[str], found: Findings) -> None:
    """While a call is silent the question is asked again; the wait must not end before that."""
    if state.no_reply is None or state.accept is None:
        return
    longest = max(
        (ear.seconds(one.text, one.language) for one in _wordings(state, told, keys)), default=0
    )
    silences = (MOST_SILENCES + 1) * (ONE_KEY.timeout + longest)
    if state.no_reply.after < silences:
        found.note(
            "voice/wait-too-short",
            state.no_reply.place,
            f"The wait is over after {state.no_reply.after} seconds, while a silent call asks for "
            f"{silences:.0f}.",
            "Wait some minutes at least.",
        )
