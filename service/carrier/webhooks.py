"""Where the phone network's webhooks of one of our numbers point to.

Promise: the doctor, the local phone network and every address that we hand out agree, since all of
them ask here. Repeats are asked for in the fragment, which is not signed.
"""

from __future__ import annotations

from types import MappingProxyType

RETRIES = "#rc=3&rp=5xx,ct,rt"

PATHS = MappingProxyType({
    "sms_url": "/twilio/sms",
    "sms_fallback_url": "/twilio/sms",
    "voice_url": "/twilio/voice",
    "voice_fallback_url": "/twilio/voice",
    "status_callback": "/twilio/voice/status",
})  # fmt: skip

# what our own answers and calls name, besides
NAMED_BY_US = (
    "/twilio/status",
    "/twilio/voice/answered",
    "/twilio/voice/step",
    "/twilio/voice/recording",
)


def addresses(public_url: str) -> dict[str, str]:
    """By the field of a number at the carrier: where it points for this service."""
    return {field: f"{public_url}{path}{RETRIES}" for field, path in PATHS.items()}
