"""Texts with variables: `Hello {name}`; `{{` and `}}` are braces.

Promise: takes a text apart and names what is wrong in it. Values are put in by the engine.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(r"[^\W\d_]\w{0,59}")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Variable(NamedTuple):
    """`{name}` and where it stands in the text, in letters from 0."""

    name: str
    offset: int


class TemplateFault(NamedTuple):
    """What is wrong at this letter of the text, and the cure."""

    offset: int
    trouble: str
    cure: str


class Template(NamedTuple):
    """The parts in order: words as they are, and variables."""

    parts: tuple[str | Variable, ...]
    faults: tuple[TemplateFault, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The variables' names in order, each once."""
        return tuple(dict.fromkeys(p.name for p in self.parts if isinstance(p, Variable)))


def template(text: str) -> Template:
    """Take `text` apart. Where something is wrong it stays in as words, and a fault names it."""
    parts: list[str | Variable] = []
    faults: list[TemplateFault] = []
    plain = ""
    at = 0
    for found in _BRACES.finditer(text):
        plain += text[at : found.start()]
        at = found.end()
        if found[0] in ("{{", "}}"):
            plain += found[0][0]
        elif found[1] is not None and _NAME.fullmatch(found[1]):
            if plain:
                parts.append(plain)
                plain = ""
            parts.append(Variable(found[1], found.start()))
        else:
            plain += found[0]
            faults.append(_fault(found.start(), found[0], found[1]))
    plain += text[at:]
    if plain or not parts:
        parts.append(plain)
    return Template(tuple(parts), tuple(faults))


def names(text: str) -> tuple[str, ...]:
    """The names of the variables in `text`, each once."""
    return template(text).names


def _fault(offset: int, written: str, inside: str | None) -> TemplateFault:
    if inside is None:
        return TemplateFault(
            offset,
            f"A single brace `{written}` stands here.",
            f"Write `{written * 2}` for a brace that is told, or {{name}} for a variable.",
        )
    return TemplateFault(
        offset,
        f"`{written[:60]}` is no variable.",
        "Between braces stands one name: letters, digits and _, such as {wants_call}.",
    )
