"""Enrolling: many people into the database at once, with their number, consent, plan and word.

Promise: the number of statements does not grow with the number of people. Whether somebody may be
added was decided before (`importing`); where several hold one number, nobody is taken for another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from flows.recurrence import Slot
from service import checkins
from service.storage import consents, ids, links, numbers, people, plans, timers
from service.storage.consents import Consent
from service.storage.numbers import Entrusted
from service.storage.people import New
from service.storage.plans import NewPlan
from service.storage.timers import Timer

if TYPE_CHECKING:
    from service.storage.database import Tx

INVITATION = "imported-invitation"  # the flow of the first text
BY_LIST = "list"


class Enrolled(NamedTuple):
    """Somebody to be added. `number_id` is None for a number never seen before; `beside`: others
    hold the number already; with `consent_at` they are active, otherwise invited."""

    person_id: str
    number_id: str | None
    number: str
    country: str | None
    kind: str
    fields: Mapping[str, Any]
    language: str
    zone: str
    channel: str
    discreet: bool
    sender_id: str
    shared: bool
    beside: bool
    word: str | None
    costs: bool
    consent_at: datetime | None
    wording: str | None
    plan: tuple[NewPlan, Slot | None] | None

    @property
    def consented(self) -> bool:
        return self.consent_at is not None


def enrol(tx: Tx, added: Sequence[Enrolled], now: datetime) -> None:
    """Write all of them. Refused where a number was taken by another process meanwhile."""
    if not added:
        return
    fresh = [(who.number, who.country, who.kind) for who in added if who.number_id is None]
    known = numbers.add_many(tx, fresh, now)
    number_of = {who.person_id: who.number_id or known[who.number] for who in added}
    people.add_many(tx, [_person(who, number_of[who.person_id], now) for who in added])
    links.add_many(tx, [(who.person_id, number_of[who.person_id], True) for who in added])
    for who in added:
        if who.word:
            links.set_word(tx, who.person_id, number_of[who.person_id], who.word)
    numbers.entrust(tx, _entrusted(added, number_of, now))
    consents.record(tx, [_consent(who, number_of[who.person_id], now) for who in added])
    own = [
        (new._replace(number_id=number_of[new.person_id]), slot)
        for who in added
        if who.plan is not None
        for new, slot in [who.plan]
    ]
    plans.add_many(tx, own)
    slots = [checkins.slot_timer(new.id, new.person_id, slot) for new, slot in own if slot]
    timers.put(tx, [*slots, *(invitation(who.person_id, now) for who in _invited(added))], now)


def invitation(person_id: str, now: datetime) -> Timer:
    """The first text, soon, in a turn of its own."""
    payload = {"flow": INVITATION}
    return Timer(ids.new(), f"start:{person_id}", "start", person_id, None, now, None, payload)


def _invited(added: Sequence[Enrolled]) -> list[Enrolled]:
    return [who for who in added if not who.consented]


def _person(who: Enrolled, number_id: str, now: datetime) -> New:
    status = "active" if who.consented else "invited"
    return New(
        who.person_id, status, who.language, who.zone, now, who.fields, who.channel, who.discreet,
        number_id, who.sender_id, who.consent_at,
    )  # fmt: skip


def _entrusted(
    added: Sequence[Enrolled], number_of: Mapping[str, str], now: datetime
) -> list[Entrusted]:
    """Each number once. Where more than one person holds it, a word has to tell who is texting."""
    by_number: dict[str, list[Enrolled]] = {}
    for who in added:
        by_number.setdefault(number_of[who.person_id], []).append(who)
    return [
        Entrusted(
            number_id,
            None if len(own) > 1 or own[0].beside else own[0].person_id,
            any(who.shared for who in own),
            any(who.costs for who in own),
            None if all(who.consented for who in own) else now,
        )
        for number_id, own in by_number.items()
    ]


def _consent(who: Enrolled, number_id: str, now: datetime) -> Consent:
    if who.consent_at is None:
        return Consent("asked", now, BY_LIST, who.person_id, number_id)
    return Consent("imported", who.consent_at, BY_LIST, who.person_id, number_id, who.wording)
