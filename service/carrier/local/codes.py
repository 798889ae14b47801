"""The carrier's error codes: their HTTP status and a few plain words of our own.

Promise: one table; a code outside it still gets a status by its range. It decides nothing.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """HTTP status of a refusal (400 where the code only ends a delivery) and what it means."""

    status: int
    meaning: str


CODES = {
    20001: Code(400, "A parameter has a value that is not allowed here"),
    20003: Code(401, "The credentials are not those of this account"),
    20004: Code(405, "This resource does not take that method"),
    20009: Code(409, "The message is still on its way and cannot be deleted yet"),
    20404: Code(404, "The requested resource was not found"),
    20429: Code(429, "Too many requests; slow down"),
    20500: Code(500, "Something broke inside the phone network"),
    20503: Code(503, "The phone network is out of service"),
    21201: Code(400, "A 'To' number is required"),
    21205: Code(400, "The URL is not valid"),
    21207: Code(400, "The value is not one of those allowed"),
    21208: Code(400, "The timeout is not valid"),
    21209: Code(400, "A method is GET or POST"),
    21210: Code(400, "The 'From' number is no number of this account"),
    21211: Code(400, "The 'To' number is not a valid phone number"),
    21212: Code(400, "The 'From' number is not a valid phone number"),
    21213: Code(400, "A 'From' number is required"),
    21214: Code(400, "The 'To' number cannot be called"),
    21215: Code(400, "Calling this region is not switched on for the account"),
    21220: Code(400, "The call is not in a state that allows this"),
    21408: Code(400, "Sending to this region is not switched on for the account"),
    21601: Code(400, "The 'From' number cannot send texts"),
    21603: Code(400, "A 'From' number or a messaging service is required"),
    21604: Code(400, "A 'To' number is required"),
    21606: Code(400, "The 'From' number cannot send texts to this number"),
    21609: Code(400, "The status callback is not a valid URL"),
    21610: Code(400, "The person has opted out of texts from this number"),
    21611: Code(429, "The queue of this 'From' number is full"),
    21614: Code(400, "The 'To' number is not a mobile number"),
    21617: Code(400, "The body is longer than 1600 characters"),
    21619: Code(400, "A body or media is required"),
    21635: Code(400, "The 'To' number is a landline"),
    21659: Code(400, "The 'From' number is no number of this account"),
    21660: Code(400, "The 'From' number belongs to another account"),
    30001: Code(400, "The queue overflowed before the message was sent"),
    30002: Code(400, "The account was suspended before the message was sent"),
    30003: Code(400, "The phone cannot be reached, or is switched off"),
    30004: Code(400, "The phone blocks this message"),
    30005: Code(400, "The number is unknown or no longer in use"),
    30006: Code(400, "The number is a landline, or its carrier cannot be reached"),
    30007: Code(400, "The carrier filtered the message"),
    30008: Code(400, "The message was not delivered, for no known reason"),
    30022: Code(400, "The sending rate of the registered sender was exceeded"),
    30034: Code(400, "The sender is not registered with the carriers"),
    30036: Code(400, "The validity period ended before the message was sent"),
    63038: Code(429, "The account's daily limit of messages is reached"),
}

# what ends as `failed`: it never left the network; every other code ends as `undelivered`
NEVER_LEFT = frozenset({30001, 30002, 30022, 30034, 30036})


def code_of(number: int) -> Code:
    """The code's entry; by its range where the table has none."""
    return CODES.get(number) or Code(400, "The phone network refused this")


class Refused(Exception):
    """A REST request that the network refuses with one of its codes."""

    def __init__(self, code: int, detail: str | None = None, status: int | None = None) -> None:
        known = code_of(code)
        self.code = code
        self.status = status or known.status
        self.message = detail or known.meaning
        super().__init__(f"{code}: {self.message}")

    def body(self) -> dict[str, object]:
        """The refusal in the carrier's JSON shape."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
