"""No input crashes a reader: arbitrary text and bytes, and shipped files with pieces torn out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import reading
from flows.differences import differences
from flows.drawing import draw
from flows.shelf import shipped

TEXTS = sorted(text for (kind, _), text in shipped().items() if len(text) < 6_000)
LETTERS = tuple(": {}[]&*!|>%@`\"'#-,?\n\t\r\0\ud800\ufeff\u2028")
WORDS = ("- ", ": ", "\n  ", "---\n", "then:", "ask:", "do:", "en: ", "go to: x")
TRAPS = ("&a ", "*a", "!!int ", "<<: ", "9" * 5_000, "{" * 60)
PIECES = st.sampled_from((*LETTERS, *WORDS, *TRAPS))


def calmly(kind: str, text: str | bytes) -> None:
    value, problems = reading.read(kind, text, "it.yaml")
    assert (value is None) == bool(problems)
    for problem in problems:
        assert problem.code.startswith("reading/")
        assert problem.trouble
        assert problem.cure
        assert problem.place.line >= 1
        assert problem.place.column >= 1
    if kind == "flow" and value is not None:
        assert draw(value)
        assert differences(value, value) == []


@pytest.mark.parametrize("kind", reading.KINDS)
@given(text=st.one_of(st.text(), st.binary(), st.lists(PIECES, max_size=40).map("".join)))
def test_arbitrary_input(kind: str, text: str | bytes) -> None:
    calmly(kind, text)


@settings(max_examples=150, deadline=None)
@given(
    text=st.sampled_from(TEXTS),
    kind=st.sampled_from(sorted(reading.KINDS)),
    tears=st.lists(
        st.tuples(st.integers(0, 6_000), st.integers(0, 40), PIECES | st.text(max_size=5)),
        min_size=1,
        max_size=4,
    ),
    encode=st.booleans(),
)
def test_torn_files(text: str, kind: str, tears: list[tuple[int, int, str]], encode: bool) -> None:
    for at, length, piece in tears:
        at %= len(text) + 1
        text = text[:at] + piece + text[at + length :]
    calmly(kind, text.encode("utf-8", "surrogatepass") if encode else text)
    first = text.lstrip().split(":")[0]
    if first in reading.KINDS:
        calmly(first, text)


@settings(max_examples=60, deadline=None)
@given(
    text=st.sampled_from(TEXTS),
    order=st.randoms(use_true_random=False),
    drop=st.integers(0, 3),
)
def test_files_with_lines_missing_or_moved(text: str, order: object, drop: int) -> None:
    lines = text.splitlines(keepends=True)
    for _ in range(drop):
        at = order.randrange(len(lines))  # type: ignore[attr-defined]
        line = lines.pop(at)
        if order.random() < 0.5:  # type: ignore[attr-defined]
            lines.insert(order.randrange(len(lines)), line)  # type: ignore[attr-defined]
    calmly("flow", "".join(lines))


def test_the_same_text_gives_the_same_problems() -> None:
    for text in TEXTS:
        assert reading.read_flow(text) == reading.read_flow(text)
