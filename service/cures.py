"""The error of whoever runs the service: where, what is wrong, and what to do about it.

Promise: raised for what a person asked for and cannot have as it is, before anything was changed.
It may repeat what they gave; it never tells what they did not know.
"""

from __future__ import annotations


class Curable(Exception):
    """`place` is what was given, a row, a setting or a file; `trouble` and `cure` are sentences."""

    def __init__(self, place: str, trouble: str, cure: str) -> None:
        super().__init__(f"{place}: {trouble} {cure}")
        self.place = place
        self.trouble = trouble
        self.cure = cure
