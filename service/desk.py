"""The desk: what is needed to move a case, in a turn of somebody or by a coordinator's hand.

Promise: whoever moves a case does it by one conditional update in the transaction that is open
here, and what concerns others is an event due now for them: a timer, put down in the same one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flows import shelf
from flows.definition import Place, Policy, PolicyStep, Target
from flows.escalation import WAITS
from service.editions import InForce
from service.slate import Slate
from service.storage import cases, ids, revisions, timers
from service.storage.cases import Case
from service.storage.database import Tx
from service.storage.messages import URGENT
from service.storage.timers import Timer

SAFE_WORD = "safe word"  # kind of a case: whoever is beside them may read what we text
LINE = "line"  # the actor of what the service does by itself
LOOK, WORD, DEADLINE = "case", "case-word", "case-deadline"  # kinds of timers of a case's person
LET_GO = "case-let-go"  # kind of the timer of who had a case, and has it no more
OVER = "alert-over"  # kind of the timer that tells whom we asked that it is needless
TAKEN = "case-taken"  # kind of the timer that tells the person that somebody comes
_MOST_WAITING = 10_000
_HERE = Place("policy.yaml", 1, 1)
_PLAIN = Policy(
    "", "", (), (PolicyStep(0, "coordinators", _HERE, Target("coordinators")),), _HERE
)  # fmt: skip


class Desk(NamedTuple):
    """One transaction, what is in force, and the moment."""

    tx: Tx
    force: InForce
    now: datetime

    @classmethod
    def of(cls, slate: Slate) -> Desk:
        return cls(slate.tx, slate.force, slate.now)

    def note(self, case: Case, act: str, actor: str = LINE, detail: str | None = None) -> None:
        """A line of the case's timeline. `detail` is sealed, and is never a person's words."""
        cases.add_event(self.tx, case.id, act, actor, detail, self.now)

    def later(self, *made: Timer) -> None:
        if made:
            timers.put(self.tx, list(made), self.now)

    def drop(self, *keys: str) -> None:
        timers.drop(self.tx, keys)

    def hold(self, case: Case) -> None:
        """Before a case is moved from another's turn: its timers first, then the case, as the clock
        does. The other way round each would wait for the other."""
        timers.hold(self.tx, keys(case.id, (LOOK, WORD, DEADLINE, TAKEN)))

    def look(self, case: Case, at: datetime | None = None) -> None:
        """Have the ladder looked at, now or at that moment.

        A look now is a row of its own: the one that stands for later may be held by somebody who
        waits for a row of this transaction's.
        """
        self.later(timer(LOOK, case, at) if at is not None else self._now(case))

    def _now(self, case: Case) -> Timer:
        made = timer(LOOK, case, self.now)
        return made._replace(key=f"{made.key}:{made.id}")

    def look_at_what_waits(self) -> None:
        """The same of each case that waits for somebody: somebody came who may be asked."""
        found = cases.listing(self.tx, most=_MOST_WAITING)
        self.later(*(self._now(case) for case in found if case.status in WAITS))

    def let_go(self, case: Case) -> None:
        """Who has had this case has it no more: what stands open with them about it goes."""
        if case.holder_id is not None:
            made_key = f"{LET_GO}:{case.id}:{case.holder_id}"
            payload = {"code": case.code}
            self.later(
                Timer(
                    ids.new(), made_key, LET_GO, case.holder_id, case.id, self.now, None, payload,
                    URGENT,
                )
            )  # fmt: skip

    def policy(self, case: Case) -> Policy:
        """The policy that the case was opened under, whatever is in force by now."""
        for policy_hash, policy in self.force.policies.values():
            if policy_hash == case.policy_hash:
                return policy
        stored = revisions.revision(self.tx, case.policy_hash) if case.policy_hash else None
        value = shelf.reading_of(*stored).value if stored is not None else None
        return value if isinstance(value, Policy) else _PLAIN


def timer(kind: str, case: Case, due: datetime) -> Timer:
    """A timer of the case, for its person; one of each kind."""
    token = f"{case.step}:{case.round}"
    return Timer(
        ids.new(), key(kind, case.id), kind, case.person_id, case.id, due, token, lane=URGENT
    )


def key(kind: str, case_id: str) -> str:
    return f"{kind}:{case_id}"


def keys(case_id: str, kinds: Iterable[str] = (LOOK, WORD, DEADLINE)) -> list[str]:
    return [key(kind, case_id) for kind in kinds]
