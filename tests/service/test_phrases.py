"""Every phrase that the service says by name stands in the shipped phrases."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from flows import shelf

ROOT = Path(__file__).parents[2]
PHRASES = set(shelf.library_of(shelf.shipped()).phrases)
_SAYING = {"phrase", "staff", "number", "_answer_unknown", "tell", "say"}
_NAME = re.compile(r"[a-z]+(-[a-z]+)+")


def _said(path: Path) -> set[str]:
    """Names with a dash that are handed to a function that says something."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else None
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called not in _SAYING:
            continue
        for argument in node.args:
            for inner in ast.walk(argument):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    found.add(inner.value)
    return {name for name in found if _NAME.fullmatch(name)}


SOURCES = [*ROOT.glob("service/*.py"), *ROOT.glob("flows/*.py")]


def test_what_is_said_by_name_is_there() -> None:
    said = set().union(*(_said(path) for path in SOURCES))
    assert said, "nothing is said by name any more: mend this test"
    assert said <= PHRASES
