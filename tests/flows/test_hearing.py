"""What is heard first: consent words exactly, danger by whole phrases, wishes in free words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import hearing, risk
from flows.definition import Lexicon, Place, SignGroup

HERE = Place("lexicon.yaml", 1, 1)
LEXICON = Lexicon(
    "organisation",
    ("en", "es"),
    (
        SignGroup(
            "",
            "alarm",
            "self",
            {
                "en": ("kill myself", "want to die", "i want it all to stop", "cant go on"),
                "es": ("quiero morir", "hacerme daño"),
            },
        ),
        SignGroup("", "alarm", "other", {"en": ("going to kill me",)}),
        SignGroup(
            "",
            "takes back",
            "",
            {
                "en": (
                    "dont want to die", "won't kill myself", "my phone died",
                    "mom is going to kill me",
                ),
                "es": ("no quiero morir",),
            },
        ),
    ),
    {"en": ("stop texting me", "want it all to stop now please"), "es": ("no más mensajes",)},
    HERE,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "consent"),
    [
        ("STOP", "stop"), ("stop", "stop"), (" Stop \n", "stop"), ("stopall", "stop"),
        ("UNSUBSCRIBE", "stop"), ("Cancel", "stop"), ("END", "stop"), ("quit", "stop"),
        ("REVOKE", "stop"), ("optout", "stop"), ("START", "start"), ("unstop", "start"),
        ("HELP", "help"), ("info", "help"), ("STOP.", None), ("STOP!", None), ("please stop", None),
        ("STOP ALL", None), ("ＳＴＯＰ", None), ("help me", None), ("", None), ("yes", None),
        ("restart", None), ("stop stop", None),
    ],
)  # fmt: skip
def test_consent_words_stand_alone_exactly(text: str, consent: str | None) -> None:
    assert hearing.first(text, LEXICON, opted_out=False, asked_to_join=False).consent == consent


@pytest.mark.parametrize(
    ("opted_out", "asked", "consent"),
    [(False, False, None), (True, False, "yes"), (False, True, "yes"), (True, True, "yes")],
)
def test_yes_is_consent_only_where_it_was_awaited(
    opted_out: bool, asked: bool, consent: str | None
) -> None:
    heard = hearing.first("Yes", LEXICON, opted_out=opted_out, asked_to_join=asked)
    assert heard.consent == consent
    assert hearing.first("yes please", LEXICON, opted_out=True, asked_to_join=True).consent is None


@pytest.mark.parametrize(
    ("text", "danger", "wish"),
    [
        ("I want to die", True, False),
        ("i WANT, to... die!!", True, False),
        ("I don't want to die", False, False),
        ("I dont want to die, I just want to kill myself", True, False),
        ("I won’t kill myself", False, False),
        ("my phone died", False, False),
        ("my phone died and I want to die", True, False),
        ("Mom is going to kill me lol", False, False),
        ("he is going to kill me", True, False),
        ("wanting to diet", False, False),
        ("¡QUIERO MORIR!", True, False),
        ("no quiero morir", False, False),
        ("quiero hacerme dano", True, False),
        ("I want it all to stop", True, False),
        ("I want it all to stop now please", True, False),
        ("stop texting me, I want to die", True, True),
        ("Please STOP texting me.", False, True),
        ("no mas mensajes por favor", False, True),
        ("Stop.", False, True),
        ("opt out", False, True),
        ("don't stop", False, False),
        ("hello", False, False),
        ("", False, False),
    ],
)
def test_danger_and_the_wish_to_stop(text: str, danger: bool, wish: bool) -> None:
    heard = hearing.first(text, LEXICON, opted_out=False, asked_to_join=False)
    assert (heard.danger is not None, heard.stop_wish) == (danger, wish)
    assert heard.consent is None


def test_danger_names_its_kind_and_the_lexicons_words() -> None:
    read = risk.read("I can't go on, I want to DIE", None, LEXICON)
    assert read == risk.Danger("alarm", ("self: cant go on", "self: want to die"))
    assert risk.read("all good", None, LEXICON).outcome == "none"


def test_without_a_lexicon_only_the_networks_words_are_heard() -> None:
    def heard(text: str) -> hearing.First:
        return hearing.first(text, None, opted_out=False, asked_to_join=False)

    assert heard("STOP").consent == "stop"
    assert heard("STOP.").stop_wish
    assert heard("I want to die") == hearing.First(None, None, False)


@given(st.text(max_size=200), st.booleans(), st.booleans())
def test_hearing_is_total_and_the_same_twice(text: str, opted_out: bool, asked: bool) -> None:
    once = hearing.first(text, LEXICON, opted_out=opted_out, asked_to_join=asked)
    assert once == hearing.first(text, LEXICON, opted_out=opted_out, asked_to_join=asked)


@given(st.text(max_size=60), st.text(max_size=60))
def test_danger_is_heard_whatever_stands_around_it(before: str, after: str) -> None:
    text = f"{before} . kill myself . {after}"
    assert hearing.first(text, LEXICON, opted_out=False, asked_to_join=False).danger


@pytest.mark.parametrize(
    ("speech", "asks"),
    [
        ("Can I speak to a person, please?", True),
        ("person", True),
        ("quiero hablar con una persona", True),
        ("I can't talk now", False),
        ("no puedo hablar con nadie", False),
        ("well it all began when another person came by and then he left", False),
    ],
)
def test_something_is_asked_for_in_a_sentence_that_denies_nothing(speech: str, asks: bool) -> None:
    assert (not {"person", "persona"}.isdisjoint(hearing.asking(speech))) is asks
