"""What an ear makes of a wording: which keys it tells, how long it takes, what cannot be said.

Promise: pure; one wording in one language at a time, without knowing the question. A language
whose telling of keys nobody described here is read by its digits alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from flows.aloud import aloud
from flows.templates import Variable, template

LETTERS_A_SECOND: Final = 10.5
"""Letters and spaces spoken in a second of slow speech.

Narration is followed well at 150 to 160 words a minute (J. R. Williams, "Guidelines for the use
of multimedia in instruction", Proceedings of the Human Factors and Ergonomics Society, 1998);
with a space a word has 5.6 letters in English: 14 a second, at the 75 percent of slow speech.
"""
_NAMED: Final = "thing"  # stands for a variable: what it holds is not the wording's
_NUMBERS: Final = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "star": "*", "asterisk": "*", "pound": "#",
    "hash": "#", "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5",
    "seis": "6", "siete": "7", "ocho": "8", "nueve": "9", "asterisco": "*", "estrella": "*",
    "numeral": "#", "almohadilla": "#", "gato": "#",
}  # fmt: skip


class Tongue(NamedTuple):
    """How one language tells of keys, as pieces of patterns.

    press: the verb. the: what may stand between it and the key. upto: between the ends of a row.
    goal: words that what a key is for begins with. digits: what makes a number of them no key.
    repeats: what the repeat key is for. tells: any word that shows how keys answer. row: words
    that make several numbers one row. writes: what only a text is done with. short: letters that
    stand for a word.
    """

    press: str
    the: str
    upto: str
    goal: str
    digits: str
    tells: str
    repeats: str
    writes: str
    short: str


_EN: Final = Tongue(
    press=r"(?:press|push|hit|dial|touch|type|enter)",
    the=r"(?:the |a |any )?(?:number |key )*(?:from )?",
    upto=r",? (?:up to|through|to) ",
    goal=r"(?:for|to|if|when|by|with)\b",
    digits=r"digits|numbers|letters|times|keys",
    tells=r"\b(?:press|push|hit|dial|type|enter|keys?|keypad|digits|spell)\b",
    repeats=r"\b(?:again|repeat|once more)\b",
    writes=(
        r"\breply\b|\btext(?:ing)? (?:us|me|back|in|it|the word|yes|no)\b"
        r"|\b(?:in|by|with|send)(?: us| me)? (?:a |one |your )text\b(?! or)"
        r"|\bwrite(?: it| to| us| me| back| when| if|,|\.|$)"
        r"|\b(?:click|tap)\b|\bthe link\b|\b(?:see|listed|shown|written) (?:above|below)\b"
    ),
    short=(
        r"msgs?|txt|pls|plz|thx|tks|appt|approx|asap|hrs?|mins?|secs?|wks?|mos?|yrs?|nbr|num|tel"
        r"|ext|info@|w/o?|b/c|vs|e\.g\.|i\.e\.|no\.(?= ?\d)|incl|addr|govt|dept|st\.|ave\."
    ),
)
_ES: Final = Tongue(
    press=(
        r"(?:marque|marca|marcar|pulse|pulsa|oprima|oprime|presione|presiona|apriete|aprieta"
        r"|toque|toca|teclee|teclea|digite|digita)"
    ),
    the=r"(?:el |la |una |un )?(?:numero |tecla )*(?:de |del )?",
    upto=r",? (?:hasta el|hasta la|hasta|al?) ",
    goal=r"(?:para|si|cuando|por|con)\b",
    digits=r"cifras|digitos|numeros|letras|veces|teclas",
    tells=(
        r"\b(?:marque|marca|pulse|pulsa|oprim[ae]|presion[ae]|aprie?t[ae]|teclee|teclea|digite"
        r"|digita|teclas?|teclado|cifras|deletr\w+)\b"
    ),
    repeats=r"\b(?:otra vez|de nuevo|repetir|repita|repite|una vez mas)\b",
    writes=(
        r"\brespond[ae]\b|(?<!no )\bescrib[ae](?:lo|la|nos|me)?\b|\bescribir(?:lo|nos)\b"
        r"|\b(?:mand|envi)(?:e|a|enos|anos|eme|ame) (?:un |su |tu )?(?:texto|mensaje de texto)\b"
        r"|\ben un (?:solo )?texto\b|\bcontest[ae] (?:con|a este texto)\b"
        r"|\bhaga clic\b|\bhaz clic\b|\bel enlace\b|\b(?:arriba|abajo) escrit[oa]s?\b"
    ),
    short=(
        r"msjs?|sms|xq|pq|tb|tel|num|nro|hrs?|mins?|segs?|aprox|ej|p\. ?ej|uds?|vd|sr|sra|dr|dra"
        r"|etc|av|info@|max|min|fdo|atte"
    ),
)
_TONGUES: Final = {"en": _EN, "es": _ES}
_ONLY_READ: Final = frozenset({"PIN", "AM", "PM", "OK"})  # capitals that a voice says as they are


class Told(NamedTuple):
    """Keys that one telling names: one, or a row of them ("from 1 to 5")."""

    keys: tuple[str, ...]
    row: bool = False


def tongue(language: str) -> Tongue | None:
    return _TONGUES.get(language.partition("-")[0])


def bare(text: str) -> str:
    """The wording with a plain word in place of each variable."""
    parts = template(text).parts
    return "".join(_NAMED if isinstance(part, Variable) else part for part in parts)


def variables(text: str) -> tuple[str, ...]:
    """The names of its variables."""
    return template(text).names


def seconds(text: str, language: str) -> float:
    """How long it takes in slow speech; a variable counts as a word."""
    return len(aloud(bare(text), language)) / LETTERS_A_SECOND


def keys_told(text: str, language: str) -> list[Told]:
    """Every telling of a key, in order."""
    said, words = bare(text).lower(), tongue(language)
    if words is None:
        return [Told((found[0],)) for found in _LONE.finditer(said)]
    pressed = [_told(*found.groups()) for found in _telling(words).finditer(said)]
    # once it is said that keys are pressed, the key alone is enough: "For a call, 1."
    alone = rf"(?:^|[.;:?!] ){words.goal}[^.,;:?!]*, ({_KEY})(?=[.;!?]|$)"
    return [*pressed, *(_told(found[1], None, None) for found in re.finditer(alone, said))]


def tells_keys(text: str, language: str) -> bool:
    """Whether it says at all that keys answer it."""
    words = tongue(language)
    if words is None:
        return _LONE.search(text) is not None
    return re.search(words.tells, bare(text), re.I) is not None


def key_first(text: str, language: str) -> str | None:
    """The words that name a key before what it is for: "press 1 for yes", "1 yes, 2 no"."""
    said, words = bare(text), tongue(language)
    if words is None:
        return None
    for found in _before_goal(words).finditer(said):
        goal_first = rf"(?:^|[.,;:?!¿¡] *|\b(?:or|and|o|y) ){words.goal}[^.,;:?!]*,? ?$"
        if re.search(goal_first, said[: found.start()], re.I) is None:
            return found[0]
    listed = _LISTED.search(said) or _KEY_DOES.search(said)
    return listed[0].strip(" .,;:?!") if listed is not None else None


def star_is_for(text: str, language: str) -> str | None:
    """The sentence that gives the repeat key another meaning than to hear it again."""
    words = tongue(language)
    if words is None:
        return None
    for sentence in re.split(r"(?<=[.?!;])\s+", bare(text)):
        names_it = any("*" in told.keys for told in keys_told(sentence, language))
        if names_it and not re.search(words.repeats, sentence, re.I):
            return sentence
    return None


def only_in_texts(text: str, language: str, keywords: frozenset[str]) -> str | None:
    """What only a text can do: words in capitals to send, and "reply", "write us"."""
    said, words = bare(text), tongue(language)
    for found in _CAPITALS.finditer(said):
        if found[0] not in _ONLY_READ and found[0] in keywords:
            return found[0]
    if words is None:
        return None
    for sentence in re.split(r"(?<=[.?!;])\s+", said):
        writes = re.search(words.writes, sentence, re.I)
        # where a key does the same, it is told beside it
        if writes is not None and not keys_told(sentence, language):
            return writes[0].strip(" ,.")
    return None


def addresses(text: str, language: str) -> bool:
    """Whether a Spanish wording says usted, in its verbs or its pronouns."""
    return language.partition("-")[0] == "es" and _USTED.search(bare(text)) is not None


def cannot_be_said(text: str, language: str) -> str | None:
    """An address of the web, a picture, a bracket, a slash, or letters that stand for a word."""
    said, words = bare(text), tongue(language)
    tried = (pattern.search(said) for pattern in (_WEB, _EMOTICON, _BRACKETS, _SLASH))
    written = next(filter(None, tried), None)
    if written is not None:
        return written[0].strip()
    picture = next((letter for letter in said if _is_picture(letter)), None)
    if picture is not None or words is None:
        return picture
    short = re.search(rf"(?<![\w@])(?:{words.short})(?![\w'])", said, re.I)
    return short[0] if short is not None else None


def _telling(words: Tongue) -> re.Pattern[str]:
    key = rf"({_KEY})(?! (?:{words.digits})\b|[ ,]*\d)"
    return re.compile(
        rf"\b{words.press} {words.the}{key}(?:{words.upto}({_KEY})\b|,? (?:or|o) ({_KEY})\b)?"
    )


def _told(first: str, last: str | None, other: str | None) -> Told:
    low, high = _NUMBERS.get(first, first), _NUMBERS.get(last or "", last or "")
    if low.isdigit() and high.isdigit() and int(low) < int(high):
        return Told(tuple(str(key) for key in range(int(low), int(high) + 1)), row=True)
    also = [_NUMBERS.get(each, each) for each in (last, other) if each is not None]
    return Told((low, *also))


def _before_goal(words: Tongue) -> re.Pattern[str]:
    """A key, and straight after it what it is for; at the start also after a comma."""
    goal = rf"{words.goal}(?! (?:{_KEY})\b)"
    pressed = rf"\b{words.press} {words.the}(?:{_KEY})(?: key)?"
    first = r"(?:^|(?<=[.;:?!] ))(?:please |then |por favor,? |luego )?"
    return re.compile(rf"{first}{pressed},? {goal}|{pressed} {goal}", re.I)


def _is_picture(letter: str) -> bool:
    return unicodedata.category(letter) in ("So", "Sk", "Cs", "Co") and letter not in "°^`"


def _numbers() -> Iterator[str]:
    yield r"\d{1,2}(?!\d)"
    yield r"[*#]"
    yield from (rf"{word}\b" for word in _NUMBERS)


_KEY: Final = "|".join(_numbers())
_LONE: Final = re.compile(r"(?<![\d:.,])\d{1,2}(?![\d:]|[.,]\d)")
_CAPITALS: Final = re.compile(r"\b[A-ZÑ]{2,}\b")
_LISTED: Final = re.compile(
    r"(?:^|[.,;:?!] )(?:or |o )?1(?: is| means| for| to| es| para)? [a-zñ][^.?!]{0,60}?"
    r"[,;] ?(?:or |and |o |y )?2(?: is| means| for| to| es| para)? [a-zñ][^.,;?!]*",
    re.I,
)
_KEY_DOES: Final = re.compile(r"\b(?:the \d\d? key|la tecla \d\d?)(?! (?:or|and|o|y)\b) \w+", re.I)
_WEB: Final = re.compile(
    r"\bhttps?:\S*|\bwww\.\S*|\S+@\S+\.\w+"
    r"|\b[\w-]+\.(?:com|org|net|info|app|edu|gov|gob|health|help|care|io|mx|es|us|uk)\b(?:/\S*)?",
    re.I,
)
_BRACKETS: Final = re.compile(r"[\[\](){}<>]+[^\[\](){}<>]{0,30}[\[\](){}<>]?")
_SLASH: Final = re.compile(r"\S* ?[/\\] ?\S*")
_USTED: Final = re.compile(
    r"\b(?:marque|diga|digal[oa]s?|llame|pulse|oprima|presione|teclee|escriba|quiere|quiera"
    r"|(?<!se )puede|desea|prefiere|tiene|esta usted|usted|le|su|sus|gusta)\b",
    re.I,
)
_EMOTICON: Final = re.compile(r"(?<!\w)[:;=]-?[)(DPp/](?!\w)|<3")
