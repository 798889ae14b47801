"""Names and numbers go out of a text; what it says of danger stays."""

from __future__ import annotations

import pytest

from flows.redacting import redacted
from flows.risk import read, shipped

THEIRS = ("Ana Ruiz", "Will")

CASES = [
    ("My name is Ana Ruiz", "My name is [name] [name]"),
    ("ana here", "[name] here"),
    ("Mark is going to kill me tonight", "[name] is going to kill me tonight"),
    ("Tell O'Brien I am sorry", "Tell [name] I am sorry"),
    ("Quiero morirme, dile a Juan Pablo", "Quiero morirme, dile a [name] [name]"),
    ("Mark's gun is here", "[name] gun is here"),
    ("call me on +1 (555) 014-2001", "call me on [number]"),
    ("born 12/03/1990", "born [number]"),
    ("write to ana.ruiz@example.org or @anita", "write to [address] or [address]"),
    ("see https://example.org/me?x=1 please", "see [address] please"),
    ("I took 40 pills at 10:30", "I took 40 pills at 10:30"),
    ("Will you help? I will kill myself", "Will you help? I will kill myself"),
    ("this is Will", "this is [name]"),
    ("I WANT TO DIE. ANA", "I WANT TO DIE. [name]"),
    ("Don't go. I'm scared. It's late", "Don't go. I'm scared. It's late"),
    ("On Friday I die", "On Friday I die"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "left"), CASES)
def test_names_and_numbers_go(text: str, left: str) -> None:
    assert redacted(text, THEIRS, shipped()) == left


@pytest.mark.parametrize(("text", "left"), CASES)
def test_it_is_read_as_before(text: str, left: str) -> None:
    assert read(left).outcome == read(text).outcome


@pytest.mark.parametrize(("text", "left"), CASES)
def test_once_more_changes_nothing(text: str, left: str) -> None:
    assert redacted(left, THEIRS, shipped()) == left
