"""Texts made for the ear: keys instead of capitals, what to do before the key, nothing lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.compiling import Compiled
from flows.definition import Accept, Choice, Place
from flows.events import Started
from flows.machine import About, Program, begin, step
from flows.reading.accepts import accept_phrase
from flows.shelf import library_of, shipped
from flows.speaking import Ear, for_the_ear, keys_of
from flows.templates import names
from tests.flows.scripts import NOW

PLACE = Place("flow.yaml", 1, 1)
LIBRARY = library_of(shipped())
KEYS = keys_of(LIBRARY.keywords)
CAPITALS = re.compile(r"\b(?:SKIP|TALK|MENU|STOP|START|SALTAR|HABLAR|SETTINGS|AJUSTES|YES|SI|NO)\b")


def choices(*words: str, several: bool = False) -> Accept:
    made = tuple(
        Choice(word, str(key), {"en": (word,), "es": (f"{word} es",)}, PLACE)
        for key, word in enumerate(words, start=1)
    )
    return Accept("choice", PLACE, choices=made, several=several)


def spoken(text: str, accept: str | Accept | None = None, language: str = "en") -> str:
    asked = accept_phrase(accept, PLACE) if isinstance(accept, str) else accept
    return for_the_ear(text, language, Ear(KEYS, asked, frozenset(), asked is not None))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Tea? YES or NO", "Tea? For yes, press 1. For no, press 2."),
        ("Tea? YES, NO or SKIP", "Tea? For yes, press 1. For no, press 2. To skip, press 9."),
        ("Tea? YES or NO.", "Tea? For yes, press 1. For no, press 2."),
        ("Tea: YES or NO", "Tea. For yes, press 1. For no, press 2."),
        ("YES or NO", "For yes, press 1. For no, press 2."),
        ("Tea? YES or NO. STOP ends it.",
         "Tea? For yes, press 1. For no, press 2. To end it, press 8."),
        ("Is it YES or NO today?",
         "Is it yes or no today? For yes, press 1. For no, press 2."),
        ("Tea?", "Tea? For yes, press 1. For no, press 2."),
        ("Tea", "Tea. For yes, press 1. For no, press 2."),
        ("Tea? For yes, press 1, for no 2.", "Tea? For yes, press 1, for no 2."),
    ],
)  # fmt: skip
def test_yes_and_no_are_keys(text: str, said: str) -> None:
    assert spoken(text, "yes or no") == said


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("es", "¿Te? SI o NO", "¿Te? Para si, marque 1. Para no, marque 2."),
        ("es-tu", "¿Te? SI o NO", "¿Te? Para si, marca 1. Para no, marca 2."),
        ("es", "¿Te? SI, NO o SALTAR",
         "¿Te? Para si, marque 1. Para no, marque 2. Para saltar, marque 9."),
        ("es-MX", "¿Te?", "¿Te? Para si, marque 1. Para no, marque 2."),
        ("fr", "Du the? OUI ou NON", "Du the? OUI ou NON"),
    ],
)  # fmt: skip
def test_in_the_persons_language_and_form(language: str, text: str, said: str) -> None:
    assert spoken(text, "yes or no", language) == said


THREE = choices("a person", "pause", "erase it")


@pytest.mark.parametrize(
    ("accept", "text", "said"),
    [
        (THREE, "{service} here. 1 a person, 2 pause, 3 erase it. Which one?",
         "{service} here. For a person, press 1. For pause, press 2. To erase it, press 3. "
         "Which one?"),
        (THREE, "Menu: 1 a person, 2 pause or 3 erase it",
         "Menu. For a person, press 1. For pause, press 2. To erase it, press 3."),
        (THREE, "1 by text, 2 once a day, and 3 not now",
         "By text, press 1. Once a day, press 2. Not now, press 3."),
        (THREE, "For how long? 1 2 weeks", "For how long? 1 2 weeks. For a person, press 1. "
         "For pause, press 2. To erase it, press 3."),
        (THREE, "After 2 days, which?", "After 2 days, which? For a person, press 1. "
         "For pause, press 2. To erase it, press 3."),
        (THREE, "A person is 1, up to 3.", "A person is 1, up to 3. Press a key from 1 to 3."),
        (choices("music", "faith", several=True), "More is fine: 1 music, 2 faith",
         "More is fine. For music, press 1. For faith, press 2. "
         "Press all that you like, then pound."),
        (Accept("choice", PLACE, choices=(Choice("a", None, {"en": ("a",)}, PLACE),) * 2),
         "Which?", "Which?"),
    ],
)  # fmt: skip
def test_choices_are_told_with_what_they_are_first(accept: Accept, text: str, said: str) -> None:
    assert spoken(text, accept) == said


def test_choices_in_spanish() -> None:
    said = spoken("¿Que sigue? 1 una persona, 2 saltar, 3 por texto", THREE, "es")
    assert said == (
        "¿Que sigue? Para una persona, marque 1. Para saltar, marque 2. Por texto, marque 3."
    )
    assert spoken("¿Que?", THREE, "es-tu").startswith("¿Que? A person es, marca 1.")


@pytest.mark.parametrize(
    ("accept", "said"),
    [
        ("a number from 1 to 5", "Well? Press a key from 1 to 5."),
        ("a number from 1 to 20", "Well? Say the number, or press its digits, then pound."),
        ("free text", "Well? Say it now."),
        ("free text of up to 30 letters", "Well? Say it now. To spell it, press each letter's "
         "key, then its place on the key."),
        ("a recording", "Well?"),
        ("a coming date", "Well? Say the day, or press eight digits: year, month and day."),
        ("a duration", "Well? Say how long, or press how many days, then pound."),
        ("a duration or a coming date",
         "Well? Say how long, or press how many days, then pound."),
        ("a phone number", "Well? Say the number, or press its digits, then pound."),
        ("a postal code", "Well? Say the code, or press its digits, then pound."),
        ("a code of 4 digits", "Well? Press its 4 digits."),
    ],
)  # fmt: skip
def test_every_question_tells_how_it_is_answered(accept: str, said: str) -> None:
    assert spoken("Well?", accept) == said


@pytest.mark.parametrize(
    ("text", "accept", "said"),
    [
        ("Write it, or SKIP.", "free text", "Say it. To skip, press 9."),
        ("What is it? In one text, or SKIP.", "a recording",
         "What is it? In your own words. To skip, press 9."),
    ],
)  # fmt: skip
def test_what_is_written_is_said(text: str, accept: str, said: str) -> None:
    assert spoken(text, accept) == said


def test_how_it_is_answered_comes_before_how_it_is_skipped() -> None:
    said = spoken("How is it, 1 (bad) to 5 (good)? SKIP is always fine.", "a number from 1 to 5")
    assert said == "How is it, 1, bad, to 5, good? Press a key from 1 to 5. To skip, press 9."


def test_a_key_that_the_question_takes_is_pressed_twice() -> None:
    asked = accept_phrase("a time of day", PLACE)
    ear = Ear(KEYS, asked, frozenset("089"), True)
    assert for_the_ear("When? 99 skips, 00 brings a person now.", "en", ear) == (
        "When? To skip, press 99. For a person now, press 00. Say the hour, or press four "
        "digits. For half past six in the evening, 1 8 3 0. To leave, press 88."
    )
    assert for_the_ear("¿Cuando? SALTAR vale siempre.", "es", ear).endswith(
        "Para saltar, marque 99. Para una persona, marque 00. Para salir, marque 88."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("TALK brings a person at any time.", "For a person at any time, press 0."),
        ("All right. TALK brings a person, MENU shows what there is.",
         "All right. For a person, press 0. To hear what there is, say menu."),
        ("STOP to leave.", "To leave, press 8."),
        ("TALK asks for one now.", "To ask for one now, press 0."),
        ("Until then KEEP undoes it.", "Until then the word keep undoes it."),
        ("START brings them back.", "The text start brings them back."),
        ("STOP ends it, KEEP undoes it.", "To end it, press 8. To undo it, say keep."),
        ("PAUSE works at any time.", "The word pause works at any time."),
        ("Write it, or SKIP.", "Write it. To skip, press 9."),
        ("Or SKIP.", "To skip, press 9."),
        ("SKIP", "To skip, press 9."),
        ("MENU", "Say menu."),
        ("MYDATA shows it.", "To hear it, say my data."),
        ("Your PIN is set. PIN changes it.", "Your PIN is set. To change it, say pin."),
        ("JOIN if you change your mind.", "If you change your mind, say join."),
        ("It works like PAUSE 2 WEEKS.", "It works like the word pause 2 weeks."),
        ("At 9 AM, {TALK}, or TALKING.", "At 9 AM, {TALK}, or TALKING."),
        ("A person will call you.", "A person will call you."),
    ],
)  # fmt: skip
def test_keywords_become_keys_or_words_to_say(text: str, said: str) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("HABLAR trae a una persona.", "Para una persona, marque 0."),
        ("HABLAR: una persona. MENU: mas. STOP termina.",
         "Para una persona, marque 0. Para mas, diga menu. Para terminar, marque 8."),
        ("AJUSTES lo cambia y BORRAR lo borra, siempre.",
         "Para cambiarlo, diga ajustes. Para borrarlo, diga borrar, siempre."),
        ("O SALTAR.", "Para saltar, marque 9."),
        ("UNIRME para volver.", "Para volver, diga unirme."),
        ("START lo trae de vuelta.", "El texto start lo trae de vuelta."),
    ],
)  # fmt: skip
def test_keywords_in_spanish(text: str, said: str) -> None:
    assert spoken(text, language="es") == said


def test_without_keys_the_words_are_said() -> None:
    bare = Ear(keys_of(()))
    assert for_the_ear("SKIP is always fine. STOP ends it.", "en", bare) == (
        "SKIP is always fine. The text stop ends it."
    )


# -- what ships --


def _questions() -> list[tuple[str, str, bool]]:
    return [
        (f"{flow.name}/{state.name}", language, discreet)
        for flow in LIBRARY.flows.values()
        for state in flow.states.values()
        if state.kind == "ask"
        for language in ("en", "es", "es-tu")
        for discreet in (False, True)
    ]


READY = {name: Compiled(flow, LIBRARY) for name, flow in LIBRARY.flows.items()}


@pytest.mark.parametrize(("place", "language", "discreet"), _questions())
def test_every_question_that_ships_can_be_answered_by_ear(
    place: str, language: str, discreet: bool
) -> None:
    flow, _, name = place.partition("/")
    state = READY[flow].states[name]
    assert state.text is not None
    text = state.text.line(((language, language[:2]), discreet, "call")).pattern
    assert CAPITALS.search(text) is None
    assert "(" not in text
    assert state.definition.accept is not None
    if state.definition.accept.kind != "recording":
        assert re.search("press|type|marque|marca|tecle|say|diga|di |decir", text, re.I), text
    if language == "es-tu":
        assert re.search(r"\b(marque|diga)\b", text) is None


@pytest.mark.parametrize(("place", "language", "discreet"), _questions())
def test_a_key_that_means_something_else_here_is_told_twice(
    place: str, language: str, discreet: bool
) -> None:
    flow, _, name = place.partition("/")
    state = READY[flow].states[name]
    assert state.text is not None
    text = state.text.line(((language, language[:2]), discreet, "call")).pattern
    for key in "089":
        if key in state.taken_by_call:
            assert re.search(rf"\b{key}{key}\b", text), text
            assert not re.search(rf"(?:press|marque|marca) {key}\b", text), text


def test_a_text_stays_a_text() -> None:
    program = Program(LIBRARY)
    about = About({"service": "Hearthline"}, ("en",))
    by_text = step(program, begin("leave"), Started(), NOW, about).effects
    by_call = step(program, begin("leave"), Started(), NOW, about._replace(channel="call")).effects
    assert "YES or NO" in by_text[-1].text  # type: ignore[union-attr]
    assert "For yes, press 1." in by_call[-1].text  # type: ignore[union-attr]


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "YES or NO",
                "SI o NO",
                "SKIP",
                "or SKIP",
                "TALK brings a person",
                "99 skips",
                ", ",
                "00 para hablar",
                "1 a, 2 b",
                "1 a person",
                ". ",
                "? ",
                ": ",
                "(good)",
                "{name}",
                "{{",
                "PAUSE 2 WEEKS",
                "¿Y?",
                "STOP ends it",
                "START",
            ]
        ),
        st.text(max_size=8).map(lambda text: text.replace("{", "").replace("}", "")),
    ),
    max_size=6,
).map(" ".join)
ACCEPTS = [
    None,
    THREE,
    choices("a", "b", several=True),
    *(
        accept_phrase(phrase, PLACE)
        for phrase in (
            "a number from 0 to 10", "a number from 1 to 5", "yes or no", "a date", "free text",
            "a time of day", "a code of 4 digits", "a recording", "free text of up to 9 letters",
        )
    ),
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    PIECES,
    st.sampled_from(ACCEPTS),
    st.sampled_from(["en", "es", "es-tu", "fr", ""]),
    st.sampled_from([frozenset(), frozenset("09"), frozenset("089")]),
    st.booleans(),
)
def test_no_text_is_lost_and_no_variable(
    text: str, accept: Accept | None, language: str, taken: frozenset[str], asks: bool
) -> None:
    said = for_the_ear(text, language, Ear(KEYS, accept, taken, asks))
    assert set(names(said)) == set(names(text))
    if any(map(str.isalnum, text)):
        assert any(map(str.isalnum, said))


# -- aloud --


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Got it. Call when you can.", "en", "Got it. You can call again at any time."),
        ("Recibido. Llame cuando pueda.", "es", "Recibido. Puede llamar otra vez cuando quiera."),
        ("Recibido. Llama cuando puedas.", "es-tu",
         "Recibido. Puedes llamar otra vez cuando quieras."),
    ],
)  # fmt: skip
def test_who_is_on_the_line_is_not_told_to_call(text: str, language: str, said: str) -> None:
    assert spoken(text, None, language) == said
