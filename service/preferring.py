"""Preferences that the service itself acts on: language, country, time zone, channel, hour ...

Promise: a value is checked before it is kept; what is not understood changes nothing. What a
flow merely remembers (`remember as`) does not pass here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from zoneinfo import available_timezones

import phonenumbers

from flows.hours import read_time
from flows.places import country_named, zone_named
from service import checkins, waiting
from service.organisation import Organisation
from service.slate import Slate
from service.storage import plans

_CHANNELS = {"text": "text", "call": "call"}
_SILENCE = ("nothing", "text", "call", "someone")


def prefer(slate: Slate, field: str, value: str) -> bool:
    """Change how the service treats this person; False where the value is not understood."""
    change = _CHANGES.get(field)
    return change is not None and slate.person is not None and change(slate, value.strip())


def country_of(slate: Slate) -> str | None:
    """Where the person lives: as they told, otherwise as their number says."""
    told = slate.person.fields.get("country") if slate.person else None
    return str(told) if told else slate.number.country


def discreet(slate: Slate, on: bool) -> None:
    assert slate.person is not None
    slate.person.discreet = on
    slate.person.changed = True


def zone_of_country(country: str | None, organisation: Organisation) -> str:
    """A zone to begin with: the organisation's at home, otherwise the country's most told one."""
    if country is None or country == organisation.country:
        return organisation.zone
    return _first_zone(country) or organisation.zone


def _language(slate: Slate, value: str) -> bool:
    tag = value.lower()
    base = tag.split("-")[0]
    if base not in slate.force.program.library.languages:
        return False
    assert slate.person is not None
    slate.person.language = tag
    return _remembered(slate, "language", tag)


def _country(slate: Slate, value: str) -> bool:
    country = country_named(value)
    if country is None:
        return False
    if country != slate.number.country:
        _set_zone(slate, zone_of_country(country, slate.force.organisation))
    return _remembered(slate, "country", country)


def _time_zone(slate: Slate, value: str) -> bool:
    zone = zone_named(value, _zones())
    if zone is None:
        return False
    _set_zone(slate, zone)
    return _remembered(slate, "zone", value)


def _set_zone(slate: Slate, zone: str) -> None:
    assert slate.person is not None
    if slate.person.zone != zone:
        slate.person.zone = zone
        slate.person.changed = True
        checkins.replan(slate)


def _channel(slate: Slate, value: str) -> bool:
    assert slate.person is not None
    if value not in _CHANNELS:
        return False
    if value == "text" and slate.number.kind == "landline":
        return False  # nothing that we write arrives there
    slate.person.channel = value
    for plan in plans.of_person(slate.tx, slate.person.id):
        plans.change(slate.tx, plan._replace(channel=value))
    if value == "text":
        for conversation in waiting.for_call(slate):
            waiting.no_longer_for_call(slate, conversation)
    return _remembered(slate, "channel", value)


def _hour(slate: Slate, value: str) -> bool:
    """The hour of every plan; plans keep their days."""
    at = read_time(value)
    if at is None:
        return False
    checkins.move_hour(slate, at)
    return _remembered(slate, "hour", at)


def _silence(slate: Slate, value: str) -> bool:
    return value in _SILENCE and _remembered(slate, "on_silence", value)


def _shared(slate: Slate, value: str) -> bool:
    if value not in ("yes", "no"):
        return False
    slate.number.shared = value == "yes"
    slate.number.changed = True
    discreet(slate, value == "yes")
    return True


def _costs(slate: Slate, value: str) -> bool:
    if value not in ("yes", "no"):
        return False
    slate.number.costs = value == "yes"
    slate.number.changed = True
    return True


def _remembered(slate: Slate, field: str, value: str) -> bool:
    assert slate.person is not None
    slate.person.fields[field] = value
    slate.person.changed = True
    return True


_CHANGES: Mapping[str, Callable[[Slate, str], bool]] = {
    "language": _language,
    "country": _country,
    "time zone": _time_zone,
    "channel": _channel,
    "hour": _hour,
    "silence": _silence,
    "shared": _shared,
    "costs": _costs,
}


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


# Where the list of time zones begins with a place in which few live.
_MOST_LIVE_IN = {"AU": "Australia/Sydney", "RU": "Europe/Moscow"}


@lru_cache(maxsize=256)
def _first_zone(country: str) -> str | None:
    """A zone of a country: the only one of its numbers, otherwise that of most who live there."""
    from phonenumbers import timezone

    example = phonenumbers.example_number_for_type(
        country, phonenumbers.PhoneNumberType.MOBILE
    ) or phonenumbers.example_number(country)
    zones = timezone.time_zones_for_number(example) if example else ()
    zone = zones[0] if len(zones) == 1 else _MOST_LIVE_IN.get(country) or _listed_zone(country)
    return zone if zone in _zones() else None


def _listed_zone(country: str) -> str | None:
    """The first zone that the time zone data list for a country: numbers of the islands and the
    mainland, or of all of North America, share one plan."""
    listed = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in listed.splitlines() if not line.startswith("#"))
    return next((row[2] for row in rows if row[0] == country), None)
