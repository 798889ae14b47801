"""What to do where a file is no YAML: say it in plain words, and read the rest all the same.

Promise: works on lines of text only; takes out the smallest named part that holds the trouble.
"""

from __future__ import annotations

import re

_KEY = re.compile(r" *[^\s#\-].*")
_OPEN_QUOTE = re.compile(r"(?:[^#\"']*:|\s*-) +(?=[\"'])")
_STATES = re.compile(r"(?:states|texts|words|declares) *:")

_MESSAGES = (
    (
        "mapping values are not allowed",
        "A second colon stands in this line, or the line does not belong to the one above.",
        'Put the text in "quotation marks", or line it up with its neighbours.',
    ),
    (
        "quoted scalar",
        "A quotation mark is opened and never closed.",
        'End the text with the same mark; a " inside it is written \\".',
    ),
    (
        "found '<scalar>'",
        "Words stand here after the end of a text: a quotation mark too many or too few.",
        'Begin and end the text with one " each; a " inside it is written \\".',
    ),
    (
        "could not find expected ':'",
        "A name without its colon stands here.",
        "Write a colon and a space after the name, or quote the text it belongs to.",
    ),
    (
        "escape",
        "A backslash makes no letter here.",
        "Write \\\\ for a backslash that is told, or leave it out.",
    ),
    (
        "flow sequence",
        "A list in [ ] is not closed, or a comma is missing.",
        "Write one item a line with a dash, or close the list with ].",
    ),
    (
        "flow mapping",
        "A { is opened here and never closed, or a comma is missing.",
        'Put a text with braces in "quotation marks"; write groups one item a line.',
    ),
    (
        "that cannot start any token",
        "This letter cannot begin a value.",
        'Put the text in "quotation marks".',
    ),
    (
        "block end",
        "This line is indented differently from its neighbours.",
        "Line it up: what belongs together begins in the same column.",
    ),
)
_OTHERWISE = (
    "This cannot be read: signs or spaces do not fit together.",
    'Compare it with another flow: names, a colon, a space, and texts in "quotation marks".',
)


def explained(message: str) -> tuple[str, str]:
    """Trouble and cure for what the YAML parser said."""
    for part, trouble, cure in _MESSAGES:
        if part in message:
            return trouble, cure
    return _OTHERWISE


def open_quote(lines: list[str], number: int) -> tuple[int, int] | None:
    """Line and column of the nearest text, at or above this line, that its line does not close.

    The parser notices a forgotten quotation mark only at the next one, states later.
    """
    for index in range(min(number, len(lines)) - 1, -1, -1):
        start = _OPEN_QUOTE.match(lines[index])
        if start is None:
            continue
        rest = lines[index][start.end() :]
        closed = r'"(?:[^"\\]|\\.)*"' if rest[0] == '"' else r"'(?:[^']|'')*'"
        if re.match(closed, rest) is None:
            return index + 1, start.end() + 1
    return None


def blank_chunk(lines: list[str], number: int) -> bool:
    """Empty the state (or top part) around line `number`; False where nothing can be taken out.

    Line numbers stay. An empty chunk means that the trouble is somewhere else: giving up then
    keeps the repair from going round.
    """
    depth = _depth_of_names(lines)
    at = min(number, len(lines)) - 1
    while at >= 0 and not _starts_chunk(lines[at], depth):
        at -= 1
    if at < 0 or _STATES.match(lines[at]):
        return False
    until = at + 1
    while until < len(lines) and not _starts_chunk(lines[until], depth):
        until += 1
    for index in range(at, until):
        lines[index] = ""
    return True


def _starts_chunk(line: str, depth: int) -> bool:
    return _KEY.match(line) is not None and len(line) - len(line.lstrip(" ")) <= depth


def _depth_of_names(lines: list[str]) -> int:
    """How far names of states are indented: as the first of them is."""
    inside = False
    for line in lines:
        if inside and _KEY.match(line):
            return len(line) - len(line.lstrip(" "))
        inside = inside or _STATES.match(line) is not None
    return 2


def state_at(lines: list[str], number: int) -> str | None:
    """The name of the state that line `number` belongs to, where it belongs to one."""
    depth = _depth_of_names(lines)
    for index in range(min(number, len(lines)) - 1, -1, -1):
        line = lines[index]
        if not _starts_chunk(line, depth):
            continue
        inside = line.startswith(" ") and any(
            above.startswith("states:") for above in lines[:index] if above[:1].strip()
        )
        return line.split(":")[0].strip(" \"'")[:60] if inside else None
    return None
