from __future__ import annotations

import pytest

from flows.definition import Walk
from flows.shelf import (
    FOLDER,
    DefinitionError,
    file_of,
    kind_and_name,
    library_of,
    shipped,
    told,
    walks_of,
)

FLOW = """\
flow: hello
title: Hello
purpose: A hello.
languages: [en]
ends after: 1 hour
start: hi
states:
  hi:
    tell:
      en: "Hello"
    end: done
"""
KEYWORDS = """\
keywords: organisation
languages: [en, es]
words:
  talk:
    en: [TALK]
    visit flow: hello
"""


def test_the_shipped_library_loads() -> None:
    library = library_of(shipped())
    assert {"joining", "daily-checkin", "weekly-checkin", "menu", "preferences", "pause"} < set(
        library.flows
    )
    assert {"help", "my-data", "delete", "talk", "fallback"} < set(library.flows)
    assert library.languages == ("en", "es")
    assert library.keywords
    assert library.phrases
    assert library.fields
    assert library.lexicon is not None
    assert "on-call" in library.policies


def test_shipped_files_are_called_as_they_call_themselves() -> None:
    for path in FOLDER.glob("*.yaml"):
        kind, name = kind_and_name(path.read_text("utf-8"), path.name)
        assert file_of(kind, name) == path.name


def test_shipped_walks_are_read_and_walk_through_shipped_flows() -> None:
    texts = shipped()
    flows = library_of(texts).flows
    walks = walks_of(texts)
    assert all(isinstance(walk, Walk) and walk.flow in flows for walk in walks)


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        (FLOW, "hello.yaml", ("flow", "hello")),
        ("# a comment\n" + FLOW, "x.yaml", ("flow", "hello")),
        ('flow: "hello"  # it\n', "x.yaml", ("flow", "hello")),
        (KEYWORDS, "keywords.yaml", ("keywords", "organisation")),
        ("walk: x\n", "hello.walks.yaml", ("walks", "hello")),
        ("policy: on-call\n", "x.yaml", ("policy", "on-call")),
        ("nothing", "x.yaml", ("flow", "x")),
        ("flow:\n", "x.yaml", ("flow", "x")),
    ],
)
def test_a_file_says_what_it_is(text: str, file: str, expected: tuple[str, str]) -> None:
    assert kind_and_name(text, file) == expected


def test_a_library_of_stored_texts() -> None:
    library = library_of({("flow", "hello"): FLOW, ("keywords", "organisation"): KEYWORDS})
    assert list(library.flows) == ["hello"]
    assert library.languages == ("en", "es")
    assert library.lexicon is None


def test_walks_are_no_part_of_an_edition() -> None:
    assert library_of({("flow", "hello"): FLOW, ("walks", "hello"): "nonsense"}).flows
    with pytest.raises(DefinitionError):
        walks_of({("walks", "hello"): "nonsense"})


def test_every_problem_of_every_file_comes_at_once() -> None:
    with pytest.raises(DefinitionError) as caught:
        library_of(
            {
                ("flow", "hello"): FLOW.replace("1 hour", "soon"),
                ("flow", "other"): FLOW,
                ("keywords", "organisation"): KEYWORDS.replace("visit flow", "visits flow"),
                ("keywords", "second"): KEYWORDS,
                ("keywords", "third"): KEYWORDS,
            }
        )
    problems = caught.value.problems
    assert {(p.code, p.place.file) for p in problems} == {
        ("reading/duration", "hello.yaml"),
        ("library/misnamed", "other.yaml"),
        ("reading/unknown-key", "keywords.yaml"),
        ("library/several", "keywords.yaml"),
    }
    assert all(told(problem) in str(caught.value) for problem in problems)


def test_a_problem_is_told_as_one_line() -> None:
    with pytest.raises(DefinitionError) as caught:
        library_of({("flow", "hello"): FLOW.replace("end: done", "end: Done!")})
    line = str(caught.value)
    assert line.startswith("hello.yaml:11:10 (hi): ")
    assert line.endswith("[reading/name]")
    assert "\n" not in line
