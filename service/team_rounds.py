"""The doctor's round of those who would come: gaps in the rota, who is there when a life is at
risk, and whether the service looks after itself.

Promise: looks and changes nothing; nobody is named, and the cure is told with each. What a policy
asks for is `coverage`'s to tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.recurrence import zone_of
from flows.rota import Gap
from service import alarm, heartbeat, lexicon_tests, rota, team
from service.findings import Finding
from service.heartbeat import CLOCK_BEAT
from service.storage import contacts, settings_rows, shifts, trials, volunteers

if TYPE_CHECKING:
    from service.editions import InForce
    from service.house import House

AHEAD = timedelta(days=3)
"""So far ahead gaps are told here; `hearthline rota gaps` looks further."""
_CRISIS = "crisis"
_TRIED_WITHIN = timedelta(days=90)


def of_the_team(house: House, force: InForce) -> Iterator[Finding]:
    """Gaps ahead, and whether somebody trained for it is reached where a life is at risk."""
    now = house.now()
    with house.database.reading() as tx:
        kept = rota.every(tx)
        gaps = [(one, gap) for one in kept for gap in rota.gaps(tx, one, now, now + AHEAD)]
        there = volunteers.listing(tx)
        reach = contacts.reach(tx, [who.person_id for who in there])
        on_shift = bool(shifts.planned(tx, now, now + AHEAD))
        tried = [trial.answered_at for trial in trials.latest(tx, 200) if trial.answered_at]
    for name in dict.fromkeys(one.name for one, _ in gaps):
        own = [(one, gap) for one, gap in gaps if one.name == name]
        yield _gaps(name, own[0][0].zone, [gap for _, gap in own])
    if kept and not gaps:
        yield Finding("rota", "well", f"No gap in the next {AHEAD.days} days.")
    able = [who for who in there if rota.able(who)]
    trained = [who for who in able if _CRISIS in who.trained]
    reached = [who for who in trained if team.ways(reach[who.person_id])]
    if not there and not on_shift:
        return  # every case goes to the coordinators, and they know
    if not reached:
        why = "whose phone was verified" if trained else "at all"
        told = f"Nobody is trained for crisis {why}: an imminent case goes to whoever is there."
        cure = (
            "Record it: `volunteers train WHO crisis`; verify a phone: `volunteers contact verify`."
        )
        yield Finding("team", "mend" if house.settings.env == "production" else "look", told, cure)
    else:
        yield Finding("team", "well", f"{len(reached)} trained for crisis can be reached.")
    if able and not any(at > now - _TRIED_WITHIN for at in tried):
        told = f"No volunteer has answered a test for {_TRIED_WITHIN.days} days."
        yield Finding("team", "look", told, "Send one: `hearthline volunteers test WHO`.")


def _gaps(name: str, zone: str, gaps: list[Gap]) -> Finding:
    first = gaps[0]
    begins = f"{first.starts.astimezone(zone_of(zone)):%a %Y-%m-%d %H:%M}"
    more = f", and {len(gaps) - 1} more" if len(gaps) > 1 else ""
    told = f"{name}: {first.asked - first.there} missing from {begins}{more}, within three days."
    return Finding("rota", "look", told, "See `hearthline rota gaps`; `rota override` fills one.")


def of_the_heartbeat(house: House) -> Iterator[Finding]:
    """Whether the clock says that it runs, and what coordinators were told of."""
    now = house.now()
    with house.database.reading() as tx:
        last = settings_rows.get(tx, CLOCK_BEAT)
        since = alarm.known(tx)
    if since is not None:
        told = f"The coordinators were told at {since:%Y-%m-%d %H:%M} UTC that the service fails."
        yield Finding("heartbeat", "look", told, "See `hearthline heartbeat` for what fails now.")
    late = heartbeat.clock_late(last, now)
    if late is None and since is None:
        yield Finding("heartbeat", "well", "The clock says that it runs.")
    elif late is not None:
        cure = "See that the clock runs: `python -m workers.clock`."
        yield Finding("heartbeat", "mend", f"The clock: {late}", cure)


def of_the_lexicon(house: House, force: InForce) -> Iterator[Finding]:
    """Texts that people marked, read with the lexicon in force."""
    tests = lexicon_tests.rows(house)
    wrong = [one for one in lexicon_tests.tried(tests, force.lexicon) if not one.right]
    if wrong:
        told = f"Of {len(tests)} texts that people marked, {len(wrong)} are read wrongly."
        yield Finding("lexicon", "look", told, "See `hearthline risk test`, then edit the lexicon.")
    elif tests:
        told = f"All {len(tests)} texts that people marked are read rightly."
        yield Finding("lexicon", "well", told)
