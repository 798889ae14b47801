"""The doctor's round of the lines: what people are given, and whether anybody of ours rang it.

Promise: looks and changes nothing. A service for people is not called live before each line that
it gives first was rung and ticked; for practice that is only remarked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from service import line_desk, outbox
from service.findings import Finding, State
from service.line_desk import Duty
from service.storage import settings_rows

if TYPE_CHECKING:
    from service.editions import InForce
    from service.house import House


def countries(house: House) -> set[str]:
    """Where people of ours live, as far as settings tell: our country, and those that we text."""
    with house.database.reading() as tx:
        return of_force(house.editions.in_force(tx, settings_rows.stamp(tx)))


def of_force(force: InForce) -> set[str]:
    """The same from what is in force."""
    allowed = {country for country in outbox.allowed_countries(force) if country}
    return allowed | {force.organisation.country}


def of_the_lines(house: House, force: InForce) -> Iterator[Finding]:
    """Lines that nobody rang, whose tick ended or ends soon, and needs that have none."""
    live = house.settings.env == "production"
    duties = line_desk.duties_of(
        force.directory, force.organisation, sorted(of_force(force)), house.now()
    )
    found = list(_to_ring(duties, live))
    found += _without(duties)
    yield from found
    if not any(finding.state == "mend" for finding in found) and all(
        duty.standing == "ticked" for duty in duties if duty.need == "self"
    ):
        yield Finding("lines", "well", "The lines that people are given were rung and ticked.")


def _to_ring(duties: list[Duty], live: bool) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for duty in duties:
        if (duty.country, duty.line) in seen:
            continue
        seen.add((duty.country, duty.line))
        state: State = "mend" if live else "look"
        where = f"{duty.line}, given in {duty.country}"
        if duty.id is None:
            told = f"{where}, is not in the directory, so nobody could tick it."
            cure = "Add it: `hearthline lines add`; ring it, then `hearthline lines tick`."
        elif duty.standing == "ticked":
            if not duty.soon:
                continue
            state, told = "look", f"The tick of {where}, ends on {duty.expires_at:%Y-%m-%d}."
            cure = f"Ring it again, then `hearthline lines tick {duty.id}`."
        else:
            why = (
                "nobody of ours rang" if duty.standing == "unverified" else "was rung too long ago"
            )
            told = f"{where}: a line that {why}."
            cure = f"Ring it from a phone there, then `hearthline lines tick {duty.id}`."
        if state == "mend":
            told = f"Not live for people yet. {told}"
        yield Finding("lines", state, told, cure)


def _without(duties: list[Duty]) -> Iterator[Finding]:
    for duty in duties:
        if not duty.for_need and duty.waits is not None:
            told = (
                f"For {duty.need} in {duty.country} the general line is given: nobody of ours rang"
            )
            cure = f"Ring it from a phone there, then `hearthline lines tick {duty.waits}`."
            yield Finding("lines", "look", f"{told} {duty.waits}.", cure)
    for country in sorted({duty.country for duty in duties}):
        needs = [
            duty.need
            for duty in duties
            if duty.country == country and not duty.for_need and duty.waits is None
        ]
        if needs:
            told = (
                f"No line in {country} is known for {', '.join(needs)}: the general one is given."
            )
            cure = "Find them, then `hearthline lines add --needs`, ring and tick them."
            yield Finding("lines", "look", told, cure)
