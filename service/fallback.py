"""What callers and texters get while the whole service is down: static words with the lines.

Promise: made from the organisation's own phrases, lines and languages, so that it says what we
would say; it holds nothing of any person, and no address of ours, since nothing of ours answers
then. It is kept where the phone network finds it without us: docs/operating.md tells how.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flows.aloud import aloud
from flows.program import About, Program
from flows.shelf import library_of, shipped
from service import speaking
from service.carrier import twiml, voice
from service.carrier.voice import Spoken, Voice
from service.editions import InForce
from service.house import House
from service.organisation import Line, Organisation
from service.storage import settings_rows

TIMES = 2  # each language is said twice: whoever is upset misses a number said once
LONGEST_TEXT = 1600  # the network's own bound for a message
RATE = 80  # percent of a voice's usual speed
_SOME_LANGUAGE = "en"  # digits are read one by one alike in all
PHRASES = ("fallback-call", "fallback-text", "fallback-place")


class Said(NamedTuple):
    """Words, and the language that they are in."""

    language: str
    words: str


def for_callers(house: House, country: str | None = None) -> str:
    """TwiML that speaks the lines in each language, slowly and twice, digits one by one."""
    force = _force(house)
    said = []
    for tag, words in _said(force, "fallback-call", country, "call"):
        voices = speaking.speakers(force.organisation.voices, tag)
        said.append(Spoken(words, Voice(voices.language, voices.named(None), RATE)))
    return voice.over_and_over(said, TIMES)


def words_for_callers(force: InForce) -> list[Said]:
    """The same words for a process that still runs and cannot answer; nothing is read for them."""
    return _said(force, "fallback-call", None, "call", abroad=False)


def for_texts(house: House, country: str | None = None) -> str:
    """TwiML that answers a text with the lines, in each language."""
    force = _force(house)
    said = _said(force, "fallback-text", country, "text")
    text = "\n\n".join(words for _, words in said)
    if len(text) > LONGEST_TEXT:  # then whoever is abroad has to ask at home
        said = _said(force, "fallback-text", country, "text", abroad=False)
        text = "\n\n".join(words for _, words in said)
    return twiml.message(text)


def lines_of(us: Organisation, country: str | None = None) -> list[tuple[str, Line]]:
    """(country, line), the country's own first and each once: what whoever is stranded needs."""
    first = us.line_for(country)
    found: dict[Line, str] = {first: next(code for code, line in us.lines.items() if line == first)}
    for code, line in sorted(us.lines.items()):
        found.setdefault(line, code)
    return [(code, line) for line, code in found.items()]


def _force(house: House) -> InForce:
    with house.database.reading() as tx:
        return house.editions.in_force(tx, settings_rows.stamp(tx))


def _said(
    force: InForce, phrase: str, country: str | None, channel: str, abroad: bool = True
) -> list[Said]:
    """What is said, a language each, in the organisation's order; none twice."""
    program = _program(force.program)
    (_, own), *others = lines_of(force.organisation, country)
    said: dict[str, Said] = {}
    for tag in force.organisation.languages:
        base = tag.split("-")[0]
        if base not in said and base in program.library.languages:
            about = About({}, (tag,), channel=channel)
            words = [_filled(force, program, phrase, about, own, "")]
            words += [
                _filled(force, program, "fallback-place", about, line, _named(code, base))
                for code, line in (others if abroad else ())
            ]
            whole = " ".join(words)
            said[base] = Said(base, aloud(whole, base) if channel == "call" else whole)
    return list(said.values())


def _program(in_force: Program) -> Program:
    """What is in force; the shipped words where it was published before there were these."""
    if all(name in in_force.library.phrases for name in PHRASES):
        return in_force
    return Program(library_of(shipped()))


def _filled(
    force: InForce, program: Program, phrase: str, about: About, line: Line, place: str
) -> str:
    values = {
        **force.organisation.values(None, "", about.languages),
        "line": line.line,
        "emergency": line.emergency,
        "place": place,
    }
    return program.phrase(phrase, about._replace(values=values))


def _named(country: str, language: str) -> str:
    """A country's name in a language; its two letters where nobody knows a name for it."""
    # imported when wanted: names of all places of the world take seconds to load
    from phonenumbers import example_number, geocoder

    example = example_number(country)
    name = geocoder.country_name_for_number(example, language) if example is not None else ""
    return str(name) or country


def spoken_lines(us: Organisation) -> Iterator[str]:
    """Each number that the words for callers have to hold, as it is spoken."""
    for _, line in lines_of(us):
        yield aloud(line.line, _SOME_LANGUAGE)
        yield aloud(line.emergency, _SOME_LANGUAGE)
