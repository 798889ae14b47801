"""How the shipped texts speak: plain, short, gentle, and telling nothing on shared phones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import textstat

from flows import reading
from flows.definition import Flow, Phrase, Prompt
from flows.plain import plain
from flows.segments import count
from flows.templates import Variable, template

FOLDER = Path(__file__).parents[2] / "flows" / "library"
WORDS = ("keywords", "phrases", "fields", "lexicon", "on-call")

# what stands for a variable: something usual, and the longest that its owner can set
USUAL = {
    "service": "Lark", "name": "Ana", "emergency": "911", "line": "988", "contact": "Ask Bo.",
    "per_week": "8", "number": "+15555550100", "hours": "9 to 5", "call_time": "16:30",
    "next_checkin": "Friday 9:00", "paused_until": "Friday", "erase_at": "Friday",
    "kept_since": "May", "code": "42", "priority": "urgent", "share": "80",
}  # fmt: skip
LONGEST = {
    "service": 30, "name": 30, "emergency": 20, "line": 40, "contact": 60, "per_week": 3,
    "number": 16, "hours": 60, "next_checkin": 40, "paused_until": 30, "erase_at": 30,
    "kept_since": 30, "message_said": 160, "message_day": 30, "kept_messages": 6, "call_time": 8,
    "code": 8, "priority": 9,
}  # fmt: skip


class Told(NamedTuple):
    """One text as somebody gets it. `where` names it in a failing test."""

    where: str
    language: str
    variant: str
    text: str
    asks: bool

    def filled(self, usual: bool = True) -> str:
        return "".join(
            part
            if not isinstance(part, Variable)
            else USUAL.get(part.name, "3")
            if usual
            else "x" * LONGEST.get(part.name, 6)
            for part in template(self.text).parts
        )


def _flows() -> dict[str, Flow]:
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.stem in WORDS or path.stem.endswith(".walks"):
            continue
        read = reading.read_flow(path.read_text(), path.name)
        assert read.value is not None, read.problems
        found[read.value.name] = read.value
    return found


def _phrases() -> dict[str, Phrase]:
    read = reading.read_phrases((FOLDER / "phrases.yaml").read_text(), "phrases.yaml")
    assert read.value is not None, read.problems
    return read.value


FLOWS = _flows()


def _texts(where: str, prompt: Prompt, asks: bool) -> Iterator[Told]:
    for language, text in prompt.text.texts.items():
        yield Told(where, language, "text", text, asks)
    for language, spoken in (prompt.by_call or {}).items():
        text = spoken if isinstance(spoken, str) else spoken.text
        yield Told(where, language, "call", text, asks)
    if prompt.discreet is not None:
        for language, text in prompt.discreet.texts.items():
            yield Told(where, language, "discreet", text, asks)


def _all_texts() -> list[Told]:
    found: list[Told] = []
    for flow in FLOWS.values():
        for state in flow.states.values():
            if state.prompt is not None:
                where = f"{flow.name}/{state.name}"
                found += _texts(where, state.prompt, state.kind == "ask")
    for phrase in _phrases().values():
        found += _texts(f"phrases/{phrase.name}", phrase.prompt, False)
    return found


TEXTS = _all_texts()


def _failing(texts: list[Told], wrong: Callable[[Told], bool]) -> list[str]:
    assert texts
    return [f"{t.where} {t.language} {t.variant}: {t.text}" for t in texts if wrong(t)]


def sentences(text: str) -> list[str]:
    """Sentences; a list of keys to press begins a line of its own, as it is read."""
    parts = re.split(r"(?<=[.!?:;])\s+|(?=\b1 [a-z])", text)
    return [part for part in parts if part.strip()]


def _keys_of(sentence: str) -> bool:
    return re.match(r"1 [a-zñ]", sentence) is not None


def _words(sentence: str) -> int:
    return len(re.findall(r"[\w'@+.-]*\w", sentence))


def test_no_sentence_has_more_than_fifteen_words() -> None:
    def long(told: Told) -> bool:
        # in a list of keys each part is read by itself
        return any(
            _words(part) > 15
            for sentence in sentences(told.filled())
            for part in (sentence.split(", ") if _keys_of(sentence) else [sentence])
        )

    assert _failing(TEXTS, long) == []


def _long_enough(texts: list[Told]) -> list[Told]:
    """The measures count syllables a word: on a handful of words they measure nothing."""
    return [told for told in texts if _words(told.filled()) >= 9]


def test_english_reads_at_grade_five_or_less() -> None:
    english = [t for t in TEXTS if t.language == "en"]

    def grade(text: str) -> float:
        return float(textstat.textstat.flesch_kincaid_grade(text.replace("; ", ". ")))

    assert _failing(_long_enough(english), lambda t: grade(t.filled()) > 5.0) == []
    assert grade(" ".join(told.filled() for told in english)) < 4.0


def test_spanish_reads_easily() -> None:
    """Fernandez Huerta: 100 is very easy, 80 and more is what grade five reads."""
    spanish = [t for t in TEXTS if t.language != "en"]

    def ease(text: str) -> float:
        return float(textstat.textstat.fernandez_huerta(text.replace("; ", ". ")))

    textstat.textstat.set_lang("es")
    try:
        assert _failing(_long_enough(spanish), lambda t: ease(t.filled()) < 80.0) == []
        assert ease(" ".join(told.filled() for told in spanish)) > 85.0
    finally:
        textstat.textstat.set_lang("en")


def test_one_question_a_message() -> None:
    asking = [t for t in TEXTS if t.asks and not _tells_keys(t)]
    assert _failing(TEXTS, lambda t: t.text.count("?") > 1) == []
    assert _failing(asking, lambda t: t.text.count("?") != 1) == []


def _tells_keys(told: Told) -> bool:
    """Of a call, or of an alert's words: it asks by saying what to press or to send."""
    if told.where == "alert/asked":
        return re.search(r"\b(?:TAKE|TOMO|press 1|marque 1|marca 1)\b", told.text) is not None
    return (
        told.variant == "call" and re.search(r"\b(?:press|marque|marca) 1\b", told.text) is not None
    )


