"""Tongues: a second language for a caller whom nobody knows yet, one key away.

Promise: it is offered in its own words, since whoever needs it does not understand the others;
where we speak one language, nothing is offered. Nothing is kept here: the call remembers it.
"""

from __future__ import annotations

from service.slate import Slate

KEY = "4"
"""After the choices of both menus at the door."""


def other(slate: Slate) -> str | None:
    """The language after the one that is spoken now."""
    tags, now = _ours(slate), slate.languages()[0].split("-")[0]
    if len(tags) < 2:
        return None
    return tags[(tags.index(now) + 1) % len(tags)] if now in tags else tags[0]


def offer(slate: Slate) -> None:
    """Say which key brings the other language."""
    tag = other(slate)
    if tag is not None:
        mine, whose = slate.tongue, slate.person
        slate.tongue, slate.person = tag, None
        slate.phrase("call-other-language", key=KEY)
        slate.tongue, slate.person = mine, whose


def _ours(slate: Slate) -> list[str]:
    """What a stranger may choose from, each language once."""
    tags = slate.force.organisation.languages
    return list(dict.fromkeys(tag.split("-")[0] for tag in tags))
