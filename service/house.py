"""The house: everything one process holds, wired once at its start.

Promise: nothing is a global; whoever does something is handed the house. Opening it touches no
network. The gateway is opened when something is sent, so web processes never hold one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from service import clock
from service.carrier.webhooks import RETRIES
from service.editions import Editions
from service.nudging import Nudger
from service.settings import Settings
from service.storage import ledger
from service.storage.database import Database
from service.storage.sealing import Sealer

if TYPE_CHECKING:
    from service.carrier.gateway import Gateway


class House:
    """Settings, database, editions, the nudger and the clock of one process."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = clock.now) -> None:
        self.settings = settings
        self.now = now
        self.sealer = Sealer(settings.keys.get_secret_value())
        self.database = Database(settings.database_url, self.sealer, settings.home / ledger.NAME)
        self.editions = Editions()
        self.nudger = Nudger(settings.redis_url)

    @cached_property
    def gateway(self) -> Gateway:
        from service.carrier.gateway import Gateway

        return Gateway(
            self.settings.twilio_account_sid,
            self.settings.twilio_auth_token.get_secret_value(),
            self.settings.twilio_api_url or "https://api.twilio.com",
            timeout=self.settings.http_timeout,
            # a few places more than bulk may take, so that a reply never waits for a wave
            in_flight=self.settings.in_flight + SPARE_IN_FLIGHT,
        )

    def callback_url(self, message_id: str) -> str:
        """Where the carrier reports on this message; its retries are asked for in the fragment."""
        return f"{self.settings.public_url}/twilio/status?m={message_id}{RETRIES}"

    def call_urls(self, call_id: str) -> tuple[str, str]:
        """What the carrier asks when a call of ours is answered, and where it reports on it."""
        voice = f"{self.settings.public_url}/twilio/voice"
        return f"{voice}/answered?c={call_id}{RETRIES}", f"{voice}/status?c={call_id}{RETRIES}"

    def close(self) -> None:
        """End what runs in the background and close the connections."""
        self.nudger.close()
        if "gateway" in self.__dict__:
            self.gateway.close()
        self.database.close()


SPARE_IN_FLIGHT = 32
