"""What a database holds before the first text comes: shipped definitions, our number, a sample.

Promise: safe to repeat. What a person published or set stays; of a changed shipped file a draft
is offered then. The sample organisation is for practice, and only where nothing was set yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flows.shelf import shipped
from service import directory
from service.storage import numbers, revisions, senders, settings_rows
from service.turns import described

if TYPE_CHECKING:
    from datetime import datetime

    from service.house import House
    from service.storage.database import Tx

# Thousandths of a segment a second. A plain long code carries one; other kinds of number carry
# more, which `hearthline numbers` sets. For practice nobody should wait.
_LONG_CODE_PACE = 1_000
_PRACTICE_PACE = 100_000

SAMPLE_COORDINATOR = "+15550142009"  # 555 is kept for fiction
_SAMPLE = {
    "service": "Lantern Street",
    "contact": {"en": "Rosa at Lantern Street", "es": "Rosa, de Lantern Street"},
    "programme": {"en": "check-ins by text", "es": "saludos por texto"},
    "hours": {"en": "9 to 17 on weekdays", "es": "de 9 a 17 entre semana"},
}


class Seeded(NamedTuple):
    """What was put there just now; all empty where everything was there already."""

    published: list[str]
    drafts: list[str]
    number: str
    sample: bool


def seed(house: House, *, sample: bool = False) -> Seeded:
    """Put there what is missing, in one transaction."""
    now = house.now()
    texts = shipped()
    pace = _LONG_CODE_PACE if house.settings.env == "production" else _PRACTICE_PACE
    with house.database.writing() as tx:
        put = revisions.seed(tx, texts, now)
        directory.seed(tx, now)
        sender = senders.ensure(tx, house.settings.service_number, pace, now)
        sampled = sample and _sample(tx, now)
    return Seeded(
        [f"{kind}/{name}" for kind, name in put.published],
        [f"{kind}/{name}" for kind, name in put.drafted],
        sender.number,
        sampled,
    )


def _sample(tx: Tx, now: datetime) -> bool:
    if set(settings_rows.all(tx)) & {*_SAMPLE, "coordinators"}:
        return False
    country, kind = described(SAMPLE_COORDINATOR)
    coordinator, _ = numbers.add(tx, SAMPLE_COORDINATOR, country=country, kind=kind, at=now)
    for name, value in _SAMPLE.items():
        settings_rows.put(tx, name, value, now)
    settings_rows.put(tx, "coordinators", [coordinator], now)
    return True
