"""Reaching: by text or by call, as far as is known of a number.

Promise: a number that no text can reach is not given up while it can be rung. Whether something
may leave just now is `flows.leaving`'s rule; what a failure teaches of a number is `failing`'s.
"""

from __future__ import annotations

from service.carrier.outcomes import can_be_rung
from service.slate import Slate
from service.storage.standing import Number

CALL = "call"
_NO_PHONE = ("anonymous", "premium")


def takes_texts(number: Number) -> bool:
    """Whether a text may come to something there: not on a landline, nor where one failed."""
    return (
        number.opted_out_at is None
        and number.unusable_code is None
        and number.kind not in ("landline", *_NO_PHONE)
    )


def rings(number: Number) -> bool:
    """Whether the number may be called. Who stopped our texts is not called unasked either."""
    return (
        number.opted_out_at is None
        and number.kind not in _NO_PHONE
        and can_be_rung(number.unusable_code)
    )


def by_call(slate: Slate, channel: str | None) -> bool:
    """Whether a check-in comes by call: as chosen, or since no text can come.

    `channel`: the plan's, where it names one.
    """
    assert slate.person is not None
    if not rings(slate.number):
        return False
    return CALL in (channel or slate.person.channel,) or not takes_texts(slate.number)
