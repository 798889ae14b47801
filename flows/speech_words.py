"""The words of a spoken prompt that no flow writes: keys, and how an answer is given by voice.

Promise: data only, in the languages that ship and in both Spanish forms of address. Spanish is
written as in texts, without accents on vowels; the voice reads it the same.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from flows.vocabulary import words_of


class Tongue(NamedTuple):
    """How one language tells of keys. `{key}`, `{word}`, `{low}`, `{high}` are filled in.

    for_keys: for a thing, and for what is done; neither stands before `bare` words.
    """

    press: str  # at the end of a sentence that began with what it is for
    say: str
    yes: str
    no: str
    for_thing: str
    for_doing: str
    doing: frozenset[str]  # first words of what is done
    bare: frozenset[str]  # first words that stand alone
    key: str  # a key as what does something
    word: str  # a word as what does something
    text: str  # a word that is heard in texts alone
    does: dict[str, str]  # what a keyword does -> what it is pressed or said for
    roles: dict[str, str]  # what the keys of everywhere are for
    one_key: str
    several: str
    ways: dict[str, str]  # kind of question -> how it is answered by voice and by keys
    spell: str
    write: tuple[tuple[str, str], ...]  # words of texts that a voice says otherwise
    call: tuple[tuple[str, str], ...]  # sentences for who is not on the line, as for who is


_EN: Final = Tongue(
    press="press {key}",
    say="say {word}",
    yes="For yes, press 1.",
    no="For no, press 2.",
    for_thing="For",
    for_doing="To",
    doing=frozenset(
        words_of(
            "change come end erase get go have hear join keep leave make read rest send share "
            "skip start stop take tell undo use"
        )
    ),
    bare=frozenset(words_of("by call every how if in no not nothing on once what when where who")),
    key="The {key} key",
    word="The word {word}",
    text="The text {word}",
    does={
        "asks": "ask",
        "brings": "bring",
        "calls": "call",
        "changes": "change",
        "ends": "end",
        "erases": "erase",
        "goes": "go",
        "keeps": "keep",
        "leaves": "leave",
        "opens": "open",
        "plans": "plan",
        "reads": "hear",
        "sets": "set",
        "shows": "hear",
        "skips": "skip",
        "starts": "start",
        "stops": "stop",
        "takes": "take",
        "tells": "hear",
        "tries": "try",
        "undoes": "undo",
    },
    roles={"skip": "To skip", "talk": "For a person", "leave": "To leave"},
    one_key="Press a key from {low} to {high}.",
    several="Press all that you like, then pound.",
    ways={
        "number": "Say the number, or press its digits, then pound.",
        "date": "Say the day, or press eight digits: year, month and day.",
        "time": "Say the hour, or press four digits. For half past six in the evening, 1 8 3 0.",
        "duration": "Say how long, or press how many days, then pound.",
        "until": "Say how long, or press how many days, then pound.",
        "phone": "Say the number, or press its digits, then pound.",
        "postal-code": "Say the code, or press its digits, then pound.",
        "code": "Press its {low} digits.",
        "text": "Say it now.",
    },
    spell="To spell it, press each letter's key, then its place on the key.",
    write=(
        ("Write it", "Say it"),
        ("write it", "say it"),
        ("In one text", "In your own words"),
        ("in one text", "in your own words"),
    ),
    call=(("Call when you can.", "You can call again at any time."),),
)
_ES: Final = Tongue(
    press="marque {key}",
    say="diga {word}",
    yes="Para si, marque 1.",
    no="Para no, marque 2.",
    for_thing="Para",
    for_doing="Para",
    doing=frozenset(),
    bare=frozenset(words_of("a como con cuando de el en la nada no por si sin")),
    key="La tecla {key}",
    word="La palabra {word}",
    text="El texto {word}",
    does={
        "abre": "abrir",
        "borra": "borrar",
        "cambia": "cambiar",
        "conserva": "conservar",
        "deshace": "deshacer",
        "dice": "oir",
        "empieza": "empezar",
        "guarda": "guardar",
        "intenta": "intentar",
        "lee": "oir",
        "llama": "llamar",
        "muestra": "oir",
        "para": "parar",
        "pide": "pedir",
        "pone": "poner",
        "quita": "quitar",
        "salta": "saltar",
        "sigue": "seguir",
        "termina": "terminar",
        "trae": "traer",
    },
    roles={"skip": "Para saltar", "talk": "Para una persona", "leave": "Para salir"},
    one_key="Marque una tecla de {low} a {high}.",
    several="Marque todo lo que guste, y luego numeral.",
    ways={
        "number": "Diga el numero, o marque sus cifras, y luego numeral.",
        "date": "Diga el dia, o marque ocho cifras: año, mes y dia.",
        "time": "Diga la hora, o marque cuatro cifras. Para las seis y media de la tarde, 1 8 3 0.",
        "duration": "Diga cuanto tiempo, o marque cuantos dias, y luego numeral.",
        "until": "Diga cuanto tiempo, o marque cuantos dias, y luego numeral.",
        "phone": "Diga el numero, o marque sus cifras, y luego numeral.",
        "postal-code": "Diga el codigo, o marque sus cifras, y luego numeral.",
        "code": "Marque sus {low} cifras.",
        "text": "Puede decirlo ahora.",
    },
    spell="Para deletrear, marque la tecla de cada letra, y luego su lugar en ella.",
    write=(
        ("Escribalo", "Digalo"),
        ("escribirlo", "decirlo"),
        ("Escribelo", "Dilo"),
        ("En un solo texto", "En sus palabras"),
        ("en un solo texto", "en sus palabras"),
    ),
    call=(
        ("Llame cuando pueda.", "Puede llamar otra vez cuando quiera."),
        ("Llama cuando puedas.", "Puedes llamar otra vez cuando quieras."),
    ),
)


def _as_tu(words: str) -> str:
    """The same sentence to somebody who is called tu."""
    for usted, tu in _TU:
        words = words.replace(usted, tu)
    return words


_TU: Final = (
    ("marque", "marca"), ("Marque", "Marca"), ("diga", "di"), ("Diga", "Di"),
    ("Puede", "Puedes"), ("guste", "gustes"),
)  # fmt: skip
_ES_TU: Final = _ES._replace(
    press=_as_tu(_ES.press),
    say=_as_tu(_ES.say),
    yes=_as_tu(_ES.yes),
    no=_as_tu(_ES.no),
    one_key=_as_tu(_ES.one_key),
    several=_as_tu(_ES.several),
    write=tuple((written, said.replace("sus", "tus")) for written, said in _ES.write),
    ways={kind: _as_tu(words) for kind, words in _ES.ways.items()},
    spell=_as_tu(_ES.spell),
)
_TONGUES: Final = {"en": _EN, "es": _ES, "es-tu": _ES_TU}


def tongue(language: str) -> Tongue | None:
    """How this language, or its plain form, tells of keys; None where nobody wrote it yet."""
    return _TONGUES.get(language) or _TONGUES.get(language.partition("-")[0])
