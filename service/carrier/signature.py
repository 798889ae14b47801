"""Whether a request really comes from the phone network.

Promise: true only for a request that the account's token signed, over the address as the network
sees us (`PUBLIC_URL`, never what stands behind a proxy) and every parameter untrimmed. The
comparison takes the same time however much of a forgery is right. Nothing here reads a request.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from twilio.request_validator import RequestValidator

HEADER = "X-Twilio-Signature"
_MOST_PARAMETERS = 400  # the network sends some twenty; media and add-ons may add more


class Form(dict[str, list[str]]):
    """The parameters of a request: each name with all its values, blank ones too."""

    @classmethod
    def of(cls, body: bytes | str) -> Form:
        """Read an urlencoded body. Raises ValueError on absurdly many parameters.

        Bytes that are no UTF-8 become replacement marks: then the signature no longer fits.
        """
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
        form = cls()
        parts = text.replace("+", " ").split("&")
        if len(parts) > _MOST_PARAMETERS:
            raise ValueError("absurdly many parameters")
        for part in parts:
            if not part:
                continue
            name, _, value = part.partition("=")
            # twice as fast as the standard parser, since few values hold anything escaped
            if "%" in name:
                name = unquote(name, errors="replace")
            if "%" in value:
                value = unquote(value, errors="replace")
            form.setdefault(name, []).append(value)
        return form

    def getall(self, name: str) -> list[str]:
        """All values of one name: the shape that the carrier's validator asks for first."""
        return self[name]

    def first(self, name: str, otherwise: str = "") -> str:
        values = self.get(name)
        return values[0] if values else otherwise


class Verifier:
    """Checks signatures for one token and one public address."""

    def __init__(self, auth_token: str, public_url: str) -> None:
        self._validator = RequestValidator(auth_token)
        self.public_url = public_url.rstrip("/")

    def genuine(self, path: str, form: Form, signature: str | None) -> bool:
        """`path`: what follows the public address, the query string with it."""
        if not signature or not signature.isascii():
            return False
        url = self.public_url + path
        # As signed nearly always: the address just as it was given. Only when that does not fit
        # is the library asked for its variants (with the port and without).
        expected = self._validator.compute_signature(url, form)
        if hmac.compare_digest(expected, signature):
            return True
        return bool(self._validator.validate(url, form, signature))

    def sign(self, path: str, form: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
        """The signature that the network would give; for the local network and for tests."""
        signed = Form()
        for name, value in form.items() if isinstance(form, Mapping) else form:
            signed.setdefault(name, []).append(value)
        return str(self._validator.compute_signature(self.public_url + path, signed))
