"""What is in force: the current edition made ready to run, the lexicon, and the organisation.

Promise: one look at the stamp (which every turn loads anyway) tells whether anything changed;
only then is something read. Editions that sessions pinned long ago are kept ready, the ones
used last. Nothing here publishes: that is `publishing`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

from flows.definition import Lexicon, Policy
from flows.program import Program
from flows.shelf import library_of
from service import directory, organisation
from service.directory import Directory
from service.organisation import Organisation
from service.storage import prompt_files, restoring, revisions, senders, settings_rows
from service.storage.database import Tx
from service.storage.restoring import Waiting
from service.storage.senders import Sender

_KEPT = 64  # editions ready at once; each holds its flows compiled as they are used


class InForce(NamedTuple):
    """All that a new conversation is held under."""

    stamp: str
    edition: str
    program: Program
    lexicon: Lexicon | None
    policies: dict[str, tuple[str, Policy]]  # name -> revision hash and policy
    organisation: Organisation
    senders: tuple[Sender, ...]
    restored: bool = False  # from a backup that nobody has reconciled yet: nothing may leave
    prompts: Mapping[str, str] = {}  # recorded ones that there are: file name -> SHA-256 in hex
    directory: Directory = Directory()  # lines that answer
    lost: Waiting | None = None  # the time that a restore lost, once it is reconciled

    def sender(self, number_or_id: str | None) -> Sender:
        """Our number of this name, otherwise the first one."""
        for sender in self.senders:
            if number_or_id in (sender.number, sender.id):
                return sender
        return self.senders[0]


class NothingPublished(RuntimeError):
    """No definition is in force. `hearthline seed` puts the shipped ones there."""


class Editions:
    """The editions of one database, ready to run. One for a process; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._programs: OrderedDict[str, Program] = OrderedDict()
        self._now: InForce | None = None

    def in_force(self, tx: Tx, stamp: str | None) -> InForce:
        """What is in force under this stamp. Raises NothingPublished."""
        now = self._now
        if now is not None and stamp is not None and now.stamp == stamp:
            return now
        now = self._read(tx)
        self._now = now
        return now

    @property
    def known_last(self) -> InForce | None:
        """What was in force when somebody looked last; None before anybody did."""
        return self._now

    def program(self, tx: Tx, edition: str) -> Program:
        """An edition that a session pinned, made ready."""
        with self._lock:
            found = self._programs.get(edition)
            if found is not None:
                self._programs.move_to_end(edition)
                return found
        made = Program(library_of(revisions.edition_texts(tx, edition)))
        with self._lock:
            self._programs[edition] = made
            while len(self._programs) > _KEPT:
                self._programs.popitem(last=False)
        return made

    def _read(self, tx: Tx) -> InForce:
        rows = settings_rows.all(tx)
        edition = revisions.current_edition(tx)
        if edition is None:
            raise NothingPublished("nothing is published yet: run `hearthline seed` once")
        our_numbers = senders.all(tx)
        if not our_numbers:
            raise NothingPublished("no service number is set: run `hearthline seed` once")
        program = self.program(tx, edition)
        hashes = revisions.edition_members(tx, edition)
        policies = {
            name: (hashes[f"policy/{name}"], policy)
            for name, policy in program.library.policies.items()
        }
        lexicon = program.library.lexicon
        return InForce(
            rows.get(settings_rows.STAMP, ""), edition, program, lexicon, policies,
            organisation.read(rows), tuple(our_numbers), settings_rows.RESTORED_AT in rows,
            {file.name: file.sha256 for file in prompt_files.listing(tx)},
            directory.read(tx), restoring.lost_time(tx),
        )  # fmt: skip
