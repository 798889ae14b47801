"""The coordinators' guide: every example in it is read, checked and walked.

A block marked `yaml` is a whole file. A block marked `yaml state` holds states of a flow; where
they lead to a state that is not shown, an ordinary ending stands in.
`python -m tests.flows.test_guide` writes the generated tables anew.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from flows import guide, reading, shelf, walks
from flows.answers import understand
from flows.checks import check_flow
from flows.definition import Accept, Choice, Flow, Place, Policy
from flows.keypad import from_keys
from flows.reading.accepts import accept_phrase
from flows.reading.guards import GuardFault, parse_guard
from flows.speaking import Ear, for_the_ear, keys_of

GUIDE = Path(__file__).parents[2] / "flows" / "README.md"
LIBRARY = shelf.library_of(shelf.shipped())
PLACE = Place("README.md", 1, 1)
TODAY = date(2026, 11, 20)
GENERATED = {"actions": guide.actions_table, "checks": guide.checks_table}


class Example(NamedTuple):
    line: int
    kind: str  # "yaml" or "yaml state"
    text: str


def _examples() -> list[Example]:
    text = GUIDE.read_text("utf-8")
    return [
        Example(text.count("\n", 0, found.start()) + 1, found[1].strip(), found[2])
        for found in re.finditer(r"^```(yaml[^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    ]


EXAMPLES = _examples()
STATES = [example for example in EXAMPLES if example.kind == "yaml state"]
FILES = [example for example in EXAMPLES if example.kind == "yaml"]
STAND_IN = """
  {name}:
    tell:
      en: "Thank you. TALK brings a person at any time."
      es: "Gracias. HABLAR trae a una persona."
    discreet:
      en: "Thanks."
      es: "Gracias."
    end: done
