"""A flow made ready to run: texts split at their variables, guards as closures, words as tables.

Promise: compiled once and never changed; the same definition always compiles to the same
behaviour. Nothing here moves a session or knows an event: that is machine.py's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from flows.actions import ACTIONS
from flows.answers import Reader, exact_answers, reader
from flows.definition import (
    Branch,
    Flow,
    Keyword,
    Library,
    Message,
    Phrase,
    Prompt,
    Recording,
    State,
)
from flows.guarding import Lookup, Test, compile_guard
from flows.keypad import from_keys
from flows.plain import plain
from flows.speaking import Ear, Keys, for_the_ear, keys_of
from flows.templates import Variable, template
from flows.wording import GIVEN, Show, show

# Said where an organisation's phrases hold no such text: a person is never left in silence.
LAST_RESORT: Final[Mapping[str, Mapping[str, str]]] = {
    "not-answered": {"en": "not answered", "es": "sin respuesta"},
    "unclear": {
        "en": "Sorry, I did not get that.",
        "es": "Perdone, no lo entendi.",
    },
    "failed-kindly": {
        "en": "Sorry, something on our side did not work. A person on our team will look at it.",
        "es": "Perdone, algo nuestro no ha funcionado. Una persona del equipo lo mira.",
    },
}


Voice = tuple[tuple[str, ...], bool, str]  # languages, discreet, channel


# -- texts ---------------------------------------------------------------------------------


class Line:
    """One message in one language, ready to be filled in."""

    __slots__ = ("holes", "language", "pattern", "recording")

    def __init__(
        self, pattern: str, holes: tuple[tuple[str, str, Show], ...], language: str,
        recording: str | None = None,
    ) -> None:  # fmt: skip
        self.pattern = pattern
        self.holes = holes  # variable, what stands for a missing one, how a value is shown
        self.language = language
        self.recording = recording

    def render(self, values: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
        """The text with its variables: from the conversation's answers, then from the person."""
        if not self.holes:
            return self.pattern
        filled = []
        for name, missing, shown in self.holes:
            value = values.get(name)
            if value is None:
                value = fields.get(name)
            kind = type(value)
            if kind is not int and (kind is not str or shown is not None):
                value = show(value, shown, self.language)
            filled.append(missing if value is None or value == "" else value)
        return self.pattern % tuple(filled)


def split_template(text: str) -> tuple[str, tuple[str, ...]]:
    """A %-pattern and the names of its variables: "Hi {name}" -> ("Hi %s", ("name",))."""
    parts = template(text).parts
    names = tuple(part.name for part in parts if isinstance(part, Variable))
    if not names:
        return "".join(map(str, parts)), ()
    return "".join(
        "%s" if isinstance(part, Variable) else part.replace("%", "%%") for part in parts
    ), names


