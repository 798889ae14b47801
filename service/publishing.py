"""Putting definitions in force: checked as a whole, all or none, on top of what is in force.

Promise: nothing that a check calls wrong is published, and a conversation that runs keeps the
edition it began with. Two who publish at once do not mix: the later one is checked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from flows.actions import ACTIONS
from flows.checks import check_flow, check_library
from flows.definition import Lexicon, Problem
from flows.shelf import DefinitionError, library_of, reading_of
from service import lexicon_tests
from service.storage import revisions, trail

if TYPE_CHECKING:
    from datetime import datetime

    from service.house import House
    from service.storage.database import Tx

Key = tuple[str, str]  # kind and name
Texts = Mapping[Key, str]
_TRIES = 5


class Published(NamedTuple):
    """What changed with it: the edition now in force, and warnings that do not block."""

    edition: str
    changed: list[Key]
    warnings: list[Problem]


class Draft(NamedTuple):
    """A text that a release offers where a person's own is in force."""

    text: str
    at: datetime


class Contended(RuntimeError):
    """Others published again and again meanwhile; nothing was published."""


def in_force(house: House) -> dict[Key, str]:
    """Every text in force; nothing where nothing is."""
    with house.database.reading() as tx:
        return _in_force(tx)[1]


def publish(house: House, texts: Texts, by: str) -> Published:
    """Put these texts in force. Raises DefinitionError with all that is wrong, or Contended."""
    for _ in range(_TRIES):
        with house.database.reading() as tx:
            edition, before = _in_force(tx)
        changed = sorted(key for key, text in texts.items() if before.get(key) != text)
        # outside of any transaction: it takes a while
        warnings = [*_checked({**before, **texts}), *_unlearnt(house, before, texts)]
        if not changed:
            return Published(edition or "", [], warnings)
        now = house.now()
        with house.database.writing() as tx:
            if revisions.current_edition(tx) != edition:
                continue
            for kind, name in changed:
                text = texts[kind, name]
                edition = revisions.publish(tx, kind, name, text, by, revisions.PERSON, now)
                trail.record(tx, by, "published", kind, name, now, {"edition": edition})
        assert edition is not None
        return Published(edition, changed, warnings)
    raise Contended("others are publishing at this moment; try again")


def drafts(house: House) -> dict[Key, Draft]:
    """What releases offer and nobody has decided on."""
    found: dict[Key, Draft] = {}
    with house.database.reading() as tx:
        for offer in revisions.drafts(tx):
            revision = revisions.revision(tx, offer.revision)
            assert revision is not None, "a publication has its revision"
            found[offer.kind, offer.name] = Draft(revision[2], offer.at)
    return found


def _in_force(tx: Tx) -> tuple[str | None, dict[Key, str]]:
    edition = revisions.current_edition(tx)
    return edition, revisions.edition_texts(tx, edition) if edition is not None else {}


def _unlearnt(house: House, before: Texts, texts: Texts) -> list[Problem]:
    """Where a lexicon is published: what of the texts that people marked it reads wrongly.

    Raises DefinitionError where the one in force read them rightly.
    """
    old, new = _lexicon_of(before), _lexicon_of(texts)
    if new is None or new == old:
        return []
    found = lexicon_tests.problems(house, old, new)
    errors = [problem for problem in found if problem.level == "error"]
    if errors:
        raise DefinitionError(errors)
    return found


def _lexicon_of(texts: Texts) -> Lexicon | None:
    found = [reading_of(*key, text).value for key, text in texts.items() if key[0] == "lexicon"]
    return found[0] if found and isinstance(found[0], Lexicon) else None


def _checked(texts: Texts) -> list[Problem]:
    """The warnings of all these texts together. Raises DefinitionError with what is wrong."""
    library = library_of(texts)
    problems = list(check_library(library))
    for flow in library.flows.values():
        problems += check_flow(flow, library, ACTIONS)
    live = [problem for problem in dict.fromkeys(problems) if not problem.waived]
    errors = [problem for problem in live if problem.level == "error"]
    if errors:
        raise DefinitionError(errors)
    return live
