"""Whether somebody waits for a person: a condition that other statements look at.

Promise: true for whoever has an open case that is urgent or imminent, and was opened no longer ago
than `flows.leaving.PRESSING_FOR`. Served by the index of open cases.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists

from flows.leaving import PRESSING_FOR
from service.storage import tables
from service.storage.tables import of
from service.storage.tables.care import OPEN_CASE

_case = of(tables.Case)
_SINCE = "pressing_since"
_PRIORITIES = ("urgent", "imminent")


def of_person(person_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """For the person of this column; the statement is given `since(now)`."""
    return exists().where(
        _case.c.person_id == person_id,
        OPEN_CASE,
        _case.c.priority.in_(_PRIORITIES),
        _case.c.opened_at > bindparam(_SINCE, type_=_case.c.opened_at.type),
    )


def since(now: datetime) -> dict[str, datetime]:
    """What such a statement is given at this moment."""
    return {_SINCE: now - PRESSING_FOR}
