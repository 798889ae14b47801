"""Puts the network together and serves it.

Promise: one process, one event loop, one account; listens on this machine alone unless told
otherwise; stops cleanly on SIGTERM and SIGINT.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

import aiohttp
from aiohttp import web

from service.carrier.local.call_doors import CallDoors
from service.carrier.local.call_rest import CallRest
from service.carrier.local.doors import Doors
from service.carrier.local.journal import Journal
from service.carrier.local.ledger import Ledger
from service.carrier.local.network import Network
from service.carrier.local.page import page_routes
from service.carrier.local.rest import Rest
from service.carrier.local.room_rest import RoomRest
from service.carrier.local.weather import Weather

CONNECTIONS = 256
# shorter than any web server keeps an idle connection: a webhook written to a connection that
# is just being closed would be lost
KEEP_ALIVE_SECONDS = 1.0
FIRST_HANDSETS = {"+15550142001": "Ana’s phone"}


class Plan(NamedTuple):
    """Everything that the network has to know at its start."""

    home: Path | None  # None: nothing is kept
    account: str
    token: str
    numbers: tuple[str, ...]
    public_url: str
    port: int
    host: str = "127.0.0.1"
    control: bool = False
    weather: Weather = Weather()


@contextlib.asynccontextmanager
async def running(plan: Plan) -> AsyncIterator[str]:
    """The network, serving at the URL given back until the block ends."""
    ledger = Ledger(Journal(plan.home))
    under_way = ledger.restore()
    cut_off = ledger.calls.cut_off()
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS)
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        network = Network(
            ledger, session, account=plan.account, token=plan.token, public_url=plan.public_url
        )
        for number in plan.numbers:
            ledger.own(number)
        ledger.first_handsets(FIRST_HANDSETS)
        network.misbehave(plan.weather, again=True)
        runner = web.AppRunner(application(network, plan.control), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, plan.host, plan.port, shutdown_timeout=0.2, backlog=1024)
        await site.start()
        reached_at = "127.0.0.1" if plan.host in ("0.0.0.0", "::") else plan.host
        network.calling.base_url = f"http://{reached_at}:{runner.addresses[0][1]}"
        agenda = asyncio.create_task(network.agenda.run())
        rings = asyncio.create_task(network.calling.rings.run())
        network.resume(under_way)
        network.calling.resume(cut_off)
        try:
            yield network.calling.base_url
        finally:
            agenda.cancel()
            rings.cancel()
            network.calling.forget()
            network.bell.ring_all()
            await runner.cleanup()
            ledger.close()


def application(network: Network, control: bool) -> web.Application:
    """All of the network's paths."""
    app = web.Application(client_max_size=64 * 1024)
    rest = Rest(network)
    app.add_routes(CallRest(network, rest).routes())
    app.add_routes(RoomRest(network, rest).routes())
    app.add_routes(rest.routes())
    app.add_routes(CallDoors(network, control).routes())
    app.add_routes(Doors(network, control).routes())
    app.add_routes(page_routes())
    return app


async def serve(plan: Plan, ready: Callable[[str], None]) -> None:
    """Run until a signal asks to stop; `ready` is told the URL once requests are answered."""
    # hundreds of thousands of texts live here: looking through them all for garbage, as the
    # default would have it, halts the network for tenths of a second
    gc.set_threshold(50_000, 50, 1000)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with running(plan) as url:
        ready(url)
        await stop.wait()
