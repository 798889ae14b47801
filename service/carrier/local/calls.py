"""A call as the network keeps it, and how the API, the webhooks and a handset see it.

Promise: a plain record with its shapes. Moments are seconds since 1970 by the service's clock;
`spent` are the seconds that its prompts, pauses and silences would have taken. Nothing here
decides what happens to a call.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any, Literal

from service.carrier.local.geography import country_of
from service.carrier.local.texts import API, rfc2822

Direction = Literal["inbound", "outbound-api", "outbound-dial"]
Awaited = Literal["answer", "ring", "keys", "recording", "pause", "together", "dial"]
FINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
HIDDEN = "+266696687"  # ANONYMOUS on a keypad: what the carrier gives for a hidden caller
PRICE_A_MINUTE = {
    "inbound": 0.0085,
    "outbound-api": 0.014,
    "outbound-dial": 0.014,
}  # US dollars, in the carrier's range
EVENTS = ("initiated", "ringing", "answered", "completed")  # that a StatusCallback can ask for


class Call:
    """One call in either direction."""

    __slots__ = (
        "account", "answered", "answered_by", "awaits", "callback", "callback_events",
        "callback_method", "created", "detect", "direction", "ended", "error", "events", "expects",
        "fallback", "fallback_method", "handset", "hidden", "method", "number", "parent", "pending",
        "sequence", "sid", "spent", "started", "status", "timeout", "twiml", "updated", "url",
        "version",
    )  # fmt: skip

    def __init__(
        self, *, sid: str, account: str, direction: Direction, handset: str, number: str,
        status: str, created: float, hidden: bool = False, url: str = "", method: str = "POST",
        fallback: str = "", fallback_method: str = "POST", callback: str | None = None,
        callback_method: str = "POST", callback_events: tuple[str, ...] = ("completed",),
        timeout: int = 60, detect: str = "", twiml: str = "", parent: str = "",
    ) -> None:  # fmt: skip
        self.sid = sid
        self.account = account
        self.parent = parent  # the call that rings this one
        self.direction: Direction = direction
        self.handset = handset
        self.number = number  # the service's
        self.hidden = hidden
        self.status = status
        self.created = self.updated = created
        # when it was dialled
        self.started: float | None = created if direction == "inbound" else None
        self.answered: float | None = None
        self.ended: float | None = None
        self.answered_by: str | None = None
        self.error: int | None = None
        self.url, self.method, self.twiml = url, method, twiml
        self.fallback, self.fallback_method = fallback, fallback_method
        self.callback, self.callback_method = callback, callback_method
        self.callback_events = callback_events
        self.timeout = timeout
        self.detect = detect  # MachineDetection
        self.spent = 0.0
        self.awaits: Awaited | None = None
        self.expects: dict[str, Any] = {}  # what it awaits, in detail
        self.events: list[dict[str, Any]] = []
        self.version = 0  # of its last change
        self.sequence = 0  # of its status callbacks
        self.pending: list[Any] | None = None  # callbacks, while one is on its way

    @property
    def over(self) -> bool:
        """True once nothing more can happen in it."""
        return self.status in FINAL

    @property
    def sender(self) -> str:
        """From, as the service is told."""
        if self.direction == "inbound":
            return HIDDEN if self.hidden else self.handset
        return self.number

    @property
    def to(self) -> str:
        """To."""
        return self.number if self.direction == "inbound" else self.handset

    @property
    def seconds(self) -> int:
        """How long it was talked, whole seconds begun; 0 where nobody answered."""
        if self.answered is None:
            return 0
        ended = self.answered if self.ended is None else self.ended
        return max(1, math.ceil(self.spent), math.ceil(ended - self.answered))

    def note(self, kind: str, by: str, **about: Any) -> None:
        """Something was heard or done: `by` service, person or network."""
        told = {name: value for name, value in about.items() if value not in (None, "")}
        place = len(self.events) + 1
        self.events.append(
            {"seq": place, "kind": kind, "by": by, "at": round(self.spent, 1), **told}
        )

    def parameters(self) -> dict[str, str]:
        """What every webhook about it carries, blank ones too."""
        form = {
            "CallSid": self.sid, "AccountSid": self.account, "ApiVersion": API,
            "CallStatus": self.status, "Direction": self.direction,
        }  # fmt: skip
        for names, number in ((("From", "Caller"), self.sender), (("To", "Called"), self.to)):
            country = "" if number == HIDDEN else country_of(number)
            for name in names:
                form[name] = number
                form |= {f"{name}City": "", f"{name}State": "", f"{name}Zip": ""}
                form[f"{name}Country"] = country
        return form | ({"ParentCallSid": self.parent} if self.parent else {})

    def resource(self) -> dict[str, Any]:
        """As the REST API shows it."""
        uri = f"/{API}/Accounts/{self.account}/Calls/{self.sid}"
        minutes = math.ceil(self.seconds / 60)
        price = (
            f"-{PRICE_A_MINUTE[self.direction] * minutes:.5f}" if self.over and minutes else None
        )
        return {
            "sid": self.sid,
            "account_sid": self.account,
            "annotation": None,
            "answered_by": self.answered_by,
            "api_version": API,
            "caller_name": None,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "direction": self.direction,
            "duration": str(self.seconds) if self.over else None,
            "start_time": rfc2822(self.started),
            "end_time": rfc2822(self.ended),
            "forwarded_from": None,
            "from": self.sender,
            "from_formatted": self.sender,
            "group_sid": None,
            "parent_call_sid": self.parent or None,
            "phone_number_sid": None,
            "price": price,
            "price_unit": "USD",
            "queue_time": "0",
            "status": self.status,
            "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
            "to": self.to,
            "to_formatted": self.to,
            "trunk_sid": None,
            "uri": f"{uri}.json",
        }

    def view(self, since: int = 0) -> dict[str, Any]:
        """As a handset sees it, with what was heard after `since`."""
        return {
            "sid": self.sid,
            "handset": self.handset,
            "direction": "out" if self.direction == "inbound" else "in",
            "from": self.sender,
            "to": self.to,
            "status": self.status,
            "awaits": self.awaits,
            "expects": self.expects,
            "answered_by": self.answered_by,
            "seconds": self.seconds,
            "state": self.version,
            "at": datetime.fromtimestamp(self.created, UTC).isoformat(timespec="milliseconds"),
            "events": self.events[since:],
            "last": len(self.events),
        }
