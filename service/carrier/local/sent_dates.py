"""The DateSent filters of a message list.

Promise: `DateSent=`, `DateSent<=` and `DateSent>=` as the carrier reads them: a day or a moment in
UTC; to the second; a message that was not sent yet has no date and fits none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from service.carrier.local.codes import Refused

Fits = Callable[[float | None], bool]
DAY = timedelta(days=1).total_seconds()


def between(query: Mapping[str, str]) -> Fits:
    """A test for a message's moment of sending (None: not yet), as the query asks."""
    exact, least, most = (query.get(f"DateSent{sign}") for sign in ("", ">", "<"))
    if not (exact or least or most):
        return lambda _: True
    low, high = float("-inf"), float("inf")
    if exact:
        low = _seconds(exact)
        high = low + DAY - 1 if _is_day(exact) else low
    if least:
        low = max(low, _seconds(least))
    if most:
        high = min(high, _seconds(most))
    return lambda sent: sent is not None and low <= int(sent) <= high


def _is_day(text: str) -> bool:
    # the carrier's own client writes a day as its midnight
    return len(text) == len("2026-01-31") or text.endswith("T00:00:00Z")


def _seconds(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(20001, "DateSent has to be a day or a moment like 2026-01-31") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
