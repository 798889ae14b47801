"""Files that cannot be a flow are refused quickly and plainly; a long one is read in a blink."""

from __future__ import annotations

import time

import pytest

from flows import reading
from tests.flows.reading.sample import FLOW, HEAD, troubles

BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: b\n" * 2_000_000, "too-large"),
        (b"\xff" * 10_000_000, "too-large"),
        (FLOW.encode("utf-16"), "not-utf8"),
        (FLOW.encode()[:99] + b"\xfe", "not-utf8"),
        (HEAD + "".join(f"  s{i}:\n    end: x\n" for i in range(10_000)), "too-many"),
        (HEAD + "  {" + ",".join(f"s{i}: 0" for i in range(10_000)) + "}", "too-many"),
        ("flow:\n" + "- a\n" * 60_000, "too-many"),
        ("--- a\n" * 40_000, "too-many"),
        (BOMB, "alias"),
        ("a: &a [*a]", "alias"),
        ("[" * 100_000, "too-deep"),
        ("{a: " * 50_000, "too-deep"),
        ("- " * 50_000, "too-deep"),
        ("\n".join(" " * i + "a:" for i in range(600)), "too-deep"),
        ("%a b\n" * 50_000, "directive"),
        ("%YAML 1.1\n---\nflow: x", "directive"),
        ("hello", "not-a-file"),
        ("- hello", "not-a-file"),
        ("", "empty-file"),
        ("# nothing\n", "empty-file"),
        ("---\n---\n", "empty-file"),
        ("\t" * 200_000, "tab"),
        ('flow: "\\UFFFFFFFF"', "not-yaml"),
        ('"' * 200_000, "not-yaml"),
        ("flow: \ud800", "strange-letter"),
        ("[a, b]: c", "key"),
        ("? {a: b}\n: c", "key"),
        ("<<: {a: b}", "unknown-key"),
    ],
)
def test_a_file_that_cannot_be_a_flow_is_refused_quickly(text: str | bytes, code: str) -> None:
    started = time.process_time()  # our own work, however busy the machine is
    problems = troubles(text)
    took = time.process_time() - started
    assert f"reading/{code}" in [p.code for p in problems]
    assert took < 2, f"{took:.2f} s"


def test_a_flow_of_two_hundred_lines_is_read_in_a_blink() -> None:
    question = FLOW[FLOW.index("  mood:\n") : FLOW.index("  topics:\n")]
    text = HEAD + "".join(question.replace("  mood:", f"  mood{n}:", 1) for n in range(7))
    assert 195 < text.count("\n") < 225
    times = []
    for _ in range(5):
        started = time.process_time()
        assert reading.read_flow(text).problems == []
        times.append(time.process_time() - started)
    assert min(times) < 0.06
