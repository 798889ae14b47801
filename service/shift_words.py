"""What volunteers and coordinators are told of shifts, as events due now for each of them.

Promise: a text holds a time and codes of cases, never what a case is about. It goes to a phone
that was verified; who has none for texts is rung about a shift of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flows.coverage import Empty
from flows.recurrence import zone_of
from flows.rota import REMIND_BEFORE, Gap
from flows.rotations import Rota
from flows.wording import slot_said
from service.editions import InForce
from service.slate import NOTICE, REPLY, URGENT, Slate
from service.storage import contacts, ids
from service.storage.contacts import Reach
from service.storage.database import Tx
from service.storage.timers import Timer

SAID, RING = "shift", "shift-call"  # kinds of timers: said to a number, a person is rung
# what who has a landline alone is rung with, by what others are texted
BY_CALL: Mapping[str, str] = {"shift-begins": "shift-reminder", "swap-asked": "swap-offer"}


def of_gaps(force: InForce, one: Rota, gaps: Sequence[Gap], now: datetime) -> list[Timer]:
    """Coordinators hear of these gaps, in one text."""
    if not gaps:
        return []
    first = gaps[0]
    phrase = "rota-gap-coordinator" if len(gaps) == 1 else "rota-gaps-coordinator"
    soon = first.starts - now < REMIND_BEFORE
    values = {"rota": one.name, "missing": first.asked - first.there, "more": len(gaps) - 1}
    return [
        _said(number_id, phrase, max(first.starts, now), one.zone, now,
              lane=URGENT if soon else REPLY, **values)
        for number_id in force.organisation.coordinators
    ]  # fmt: skip


def of_steps(force: InForce, steps: Sequence[Empty], now: datetime) -> list[Timer]:
    """Coordinators hear of steps of policies that will have nobody, in one text."""
    if not steps:
        return []
    need, gap = steps[0]
    which = "policy-step" if len(steps) == 1 else "policy-steps"
    zone = force.organisation.zone
    soon = gap.starts - now < REMIND_BEFORE
    values = {"policy": need.policy, "step": need.steps[0], "more": len(steps) - 1}
    return [
        _said(number_id, f"{which}-empty-coordinator", max(gap.starts, now), zone, now,
              lane=URGENT if soon else REPLY, **values)
        for number_id in force.organisation.coordinators
    ]  # fmt: skip


def to_person(
    tx: Tx, person_id: str, phrase: str, at: datetime, zone: str, now: datetime,
    lane: int = REPLY, **values: object,
) -> list[Timer]:  # fmt: skip
    """Timers that tell a volunteer something of a moment: a text to their first phone that takes
    one. Who has a landline alone is rung, where there is something to decide."""
    reach = contacts.reach(tx, [person_id])[person_id]
    phone = next((one for one in reach if _takes_texts(one)), None)
    if phone is not None:
        return [_said(phone.number_id, phrase, at, zone, now, lane=lane, **values)]
    line = next((one for one in reach if one.channel == "call" and not one.opted_out), None)
    if line is None or phrase not in BY_CALL:
        return []
    key, payload = ids.new(), {"number": line.number_id, "flow": BY_CALL[phrase]}
    return [Timer(key, f"{RING}:{key}", RING, person_id, None, now, None, payload)]


def _takes_texts(one: Reach) -> bool:
    spoiled = one.opted_out or one.unusable_code is not None or one.number_kind == "landline"
    return one.channel == "text" and not spoiled


def _said(
    number_id: str, phrase: str, at: datetime, zone: str, now: datetime, *, lane: int = REPLY,
    **values: object,
) -> Timer:  # fmt: skip
    key = ids.new()
    payload: Mapping[str, object] = {
        "phrase": phrase, "at": at.isoformat(), "zone": zone, "lane": lane, "values": values,
    }  # fmt: skip
    return Timer(key, f"tell:{key}", SAID, None, number_id, now, None, payload, lane)


def code_for(number_id: str, code: str, now: datetime) -> Timer:
    """The event that texts this code to a number."""
    key = ids.new()
    payload = {"phrase": "contact-code", "lane": REPLY, "values": {"code": code}}
    return Timer(key, f"tell:{key}", SAID, None, number_id, now, None, payload, REPLY)


def say(slate: Slate, timer: Timer) -> None:
    """Say to this number what its timer holds, with the moment in words of its person's own."""
    payload = timer.payload or {}
    values = dict(payload["values"])
    if "at" in payload:
        local = datetime.fromisoformat(payload["at"]).astimezone(zone_of(payload["zone"]))
        values["time"] = slot_said(local, slate.languages()[0])
    slate.phrase(str(payload["phrase"]), int(payload["lane"]), NOTICE, **values)
