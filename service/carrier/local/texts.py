"""A text, a service number and a handset as the network keeps them, and how the API shows them.

Promise: plain records with their JSON shapes. Moments are seconds since 1970 by the service's
clock. Nothing here decides what happens to a text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, Literal

from service.carrier import webhooks

Direction = Literal["inbound", "outbound-api", "outbound-reply", "network"]
API = "2010-04-01"
FINAL = frozenset({"delivered", "undelivered", "failed", "received", "canceled"})
PRICE_A_SEGMENT = 0.0079  # US dollars, in the carrier's range for a US number


@lru_cache(maxsize=4096)
def _rfc2822(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))


def rfc2822(moment: float | None) -> str | None:
    """A moment as the API writes it: to the second, which callers have to live with."""
    return None if moment is None else _rfc2822(int(moment))


class Text:
    """One message in either direction. `network` ones are the carrier's own: never listed."""

    __slots__ = (
        "body", "callback", "created", "direction", "error", "expires", "heard", "media",
        "pending", "place", "segments", "sender", "sent", "service", "shown", "sid", "status", "to",
        "updated", "version",
    )  # fmt: skip

    def __init__(
        self, *, sid: str, direction: Direction, sender: str, to: str, body: str, status: str,
        created: float, segments: int = 1, media: tuple[str, ...] = (),
        callback: str | None = None, service: str | None = None, expires: float | None = None,
    ) -> None:  # fmt: skip
        self.sid = sid
        self.direction: Direction = direction
        self.sender = sender
        self.to = to
        self.body = body
        self.status = status
        self.created = self.updated = created
        self.sent: float | None = None
        self.segments = segments
        self.media = media
        self.callback = callback
        self.service = service
        self.expires = expires
        self.error: int | None = None
        self.place = 0  # in the ledger
        self.shown = 0  # in the order in which handsets see it; 0: not yet
        self.version = 0  # of its last change
        self.heard: bool | None = None  # inbound: whether the service answered its webhook
        self.pending: list[Any] | None = None  # callbacks, while one is on its way

    @property
    def phone(self) -> str:
        """The handset's side of it."""
        return self.sender if self.direction == "inbound" else self.to

    @property
    def under_way(self) -> bool:
        """True until the last thing that will happen to it has happened."""
        return self.status not in FINAL or (self.direction == "inbound" and self.heard is None)

    def resource(self, account: str) -> dict[str, Any]:
        """As the REST API shows it."""
        uri = f"/{API}/Accounts/{account}/Messages/{self.sid}"
        charged = self.status in ("sent", "delivered", "undelivered", "received")
        return {
            "account_sid": account,
            "api_version": API,
            "body": self.body,
            "date_created": _rfc2822(int(self.created)),
            "date_sent": rfc2822(self.sent),
            "date_updated": _rfc2822(int(self.updated)),
            "direction": self.direction,
            "error_code": self.error,
            "error_message": None if self.error is None else f"Error {self.error}",
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": str(len(self.media)),
            "num_segments": str(self.segments),
            "price": f"-{PRICE_A_SEGMENT * self.segments:.5f}" if charged else None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }

    def bubble(self) -> dict[str, Any]:
        """As its handset sees it: `in` came to the phone, `out` was sent from it."""
        return {
            "sid": self.sid,
            "seq": self.shown,
            "version": self.version,
            "direction": "out" if self.direction == "inbound" else "in",
            "by": "network" if self.direction == "network" else "service",
            "from": self.sender,
            "to": self.to,
            "body": self.body,
            "media": list(self.media),
            "segments": self.segments,
            "status": self._bubble_status(),
            "error": self.error,
            "at": datetime.fromtimestamp(self.created, UTC).isoformat(timespec="milliseconds"),
        }

    def _bubble_status(self) -> str:
        if self.direction != "inbound":
            return self.status
        return {None: "sent", True: "delivered", False: "failed"}[self.heard]


class ServiceNumber:
    """A number of the account: where its webhooks point. Unset ones point at the public URL."""

    FIELDS = (
        "friendly_name", "sms_url", "sms_method", "sms_fallback_url", "sms_fallback_method",
        "voice_url", "voice_method", "voice_fallback_url", "voice_fallback_method",
        "status_callback", "status_callback_method",
    )  # fmt: skip

    def __init__(self, sid: str, number: str, created: float) -> None:
        self.sid = sid
        self.number = number
        self.created = self.updated = created
        self.set: dict[str, str] = {}  # what was set by an update, nothing else

    def value(self, field: str, public_url: str) -> str:
        """A field's value, or what a fresh practice number has."""
        if field in self.set:
            return self.set[field]
        if field == "friendly_name":
            return self.number
        if field.endswith("method"):
            return "POST"
        return webhooks.addresses(public_url)[field] if public_url else ""

    def resource(self, account: str, public_url: str) -> dict[str, Any]:
        """As the REST API shows it."""
        uri = f"/{API}/Accounts/{account}/IncomingPhoneNumbers/{self.sid}"
        shown = {field: self.value(field, public_url) for field in self.FIELDS}
        return {
            **shown,
            "sid": self.sid,
            "account_sid": account,
            "phone_number": self.number,
            "api_version": API,
            "beta": False,
            "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "origin": "twilio",
            "sms_application_sid": "",
            "voice_application_sid": "",
            "voice_caller_id_lookup": False,
            "voice_receive_mode": "voice",
            "trunk_sid": None,
            "address_sid": None,
            "address_requirements": "none",
            "bundle_sid": None,
            "identity_sid": None,
            "emergency_status": "Inactive",
            "emergency_address_sid": None,
            "emergency_address_status": "unregistered",
            "status": "in-use",
            "uri": f"{uri}.json",
        }
