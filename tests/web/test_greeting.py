"""The words for when we are away, as far as anything is known."""

from __future__ import annotations

from service.web.greeting import while_away
from tests.houses import environment, house


def test_before_anything_is_known_no_line_is_named():
    said = while_away(None)
    assert [spoken.voice.language for spoken in said] == ["en-US", "es-US"]
    assert not any(letter.isdigit() for spoken in said for letter in spoken.words)


def test_what_was_known_last_is_told_in_the_organisations_words(tmp_path):
    given = environment(f"sqlite:///{tmp_path}/hearthline.db", tmp_path)
    with house(given) as opened:
        from service.warming import warm

        warm(opened)
        said = while_away(opened.editions.known_last)
    assert [spoken.voice.language for spoken in said] == ["en-US", "es-US"]
    assert all("9, 8, 8" in spoken.words and "9, 1, 1" in spoken.words for spoken in said)
