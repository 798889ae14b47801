"""The doctor: what is configured, reachable and overdue, and what to do about it.

Promise: looks and changes nothing, except where it is asked to point the carrier's webhooks here.
Each finding names the cure. Numbers of the service may be shown, numbers of people never are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from flows import recorded
from service import coverage, figures, knocking, line_rounds, organisation, rounds, team_rounds
from service.carrier import webhooks
from service.carrier.records import CarrierTrouble, ServiceNumber
from service.editions import InForce, NothingPublished
from service.findings import Finding, State
from service.house import House
from service.organisation import Organisation
from service.storage import migrations, revisions, senders, settings_rows
from service.storage import recordings as kept
from service.storage.database import Unavailable

if TYPE_CHECKING:
    from service.storage.senders import Sender

_NEEDED = {"sms_url", "voice_url", "status_callback"}  # without them people are not heard
_FETCHED_WITHIN = timedelta(hours=1)
_LATE_SECONDS = 60.0  # what is due longer than this, nobody takes


def examine(house: House) -> Iterator[Finding]:
    """Everything, in the order in which one thing leans on the other."""
    yield from _settings(house)
    database = list(_database(house))
    yield from database
    if all(finding.state != "mend" for finding in database):
        yield from rounds.of_the_database(house)
        yield from _definitions(house)
        yield from _overdue(house)
        yield from team_rounds.of_the_heartbeat(house)
    yield from _queue(house)
    yield from rounds.of_the_web(house)
    yield from knocking.of_the_webhooks(house)
    yield from _carrier(house)
    yield from rounds.of_the_machine(house)


def wanted(house: House) -> dict[str, str]:
    """Where the carrier's webhooks should point to, by the names of `ServiceNumber`."""
    with house.database.reading() as tx:
        us = organisation.read(settings_rows.all(tx))
    hosted = {"voice_fallback_url": us.voice_fallback, "sms_fallback_url": us.text_fallback}
    ours = webhooks.addresses(house.settings.public_url)
    return ours | {field: url for field, url in hosted.items() if url}


def point_webhooks(house: House) -> list[ServiceNumber]:
    """Point the webhooks of all our numbers here; those that were changed. CarrierTrouble."""
    right = wanted(house)
    changed = []
    ours = {sender.number for sender in _senders(house)}
    for number in house.gateway.numbers():
        wrong = {name: url for name, url in right.items() if getattr(number, name) != url}
        if number.number in ours and wrong:
            methods = {
                name.replace("_url", "_method"): "GET"  # a file lies there, and takes no POST
                for name in wrong
                if not right[name].startswith(house.settings.public_url)
            }
            changed.append(house.gateway.point_webhooks(number.sid, wrong | methods))
    return changed


def _settings(house: House) -> Iterator[Finding]:
    settings = house.settings
    if settings.env != "production":
        yield Finding(
            "settings",
            "look",
            f"This is for {settings.env}, not for people who count on it.",
            "For people, set HEARTHLINE_ENV=production on a host that does not sleep.",
        )
    elif not settings.public_url.startswith("https://"):
        yield Finding(
            "settings",
            "mend",
            "PUBLIC_URL is not https: anybody on the way reads what people write.",
            "Put a certificate in front of web and set PUBLIC_URL to https://...",
        )
    else:
        yield Finding("settings", "well", "All settings are there.")


def _database(house: House) -> Iterator[Finding]:
    try:
        at = migrations.current(house.settings.database_url)
    except Unavailable:
        yield Finding(
            "database", "mend", "It does not answer.", "See DATABASE_URL, and that it runs."
        )
        return
    if at != migrations.newest():
        told = f"It is at {at or 'nothing'}, and this release needs {migrations.newest()}."
        yield Finding("database", "mend", told, "Run `hearthline migrate`.")
        return
    yield Finding("database", "well", f"It answers, at {at}.")


def _definitions(house: House) -> Iterator[Finding]:
    try:
        with house.database.reading() as tx:
            force = house.editions.in_force(tx, settings_rows.stamp(tx))
            offered = revisions.drafts(tx)
    except NothingPublished:
        yield Finding("flows", "mend", "Nothing is in force.", "Run `hearthline migrate`.")
        return
    yield Finding("flows", "well", f"{len(force.program.library.flows)} flows are in force.")
    if offered:
        names = ", ".join(sorted(f"{draft.kind}/{draft.name}" for draft in offered))
        cure = "See `hearthline flows drafts`, then publish those you want."
        yield Finding("flows", "look", f"A release offers changes to {names}.", cure)
    yield from _organisation(force.organisation)
    yield from rounds.of_the_organisation(house, force)
    yield from line_rounds.of_the_lines(house, force)
    yield from coverage.of_the_policies(house, force)
    yield from team_rounds.of_the_team(house, force)
    yield from team_rounds.of_the_lexicon(house, force)
    yield from rounds.of_the_outbox(house, force)
    yield from knocking.of_the_fallbacks(house, force.organisation)
    yield from _recordings(house, force)
    for sender in force.senders:
        if sender.paused_until is not None and sender.paused_until > house.now():
            told = f"{sender.number} is paused: {sender.paused_reason}."
            cure = "Mend the reason; it resumes by itself, or by `hearthline numbers resume`."
            yield Finding("numbers", "mend", told, cure)


