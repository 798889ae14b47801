"""Answers to the phone network's webhooks, as TwiML.

Promise: text/xml that the network takes without complaint; words are escaped by the library.
`text/plain` would become the reply itself, so nothing else is ever answered. No rule lives here.
"""

from __future__ import annotations

CONTENT_TYPE = "text/xml; charset=utf-8"

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def message(body: str) -> str:
    """Answer a text with one text; an empty body answers with nothing."""
    from twilio.twiml.messaging_response import MessagingResponse

    if not body.strip():
        return EMPTY
    answer = MessagingResponse()
    answer.message(body)
    return str(answer)