def test_every_letter_is_free_in_gsm() -> None:
    texts = [t for t in TEXTS if t.variant != "call"]
    assert _failing(texts, lambda t: count(t.filled()).encoding != "GSM-7") == []


def test_two_segments_hold_the_longest() -> None:
    texts = [t for t in TEXTS if t.variant != "call"]
    assert _failing(texts, lambda t: count(t.filled(usual=False)).segments > 2) == []


def test_one_segment_holds_nearly_everything() -> None:
    """For those who pay: with usual values only what the law wants at joining takes two, and what
    an overdose is answered with, of which who pays hears the shorter one for every kind."""
    long = {"joining/promise", "phrases/danger-answer-overdose", "phrases/danger-unknown-overdose"}
    texts = [t for t in TEXTS if t.variant != "call" and t.where not in long]
    assert _failing(texts, lambda t: count(t.filled()).segments > 1) == []


@pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda flow: flow.name)
def test_the_first_message_names_the_service(flow: Flow) -> None:
    """Where a stranger may be reading, or where it answers words that named the case, not."""
    if flow.name in ("wrong-number", "are-you-safe", "taken", "which-case"):
        return
    first = _first_messages(flow)
    assert first
    for state in first:
        prompt = flow.states[state].prompt
        assert prompt is not None
        for text in prompt.text.texts.values():
            if flow.name == "joining" and state in ("promise", "trouble"):
                continue  # only after our first text, which named it
            if state in ("trouble", "nobody"):
                continue
            assert "{service}" in text, f"{flow.name}/{state}"


def _first_messages(flow: Flow) -> set[str]:
    """The messages that a person can get first."""
    found: set[str] = set()
    ahead, seen = [flow.start], set()
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        state = flow.states[name]
        if state.prompt is not None:
            found.add(name)
            continue
        ahead += [*state.outcomes.values(), *(b.go_to for b in state.branches)]
        ahead += [state.go_to] if state.go_to else []
    return found


# -- words that we do not use --------------------------------------------------------------

NEVER = {
    "coercion": "must|have to|has to|should|final notice|debe|debes|tiene que|tienes que|deberia",
    "blame": "failed|why didn.?t you|ignored|you did not|you didn.?t|no respondio|ignoro",
    "minimising": "at least|just relax|everyone feels|cheer up|por lo menos|al menos|relajese",
    "time of day": "good morning|good afternoon|good evening|good night|tonight|buenos dias|"
    "buenas tardes|buenas noches|esta noche",
    "tomorrow": "tomorrow|mañana",
    "constant watch": "always here|always watching|24/7|we are always|siempre estamos|vigilamos",
    "secrecy": "secret|nobody will ever|completely private|secreto|nadie lo sabra",
    "what happened": "what happened|que paso",
}


