"""What a rota is: turns, holidays and overrides, and the plain values that they are stored as.

Promise: pure data. Whoever is named stays as they are written, a name or an id: which person that
is, others know. How it is written in words is `flows.rotation_words`; who is on duty at a moment
is computed in `flows.rota`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

REST: Final = timedelta(hours=8)
"""So long somebody rests between two shifts, where a rota says nothing."""
_DAY: Final = timedelta(days=1)


class Turn(NamedTuple):
    """Hours that come again, and who has them in which order.

    rrule: without an hour. hands_over: the weekday (0 is Monday) on which the next one begins;
    None: with each shift. since: the day on which the first one begins. asked: how many are on
    duty at once. until: no shift begins on that day or later. Hours that end when they begin, or
    before, end on the next day.
    """

    rrule: str
    begins: time
    ends: time
    people: tuple[str, ...]
    since: date
    hands_over: int | None = None
    weeks: int = 1
    asked: int = 1
    days: str = ""
    until: date | None = None

    @property
    def rule_parts(self) -> str:
        return f"{self.rrule};BYHOUR={self.begins.hour};BYMINUTE={self.begins.minute}"

    def ends_local(self, begins: datetime) -> datetime:
        """When the shift that begins then is over, both by the wall clock."""
        over = datetime.combine(begins.date(), self.ends)
        return over if over > begins else over + _DAY


class Override(NamedTuple):
    """From one moment to another (wall clock) these have the rota's hours: in place of one, or of
    all; with `extra` they are there besides, also where the rota has no hours."""

    since: datetime
    until: datetime
    people: tuple[str, ...]
    instead_of: str | None = None
    extra: bool = False


class Rota(NamedTuple):
    """A rota. holidays: who has the hours of that day; nobody: they fall out, and are no gap."""

    name: str
    zone: str
    turns: tuple[Turn, ...]
    role: str = "volunteer"
    holidays: Mapping[date, tuple[str, ...]] = {}
    overrides: tuple[Override, ...] = ()
    rest: timedelta = REST
    trained: str | None = None
    title: str = ""

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who is named anywhere, once, in their order."""
        named = [person for turn in self.turns for person in turn.people]
        named += [person for theirs in self.holidays.values() for person in theirs]
        for override in self.overrides:
            named += [*override.people, *([override.instead_of] if override.instead_of else [])]
        return tuple(dict.fromkeys(named))


# --- as it is stored


def to_json(rota: Rota) -> dict[str, Any]:
    """Plain values, for whoever stores it; name, role and zone stand beside it."""
    return {
        "title": rota.title,
        "rest": int(rota.rest.total_seconds()),
        "trained": rota.trained,
        "turns": [
            {**turn._asdict(), "begins": f"{turn.begins:%H:%M}", "ends": f"{turn.ends:%H:%M}",
             "people": list(turn.people), "since": turn.since.isoformat(),
             "until": turn.until.isoformat() if turn.until else None}
            for turn in rota.turns
        ],
        "holidays": {day.isoformat(): list(who) for day, who in sorted(rota.holidays.items())},
        "overrides": [
            {**one._asdict(), "since": one.since.isoformat(), "until": one.until.isoformat(),
             "people": list(one.people)}
            for one in rota.overrides
        ],
    }  # fmt: skip


def from_json(name: str, role: str, zone: str, stored: Mapping[str, Any]) -> Rota:
    """The rota that `to_json` told."""
    return Rota(
        name, zone,
        tuple(
            Turn(**{**turn, "begins": time.fromisoformat(turn["begins"]),
                    "ends": time.fromisoformat(turn["ends"]), "people": tuple(turn["people"]),
                    "since": date.fromisoformat(turn["since"]),
                    "until": date.fromisoformat(turn["until"]) if turn.get("until") else None})
            for turn in stored.get("turns", ())
        ),
        role,
        {date.fromisoformat(d): tuple(who) for d, who in stored.get("holidays", {}).items()},
        tuple(
            Override(**{**one, "since": datetime.fromisoformat(one["since"]),
                        "until": datetime.fromisoformat(one["until"]),
                        "people": tuple(one["people"])})
            for one in stored.get("overrides", ())
        ),
        timedelta(seconds=stored.get("rest", REST.total_seconds())),
        stored.get("trained"),
        stored.get("title", ""),
    )  # fmt: skip


def renamed(rota: Rota, ids: Mapping[str, str]) -> Rota:
    """The same rota with everybody called by what `ids` has for them."""

    def meant(people: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ids.get(person, person) for person in people))

    return rota._replace(
        turns=tuple(turn._replace(people=meant(turn.people)) for turn in rota.turns),
        holidays={day: meant(who) for day, who in rota.holidays.items()},
        overrides=tuple(
            one._replace(
                people=meant(one.people),
                instead_of=ids.get(one.instead_of, one.instead_of) if one.instead_of else None,
            )
            for one in rota.overrides
        ),
    )
