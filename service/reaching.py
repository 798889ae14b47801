"""Reaching: by text or by call, as far as is known of a number; and what a failure teaches.

Promise: a number that no text can reach is not given up while it can be rung. Whether something
may leave just now is `flows.leaving`'s rule; what a code means is the carrier's folder's.
"""

from __future__ import annotations

from service import cases, consenting, telling
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


def failed(slate: Slate, kind: str, code: str | None) -> None:
    """Something for this number was refused or did not arrive: remember what that says of it.

    `kind`: what the code means (`service.carrier.outcomes`).
    """
    number = slate.number
    if kind == "opted-out" and number.opted_out_at is None:
        consenting.opt_out(slate, "carrier")
        if slate.person is not None:
            cases.person_stopped(slate)
    elif kind == "unusable" and number.unusable_code is None:
        number.unusable_code, number.unusable_at = code, slate.now
        number.changed = True
        if slate.person is not None and number.kind != "landline":  # those are called anyway
            telling.staff(slate, "unusable-coordinator", code=slate.person.id)
