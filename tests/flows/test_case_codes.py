"""Codes of cases beside words of volunteers: told apart, never guessed."""

from __future__ import annotations

import pytest

from flows.case_codes import Said, chosen, found_in, is_mixed, read, without_code

WORDS = ("take", "pass", "note", "done", "tomo")
MINE = ["K7XM", "TRAY"]


def heard(text: str) -> Said | None:
    return read(text, WORDS, MINE, free=("note",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("TAKE", Said("take", "", "")),
        ("TAKE K7XM", Said("take", "K7XM", "")),
        ("take k7xm.", Said("take", "K7XM", "")),
        ("Tomo caso k7xm", Said("tomo", "K7XM", "")),
        ("K7XM take", Said("take", "K7XM", "")),
        ("take tray", Said("take", "TRAY", "")),
        ("NOTE K7XM her sister came", Said("note", "K7XM", "her sister came")),
        ("note that her sister came", Said("note", "", "that her sister came")),
        # wrong, and still a code: whoever asks which was meant says so
        ("TAKE K7XN", Said("take", "K7XN", "")),
        ("TAKE KXMA", Said("take", "KXMA", "")),
        ("TAKE K7X", Said("take", "K7X", "")),
        ("NOTE K7XN her sister came", Said("note", "K7XN", "her sister came")),
        ("TAKE K7X0", Said("take", "K7X0", "")),
        ("TAKE OK7XM", Said("take", "OK7XM", "")),
        # spelled with a space
        ("take k7 xm", Said("take", "K7XM", "")),
        ("take k 7 x m", Said("take", "K7XM", "")),
        ("take tr ay", Said("take", "TRAY", "")),
        ("note k7 xm her sister came", Said("note", "K7XM", "her sister came")),
        ("note tr ay on the table", Said("note", "", "tr ay on the table")),
        ("TAKE K7 XN", Said("take", "K7XN", "")),
        # two of them: no case has both
        ("TAKE K7XM or TRAY", Said("take", "K7XM TRAY", "")),
        ("NOTE K7XM like TRAY", Said("note", "K7XM", "like TRAY")),
    ],
)
def test_a_word_and_a_code(text: str, said: Said) -> None:
    assert heard(text) == said


@pytest.mark.parametrize(
    "text",
    ["", "pass me on to somebody", "take care of yourself", "I take K7XM", "taken", "done with it",
     "take 5", "take 2026"],
)  # fmt: skip
def test_what_is_no_word_of_a_volunteer(text: str) -> None:
    assert heard(text) is None


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("K7XM", "K7XM"),
        ("k 7 x m", "K7XM"),
        ("it's k7xm please", "K7XM"),
        ("K7XN", None),
        ("K7XM or TRAY", None),
        ("the first", None),
    ],
)
def test_a_code_is_never_guessed(reply: str, code: str | None) -> None:
    assert chosen(reply, MINE) == code


def test_the_code_of_the_case_in_question_adds_nothing() -> None:
    assert without_code("TAKE k7xm", "K7XM") == "TAKE"
    assert without_code("TAKE P3QR", "K7XM") == "TAKE P3QR"
    assert without_code("K7XM", "K7XM") == "K7XM"
    assert without_code("take it", None) == "take it"
    assert found_in("about K7XM: she called", MINE) == ["K7XM"]


@pytest.mark.parametrize(("code", "mixed"), [("K7XM", True), ("TRAY", False), ("3946", False)])
def test_a_code_is_no_word_and_no_number(code: str, mixed: bool) -> None:
    assert is_mixed(code) is mixed