def chain(languages: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """In which order languages are tried: each wanted one, its plain form, then the text's own."""
    order: dict[str, None] = {}
    for tag in languages:
        order[tag] = None
        if "-" in tag:
            order[tag.partition("-")[0]] = None
    order.update(dict.fromkeys(own))
    return tuple(order)


class Text:
    """A prompt in all its languages and variants; each is made ready when first wanted."""

    __slots__ = ("_context", "_ear", "_made", "own", "prompt")

    def __init__(self, prompt: Prompt, own: tuple[str, ...], context: Words, ear: Ear) -> None:
        self.prompt = prompt
        self.own = own
        self._context = context
        self._ear = ear
        self._made: dict[Voice, Line] = {}

    def line(self, voice: Voice) -> Line:
        """The whole message in the first language of the chain that it is written in."""
        made = self._made.get(voice)
        if made is None:
            made = self._made[voice] = self._make(voice)
        return made

    def _make(self, voice: Voice) -> Line:
        languages, discreet, channel = voice
        texts: Mapping[str, str | Recording] = self.prompt.text.texts
        if discreet and self.prompt.discreet is not None and self.prompt.discreet.texts:
            texts = self.prompt.discreet.texts  # privacy comes before the sound of a voice
        elif channel == "call" and self.prompt.by_call:
            texts = self.prompt.by_call
        for language in chain(languages, (*self.own, *texts)):
            if language in texts:
                text = texts[language]
                if isinstance(text, Recording):
                    return self._context.line(text.text, language, text.file)
                if channel == "call" and texts is not self.prompt.by_call:
                    text = for_the_ear(text, _form(languages, language), self._ear)
                return self._context.line(text, language)
        return self._context.line("", "")


def _form(languages: tuple[str, ...], language: str) -> str:
    """How a person is addressed in this language: es-tu where they prefer it to plain es."""
    base = language.partition("-")[0]
    return next((tag for tag in languages if tag.partition("-")[0] == base), language)


class Words:
    """What texts of one flow need beside themselves: words for what is missing, ways to show."""

    __slots__ = ("_library", "_shown")

    def __init__(self, library: Library, shown: Mapping[str, Show]) -> None:
        self._library = library
        self._shown = shown

    def line(self, text: str, language: str, recording: str | None = None) -> Line:
        pattern, names = split_template(text)
        holes = tuple((name, self.missing(name, language), self._shown.get(name)) for name in names)
        return Line(pattern, holes, language, recording)

    def missing(self, name: str, language: str) -> str:
        """The word for a value that is not there: a field's own, or the phrase "not answered"."""
        field = self._library.fields.get(name)
        texts: Mapping[str, str] = field.missing if field is not None else {}
        if not texts:
            phrase = self._library.phrases.get("not-answered")
            texts = phrase.prompt.text.texts if phrase is not None else {}
        texts = texts or LAST_RESORT["not-answered"]
        for tag in chain((language,), (*self._library.languages, *texts)):
            if texts.get(tag):
                return texts[tag]
        return LAST_RESORT["not-answered"]["en"]


def phrase_text(library: Library, name: str) -> Text:
    """A phrase of the organisation, or the last resort of that name."""
    phrase: Phrase | None = library.phrases.get(name)
    if phrase is not None:
        prompt = phrase.prompt
    else:
        nowhere = next(iter(library.phrases.values())).place if library.phrases else None
        prompt = Prompt(Message(LAST_RESORT.get(name, {"en": ""}), nowhere))  # type: ignore[arg-type]
    words = Words(library, field_shows(library))
    return Text(prompt, library.languages, words, Ear(keys_of(library.keywords)))


def field_shows(library: Library) -> dict[str, Show]:
    return {name: field.kind for name, field in library.fields.items()}


# -- states --------------------------------------------------------------------------------


class Way(NamedTuple):
    """One way on: its guard (None: always), where it goes, and how a coordinator would name it.

    `ready` is the state itself, once all states of the flow are made.
    """

    test: Test | None
    to: str
    label: str
    ready: Ready | None = None


def _ways(branches: tuple[Branch, ...], go_to: str | None, label: str) -> tuple[Way, ...]:
    ways = [
        Way(compile_guard(branch.guard), branch.go_to, f"when {branch.guard.text}")
        if branch.guard is not None
        else Way(None, branch.go_to, "otherwise")
        for branch in branches
    ]
    if go_to is not None:
        ways.append(Way(None, go_to, label))
    return tuple(ways)


class Ready:
    """A state made ready. Absent parts are None; `place` is "flow/state"."""

    __slots__ = (
        "definition", "end", "exact", "keep", "kind", "late_after", "late_to", "name", "outcomes",
        "params", "place", "read", "remember_as", "save_as", "say_unclear", "send_again",
        "silent_to", "taken", "taken_by_call", "takes_anything", "takes_recording",
        "tells_and_ends", "text", "try_again", "unclear_to", "visit", "wait", "ways", "within",
    )  # fmt: skip

    def __init__(
        self, state: State, flow: Flow, words: Words, raw: Words, keys: frozenset[str], told: Keys
    ) -> None:  # fmt: skip
        self.definition = state
        self.name = state.name
        self.kind = state.kind
        self.place = f"{flow.name}/{state.name}"
        self.read: Reader | None = reader(state.accept) if state.accept else None
        self.taken = keys_taken(state, keys)
        self.taken_by_call = keys_taken_by_call(state, keys)
        ear = Ear(told, state.accept, self.taken_by_call, state.accept is not None)
        self.text = Text(state.prompt, flow.languages, words, ear) if state.prompt else None
        self.save_as, self.remember_as = state.save_as, state.remember_as
        self.keep = state.keep
        asked = state.accept.kind if state.accept else None
        self.takes_anything = asked in ("text", "recording")
        self.takes_recording = asked == "recording"
        self.within = state.more_within
        unclear, silence, nothing = state.unclear, state.no_reply, state.no_outcome
        self.try_again = unclear.try_again if unclear else None
        self.unclear_to = unclear.go_to if unclear else None
        self.say_unclear = (
            Text(Prompt(unclear.say), flow.languages, words, ear._replace(asks=False))
            if unclear and unclear.say
            else None
        )
        self.wait = silence.after if silence else None
        self.send_again = silence.send_again if silence else 0
        self.silent_to = silence.go_to if silence else None
        self.params = {
            name: raw.line(template, flow.languages[0] if flow.languages else "en")
            for name, template in state.with_.items()
        }
        self.outcomes = dict(state.outcomes)
        self.late_after = nothing.after if nothing else None
        self.late_to = nothing.go_to if nothing else None
        self.visit = state.visit
        self.end = state.end
        # words that need no second look; see quick.py
        plainly = state.accept and self.within is None and self.keep and state.save_as
        self.exact = (
            exact_answers(state.accept)
            if state.accept is not None and plainly and state.remember_as is None
            else {}
        )
        self.tells_and_ends = state.kind == "tell" and state.end is not None
        several = bool(state.branches or state.outcomes)
        self.ways = _ways(state.branches, state.go_to, "otherwise" if several else "go to")


def keys_taken(state: State, keys: Iterable[str]) -> frozenset[str]:
    """Which lone keys a question takes as answers. Free text takes none: a lone 0 is a call."""
    accept = state.accept
    if accept is None or accept.kind in ("text", "recording"):
        return frozenset()
    read = reader(accept)

    def takes(key: str) -> bool:
        # a lone digit is never a date or a phone number, so those need no day and no region
        if accept.kind in ("date", "until", "phone", "duration", "postal-code"):
            return False
        return read(key, key, None) is not None or from_keys(accept, key) is not None

    return frozenset(key for key in keys if takes(key))


def keys_taken_by_call(state: State, keys: Iterable[str]) -> frozenset[str]:
    """Which lone keys a question takes as answers when they are pressed on a call."""
    accept = state.accept
    if accept is None:
        return frozenset()
    # where a key can be a length of time, any day tells so: no lone key is a date
    return frozenset(key for key in keys if from_keys(accept, key, _SOME_DAY) is not None)


_SOME_DAY: Final = date(2000, 1, 1)


class Call(NamedTuple):
    """A keyword made ready. `key`: heard only while the question does not take it."""

    keyword: Keyword
    key: bool
    test: Test | None
    label: str


def _is_member(lookup: Lookup) -> bool:
    """`member` is the service's to tell; where nothing is told, somebody tries out a flow."""
    return bool(lookup.find("member") != "no")


def _is_volunteer(lookup: Lookup) -> bool:
    """Told of nobody but who takes cases: a word of theirs may be another's answer."""
    return bool(lookup.find("volunteer") == "yes")


def _test(keyword: Keyword) -> Test | None:
    if keyword.members:
        return _is_member
    if keyword.volunteers:
        return _is_volunteer
    return compile_guard(keyword.when) if keyword.when is not None else None


def keyword_table(*families: tuple[Keyword, ...]) -> dict[str, tuple[Call, ...]]:
    """Plain word or key -> who hears it, the organisation's before the flow's.

    Volunteers' words come before everybody's: who is both means the shift by BREAK.
    """
    table: dict[str, tuple[Call, ...]] = {}
    every = [keyword for family in families for keyword in family]
    for keyword in sorted(every, key=lambda one: not one.volunteers):
        test = _test(keyword)
        label = f"keyword:{keyword.name}"
        said = dict.fromkeys(plain(word) for words in keyword.words.values() for word in words)
        calls = {word: False for word in said if word}
        if keyword.key:
            calls[keyword.key] = True
            calls[keyword.key * 2] = False
        for word, is_key in calls.items():
            table[word] = (*table.get(word, ()), Call(keyword, is_key, test, label))
    return table


def call_table(
    table: Mapping[str, tuple[Call, ...]], keywords: Iterable[Keyword]
) -> dict[str, tuple[Call, ...]]:
    """What is heard when keys are pressed: the table of words, and the keys of calls alone."""
    pressed = {word: calls for word, calls in table.items() if word.isdigit()}
    for keyword in keywords:
        key = keyword.call_key
        if key is None:
            continue
        test = _test(keyword)
        for word, lone in ((key, True), (key * 2, False)):
            call = Call(keyword, lone, test, f"keyword:{keyword.name}")
            pressed[word] = (*pressed.get(word, ()), call)
    return pressed


class Compiled:
    """A flow made ready: its states, its words, and what it gives back."""

    __slots__ = ("calls", "definition", "name", "pressed", "returns", "start", "states")

    def __init__(self, flow: Flow, library: Library) -> None:
        self.definition = flow
        self.name = flow.name
        self.start = flow.start
        self.returns = flow.returns
        self.calls = keyword_table(library.keywords, flow.keywords)
        self.pressed = call_table(self.calls, (*library.keywords, *flow.keywords))
        shown = field_shows(library)
        for state in flow.states.values():
            if state.save_as and state.accept:
                shown[state.save_as] = state.accept
            action = ACTIONS.get(state.action or "")
            for name in action.gives if action is not None else ():
                shown.setdefault(name, GIVEN)
        words = Words(library, shown)
        raw = Words(library, {})  # an action gets values as they are stored
        told = keys_of((*library.keywords, *flow.keywords))
        keys = frozenset(word for word in (*self.calls, *self.pressed) if len(word) == 1)
        self.states = {
            name: Ready(state, flow, words, raw, keys, told) for name, state in flow.states.items()
        }
        for made in self.states.values():
            made.ways = tuple(way._replace(ready=self.states.get(way.to)) for way in made.ways)
