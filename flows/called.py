"""Which keyword a text or a key calls, where a question stands or none does.

Promise: looks and decides, moves nothing; what a keyword does is machine.py's.
"""

from __future__ import annotations

from typing import Final

from flows.compiling import Call
from flows.signatures import without_courtesy
from flows.turn import Turn

NO_KEYS: Final[frozenset[str]] = frozenset()


def keywords_of(turn: Turn, text: str, bare: str) -> tuple[str, tuple[Call, ...] | None]:
    """The keywords of this text, and the plain word that they have in common."""
    table = turn.flow.calls  # type: ignore[union-attr]
    calls = table.get(bare)
    if calls is None and " " in bare:
        said = without_courtesy(text)
        return said, table.get(said)
    return bare, calls


def called(
    turn: Turn, calls: tuple[Call, ...], word: str, asked: bool, taken: frozenset[str]
) -> Call | None:
    """The first of these keywords that is heard here; `asked`: a question stands."""
    for call in calls:
        if call.key and word in taken:
            continue
        if call.test is not None and not call.test(turn):
            continue
        if call.keyword.volunteers and _is_answer(turn, word):
            continue
        # nothing to ask again, or what runs just now has to come to its outcome first
        if not asked and call.keyword.does in ("repeat", "go-to"):
            continue
        return call
    return None


def _is_answer(turn: Turn, word: str) -> bool:
    """Whether the question that stands offers this word itself, and not just any words."""
    state = turn.here if turn.session.status in ("asking", "waiting") else None
    if state is None or state.read is None or state.takes_anything:
        return False
    return state.read(word, word, turn) is not None
