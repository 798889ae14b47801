"""What tests of calls share: documents to answer with, and a service to answer from."""

from __future__ import annotations

from collections.abc import Callable

from tests.carrier.service_side import Answer, Asked

ANA = "+15550142001"
VOICE, STEP, STATUS = "/twilio/voice", "/step", "/twilio/voice/status"
MENU = '<Gather numDigits="1" action="/step?n=1"><Say>Press 1 or 2.</Say></Gather>'


def twiml(verbs: str) -> Answer:
    """A document with these verbs."""
    return Answer(f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>')


def saying(**by_name: str) -> Callable[[Asked], Answer]:
    """Answer each path by its last part (`voice`, `step`) with these verbs, others with none."""
    return lambda asked: twiml(by_name.get(asked.path.partition("?")[0].split("/")[-1], ""))
