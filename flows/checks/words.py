"""Which words are heard as what: nobody takes another's word, in any language.

Promise: words are compared as they are heard: without case, accents and punctuation, and in
all languages at once, because a person may answer in another language than was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flows.checks.findings import Findings
from flows.definition import Choice, Flow, Keyword, Lexicon, Library, Message, Place, State
from flows.hearing import CONSENT_WORDS, STOP
from flows.hearing import YES as YES_WORD
from flows.hearing import first as first_heard
from flows.plain import plain
from flows.risk import NONE, read
from flows.vocabulary import NO, NUMBERS, YES

CONSENT = frozenset(plain(word) for word in CONSENT_WORDS - {YES_WORD})
YES_NO = frozenset(("yes", "no", "si"))
_OFFERED = re.compile(r"\b(?:" + "|".join(sorted(STOP - {"STOP"})) + r")\b")


class Said(NamedTuple):
    """A word as it is heard, and whose it is."""

    heard: str
    written: str
    what: str
    place: Place
    owner: str  # a keyword's or a choice's name
    condition: bool = False  # heard only sometimes, or told to nobody


def check_words_heard(flow: Flow, library: Library, found: Findings) -> None:
    """Words of the flow: its keywords, its choices, its start words, and what texts offer."""
    everybody = [keyword for keyword in library.keywords if not keyword.volunteers]
    organisation = [said for keyword in everybody for said in said_by(keyword)]
    own = [said for keyword in flow.keywords for said in said_by(keyword)]
    for said in own:
        reserved(said, True, library.lexicon, found)
    _keywords(organisation, own, found)
    _keys(library.keywords, flow.keywords, found)
    for said in _start_words(flow):
        reserved(said, True, library.lexicon, found)
        _starts(said, flow, organisation, library, found)
    for state in flow.states.values():
        if state.accept is not None:
            _answers(state, [*organisation, *own], library.lexicon, found)
        for message in _messages(state):
            check_offers(message, found)


def check_organisation(
    keywords: tuple[Keyword, ...], lexicon: Lexicon | None, found: Findings
) -> None:
    """The organisation's keywords beside each other."""
    said = [one for keyword in keywords for one in said_by(keyword)]
    for one in said:
        reserved(one, True, lexicon, found)
    _keywords([], said, found)
    _keys((), keywords, found)


def said_by(keyword: Keyword) -> Iterator[Said]:
    """Every word that calls a keyword, each once as it is heard."""
    heard: dict[str, str] = {}
    for words in keyword.words.values():
        for word in words:
            heard.setdefault(plain(word), word)
    what = f"the keyword `{keyword.name}`"
    for bare, word in heard.items():
        sometimes = keyword.when is not None or keyword.volunteers
        yield Said(bare, word, what, keyword.place, keyword.name, sometimes)


def keys_of(keywords: Iterable[Keyword]) -> frozenset[str]:
    """The lone keys that call a keyword."""
    return frozenset(keyword.key for keyword in keywords if keyword.key is not None)


def reserved(said: Said, calls: bool, lexicon: Lexicon | None, found: Findings) -> None:
    """Words of the phone network and of danger; `calls`: YES and NO are taken as well."""
    if said.heard in CONSENT:
        found.note(
            "languages/consent-word",
            said.place,
            f"`{said.written}` is heard by the phone network first; {said.what} never gets it.",
            "Choose another word.",
        )
    elif first_heard(said.written, lexicon, opted_out=False, asked_to_join=False).stop_wish:
        found.note(
            "languages/consent-word",
            said.place,
            f"`{said.written}` is heard as a wish to stop, and ends all texts and calls; "
            f"{said.what} never gets it.",
            "Choose another word.",
        )
    elif calls and said.heard in YES_NO:
        found.note(
            "languages/yes-no-keyword",
            said.place,
            f"`{said.written}` is an answer everywhere; {said.what} cannot have it.",
            "Choose another word.",
        )
    danger = read(said.written, None, lexicon) if lexicon is not None else NONE
    if danger.kinds:
        found.note(
            "languages/danger-word",
            said.place,
            f"`{said.written}` is heard as danger ({', '.join(danger.reasons)}); "
            f"{said.what} never gets it.",
            "Choose another word.",
        )


def _keywords(organisation: list[Said], own: list[Said], found: Findings) -> None:
    taken: dict[str, Said] = {}
    for said in organisation:
        taken.setdefault(said.heard, said)
    for said in own:
        first = taken.setdefault(said.heard, said)
        same = first.owner == said.owner and first.place == said.place
        if not same and not (first.condition or said.condition):
            found.note(
                "languages/keyword-collision",
                said.place,
                f"`{said.written}` calls {first.what} already; {said.what} is never heard by it.",
                "Choose another word for one of them.",
            )


