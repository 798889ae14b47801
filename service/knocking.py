"""The doctor knocks at our own webhooks, and at the fallbacks, as the phone network would.

Promise: what is asked has no effect: a request that nobody signed has to be refused, and a signed
one names no text and no call. Nothing of a person is sent anywhere.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from service import fallback
from service.carrier import webhooks
from service.carrier.signature import HEADER, Verifier
from service.findings import Finding
from service.house import House
from service.organisation import Organisation

_PATIENCE = 5.0  # seconds
_MOST = 1 << 20  # bytes of an answer that are read
_REFUSED, _HEARD = 403, (200, 204, 400)  # 400: signed by the network, and of no text and no call
_HOST_IT = "Host what `hearthline fallback` prints and set its address: docs/operating.md."


class _Answer(NamedTuple):
    status: int
    body: bytes


class _Stays(urllib.request.HTTPRedirectHandler):
    """Follows nothing: the network would lose what it brought on the way."""

    def redirect_request(self, *_: Any) -> None:
        return None


def of_the_webhooks(house: House) -> Iterator[Finding]:
    """Whether each hook hears what the network signs, and nobody else."""
    settings = house.settings
    verifier = Verifier(settings.twilio_auth_token.get_secret_value(), settings.public_url)
    form = {"AccountSid": settings.twilio_account_sid}
    paths = sorted({*webhooks.PATHS.values(), *webhooks.NAMED_BY_US})
    troubles: list[Finding] = []
    for path in paths:
        url = settings.public_url + path
        forged = _asked(url, form, "")
        signed = _asked(url, form, verifier.sign(path, form))
        if forged is None or signed is None:
            return  # it is not reached at all: told already, as the web
        troubles += _troubles(path, forged.status, signed.status)
    yield from troubles
    if not troubles:
        told = "They hear what the phone network signs, and nobody else."
        yield Finding("webhooks", "well", told)


def _troubles(path: str, forged: int, signed: int) -> Iterator[Finding]:
    if forged in range(300, 400):
        told = f"{path} answers {forged}, elsewhere: on the way there everything is lost."
        cure = "Set PUBLIC_URL to the address that answers by itself, https and host as they are."
        yield Finding("webhooks", "mend", told, cure)
    elif forged != _REFUSED:
        told = f"{path} answers {forged} to a request that nobody signed, in place of 403."
        cure = "See that PUBLIC_URL leads to web of this release, and nothing answers before it."
        yield Finding("webhooks", "mend", told, cure)
    elif signed == _REFUSED:
        told = f"{path} refuses what is signed with our own token."
        cure = (
            "See that web has the same TWILIO_AUTH_TOKEN and PUBLIC_URL, and that a proxy "
            "leaves path and query as they are."
        )
        yield Finding("webhooks", "mend", told, cure)
    elif signed not in _HEARD:
        told = f"{path} answers {signed} to the phone network."
        yield Finding("webhooks", "mend", told, "See the logs of web.")


def of_the_fallbacks(house: House, us: Organisation) -> Iterator[Finding]:
    """Whether somebody who calls or texts while we are down meets words with the lines."""
    spoken = list(fallback.spoken_lines(us))
    yield from _fallback(house, "voice_fallback", us.voice_fallback, spoken)
    written = [part for _, line in fallback.lines_of(us)[:1] for part in line.model_dump().values()]
    yield from _fallback(house, "text_fallback", us.text_fallback, written)


def _fallback(house: House, name: str, address: str, lines: list[str]) -> Iterator[Finding]:
    if not address:
        if house.settings.env == "production":
            told = f"While we are down, nobody hears a line: {name} is not set."
            yield Finding("fallback", "look", told, _HOST_IT)
        return
    if urlsplit(address).hostname == urlsplit(house.settings.public_url).hostname:
        told = f"{name} is at our own address, which is down when we are."
        yield Finding("fallback", "mend", told, _HOST_IT)
        return
    token = house.settings.twilio_auth_token.get_secret_value()
    answer = _asked(address, None, Verifier(token, "").sign(address, {}))
    if answer is None or answer.status != 200:
        said = "does not answer" if answer is None else f"answers {answer.status}"
        cure = "See that it is still hosted there, for everybody to read."
        yield Finding("fallback", "mend", f"{name} {said}.", cure)
        return
    words = _words(answer.body)
    if words is None:
        cure = "Host what `hearthline fallback` prints there, as text/xml."
        yield Finding("fallback", "mend", f"{name} is no TwiML.", cure)
    elif not all(line in words for line in lines):
        cure = "Host what `hearthline fallback` prints now; with --text for texts."
        yield Finding("fallback", "mend", f"{name} says other lines than ours.", cure)
    else:
        yield Finding("fallback", "well", f"{name} answers with our lines.")


def _words(document: bytes) -> str | None:
    """What TwiML says; None where it is none."""
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        return None  # the network takes none either, and such a one may grow without end
    try:
        root = ElementTree.fromstring(document)
    except ElementTree.ParseError:
        return None
    return " ".join(root.itertext()) if root.tag == "Response" else None


def _asked(url: str, form: dict[str, str] | None, signature: str) -> _Answer | None:
    """What the network is answered, by POST where it brings a form; None where nobody does."""
    asked = urllib.request.Request(
        url,
        data=None if form is None else urlencode(form).encode(),
        headers={HEADER: signature} if signature else {},
    )
    opener = urllib.request.build_opener(_Stays)
    try:
        with opener.open(asked, timeout=_PATIENCE) as answer:
            return _Answer(int(answer.status), answer.read(_MOST))
    except urllib.error.HTTPError as refused:
        with refused:
            return _Answer(refused.code, b"")
    except (OSError, ValueError, http.client.HTTPException):
        return None
