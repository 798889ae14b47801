"""Reading back: what we sent to a person, told once more where nobody else hears or sees it.

Promise: on a phone that others see, and where a PIN guards what is kept, by call alone. A text
is cut to what one text of ours can hold; a voice says it whole.
"""

from __future__ import annotations

from typing import NamedTuple

from service import checkins
from service.slate import CALL, Slate
from service.storage import sent_texts

MOST_LETTERS = 160
"""Of a text that is read back by text: flows/checks/lengths.py counts with it."""


class ReadBack(NamedTuple):
    """A message as a flow tells it. day: ISO, on the person's own calendar."""

    said: str
    day: str
    place: str


def message(slate: Slate, place: str) -> ReadBack | None:
    """The newest message, or with `place` the one before it; None where there is no more."""
    assert slate.person is not None
    person_id = slate.person.id
    found = (
        sent_texts.before(slate.tx, person_id, place)
        if place
        else sent_texts.newest(slate.tx, person_id, slate.now)
    )
    if found is None:
        return None
    day = found.at.astimezone(checkins.zone(slate)).date().isoformat()
    said = found.text if slate.channel == CALL else _cut(found.text)
    return ReadBack(said, day, found.id)


def _cut(text: str) -> str:
    if len(text) <= MOST_LETTERS:
        return text
    return text[: MOST_LETTERS - 3].rsplit(" ", 1)[0] + "..."
