"""Whether a text is in a language that nobody reads here.

Promise: pure. Such a text is given to a person, never taken for safe. Names, places, numbers, a
single word and ordinary short English or Spanish are none of it: it takes a script that is not
ours, several frequent words of another language, or a long text without any frequent word of ours.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from flows.risk_index import Reading

_FEWEST_LETTERS: Final = 2  # of another script
_FEWEST_WORDS: Final = 2  # of another language, different ones
_LONG: Final = 7  # words of a text that would hold one of ours
_OURS_WORDS: Final = """
a about after again all already also always am an and any anyone are as ask at back be because
been before being bit but by call came can come could cos coz cuz d day did do does doing done
down each even ever every few fine first for from get getting give go going good got great had
happy has have having he hello help her here hey hi him his home hope how i if in into is it its
just k keep know last later leave let life like little ll lol long look love m made make many may
maybe me mean meet message might mine money more morning much my n na need never new next nice
night no not nothing now o of off oh ok okay on once one only or other our out over people phone
place please pls plz really right s said same say see send shall she should since sleep so some
someone something soon sorry still stop stuff sure t take talk tell text than thank thanks that
the their them then there these they thing things think this those thought thx till time to today
told tomorrow tonight too try two u under until up ur us use very w wait want was way we week well
went were what when where which while who why will wish with without work would x xx xxx y yeah
year years yep yes yesterday yet you your yours ahora al algo alguien alli amor antes aqui asi aun
aunque ayer ayuda bien buena buenas bueno buenos cada casa como con cosa cosas creo cual cuando de
decir del desde despues dia dias dice digo dinero donde dos el ella ellos en era eres es esa ese
eso esta estaba estan estar este esto estoy fue gracias gusta ha hace hacer hago hasta hay hijo
hijos hola hora hoy igual ir la las le les lo los luego mal manana mas mejor mi mis mucho muchas
muchos muy nada nadie necesito ni nos nosotros nunca otra otro para pero poco por porque puede
puedo pues que quien quiere quiero se sea ser si siempre sin sobre solo son soy su sus tal tambien
tan te tengo ti tiempo tiene toda todo todos trabajo tu tus un una unos usted ustedes va vamos vez
vida voy ya yo
"""
OURS: Final = frozenset(_OURS_WORDS.split())
"""Frequent words of the languages that are read here."""


def unread(text: str, language: str | None, reading: Reading) -> bool:
    """Whether this text is not read here. `language` is that of the text, where it is known."""
    lexicon = reading.index.lexicon
    if (
        language
        and reading.words
        and language.partition("-")[0] not in {tag.partition("-")[0] for tag in lexicon.languages}
    ):
        return True
    if not text.isascii() and _other_script(text):
        return True
    return _other_words(text, reading)


def _other_script(text: str) -> bool:
    """Whether half of its letters and more are of no Latin script."""
    ours = other = 0
    for letter in text:
        if letter.isascii():
            ours += letter.isalpha()
        elif unicodedata.category(letter)[0] == "L":
            if "LATIN" in unicodedata.name(letter, "LATIN"):
                ours += 1
            else:
                other += 1
    return other >= _FEWEST_LETTERS and other >= ours


def _other_words(text: str, reading: Reading) -> bool:
    words = set(reading.words)
    if len(words) < _FEWEST_WORDS:
        return False
    for others in reading.index.not_read.values():
        theirs = words & others
        if len(theirs) >= _FEWEST_WORDS:
            ours = (words & OURS) - others
            if len(theirs) > len(ours):
                return True
    return len(words) >= _LONG and words.isdisjoint(OURS) and _is_prose(text, words, reading)


def _is_prose(text: str, words: set[str], reading: Reading) -> bool:
    """No list of names, numbers or addresses, and no word that the lexicon knows."""
    if any(letter.isdigit() for letter in text) or not words.isdisjoint(reading.index.words):
        return False
    capitals = sum(word[0].isupper() for word in text.split())
    return capitals * 3 < len(words)
