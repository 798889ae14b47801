"""`hearthline fallback`: words that answer while nothing of ours does."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from service.carrier.local import twiml, voice_reader

LINES = '{"US": {"line": "988", "emergency": "911"}, "ES": {"line": "024", "emergency": "112"}}'


def spoken(document: str) -> list[tuple[str, str]]:
    """(language, words) as a caller hears them."""
    root = ElementTree.fromstring(document)
    assert root.tag == "Response"
    return [(say.get("language") or "", "".join(say.itertext())) for say in root.iter("Say")]


@pytest.fixture
def told(hearthline, home) -> Any:
    hearthline("settings", "set", "service", "Lantern Street")

    def run(*arguments: str) -> str:
        ran = hearthline("fallback", *arguments)
        assert ran.code == 0, ran.err
        return ran.out

    return run


def test_a_caller_hears_the_lines_in_each_language_twice_and_digits_singly(told) -> None:
    said = spoken(told())
    assert [language for language, _ in said] == ["en-US", "es-US"] * 2
    assert said[0][1].startswith("Hello, this is Lantern Street.")
    assert all("9, 8, 8" in words and "9, 1, 1" in words for _, words in said)
    assert "988" not in "".join(words for _, words in said)


def test_it_is_spoken_slowly_then_hangs_up_and_leads_nowhere(told) -> None:
    document = told()
    root = ElementTree.fromstring(document)
    assert {verb.tag for verb in root} == {"Say", "Pause", "Hangup"}
    assert root[-1].tag == "Hangup"
    assert {say[0].get("rate") for say in root.iter("Say")} == {"80%"}
    assert all((say.get("voice") or "").startswith("Polly.") for say in root.iter("Say"))
    assert "http" not in document


def test_the_network_takes_both_without_complaint(told) -> None:
    where = "https://files.example/fallback.xml"
    verbs = voice_reader.read(told().encode(), "text/xml", where)
    assert len(verbs) == 8  # four times words, a pause between, the end
    [reply] = twiml.read(told("--text").encode(), "text/xml", where)
    assert isinstance(reply, twiml.Reply)


def test_the_voices_are_the_organisations(hearthline, told) -> None:
    voices = '{"en": {"language": "en-GB", "high": "Polly.Amy", "low": "Polly.Brian"}}'
    assert hearthline("settings", "set", "voices", voices).code == 0
    root = ElementTree.fromstring(told())
    assert {say.get("voice") for say in root.iter("Say")} == {"Polly.Amy"}


def test_lines_of_other_countries_are_told_with_their_place(hearthline, told) -> None:
    hearthline("settings", "set", "lines", LINES)
    (_, english), (_, spanish), *_ = spoken(told())
    assert english.index("9, 8, 8") < english.index("Spain: 0, 2, 4")
    assert "España: 0, 2, 4" in spanish
    (_, english), *_ = spoken(told("--country", "ES"))
    assert english.index("0, 2, 4") < english.index("United States: 9, 8, 8")


def test_countries_with_one_line_tell_it_once(hearthline, told) -> None:
    same = '{"US": {"line": "988", "emergency": "911"}, "PR": {"line": "988", "emergency": "911"}}'
    hearthline("settings", "set", "lines", same)
    assert spoken(told())[0][1].count("9, 8, 8") == 1


def test_the_languages_are_the_organisations_each_once(hearthline, told) -> None:
    hearthline("settings", "set", "languages", "es-tu,es,fr")
    said = spoken(told())
    assert [language for language, _ in said] == ["es-US", "es-US"]
    assert "llama al 9, 1, 1" in said[0][1]


def test_a_text_is_answered_with_the_lines(told) -> None:
    root = ElementTree.fromstring(told("--text"))
    (message,) = root
    assert message.tag == "Message"
    words = "".join(message.itertext())
    assert "988 answers now. In danger: 911." in words
    assert "988 contesta ahora" in words


def test_many_countries_still_fit_one_text(hearthline, told) -> None:
    codes = ("AR", "AT", "AU", "BE", "BO", "BR", "CA", "CH", "CL", "CO", "DE", "ES", "FR", "GB")
    lines = {code: {"line": f"0800 555 {n:04}", "emergency": "112"} for n, code in enumerate(codes)}
    hearthline("settings", "set", "country", "ES")
    hearthline("settings", "set", "lines", json.dumps(lines))
    words = "".join(ElementTree.fromstring(told("--text")).itertext())
    assert len(words) <= 1600
    assert "0800 555 0011" in words


def test_a_wrong_country_is_told(hearthline, home) -> None:
    ran = hearthline("fallback", "--country", "Spain", "--json")
    assert ran.code == 2
    assert "two letters" in ran.error["cure"]