def _keys(before: tuple[Keyword, ...], own: tuple[Keyword, ...], found: Findings) -> None:
    taken = {key: keyword for keyword in before for key in _on_a_call(keyword)}
    for keyword in own:
        for key in _on_a_call(keyword):
            first = taken.setdefault(key, keyword)
            if first is not keyword and not (first.when or keyword.when):
                found.note(
                    "languages/keyword-collision",
                    keyword.place,
                    f"The key {key} calls the keyword `{first.name}` already.",
                    "Choose another key for one of them.",
                )


def _on_a_call(keyword: Keyword) -> Iterator[str]:
    """The keys that call a keyword on the phone."""
    yield from filter(None, (keyword.key, keyword.call_key))


def _start_words(flow: Flow) -> Iterator[Said]:
    place = flow.places.get("start words", flow.place)
    heard: dict[str, str] = {}
    for words in flow.start_words.values():
        for word in words:
            heard.setdefault(plain(word), word)
    for bare, word in heard.items():
        yield Said(bare, word, f"the start of `{flow.name}`", place, flow.name)


def _starts(
    said: Said, flow: Flow, organisation: list[Said], library: Library, found: Findings
) -> None:
    others = [
        *organisation,
        *(
            other
            for one in library.flows.values()
            if one.name != flow.name
            for other in _start_words(one)
        ),
    ]
    first = next((other for other in others if other.heard == said.heard), None)
    if first is not None:
        found.note(
            "languages/start-collision",
            said.place,
            f"`{said.written}` is heard as {first.what} already.",
            "Choose another word for one of them.",
        )


def _answers(state: State, keywords: list[Said], lexicon: Lexicon | None, found: Findings) -> None:
    accept = state.accept
    assert accept is not None
    taken: dict[str, Choice] = {}
    for choice in accept.choices:
        for said in _said_by_choice(choice):
            if not said.condition:
                reserved(said, False, lexicon, found)
            first = taken.setdefault(said.heard, choice)
            if first is not choice:
                found.note(
                    "languages/choice-collision",
                    choice.place,
                    f"`{said.written}` means `{first.name}` and `{choice.name}`, so it means "
                    "neither.",
                    "Let each word stand with one choice, in all languages together.",
                )
            _heard_first(said, keywords, found)
    place = state.places.get("accept", accept.place)
    for said in keywords:
        if _is_answer(said.heard, accept.kind, accept.low, accept.high):
            found.note(
                "languages/answer-collision",
                place,
                f"`{said.written}` would be an answer here, and calls {said.what} first.",
                "Choose another word for the keyword.",
            )


def _said_by_choice(choice: Choice) -> Iterator[Said]:
    heard = {plain(choice.name.replace("-", " ").replace("_", " ")): choice.name}
    for words in choice.words.values():
        for word in words:
            heard[plain(word)] = word
    if choice.key is not None:
        heard[choice.key] = choice.key
    names = {plain(word) for words in choice.words.values() for word in words}
    for bare, word in heard.items():
        told = bare in names
        yield Said(bare, word, f"the choice `{choice.name}`", choice.place, choice.name, not told)


def _heard_first(said: Said, keywords: list[Said], found: Findings) -> None:
    if said.condition:
        return  # a choice's bare name is nothing that a person is told to say
    keyword = next((one for one in keywords if one.heard == said.heard), None)
    if keyword is not None:
        found.note(
            "languages/answer-collision",
            said.place,
            f"`{said.written}` calls {keyword.what} before it is heard as {said.what}.",
            "Choose another word for the choice.",
        )


def _is_answer(heard: str, kind: str, low: int | None, high: int | None) -> bool:
    if kind == "yes-no":
        return heard in YES or heard in NO
    if kind == "number":
        number = int(heard) if heard.isdecimal() and len(heard) < 9 else NUMBERS.get(heard)
        return number is not None and (low or 0) <= number <= (999_999 if high is None else high)
    return False


def _messages(state: State) -> Iterator[Message]:
    if state.prompt is not None:
        yield state.prompt.text
        if state.prompt.discreet is not None:
            yield state.prompt.discreet
    if state.unclear is not None and state.unclear.say is not None:
        yield state.unclear.say


def check_offers(message: Message, found: Findings) -> None:
    """No text offers CANCEL, END or QUIT: whoever sends it gets no text any more."""
    for language, text in message.texts.items():
        for word in dict.fromkeys(_OFFERED.findall(text)):
            found.note(
                "languages/offered",
                message.places.get(language, message.place),
                f"The text offers {word}, and the phone network ends all texts at that word.",
                "Offer another word. To leave, tell STOP.",
            )
