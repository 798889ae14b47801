"""What a fresh process does before its first piece of work, so that nobody waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows import shelf
from service import logs
from service.carrier import voice
from service.editions import NothingPublished
from service.storage import settings_rows
from service.storage.database import Unavailable

if TYPE_CHECKING:
    from service.house import House

log = logs.get(__name__)


def warm_all() -> None:
    """Before a process parts into several: what ships is read once for all, and its memory shared.

    One that takes a killed one's place is at work at once. Nothing is connected here.
    """
    shelf.library_of(shelf.shipped())


def warm(house: House) -> None:
    """Read what is in force. Where that fails the process starts cold, and work tells why."""
    voice.warm()
    try:
        with house.database.reading() as tx:
            house.editions.in_force(tx, settings_rows.stamp(tx))
    except (Unavailable, NothingPublished) as error:
        log.warning("this process starts cold", exc_info=error)