"""


def _name(example: Example) -> str:
    return f"line-{example.line}"


def _flow_around(example: Example) -> str:
    """A whole flow with these states: the first begins it, unknown ones are plain endings."""
    shown = re.findall(r"^  ([a-z][a-z-]*):", example.text, re.MULTILINE)
    wanted = re.findall(r"go to: ([a-z-]+)", example.text)
    missing = dict.fromkeys(name for name in wanted if name not in shown)
    return (
        "flow: example\ntitle: Example\npurpose: Shows a state.\nlanguages: [en, es]\n"
        f"ends after: 2 days\nstart: {shown[0]}\n\nstates:\n\n{example.text}"
        + "".join(STAND_IN.format(name=name) for name in missing)
    )


def _unwaived(flow: Flow) -> list[str]:
    return [shelf.told(p) for p in check_flow(flow, LIBRARY) if p.waived is None]


def test_the_guide_shows_examples() -> None:
    assert len(STATES) >= 15
    assert len(FILES) >= 9
    assert {example.kind for example in EXAMPLES} == {"yaml", "yaml state"}


@pytest.mark.parametrize("example", STATES, ids=_name)
def test_an_example_of_states_checks_clean(example: Example) -> None:
    read = reading.read_flow(_flow_around(example), "README.md")
    assert read.problems == []
    assert read.value is not None
    assert _unwaived(read.value) == []


@pytest.mark.parametrize("example", FILES, ids=_name)
def test_an_example_of_a_file_is_right(example: Example) -> None:
    kind, _ = shelf.kind_and_name(example.text, "README.md")
    read = reading.read(kind, example.text, "README.md")
    assert [shelf.told(problem) for problem in read.problems] == []
    if isinstance(read.value, Flow):
        assert _unwaived(read.value) == []
    if isinstance(read.value, Policy):
        assert read.value.steps
    if kind == "walks":
        for walk in read.value or ():
            assert walks.run(walk, LIBRARY).problems == ()


def test_every_kind_of_file_has_an_example() -> None:
    shown = {shelf.kind_and_name(example.text, "README.md")[0] for example in FILES}
    assert shown == set(reading.KINDS)


# every key of the language stands in an example
CONSTRUCTS = (
    "ask", "tell", "do", "visit flow", "end", "by call", "discreet", "accept", "accept several",
    "save as", "remember as", "keep", "unclear", "try again", "say", "no reply", "after",
    "send again", "more within", "then", "when", "otherwise", "go to", "with", "outcomes",
    "no outcome", "waive", "code", "reason", "start words", "returns", "keywords", "choice", "key",
    "words", "recording", "text", "missing", "private", "not danger", "wish to stop", "steps",
    "they hear", "they reply", "we do", "outcome", "gives", "visits", "silence", "we remember",
    "ends", "person", "tell", "how", "each", "trained", "only for", "quiet hours",
    "contact within", "repeat", "again after", "call key", "they press", "they say", "heard",
    "they record", "they hang up",
)  # fmt: skip


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_every_construct_has_an_example(construct: str) -> None:
    pattern = re.compile(rf"^\s*(?:- )?{construct}:", re.MULTILINE)
    assert any(pattern.search(example.text) for example in EXAMPLES)


def _rows(heading: str, table: int = 0) -> list[list[str]]:
    """The rows of a table below a heading, the first where no other is meant."""
    text = GUIDE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    lines = tables[table].splitlines()
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("row", _rows("What a question takes"), ids=lambda row: row[0])
def test_what_a_question_takes_is_kept_as_told(row: list[str]) -> None:
    accept, said, kept = row
    understood = understand(accept_phrase(accept, PLACE), said, ("en",), TODAY, "US")
    assert understood is not None
    assert str(understood.value) == kept


@pytest.mark.parametrize("row", _rows("By call", 1), ids=lambda row: f"{row[0]}: {row[1]}")
def test_what_keys_answer_is_kept_as_told(row: list[str]) -> None:
    accept, keys, kept = row
    understood = from_keys(accept_phrase(accept, PLACE), keys, TODAY, "US")
    assert understood is not None
    assert str(understood.value) == kept


SPOKEN_OF = {
    "Tea": "yes or no", "¿Te": "yes or no", "How was": "a number from 1 to 5",
    "What shall": "free text of up to 40 letters",
}  # fmt: skip
ERRANDS = Accept(
    "choice",
    PLACE,
    choices=(Choice("ride", "1", {"en": ("ride",)}, PLACE), Choice("meal", "2", {}, PLACE)),
)


@pytest.mark.parametrize("row", _rows("By call"), ids=lambda row: row[0])
def test_what_becomes_of_a_text_by_call(row: list[str]) -> None:
    written, said = row
    accept = ERRANDS if "ride" in written else None
    for start, phrase in SPOKEN_OF.items():
        if written.startswith(start):
            accept = accept_phrase(phrase, PLACE)
    ear = Ear(keys_of(LIBRARY.keywords), accept, frozenset(), accept is not None)
    assert for_the_ear(written, "es" if "¿" in written else "en", ear) == said


def test_the_keys_of_every_call_are_told() -> None:
    told = {"talk": "0", "skip": "9", "again": "star", "leave": "8"}
    keys = {word.name: word.key or word.call_key for word in LIBRARY.keywords}
    assert {name: {"*": "star"}.get(keys[name] or "", keys[name]) for name in told} == told
    assert [row[0] for row in _rows("By call", 2)] == list(told.values())


@pytest.mark.parametrize("row", _rows("Ways on"), ids=lambda row: row[0])
def test_every_condition_of_the_table_is_one(row: list[str]) -> None:
    assert not isinstance(parse_guard(row[0], PLACE), GuardFault)


@pytest.mark.parametrize("name", GENERATED)
def test_the_generated_tables_are_true(name: str) -> None:
    assert GENERATED[name]() in GUIDE.read_text("utf-8"), (
        "flows/README.md tells an old table: run python -m tests.flows.test_guide"
    )


def write_tables() -> None:
    """Write the generated tables into the guide."""
    text = GUIDE.read_text("utf-8")
    for name, table in GENERATED.items():
        before, rest = text.split(f"<!-- generated: {name} -->\n")
        after = rest.split("<!-- end of generated -->", 1)[1]
        text = f"{before}<!-- generated: {name} -->\n{table()}\n<!-- end of generated -->{after}"
    GUIDE.write_text(text, "utf-8")


if __name__ == "__main__":
    write_tables()
