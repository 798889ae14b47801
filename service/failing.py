"""Failing: what is learned of a number when something for it was refused or did not arrive.

Promise: who stopped at the carrier has stopped here as well; a number that no text can reach is
written down once, and told. What a code means is the carrier's folder's.
"""

from __future__ import annotations

from service import cases, consenting, telling
from service.slate import Slate


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
