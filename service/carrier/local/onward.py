"""How the line of a call leaves what it is doing: for another document, for none, or for good.

Promise: exceptions of the network's own, raised and caught between the modules that carry a call
out; no request ever sees one.
"""

from __future__ import annotations


class Over(Exception):
    """The call has ended; whatever was under way is no longer of use."""


class NoDocument(Exception):
    """Neither a URL nor the fallback gave anything to go on with."""


class Onward(Exception):
    """Another document is next."""

    def __init__(self, url: str, method: str, about: dict[str, str] | None = None) -> None:
        self.url, self.method, self.about = url, method, about or {}
        super().__init__(url)
