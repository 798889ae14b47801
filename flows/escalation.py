"""The ladder: what is to be done now about a case that nobody has taken, and when to look again.

Promise: pure. Given the policy, what was told and came back, who is there and the moment, it says
who is told now. A case that waits always has a next look: nobody is left without one. A step in
which nobody can be asked is passed over at once, and so is one of which nobody can still be
expected to take the case: who passed, could not be reached, or had their time. Nobody is told
twice in one step. A line is never rung: its number is given to the person.

The time of a step is counted from the one before it, so that steps which are late, after an
outage or a hold, do not come all at once. It is the latest moment: a step whose time has come is
told while those before it may still answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from flows.fairness import IMMINENT, Helper, in_order
from flows.policies import Policy, PolicyStep, Target

EACH_IN_TURN: Final = timedelta(minutes=2)
"""How long each is waited for, one after another, where the policy says nothing."""
LAST_STEP: Final = timedelta(minutes=10)
"""The same for a step told all at once with no other after it."""
STILL_TRYING: Final = timedelta(minutes=5)
"""How often the person hears that we are still trying (CARE, "Danger")."""
A_PASS_HOLDS: Final = timedelta(hours=1)
"""So long somebody who passed is not asked about the same case again."""
AGAIN_AFTER: Final = timedelta(minutes=30)
LONGEST_AGAIN: Final = timedelta(hours=12)
"""Trying again takes twice as long each time, and no longer than this."""
CONTACT_WITHIN: Final = {
    "routine": timedelta(days=1),
    "urgent": timedelta(minutes=15),
    "imminent": timedelta(minutes=10),
}
"""By when who took a case has reached the person, where the policy says nothing."""
_SOON: Final = timedelta(seconds=1)  # no look comes before this, whatever a file says
WAITS: Final = ("open", "notifying", "exhausted")
_OFF_SHIFT_TOO: Final = ("supervisor", "coordinator")


class Asked(NamedTuple):
    """One who was told. status: told, silent, failed, passed, needless, accepted."""

    helper: str
    step: int
    round: int
    status: str
    at: datetime


class Matter(NamedTuple):
    """A case as the ladder sees it.

    step: how many steps of this round have begun or were passed over. began_at: when the last of
    them did, or when the case was exhausted. never: who is not asked, the person above all.
    quiet_until: the end of the quiet hours, None outside of them. supervised: the supervisors
    know of it.
    """

    id: str
    status: str
    priority: str
    step: int
    round: int
    began_at: datetime
    asked: tuple[Asked, ...] = ()
    languages: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    last_helper: str | None = None
    buddy: str | None = None
    quiet_until: datetime | None = None
    supervised: bool = False


class Tell(NamedTuple):
    """Ask these to take it; they have until `until` before somebody else is asked."""

    step: int
    round: int
    helpers: tuple[str, ...]
    until: datetime


class Silent(NamedTuple):
    """These had their time: (helper, step, round) each. A late yes still counts."""

    asked: tuple[Asked, ...]


class Inform(NamedTuple):
    """Tell the supervisors of an imminent case; nothing is asked of them by this."""

    helpers: tuple[str, ...]


class GiveLine(NamedTuple):
    """Give the person the number of a line that answers."""

    step: int


class Exhausted(NamedTuple):
    """Nobody took it: the coordinator is alarmed, the person gets the line. Again at `again`."""

    again: datetime


Act = Tell | Silent | Inform | GiveLine | Exhausted


class Decision(NamedTuple):
    """What is to be done, where the ladder stands after it, and when to look again."""

    acts: tuple[Act, ...]
    step: int
    round: int
    look: datetime
    held: bool = False


def decide(policy: Policy, matter: Matter, helpers: Iterable[Helper], now: datetime) -> Decision:
    """What is to be done now. For a case that waits for somebody (`WAITS`)."""
    return _Ladder(policy, matter, tuple(helpers), now).decide()


def contact_by(policy: Policy | None, priority: str, taken_at: datetime) -> datetime:
    """Who took a case at that moment reaches the person by then, or it opens again."""
    told = policy.contact_within.get(priority) if policy is not None else None
    within = timedelta(seconds=told) if told is not None else CONTACT_WITHIN.get(priority)
    return taken_at + (within or CONTACT_WITHIN["urgent"])


def word_due(priority: str, status: str, told_at: datetime) -> datetime | None:
    """When the person hears next that we are still trying; None where they hear nothing more.

    `told_at`: our last word to them about it, the answer to their own at first.
    """
    if priority == "routine" or status not in ("open", "notifying"):
        return None
    return told_at + STILL_TRYING


def again_after(policy: Policy | None, round_: int) -> timedelta:
    """How long an exhausted case rests before everybody is asked again."""
    seconds = policy.again_after if policy is not None else None
    first = timedelta(seconds=seconds) if seconds is not None else AGAIN_AFTER
    times = max(round_ - (policy.repeat if policy is not None else 0), 0)
    longer: timedelta = first * (1 << min(times, 12))
    return max(first, min(longer, LONGEST_AGAIN))


class _Ladder:
    """One decision in the making."""

    def __init__(
        self, policy: Policy, matter: Matter, helpers: tuple[Helper, ...], now: datetime
    ) -> None:
        self.policy, self.matter, self.now = policy, matter, now
        self.helpers = helpers
        self.steps = _steps(policy, matter.priority)
        self.step, self.round = matter.step, matter.round
        self.began_at = matter.began_at
        self.acts: list[Act] = []
        self.asked = list(matter.asked)
        self.ends: list[datetime] = []  # until when those who were told may still be expected

    def decide(self) -> Decision:
        if self.matter.status == "exhausted":
            due = self.matter.began_at + again_after(self.policy, self.round)
            if self.now < due and not self._somebody_came():
                return Decision((), self.step, self.round, due)
            self._next_round()
        self._tell_supervisors()
        self._go_on()
        held = self._climb()
        if held is not None:
            return self._decided(min([held, *self.ends]), held=True)
        if self.ends:
            return self._decided(min([*self.ends, *self._next_due()]))
        return self._through()

    def _decided(self, look: datetime, held: bool = False) -> Decision:
        look = max(look, self.now + _SOON)
        return Decision(tuple(self.acts), self.step, self.round, look, held)

    # --- steps that have begun

    def _go_on(self) -> None:
        """In each step that has begun: who had their time, and who comes after them."""
        late = [a for a in self.asked if a.status == "told" and a.round != self.round]
        self._mark(late)
        for index, step in self.steps:
            if index >= self.step:
                break
            own = self._own(index)
            waited = [one for one in own if one.status == "told"]
            over = [one for one in waited if one.at + self._patience(index) <= self.now]
            late += over
            self.ends += [one.at + self._patience(index) for one in waited if one not in over]
            self._mark(over)
            if not step.in_turn or not own:
                self._tell_who_came(index, step)
            elif len(over) == len(waited):
                self._tell(index, self._who(index, step)[:1])
        if late:
            self.acts.insert(0, Silent(tuple(late)))

    def _mark(self, over: Sequence[Asked]) -> None:
        self.asked = [one._replace(status="silent") if one in over else one for one in self.asked]

    # --- steps that come now

    def _climb(self) -> datetime | None:
        """Begin what is due, or what comes at once since nobody is left to wait for.

        The moment until which a step is held, where one is.
        """
        for index, step in self.steps:
            if index < self.step:
                continue
            if self.ends and any(due > self.now for due in self._due(index)):
                return None
            if self._holds(step):
                return self.matter.quiet_until
            self.step = index + 1
            if step.target.kind == "line":
                self.acts.append(GiveLine(index))
                self.began_at = self.now
                continue
            who = self._who(index, step)
            self._tell(index, who[:1] if step.in_turn else who)
        self.step = max(self.step, self._top())
        return None

    def _holds(self, step: PolicyStep) -> bool:
        routine = self.matter.priority == "routine"
        return step.holds and routine and self.matter.quiet_until is not None

    def _due(self, index: int) -> list[datetime]:
        """When a step comes at the latest: so long after the one before it. None for the first."""
        before = [(at, step) for at, step in self.steps if at < index]
        if not before:
            return []
        apart = self.policy.steps[index].after - before[-1][1].after
        return [self.began_at + timedelta(seconds=max(apart, 0))]

    def _next_due(self) -> list[datetime]:
        following = next((index for index, _ in self.steps if index >= self.step), None)
        return [] if following is None else self._due(following)

    def _top(self) -> int:
        return len(self.policy.steps)

    # --- a round is through

    def _through(self) -> Decision:
        """Nobody is left to wait for, in any step: everybody again, or it is exhausted."""
        if self.round < self.policy.repeat and self._someone_was_asked():
            self._next_round()
            held = self._climb()
            if held is not None:
                return self._decided(min([held, *self.ends]), held=True)
            if self.ends:
                return self._decided(min([*self.ends, *self._next_due()]))
        again = self.now + again_after(self.policy, self.round)
        self.acts.append(Exhausted(again))
        return self._decided(again)

    def _someone_was_asked(self) -> bool:
        """A round in which nobody could be asked is not worth another one at once."""
        return any(one.round == self.round for one in self.asked)

    def _next_round(self) -> None:
        self.step, self.round, self.began_at = 0, self.round + 1, self.now

    # --- who is told

    def _somebody_came(self) -> bool:
        """Whether who came is meant by a step. They do not wait until everybody is asked again."""
        return any(self._who_came(index, step) for index, step in self.steps)

    def _tell_who_came(self, index: int, step: PolicyStep) -> None:
        """Who was not there when a step began is asked by it now; its time stays as it was."""
        came, began_at = self._who_came(index, step), self.began_at
        self._tell(index, came[:1] if step.in_turn else came)
        self.began_at = began_at

    def _who_came(self, index: int, step: PolicyStep) -> list[Helper]:
        """Those whom a step means and who were never asked of this case: who came on duty since,
        or back from a break."""
        if step.target.kind == "line" or self._holds(step):
            return []
        known = {one.helper for one in self.asked}
        return [one for one in self._who(index, step) if one.id not in known]

    def _tell(self, index: int, who: Sequence[Helper]) -> None:
        if not who:
            return
        until = self.now + self._patience(index)
        self.acts.append(Tell(index, self.round, tuple(one.id for one in who), until))
        self.asked += [Asked(one.id, index, self.round, "told", self.now) for one in who]
        self.ends.append(until)
        if self.step == index + 1:
            self.began_at = self.now

    def _who(self, index: int, step: PolicyStep) -> list[Helper]:
        """Whom this step can ask now, in fair order; not who is being asked, or passed."""
        busy = {one.helper for one in self.asked if self._is_expected(one)}
        passed = {
            one.helper
            for one in self.asked
            if one.status == "passed" and self.now - one.at < A_PASS_HOLDS
        }
        had = {one.helper for one in self._own(index)}
        left_out = busy | passed | had | self.matter.never
        fit = [
            one
            for one in self.helpers
            if one.id not in left_out
            and (step.trained is None or one.trained_in(step.trained))
            and _is_meant(one, step.target, self.matter)
        ]
        if step.target.kind in ("coordinators", "supervisors"):
            return [one for one in fit if one.reachable and not one.away]
        times = {one.id: sum(a.helper == one.id for a in self.asked) for one in fit}
        matter = self.matter
        return in_order(fit, matter.priority, matter.languages, self.now, times, matter.id)

    def _is_expected(self, one: Asked) -> bool:
        return (
            one.status == "told"
            and one.round == self.round
            and one.at + self._patience(one.step) > self.now
        )

    def _own(self, index: int) -> list[Asked]:
        return [one for one in self.asked if (one.step, one.round) == (index, self.round)]

    def _patience(self, index: int) -> timedelta:
        """How long somebody of this step is waited for."""
        if not 0 <= index < len(self.policy.steps):
            return EACH_IN_TURN
        step = self.policy.steps[index]
        if step.each is not None:
            return timedelta(seconds=step.each)
        if step.in_turn:
            return EACH_IN_TURN
        later = [other.after for at, other in self.steps if at > index]
        gap = timedelta(seconds=later[0] - step.after) if later else timedelta(0)
        return gap or LAST_STEP

    def _tell_supervisors(self) -> None:
        if self.matter.priority != IMMINENT or self.matter.supervised:
            return
        who = [one.id for one in self.helpers if "supervisor" in one.roles and one.reachable]
        who = [one for one in who if one not in self.matter.never]
        if who:
            self.acts.append(Inform(tuple(who)))


def _steps(policy: Policy, priority: str) -> list[tuple[int, PolicyStep]]:
    """The steps for this priority with their places; all, where the policy has none for it."""
    numbered = list(enumerate(policy.steps))
    return [(at, s) for at, s in numbered if not s.only_for or priority in s.only_for] or numbered


def _is_meant(helper: Helper, target: Target, matter: Matter) -> bool:
    """Whether a step means them. Volunteers are told nothing off shift."""
    on_duty = bool(helper.duties)
    match target.kind:
        case "on duty":
            return on_duty
        case "rota":
            return target.name in helper.duties
        case "role":
            return target.name in helper.roles and (on_duty or target.name in _OFF_SHIFT_TOO)
        case "person":
            return target.name in (helper.id, helper.name)
        case "last helper":
            return helper.id == matter.last_helper and on_duty
        case "buddy":
            return helper.id == matter.buddy
        case "coordinators":
            return "coordinator" in helper.roles
        case "supervisors":
            return "supervisor" in helper.roles
    return False
