"""Opening the web application over a house of its own: which function hears which webhook.

Promise: wiring, nothing else. Nothing is connected here, since the server forks afterwards.
"""

from __future__ import annotations

from functools import partial

from flask import Flask

from service import (
    alarm,
    audio_links,
    bridge_news,
    calls,
    heartbeat,
    logs,
    outbox,
    prompts,
    recordings,
    turns,
)
from service.carrier.signature import Verifier
from service.figures import figures
from service.house import House
from service.settings import Settings, load
from service.storage import settings_rows
from service.warming import warm
from service.web.app import build
from service.web.audio import Shelf
from service.web.calls import CallEars
from service.web.greeting import while_away
from service.web.hooks import Ears
from service.web.watch import Check

WARM = "hearthline.warm"
"""Where the application keeps what a fresh process does before its first request."""


def open_app(settings: Settings | None = None) -> Flask:
    """The application of a web process, over its own house."""
    house = House(settings or load())
    logs.start(level=house.settings.log_level, readable=house.settings.env == "practice")
    token = house.settings.twilio_auth_token.get_secret_value()
    ears = Ears(
        partial(turns.text_came_in, house),
        partial(outbox.status_came_in, house),
    )
    call_ears = CallEars(
        partial(calls.call_came_in, house),
        partial(calls.call_answered, house),
        partial(calls.call_went_on, house),
        partial(calls.call_status_came_in, house),
        partial(calls.call_recorded, house),
        partial(bridge_news.came_and_went, house),
        lambda: while_away(house.editions.known_last),
    )
    checks = (
        Check("database", partial(_answers, house), needed=True),
        Check("redis", house.nudger.reachable, needed=False),
    )
    verifier = Verifier(token, house.settings.public_url)
    app = build(
        verifier, ears, call_ears, _shelf(house), checks, partial(figures, house), _beat(house)
    )
    app.extensions[WARM] = partial(warm, house)
    return app


def _shelf(house: House) -> Shelf:
    """Where audio is found, and which addresses of it we stand by."""

    def seconds_left(kind: audio_links.Kind, name: str, until: str, key: str) -> int | None:
        return audio_links.seconds_left(house.sealer, kind, name, until, key, house.now())

    return Shelf(seconds_left, partial(prompts.sound, house), partial(recordings.sound, house))


def _beat(house: House) -> heartbeat.Kept:
    """What is told of the whole service. Who asks may be the first to notice, so it is told on."""
    watch = alarm.Watch(house)

    def look() -> list[heartbeat.Trouble]:
        found = heartbeat.beat(house)
        watch.heard(found)
        return found

    return heartbeat.Kept(look)


def _answers(house: House) -> bool:
    with house.database.reading() as tx:
        settings_rows.all(tx)
    return True
