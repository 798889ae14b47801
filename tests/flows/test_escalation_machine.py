"""The ladder as a machine: any policy, any team, and whatever happens to a case, in any order.

Looks come when they are due, early, late or twice; helpers take, pass, fail, are in doubt or come
late; the one who has it gives it back or does not come; the team changes, it presses more, time
passes. After each step the case is had by one, or somebody is asked who may still come, or the
next look stands.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from flows.definition import Policy
from flows.escalation import (
    LONGEST_AGAIN,
    WAITS,
    Asked,
    Decision,
    Exhausted,
    Inform,
    Matter,
    Silent,
    Tell,
    contact_by,
    decide,
)
from flows.fairness import Helper
from flows.states import ALERT, CASE, move
from tests.flows.test_escalation_properties import HELPERS, NOW, POLICIES

_PRIORITIES = ("routine", "urgent", "imminent")


class Ladder(RuleBasedStateMachine):
    """One case, as the service keeps it between two looks."""

    @initialize(policy=POLICIES, helpers=HELPERS, priority=st.sampled_from(_PRIORITIES))
    def opens(self, policy: Policy, helpers: tuple[Helper, ...], priority: str) -> None:
        self.policy, self.helpers = policy, helpers
        self.now = NOW
        self.matter = Matter("case", "open", priority, 0, 0, NOW, last_helper="h0")
        self.exhausted_at = NOW
        self.look_at = NOW
        self.holder: str | None = None
        self.deadline = NOW
        self.told: set[tuple[str, int, int]] = set()
        self.look()

    # --- what the service does

    def look(self) -> None:
        """One look; a second at the same moment does nothing more."""
        matter = self._seen()
        decision = decide(self.policy, matter, self.helpers, self.now)
        self._check(decision, matter)
        self._apply(decision)
        again = decide(self.policy, self._seen(), self.helpers, self.now)
        assert not any(isinstance(act, Tell | Exhausted | Silent) for act in again.acts), again
        assert (again.step, again.round) == (self.matter.step, self.matter.round)

    def _seen(self) -> Matter:
        """As it is loaded: the step's beginning is read from who was asked."""
        if self.matter.status == "exhausted":
            return self.matter._replace(began_at=self.exhausted_at)
        own = [a for a in self.matter.asked if a.round == self.matter.round and a.step >= 0]
        top = max((a.step for a in own), default=0)
        began = min((a.at for a in own if a.step == top), default=NOW)
        return self.matter._replace(began_at=began)

    def _check(self, decision: Decision, matter: Matter) -> None:
        assert decision.look > self.now, "it waits, and nobody looks again"
        assert decision.look <= self.now + LONGEST_AGAIN
        assert (decision.round, decision.step) >= (matter.round, matter.step)
        there = {helper.id: helper for helper in self.helpers}
        for act in decision.acts:
            if isinstance(act, Tell):
                assert act.until > self.now
                assert len(set(act.helpers)) == len(act.helpers)
                assert all(there[who].reachable and not there[who].away for who in act.helpers)
                assert not self.told & {(who, act.step, act.round) for who in act.helpers}
        exhausted = any(isinstance(act, Exhausted) for act in decision.acts)
        waited = any(isinstance(act, Tell) for act in decision.acts) or self._waited(decision)
        rests = matter.status == "exhausted" and not decision.acts
        if matter.priority != "routine":
            assert waited or exhausted or rests, "nobody is asked, and nobody says so"
        assert not (exhausted and waited), "given up while somebody may still come"

    def _waited(self, decision: Decision) -> bool:
        late = {a for act in decision.acts if isinstance(act, Silent) for a in act.asked}
        return any(a.status == "told" and a not in late for a in self.matter.asked)

    def _apply(self, decision: Decision) -> None:
        new = "exhausted" if self.matter.status == "exhausted" else "notifying"
        for act in decision.acts:
            if isinstance(act, Silent):
                for one in act.asked:
                    self._settle(one, "silent")
            elif isinstance(act, Tell):
                new = "notifying"
                for who in act.helpers:
                    self.told.add((who, act.step, act.round))
                asked = tuple(Asked(w, act.step, act.round, "told", self.now) for w in act.helpers)
                self.matter = self.matter._replace(asked=(*self.matter.asked, *asked))
            elif isinstance(act, Inform):
                self.matter = self.matter._replace(supervised=True)
            elif isinstance(act, Exhausted):
                new, self.exhausted_at = "exhausted", self.now
                assert act.again == decision.look
        if decision.round > self.matter.round and new == "exhausted":
            new = "notifying" if not any(isinstance(a, Exhausted) for a in decision.acts) else new
        if (self.matter.status, new) == ("exhausted", "exhausted") and decision.acts:
            self._become("notifying")  # everybody was asked anew on the way, and nobody was there
        self._become(new)
        self.matter = self.matter._replace(step=decision.step, round=decision.round)
        self.look_at = decision.look

    def _become(self, status: str) -> None:
        if status != self.matter.status:
            self.matter = self.matter._replace(status=move(CASE, self.matter.status, status))

    def _settle(self, one: Asked, status: str) -> None:
        move(ALERT, one.status, status)
        asked = tuple(a._replace(status=status) if a == one else a for a in self.matter.asked)
        self.matter = self.matter._replace(asked=asked)

    # --- what happens

    def waits(self) -> bool:
        return self.matter.status in WAITS

    def is_held(self) -> bool:
        return not self.waits()

    @precondition(waits)
    @rule(late=st.sampled_from((0, 0, 1, 90, 4000)))
    def look_comes(self, late: int) -> None:
        self.now = max(self.now, self.look_at) + timedelta(seconds=late)
        self.look()

    @precondition(waits)
    @rule()
    def somebody_looks_early(self) -> None:
        self.look()

    @rule(seconds=st.sampled_from((1, 30, 119)))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        if self.waits() and self.now >= self.look_at:
            self.look()

    @precondition(waits)
    @rule(place=st.integers(0, 20), how=st.sampled_from(("passed", "failed", "silent")))
    def is_not_reached(self, place: int, how: str) -> None:
        """They pass, their text fails, or it is in doubt: the next is asked now."""
        open_ = [a for a in self.matter.asked if a.status == "told"]
        if open_:
            self._settle(open_[place % len(open_)], how)
            self.look()

    @precondition(waits)
    @rule(place=st.integers(0, 20))
    def takes(self, place: int) -> None:
        """One of those who were ever asked: a late yes counts."""
        could = [a for a in self.matter.asked if ALERT.allows(a.status, "accepted")]
        if not could:
            return
        one = could[place % len(could)]
        self._become("accepted")
        self.holder = one.helper
        self.deadline = contact_by(self.policy, self.matter.priority, self.now)
        assert self.deadline > self.now
        for other in self.matter.asked:
            if other.helper == one.helper and ALERT.allows(other.status, "accepted"):
                self._settle(other, "accepted")
            elif ALERT.allows(other.status, "needless"):
                self._settle(other, "needless")

    @precondition(is_held)
    @rule(how=st.sampled_from(("passed", "silent")))
    def gives_it_back_or_does_not_come(self, how: str) -> None:
        if how == "silent":
            self.now = max(self.now, self.deadline)
        for one in self.matter.asked:
            if one.status == "accepted":
                self._settle(one, how)
        self._become("open")
        self.holder = None
        self.matter = self.matter._replace(step=0, round=self.matter.round + 1)
        self.look()

    @precondition(waits)
    @rule(helpers=HELPERS)
    def the_team_changes(self, helpers: tuple[Helper, ...]) -> None:
        self.helpers = helpers

    @precondition(waits)
    @rule(priority=st.sampled_from(_PRIORITIES[1:]))
    def it_presses_more(self, priority: str) -> None:
        if _PRIORITIES.index(priority) > _PRIORITIES.index(self.matter.priority):
            self._become("notifying")
            self.matter = self.matter._replace(
                priority=priority, step=0, round=self.matter.round + 1
            )
            self.look()

    # --- what always holds

    @invariant()
    def one_has_it_or_somebody_looks(self) -> None:
        if not hasattr(self, "matter"):
            return
        if self.waits():
            assert self.holder is None
            assert self.look_at > self.now or self.now - self.look_at <= timedelta(seconds=4000)
        else:
            assert self.holder is not None
            assert all(a.status != "told" for a in self.matter.asked)

    @invariant()
    def nobody_is_asked_twice_in_one_step(self) -> None:
        if hasattr(self, "matter"):
            places = [(a.helper, a.step, a.round) for a in self.matter.asked]
            assert len(places) == len(set(places))


TestLadder = Ladder.TestCase
TestLadder.settings = settings(stateful_step_count=40)