@pytest.mark.parametrize("rule", NEVER)
def test_words_that_we_do_not_use(rule: str) -> None:
    pattern = re.compile(rf"\b(?:{NEVER[rule]})\b", re.IGNORECASE)
    assert _failing(TEXTS, lambda t: pattern.search(t.text) is not None) == []


def test_no_text_offers_a_word_that_the_network_hears() -> None:
    pattern = re.compile(r"\b(?:CANCEL|END|QUIT|REVOKE|UNSUBSCRIBE|HELP|INFO)\b")
    assert _failing(TEXTS, lambda t: pattern.search(t.text) is not None) == []


def test_no_numbers_of_lines_in_texts() -> None:
    """They come from the directory, through {line} and {emergency}."""
    pattern = re.compile(r"\d{3,}(?! %)|\d[ -]\d{2,}")
    assert _failing(TEXTS, lambda t: pattern.search(t.text) is not None) == []


# -- phones that others see ----------------------------------------------------------------

# nothing of health, of a group, of a condition, of the service, in any part of the text
TELLING = (
    "service line emergency contact hours",  # variables
    "check-in checkin check-ins support peer helpline hotline health mental mood feel feeling "
    "feelings sad hard crisis danger safe emergency emergencies therapy therapist counsel "
    "counselor group circle buddy team volunteer member members join program programme care calm "
    "alone lonely risk life child children hurt help listens person hospital doctor medicine "
    "recovery sober",
    "saludo saludos apoyo salud animo triste duro dura crisis peligro peligra salvo emergencia "
    "emergencias terapia grupo circulo compañero equipo voluntario miembro programa cuidado calma "
    "riesgo vida menor daño ayuda escucha persona hospital medico medicina sobrio enfermo",
)
# words that name nothing where they stand: a phone is alone, JOIN is what they texted themselves,
# "otra persona" is somebody else
HARMLESS = ("yours alone", "JOIN", "otra persona", "Otra persona")


def _tells(told: Told) -> bool:
    text = told.text
    for allowed in HARMLESS:
        text = text.replace(allowed, " ")
    variables = {part.name for part in template(text).parts if isinstance(part, Variable)}
    if variables & set(TELLING[0].split()):
        return True
    words = set(plain(re.sub(r"\{[^}]*\}", " ", text)).split())
    telling = {plain(word) for listed in TELLING[1:] for word in listed.split()}
    return bool(words & telling)


def test_discreet_texts_tell_nothing() -> None:
    assert _failing([t for t in TEXTS if t.variant == "discreet"], _tells) == []


def test_every_message_has_a_discreet_variant_in_every_language() -> None:
    missing = []
    prompts = [
        (f"{flow.name}/{state.name}", state.prompt)
        for flow in FLOWS.values()
        for state in flow.states.values()
        if state.prompt is not None
    ]
    prompts += [(f"phrases/{phrase.name}", phrase.prompt) for phrase in _phrases().values()]
    for where, prompt in prompts:
        for language in ("en", "es"):
            if language not in prompt.text.texts:
                missing.append(f"{where} {language}")
            if prompt.discreet is None or language not in prompt.discreet.texts:
                missing.append(f"{where} {language} discreet")
    assert missing == []


def test_no_unclear_reply_has_words_that_others_could_see() -> None:
    """`say` under `unclear` has no discreet variant, so the shipped flows leave it to phrases."""
    assert [
        f"{flow.name}/{state.name}"
        for flow in FLOWS.values()
        for state in flow.states.values()
        if state.unclear is not None and state.unclear.say is not None
    ] == []


def test_a_form_of_address_has_the_other_beside_it() -> None:
    """Where the Spanish text says usted, es-tu stands beside it."""
    alone = []
    pattern = re.compile(r"\b(?:llame cuando pueda|quiere|prefiere|desea|marque|usted)\b", re.I)
    for flow in FLOWS.values():
        for state in flow.states.values():
            prompt = state.prompt
            for texts in (
                (prompt.text.texts, prompt.discreet.texts) if prompt and prompt.discreet else ()
            ):
                usted = pattern.search(
                    texts.get("es", "").replace("con usted", "").replace("de usted", "")
                )
                if usted and "es-tu" not in texts:
                    alone.append(f"{flow.name}/{state.name}: {texts['es']}")
    assert alone == []