def _recordings(house: House, force: InForce) -> Iterator[Finding]:
    """What people recorded and what we recorded for them."""
    missing = sorted(recorded.files(force.program.library) - force.prompts.keys())
    if missing:
        told = f"Flows play what is not there: {', '.join(missing)}. Its words are spoken instead."
        cure = "Add them: `hearthline prompts add FILE --as NAME`."
        yield Finding("recordings", "look", told, cure)
    with house.database.reading() as tx:
        waiting = kept.to_fetch(tx, 1)
    if waiting and house.now() - waiting[0].created_at > _FETCHED_WITHIN:
        told = f"A recording waits at the phone network since {waiting[0].created_at:%Y-%m-%d}."
        cure = "See that workers run and the phone network answers: they fetch it by themselves."
        yield Finding("recordings", "mend", told, cure)
    elif not missing:
        yield Finding("recordings", "well", "None is missing, and none waits to be fetched.")


def _organisation(us: Organisation) -> Iterator[Finding]:
    if not us.coordinators:
        yield Finding(
            "organisation",
            "mend",
            "No coordinator is set: when somebody asks for a person, nobody is told.",
            "Set who is told: `hearthline settings set coordinators NUMBERS`.",
        )
    if us.service == Organisation.model_fields["service"].default:
        yield Finding(
            "organisation",
            "look",
            f"People know us as {us.service}, the name that we came with.",
            "Set your own name: `hearthline settings set service NAME`.",
        )


def _overdue(house: House) -> Iterator[Finding]:
    found = {(f.name, *f.labels.values()): f.value for f in figures.figures(house)}
    late = found["oldest_overdue_timer_seconds",]
    if late > _LATE_SECONDS:
        told = f"{int(found['overdue_timers',])} timers are due, the oldest for {int(late)} s."
        yield Finding("clock", "mend", told, "See that the clock runs: `python -m workers.clock`.")
    else:
        yield Finding("clock", "well", "Nothing is overdue.")
    for (name, *lane), seconds in found.items():
        if name == "oldest_pending_seconds" and seconds > _LATE_SECONDS:
            told = f"Messages of the lane {lane[0]} wait, the oldest for {int(seconds)} s."
            cure = "See that workers run, and the pace of your numbers."
            yield Finding("worker", "mend" if lane[0] == "urgent" else "look", told, cure)


def _queue(house: House) -> Iterator[Finding]:
    workers = house.nudger.workers()
    if workers is None:
        told = "Redis does not answer: the clock sends by its own hand, more slowly."
        yield Finding("redis", "look", told, "See REDIS_URL, and that it runs.")
    elif not workers:
        told = "Redis answers, and no worker has reported."
        yield Finding("redis", "mend", told, "Start them: `python -m workers.run`.")
    else:
        yield Finding("redis", "well", f"It answers; {workers} workers have reported.")


def _carrier(house: House) -> Iterator[Finding]:
    try:
        status = house.gateway.ping()
        there = {number.number: number for number in house.gateway.numbers()}
        ours = _senders(house)
    except CarrierTrouble as trouble:
        cure = "See TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_API_URL."
        yield Finding("phone network", "mend", f"It did not answer: {trouble}.", cure)
        return
    except Unavailable:
        return  # told already, as the database
    if status != "active":
        told = f"The account is {status}."
        yield Finding("phone network", "mend", told, "See the account at the phone network.")
    else:
        yield Finding("phone network", "well", "The account is active.")
    for sender in ours:
        yield _pointing(house, sender.number, there.get(sender.number))


def _pointing(house: House, number: str, there: ServiceNumber | None) -> Finding:
    if there is None:
        cure = "Buy it there, or set SERVICE_NUMBER to one that you have."
        return Finding("numbers", "mend", f"The account does not have {number}.", cure)
    wrong = [name for name, url in wanted(house).items() if getattr(there, name) != url]
    if not wrong:
        return Finding("numbers", "well", f"The webhooks of {number} point here.")
    told = f"{number}: {', '.join(wrong)} do not point to {house.settings.public_url}."
    state: State = "mend" if _NEEDED & set(wrong) else "look"
    return Finding("numbers", state, told, "Run `hearthline doctor --fix`.")


def _senders(house: House) -> list[Sender]:
    with house.database.reading() as tx:
        return senders.all(tx)
