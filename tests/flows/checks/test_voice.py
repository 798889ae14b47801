"""What a caller hears: each rule finds what it is for, and leaves what sounds like it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from flows.checks import CODES, check_library, check_shared, ear
from flows.checks.voice import MOST_SECONDS
from flows.definition import Problem
from flows.shelf import library_of, shipped
from flows.speaking import Ear, for_the_ear, keys_of
from tests.flows.checks.house import KEYWORDS, PHRASES, changed, found, house

YES_NO = "accept: yes or no"
LEAVE = """\
  leave:
    en: [LEAVE]
    es: [SALIR]
    call key: 8
    visit flow: talk
  again:
    en: [AGAIN]
    es: [REPETIR]
    call key: "*"
    do: repeat
"""
HOUSE = house(keywords=KEYWORDS + LEAVE)
KEYS_EN = "For yes, press 1. For no, press 2."
KEYS_ES = "Para si, marque 1. Para no, marque 2."


def choices(*keys: str | None) -> str:
    """A question of as many choices; None has no key."""
    lines = ["accept:"]
    for number, key in enumerate(keys):
        lines.append(f"      - choice: c{number}")
        lines += [f"        key: {key}"] if key is not None else []
        word = "abcdefghij"[number] * 3
        lines += ["        words:", f"          en: [{word}]", f"          es: [{word}o]"]
    return "\n".join(lines)


class Asking(NamedTuple):
    """One question by call. ask, es_ask: its texts; es: None where Spanish is not declared."""

    en: str = f"Tea? {KEYS_EN}"
    es: str = f"¿Te? {KEYS_ES}"
    accept: str = YES_NO
    ask: str = "Tea? YES or NO"
    es_ask: str = "¿Te? SI o NO"
    after: str = "3 hours"
    by_call: bool = True
    more: str = ""

    def found(self) -> list[Problem]:
        wording = f'    by call:\n      en: "{self.en}"\n      es: "{self.es}"\n'
        text = (
            "flow: tea\ntitle: Tea\npurpose: Tea.\nlanguages: [en, es]\nends after: 1 day\n"
            f'start: tea\nstates:\n  tea:\n    ask:\n      en: "{self.ask}"\n'
            f'      es: "{self.es_ask}"\n{wording if self.by_call else ""}{self.more}'
            f"    {self.accept}\n    save as: tea\n    no reply:\n      after: {self.after}\n"
            "      go to: end\n    go to: end\n  end:\n    end: done\n"
        )
        return [one for one in found(text, HOUSE) if one.code.startswith("voice/")]


def menu(*options: str) -> str:
    return "Which? " + " ".join(f"For {what}, press {n}." for n, what in enumerate(options, 1))


def carta(*options: str) -> str:
    return "¿Cual? " + " ".join(f"Para {what}, marque {n}." for n, what in enumerate(options, 1))


SIX = choices("1", "2", "3", "4", "5", "6")
NUMBERS = "Say the number, or press its digits, then pound."
CIFRAS = "Diga el numero, o marque sus cifras, y luego numeral."
RECORDING = "accept: a recording of up to 2 minutes"

# code, the question, a piece of the trouble or of the cure
FINDS: list[tuple[str, Asking, str]] = [
    ("too-many-options", Asking(menu(*"abcdef"), carta("a", "te"), SIX), "6 options"),
    ("too-many-options", Asking(menu("a", "b"), carta(*"abcdef"), SIX), "`es:` tells 6"),
    ("key-first", Asking("Tea? Press 1 for yes. Press 2 for no."), "'Press 1 for'"),
    ("key-first", Asking("Tea? Please press 1, if you like. For no, press 2."), "'Please press 1"),
    ("key-first", Asking("Tea? For yes, press 1, or press the 2 key for no."), "'press the 2 key"),
    ("key-first", Asking("Tea? Hit one to say yes. For no, press 2."), "'Hit one to'"),
    ("key-first", Asking("Tea? 1 for yes, 2 for no. Press a key."), "1 for yes, 2 for no"),
    ("key-first", Asking("Tea? 1 yes, 2 no. Press a key."), "1 yes, 2 no"),
    ("key-first", Asking(f"Tea? {KEYS_EN} The 9 key skips it."), "The 9 key skips"),
    ("key-first", Asking(es="¿Te? Marque 1 para si. Marque 2 para no."), "'Marque 1 para'"),
    ("key-first", Asking(es="¿Te? Marca 1 si quieres. Para no, marca 2."), "'Marca 1 si'"),
    ("key-first", Asking(es="¿Te? Oprima la tecla 1 para si. Para no, marque 2."), "'Oprima la"),
    ("key-first", Asking(es="¿Te? Pulse uno para si. Para no, pulse dos."), "'Pulse uno para'"),
    ("key-first", Asking(es="¿Te? 1 para si, 2 para no. Marque ya."), "1 para si, 2 para no"),
    ("no-key", Asking(menu("a"), carta("a"), choices("1", None)), "`c1` has no key"),
    ("keys-alike", Asking(menu("a"), carta("a"), choices("1", "12")), "begins as 1 of `c0`"),
    ("key-shadowed", Asking(NUMBERS, CIFRAS, "accept: a number from 1 to 99"), "99 would be"),
    ("key-shadowed", Asking(NUMBERS, CIFRAS, "accept: a number from 1 to 88"), "`leave`"),
    ("key-shadowed", Asking(menu("a"), carta("a"), choices("1", "99")), "`skip`"),
    ("key-untold", Asking("Tea? Say yes or no."), "the key 1"),
    ("key-untold", Asking("Tea? For yes, press 1. For no, say no."), "the key 2"),
    ("key-untold", Asking(menu("a"), carta("a", "te"), choices("1", "2")), "`en:` does not tell"),
    ("key-untold", Asking("How many?", CIFRAS, "accept: a number from 1 to 40"), "by keys"),
    ("key-untold", Asking("From 1 up?", "¿De 1 a 5?", "accept: a number from 1 to 5"), "the key 1"),
    ("key-untold", Asking("What day?", CIFRAS, "accept: a date"), "by keys"),
    ("key-untold", Asking("Your name?", "¿Su nombre?", "accept: free text of up to 40 letters"),
     "`es:` does not"),
    ("key-told", Asking("How? From 1, press 1, up to 8. ", "¿De 1 a 8? Marque.",
                        "accept: a number from 1 to 8"), "does not tell 88"),
    ("key-nowhere", Asking(f"Tea? {KEYS_EN} For more, press 3."), "the key 3"),
    ("key-nowhere", Asking(es=f"¿Te? {KEYS_ES} Para mas, marque siete."), "the key 7"),
    ("repeat-key", Asking(f"Tea? {KEYS_EN} For more tea, press star."), "another meaning"),
    ("repeat-key", Asking(es=f"¿Te? {KEYS_ES} Para mas te, marque asterisco."), "another meaning"),
    ("texting", Asking(f"Tea? {KEYS_EN} Or say SKIP."), "'SKIP'"),
    ("texting", Asking(f"Tea? YES or NO. {KEYS_EN}"), "'YES'"),
    ("texting", Asking(f"Tea? Reply now. {KEYS_EN}"), "'Reply'"),
    ("texting", Asking(f"Tea? You can text us as well. {KEYS_EN}"), "'text us'"),
    ("texting", Asking(f"Tea? Write to us later. {KEYS_EN}"), "'Write to'"),
    ("texting", Asking(f"Tea? Tap the link. {KEYS_EN}"), "'Tap'"),
    ("texting", Asking(es=f"¿Te? Responda ya. {KEYS_ES}"), "'Responda'"),
    ("texting", Asking(es=f"¿Te? Escribanos luego. {KEYS_ES}"), "'Escribanos'"),
    ("texting", Asking(es=f"¿Te? Mande un texto. {KEYS_ES}"), "'Mande un texto'"),
    ("texting", Asking(es=f"¿Te? SALTAR siempre vale. {KEYS_ES}"), "'SALTAR'"),
    ("unspeakable", Asking(f"Tea? See www.tea.example. {KEYS_EN}"), "www.tea.example"),
    ("unspeakable", Asking(f"Tea? More at tea.org. {KEYS_EN}"), "tea.org"),
    ("unspeakable", Asking(f"Tea? Ask us@tea.example. {KEYS_EN}"), "us@tea.example"),
    ("unspeakable", Asking(f"Tea? 🙂 {KEYS_EN}"), "🙂"),
    ("unspeakable", Asking(f"Tea? :-) {KEYS_EN}"), ":-)"),
    ("unspeakable", Asking(f"Tea? A msg follows. {KEYS_EN}"), "'msg'"),
    ("unspeakable", Asking(f"Tea, e.g. green? {KEYS_EN}"), "e.g."),
    ("unspeakable", Asking(f"Tea (green)? {KEYS_EN}"), "(green)"),
    ("unspeakable", Asking(f"Tea/coffee? {KEYS_EN}"), "Tea/coffee"),
    ("unspeakable", Asking(es=f"¿Te? Un msj sigue. {KEYS_ES}"), "'msj'"),
    ("unspeakable", Asking(es=f"¿Te para Uds.? {KEYS_ES}"), "'Uds'"),
    ("unheard", Asking(ask="Tea? Write us. YES or NO", by_call=False), "'Write us'"),
    ("unheard", Asking(es_ask="¿Te? Responda ya, SI o NO", by_call=False), "'Responda'"),
    ("unheard", Asking(ask="Tea/coffee? YES or NO", by_call=False), "Tea/coffee"),
    ("unheard", Asking(more='    discreet:\n      en: "Write back. YES or NO"\n'
                            '      es: "¿Te? SI o NO"\n'), "'Write back'"),
    ("too-long", Asking(f"{'Green tea with milk. ' * 14}{KEYS_EN}"), "seconds in slow speech"),
    ("too-long", Asking(ask=f"{'Green tea. ' * 24}YES or NO", by_call=False), "seconds"),
    ("no-limit", Asking("Tell us.", "Cuente.", "accept: a recording"), "how long"),
    ("wait-too-short", Asking(after="30 seconds"), "a silent call asks for"),
]  # fmt: skip

LEAVES: list[tuple[str, Asking]] = [
    ("too-many-options", Asking(menu(*"abcde"), carta(*"abcde"), choices(*"12345"))),
    ("too-many-options", Asking("Which day? For Monday, press 1, up to 7 for Sunday.",
                                "¿Que dia? Para el lunes, marque 1, hasta 7 para el domingo.",
                                choices(*"1234567"))),
    ("too-many-options", Asking(menu(*"abcde") + " To skip, press 9. For a person, press 0.",
                                carta(*"abcde"), choices(*"12345"))),
    ("key-first", Asking("Tea? If yes, press 1, for no press 2.")),
    ("key-first", Asking("How is it? Press 1 to 5.", "¿Como va? Marque de 1 a 5.",
                         "accept: a number from 1 to 5")),
    ("key-first", Asking("For very hard, press 1, up to 5 for good.",
                         "Si va muy duro, marque 1, hasta 5 si va bien.",
                         "accept: a number from 1 to 5")),
    ("key-first", Asking(f"Tea for 1 or 2? It takes 2 minutes. {KEYS_EN}")),
    ("no-key", Asking(menu("a", "b"), carta("a", "b"), choices("1", "2"))),
    ("keys-alike", Asking(menu("a", "b"), carta("a", "b"), choices("1", "2"))),
    ("key-shadowed", Asking(NUMBERS, CIFRAS, "accept: a number from 1 to 87")),
    ("key-shadowed", Asking(NUMBERS, CIFRAS, "accept: a number from 100 to 120")),
    ("key-untold", Asking(NUMBERS, CIFRAS, "accept: a number from 1 to 40")),
    ("key-untold", Asking("Say it now.", "Digalo ahora.", "accept: free text")),
    ("key-untold", Asking("Tell us.", "Cuente.", RECORDING)),
    ("key-untold", Asking("Say the day, or press eight digits.", "Diga o marque ocho cifras.",
                          "accept: a date")),
    ("key-told", Asking("Press 1 to 8. To leave, press 88.",
                        "Marque de 1 a 8. Para salir, marque 88.", "accept: a number from 1 to 8")),
    ("key-nowhere", Asking(f"Tea? {KEYS_EN} To skip, press 9. To leave, press 8. For a person, "
                           "press 0. To hear it again, press star. At the end, press pound.")),
    ("key-nowhere", Asking("Tell us. To record, press 1.", "Para grabar, marque 1.", RECORDING)),
    ("key-nowhere", Asking("Say it, or press four digits, like 1 6 3 0.",
                           "Marque cuatro cifras, como 1 6 3 0.", "accept: a time of day")),
    ("repeat-key", Asking(f"Tea? {KEYS_EN} To hear it again, press star.",
                          f"¿Te? {KEYS_ES} Para repetir, marque asterisco.")),
    ("texting", Asking(f"Is a text next day fine? {KEYS_EN}")),
    ("texting", Asking(f"By text or by call? Your PIN, at 9 AM. {KEYS_EN}")),
    ("texting", Asking("For a reply, press 1. For no, press 2.")),
    ("texting", Asking("To leave, press 8, or text the word stop. " + KEYS_EN)),
    ("texting", Asking(es=f"¿Un texto al otro dia? Queda escrito. {KEYS_ES}")),
    ("texting", Asking(es=f"Ya no escribimos ni llamamos. {KEYS_ES}")),
    ("unspeakable", Asking(f"Tea at 9:30, 2 euros & milk, for {{name}}? {KEYS_EN}",
                           f"¿Te a las 9:30 para {{name}}? {KEYS_ES}")),
    ("unspeakable", Asking(f"A minute, an hour, a number. No. {KEYS_EN}")),
    ("unheard", Asking(by_call=False)),
    ("unheard", Asking(ask="SKIP is always fine. STOP ends it. Tea? YES or NO", by_call=False)),
    ("too-long", Asking(f"{'Green tea with milk. ' * 8}{KEYS_EN}")),
    ("no-limit", Asking("Tell us.", "Cuente.", RECORDING)),
    ("wait-too-short", Asking(after="5 minutes")),
]  # fmt: skip


def _name(value: object) -> str:
    return value.en if isinstance(value, Asking) else str(value)


@pytest.mark.parametrize(("code", "asking", "told"), FINDS, ids=_name)
def test_it_is_found(code: str, asking: Asking, told: str) -> None:
    problems = asking.found()
    own = [problem for problem in problems if problem.code == f"voice/{code}"]
    assert own, [(problem.code, problem.trouble) for problem in problems]
    assert any(told in f"{one.trouble} {one.cure}" for one in own), own
    for one in own:
        assert one.level == CODES[one.code].level
        assert one.cure
        assert (one.place.file, one.place.state) == ("flow.yaml", "tea")


@pytest.mark.parametrize(("code", "asking"), LEAVES, ids=_name)
def test_it_is_left(code: str, asking: Asking) -> None:
    assert [one for one in asking.found() if one.code == f"voice/{code}"] == []


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert Asking().found() == []
    assert Asking(by_call=False).found() == []


def test_every_code_of_the_family_is_found_and_left() -> None:
    alone = {"voice/form-missing", "voice/recorded-words"}
    family = {code for code in CODES if code.startswith("voice/")}
    assert {f"voice/{code}" for code, _, _ in FINDS} | alone == family
    assert {f"voice/{code}" for code, _ in LEAVES} | alone == family


def test_a_finding_stands_at_its_language() -> None:
    (one,) = Asking(es=f"¿Te? Responda ya. {KEYS_ES}").found()
    (other,) = Asking(en=f"Tea? Reply now. {KEYS_EN}").found()
    assert one.place.line == other.place.line + 1


# -- recordings, forms of address, phrases -------------------------------------------------

RECORDED = '    by call:\n      en:\n        recording: tea.mp3\n        text: "{text}"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Tea, {name}? " + KEYS_EN, "cannot speak {name}"),
        ("In danger, call {emergency}. " + KEYS_EN, "cannot speak {emergency}"),
        ("...", "no words"),
        (KEYS_EN, ""),
        ("Tea, by {service}? " + KEYS_EN, ""),
    ],
)
def test_a_recording_speaks_the_same_to_everybody(text: str, told: str) -> None:
    spoken = RECORDED.replace("{text}", text) + f'      es: "{{name}} {KEYS_ES}"\n'
    own = [
        one
        for one in Asking(by_call=False, more=spoken).found()
        if one.code == "voice/recorded-words"
    ]
    assert [told in one.trouble for one in own] == ([True] if told else [])


@pytest.mark.parametrize(
    ("es", "form", "found_it"),
    [
        (KEYS_ES, "", True),
        (KEYS_ES, '      es-tu: "Para si, marca 1. Para no, marca 2."\n', False),
        ("Se puede pedir te. 1, 2.", "", False),
    ],
)
def test_who_is_called_tu_is_called_so_by_call(es: str, form: str, found_it: bool) -> None:
    tu = '      es-tu: "¿Quieres te? SI o NO"\n'
    spoken = f'{tu}    by call:\n      en: "{KEYS_EN}"\n      es: "{es}"\n{form}'
    codes = [one.code for one in Asking(by_call=False, more=spoken).found()]
    assert ("voice/form-missing" in codes) is found_it


def test_a_language_whose_keys_nobody_described_is_asked_for() -> None:
    text = (
        "flow: the\ntitle: The\npurpose: The.\nlanguages: [fr]\nends after: 1 day\nstart: the\n"
        'states:\n  the:\n    ask:\n      fr: "Du the? OUI ou NON"\n{spoken}    accept: yes or no\n'
        "    save as: the\n    no reply:\n      after: 3 hours\n      go to: end\n    go to: end\n"
        "  end:\n    end: done\n"
    )

    def codes(spoken: str) -> list[str]:
        told = found(text.replace("{spoken}", spoken), HOUSE)
        return [one.code for one in told if one.code.startswith("voice/")]

    assert codes("") == ["voice/unheard"]
    assert codes('    by call:\n      fr: "Du the? Pour oui, tapez 1. Pour non, tapez 2."\n') == []
    assert codes('    by call:\n      fr: "Du the?"\n') == ["voice/key-untold"]


def test_phrases_are_heard_too() -> None:
    said = '      es: "Perdon, no lo entendi."\n'
    spoken = said + '    by call:\n      en: "Sorry. Reply again."\n      es: "Perdon."\n'
    problems = check_shared(house(phrases=changed(PHRASES, (said, spoken))))
    assert [one.code for one in problems] == ["voice/texting"]
    assert check_shared(house(phrases=changed(PHRASES, (said, said)))) == []


# -- the ear -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "keys"),
    [
        ("For yes, press 1. For no, press 2.", "en", [("1",), ("2",)]),
        ("Press a key from 1 to 5.", "en", [("1", "2", "3", "4", "5")]),
        ("For Monday, press 1, up to 3 for Wednesday.", "en", [("1", "2", "3")]),
        ("Press 1 or 9.", "en", [("1", "9")]),
        ("Press four digits, like 1 8 3 0.", "en", []),
        ("Press star, then the pound key.", "en", [("*",)]),
        ("For a person, press zero, or press 00.", "en", [("0",), ("00",)]),
        ("Marque una tecla de 1 a 3.", "es", [("1", "2", "3")]),
        ("Para el lunes, marque 1, hasta 3 para el miercoles.", "es", [("1", "2", "3")]),
        ("Para saltar, marca 99.", "es-tu", [("99",)]),
        ("Marque cuatro cifras, como 1 6 3 0.", "es", []),
        ("For a call, press 1. If not, 2.", "en", [("1",), ("2",)]),
        ("Para una llamada, 1. Si no, 2.", "es", [("1",), ("2",)]),
        ("For half past six in the evening, 1 8 3 0.", "en", []),
        ("Pour oui, tapez 1, a 9:30.", "fr", [("1",)]),
    ],
)
def test_keys_that_are_told(text: str, language: str, keys: list[tuple[str, ...]]) -> None:
    assert [told.keys for told in ear.keys_told(text, language)] == keys


def test_slow_speech_takes_its_time() -> None:
    words = "Our team reads your answers and calls you back. " * 4
    assert 15 < ear.seconds(words, "en") < 22
    assert ear.seconds("Call 988 88 88.", "en") > ear.seconds("Call nobody.", "en")


def test_every_phrase_that_a_call_says_suits_the_ear() -> None:
    library = library_of(shipped())
    told = keys_of(library.keywords)
    words = frozenset(word for word, _ in told.words) | {"YES", "NO", "SI"}
    written = {"unknown-number", "started-unknown", "fallback-text", "contact-code"}  # texts alone
    unheard = set()
    for phrase in library.phrases.values():
        for message in filter(None, (phrase.prompt.text, phrase.prompt.discreet)):
            for language, text in message.texts.items():
                said = for_the_ear(text, language, Ear(told))
                if message is phrase.prompt.text and phrase.prompt.by_call:
                    continue
                if ear.only_in_texts(said, language, words) or ear.key_first(said, language):
                    unheard.add(phrase.name)
                assert ear.cannot_be_said(said, language) is None, phrase.name
                assert ear.seconds(said, language) <= MOST_SECONDS, phrase.name
    assert unheard == written


def test_the_shipped_library_can_be_heard() -> None:
    told = [p for p in check_library(library_of(shipped())) if p.code.startswith("voice/")]
    assert {(p.code, p.place.state) for p in told if p.waived} == {("voice/too-long", "promise")}
    assert [p for p in told if not p.waived] == []
