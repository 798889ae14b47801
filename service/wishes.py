"""What people wish for in an emergency: whom to call, whom never, and whether the police may come.

Promise: told by them alone, changed and erased at any time, sealed as everything of theirs is, and
shown to whoever takes their case. Without their yes the police are asked only under the policy
that the organisation published: docs/policies/police.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.slate import Slate
from service.storage import people
from service.storage.database import Tx

CALL, NEVER, POLICE = "wish_call", "wish_never", "wish_police"
FIELDS = (CALL, NEVER, POLICE)
_NO_POLICE = "Police: never, but under the published policy."


def of(tx: Tx, person_id: str) -> str | None:
    """Their wishes in words, for whoever takes their case; None where they told none."""
    person = people.load(tx, person_id)
    return in_words(person.fields) if person is not None else None


def in_words(fields: Mapping[str, Any]) -> str | None:
    """The same from the fields of a person at hand."""
    if not any(fields.get(name) not in (None, "") for name in FIELDS):
        return None
    told = []
    if fields.get(CALL):
        told.append(f"Call: {fields[CALL]}.")
    if fields.get(NEVER):
        told.append(f"Never call or tell: {fields[NEVER]}.")
    return " ".join([*told, _police(fields)])


def told_of(fields: Mapping[str, Any]) -> str | None:
    """That there are wishes, and whether the police may come, without a word of theirs."""
    if in_words(fields) is None:
        return None
    told = [
        said
        for name, said in ((CALL, "Whom to call: told."), (NEVER, "Whom never: told."))
        if fields.get(name)
    ]
    return " ".join([*told, _police(fields)])


def _police(fields: Mapping[str, Any]) -> str:
    return "Police: they said yes." if fields.get(POLICE) in (True, "yes") else _NO_POLICE


def has(slate: Slate) -> bool:
    """Whether the person of this turn told any."""
    assert slate.person is not None
    return in_words(slate.person.fields) is not None


def clear(slate: Slate) -> None:
    """Erase all of them."""
    assert slate.person is not None
    for name in FIELDS:
        slate.person.fields.pop(name, None)
    slate.person.changed = True
