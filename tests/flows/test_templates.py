from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.templates import Variable, names, template


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("",)),
        ("Hello", ("Hello",)),
        ("Hello {name}!", ("Hello ", Variable("name", 6), "!")),
        ("{a}{b}", (Variable("a", 0), Variable("b", 3))),
        ("{{name}} and }}", ("{name} and }",)),
        ("{wants_call2}", (Variable("wants_call2", 0),)),
        ("{año}", (Variable("año", 0),)),
    ],
)
def test_a_text_is_taken_apart(text: str, parts: tuple[object, ...]) -> None:
    found = template(text)
    assert found.parts == parts
    assert found.faults == ()


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("Hello {", 6),
        ("Hello }", 6),
        ("Hello {}", 6),
        ("Hello { name }", 6),
        ("Hello {first name}", 6),
        ("Hello {wants-call}", 6),
        ("{name!r}", 0),
        ("{name.real}", 0),
        ("{0}", 0),
        ("a {b {c}", 2),
    ],
)
def test_what_is_no_variable_is_told_at_its_letter(text: str, offset: int) -> None:
    (fault,) = template(text).faults
    assert fault.offset == offset
    assert fault.trouble
    assert fault.cure


def test_each_name_is_told_once() -> None:
    assert names("{a} {b} {a}") == ("a", "b")


@given(st.text())
def test_a_text_without_braces_is_itself(text: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert "".join(p for p in template(escaped).parts if isinstance(p, str)) == text
