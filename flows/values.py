"""Values as a session keeps them: numbers, texts and lists of texts, fit for JSON.

Promise: total; whatever an action gives, something that can be stored comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any


def storable(answers: Mapping[str, object]) -> dict[str, Any]:
    """The answers that are there, each in a form that a session keeps."""
    return {clean(str(name)): _one(value) for name, value in answers.items() if value is not None}


def clean(text: str) -> str:
    """Half of a surrogate pair is no letter, and no store takes it."""
    return text if text.isascii() else text.encode("utf-8", "ignore").decode()


def _one(value: object) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)[:400]
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(str(item)) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value))
