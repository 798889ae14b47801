"""Sealing: what is private is encrypted here before a database sees it, and found by blind indexes.

Promise: `open(seal(x, place), place) == x`, and a sealed value moved to another row, column or
table does not open. AES-GCM-SIV with a random nonce; the key's id stands in front of the sealed
bytes, so several keys serve side by side while old rows are sealed again. A blind index is a
keyed digest: equal values are found, nothing can be read back from it. A signature proves that a
text is ours, as an address that expires has to.

Keys come as text, `id:base64 of 32 bytes`, the current one first, old ones after it, with commas
between. `id:index:base64` is what stays of a retired key: it opens nothing and only recognises
numbers that asked never to be texted again (see `rotation`). When a key is added, every process
must know it before one of them uses it: roll it out in second place first, then put it first.

This module must not read the environment, log, or keep a plain value.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32
_NONCE_BYTES = 12
_BLIND_BYTES = 16  # 128 bits: no two numbers of the world share one by accident
_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,32}")


class KeyTrouble(ValueError):
    """The keys cannot be used as they are; the message names the cure, never a key."""


class CannotOpen(Exception):
    """Sealed bytes that no known key opens at this place: an unknown key, or moved or broken."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `master` is None for a retired key, of which only the index part was kept."""

    id: str
    master: bytes | None
    index: bytes

    def retired(self) -> str:
        """The text that replaces this key once nothing is sealed with it any more."""
        return f"{self.id}:index:{base64.b64encode(self.index).decode()}"


def read_keys(text: str) -> tuple[Key, ...]:
    """HEARTHLINE_KEYS as keys, the current one first. Raises KeyTrouble."""
    keys = tuple(_read_key(part.strip()) for part in text.split(",") if part.strip())
    if not keys:
        raise KeyTrouble("no key is set: make one with `hearthline keys new`")
    ids = [key.id for key in keys]
    for key_id in ids:
        if ids.count(key_id) > 1:
            raise KeyTrouble(f"the key id {key_id!r} stands there twice: give each key its own id")
    if keys[0].master is None:
        raise KeyTrouble(f"the first key, {keys[0].id!r}, is a retired one: put a whole key first")
    return keys


def new_key(key_id: str) -> str:
    """Text for a fresh random key."""
    if not _KEY_ID.fullmatch(key_id):
        raise KeyTrouble("a key id is made of 1 to 32 letters, digits, dots, dashes or underlines")
    return f"{key_id}:{base64.b64encode(os.urandom(_KEY_BYTES)).decode()}"


def _read_key(part: str) -> Key:
    key_id, colon, secret = part.partition(":")
    if not colon or not _KEY_ID.fullmatch(key_id):
        raise KeyTrouble("each key is written id:base64, the id being letters, digits, . - or _")
    index_only = secret.startswith("index:")
    try:
        raw = base64.b64decode(secret.removeprefix("index:"), validate=True)
    except (binascii.Error, ValueError):
        raise KeyTrouble(f"the key {key_id!r} is not base64: copy it again, whole") from None
    if len(raw) != _KEY_BYTES:
        raise KeyTrouble(f"the key {key_id!r} has {len(raw)} bytes and needs {_KEY_BYTES}")
    if index_only:
        return Key(key_id, None, raw)
    return Key(key_id, raw, _derive(raw, b"hearthline blind index 1"))


def _derive(master: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=use).derive(master)


class Sealer:
    """Seals, opens and blinds with a set of keys. Safe to share between threads."""

    __slots__ = ("_ciphers", "_current", "_indexes", "_prefix", "_signing", "key_id", "keys")

    def __init__(self, keys: str | tuple[Key, ...]) -> None:
        self.keys = read_keys(keys) if isinstance(keys, str) else keys
        self.key_id = self.keys[0].id
        self._ciphers: dict[bytes, AESGCMSIV] = {
            key.id.encode(): AESGCMSIV(_derive(key.master, b"hearthline sealing 1"))
            for key in self.keys
            if key.master is not None
        }
        self._current = self._ciphers[self.key_id.encode()]
        self._prefix = bytes([len(self.key_id)]) + self.key_id.encode()
        self._indexes = tuple(key.index for key in self.keys)
        self._signing = tuple(
            _derive(key.master, b"hearthline signing 1")
            for key in self.keys
            if key.master is not None
        )

    def seal(self, plain: bytes, context: str) -> bytes:
        """Sealed bytes; `context` is `table.column:row` and must be the same when opening."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._prefix + nonce + self._current.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """The plain bytes; raises CannotOpen."""
        start = 1 + sealed[0] if sealed else 0
        nonce_end = start + _NONCE_BYTES
        cipher = self._ciphers.get(sealed[1:start])
        if cipher is None:
            name = sealed[1:start].decode("ascii", "replace")
            raise CannotOpen(
                f"{context} is sealed with the key {name!r}, which is not among HEARTHLINE_KEYS"
            )
        try:
            return cipher.decrypt(sealed[start:nonce_end], sealed[nonce_end:], context.encode())
        except (InvalidTag, ValueError):
            raise CannotOpen(f"{context} does not open: it was changed, moved, or cut") from None

    def seal_text(self, plain: str | None, context: str) -> bytes | None:
        """None stays None: that there is nothing is no secret."""
        return None if plain is None else self.seal(plain.encode(), context)

    def open_text(self, sealed: bytes | None, context: str) -> str | None:
        return None if sealed is None else self.open(sealed, context).decode()

    def is_current(self, sealed: bytes) -> bool:
        """Whether these bytes are sealed with the current key."""
        return sealed.startswith(self._prefix)

    def sign(self, text: str, use: str) -> str:
        """A signature of this text for this use, in hexadecimal, under the current key."""
        return _signature(self._signing[0], text, use)

    def signed(self, text: str, use: str, signature: str) -> bool:
        """Whether one of our whole keys signed it; takes as long however much of it is right."""
        given = signature.encode("utf-8", "replace")
        tries = [
            hmac.compare_digest(_signature(key, text, use).encode(), given) for key in self._signing
        ]
        return any(tries)

    def blind(self, value: str, purpose: str) -> str:
        """The index of a value under the current key: 32 hex letters."""
        return _blind(self._indexes[0], value, purpose)

    def blinds(self, value: str, purpose: str) -> tuple[str, ...]:
        """The indexes of a value under every key, the current one first."""
        return tuple([_blind(index, value, purpose) for index in self._indexes])


def _signature(key: bytes, text: str, use: str) -> str:
    return hmac.digest(key, f"{use}\0{text}".encode(), "sha256").hex()


def _blind(index_key: bytes, value: str, purpose: str) -> str:
    message = f"{purpose}\0{value}".encode()
    return hmac.digest(index_key, message, "sha256")[:_BLIND_BYTES].hex()
