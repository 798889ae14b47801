"""An operator has us ring somebody, with a flow or only to talk.

Promise: asked for by hand, but under the rules of every call: nobody is rung who stopped, has no
phone that rings, or sleeps. It is rung about twice and then comes by text, as a check-in does.
"""

from __future__ import annotations

from datetime import datetime

from flows.recurrence import next_allowed
from service import by_hand, checkins, conversing, outbox, reaching, ringing
from service.by_hand import Actor
from service.cures import Curable
from service.house import House
from service.slate import Slate


def ring(house: House, given: str, by: str, flow: str | None = None) -> datetime:
    """Have this person called; when the phone rings at the earliest. Raises Curable.

    `flow`: what the call is about; without one it goes on where they stand, or tells what they
    can do.
    """
    with by_hand.turn_of(house, given, Actor(by, "had called")) as slate:
        _check(slate, given)
        organisation = slate.force.organisation
        rings = next_allowed(
            slate.now, checkins.zone_of(slate), organisation.quiet_to, organisation.quiet_from
        )
        if flow is None:
            ringing.ring(slate, None, rings + checkins.TOO_LATE, due=rings)
        else:
            if flow not in slate.force.program.library.flows:
                known = ", ".join(sorted(slate.force.program.library.flows))
                raise Curable(flow, "There is no flow of this name.", f"There are: {known}.")
            conversation = conversing.prepare(slate, flow, None)
            ringing.begin(slate, conversation, rings)
        return rings


def _check(slate: Slate, given: str) -> None:
    person, number = slate.person, slate.number
    assert person is not None
    if person.status != "active":
        cure = "Only who is active is called; others hear from us when they write or call."
        raise Curable(given, f"This person is {person.status}.", cure)
    if not number.id:
        raise Curable(given, "No number reaches this person.", "Add a number first.")
    if number.opted_out_at is not None:
        raise Curable(given, "They asked for no more from us.", "Only they can come back.")
    if not reaching.rings(number):
        raise Curable(given, "Their number cannot be called.", "Add another number.")
    if number.country not in outbox.allowed_countries(slate.force):
        cure = "Allow it with the setting allowed_countries."
        raise Curable(given, f"Calls to {number.country} are not allowed.", cure)
