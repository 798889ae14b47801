"""Whatever the policy, whoever is there and however they react: nobody is left without a look.

Cases are lived through with a ladder, helpers that answer, pass, fail, fall silent or come late,
and quiet hours; what must hold is looked at after each decision.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.definition import Place, Policy, PolicyStep, Target
from flows.escalation import (
    WAITS,
    Asked,
    Decision,
    Exhausted,
    Matter,
    Silent,
    Tell,
    decide,
)
from flows.fairness import Helper
from flows.reading.policies import PRIORITIES

NOW = datetime(2026, 5, 4, 14, 0, tzinfo=UTC)
PLACE = Place("p.yaml", 1, 1)
LONG = timedelta(hours=40)
KINDS = ("on duty", "coordinators", "supervisors", "line", "last helper", "unknown")

STEPS = st.lists(
    st.builds(
        PolicyStep,
        st.sampled_from((0, 60, 600, 3600)),
        st.just("x"),
        st.just(PLACE),
        st.sampled_from(KINDS).map(lambda kind: Target(kind)),  # type: ignore[arg-type]
        st.booleans(),
        st.sampled_from((None, 30, 120)),
        st.sampled_from((None, None, "crisis")),
        st.sampled_from(((), (), ("imminent",), ("routine", "urgent"))),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
).map(lambda steps: tuple(sorted(steps, key=lambda step: step.after)))
POLICIES = st.builds(
    Policy, st.just("p"), st.just("P"), st.just(PRIORITIES), STEPS, st.just(PLACE), st.just({}),
    st.integers(0, 3), st.sampled_from((None, 60, 1800)),
)  # fmt: skip


def helper(
    roles: set[str], on_duty: bool, taken: int, cap: int | None, away: bool, reachable: bool
) -> Helper:
    duties = frozenset({"days"} if on_duty else ())
    return Helper(
        "", frozenset(roles), duties, taken_today=taken, cap=cap, away=away, reachable=reachable
    )


HELPERS = st.lists(
    st.builds(
        helper,
        st.sampled_from(({"volunteer"}, {"volunteer", "crisis"}, {"coordinator"}, {"supervisor"})),
        st.booleans(),
        st.integers(0, 3),
        st.sampled_from((None, 2)),
        st.sampled_from((False, False, True)),
        st.sampled_from((True, True, False)),
    ),
    max_size=6,
).map(lambda found: tuple(h._replace(id=f"h{at}") for at, h in enumerate(found)))


class Reaction(NamedTuple):
    kind: str  # accepted, passed, failed, nothing
    after: int  # seconds


REACTIONS = st.lists(
    st.builds(
        Reaction,
        st.sampled_from(("accepted", "passed", "failed", "nothing", "nothing")),
        st.sampled_from((0, 5, 90, 700)),
    ),
    min_size=1,
    max_size=12,
)


class Life:
    """One case lived through, as the service would live it."""

    def __init__(
        self, policy: Policy, helpers: tuple[Helper, ...], priority: str,
        reactions: list[Reaction], quiet: bool,
    ) -> None:  # fmt: skip
        self.policy, self.helpers = policy, helpers
        self.reactions: Iterator[Reaction] = itertools.cycle(reactions)
        self.quiet = quiet
        self.matter = Matter("case", "open", priority, 0, 0, NOW, last_helper="h0")
        self.takers: list[str] = []
        self.told: list[tuple[str, int, int]] = []
        self.looks = 0

    def live(self) -> None:
        events: list[tuple[datetime, int, str, str]] = [(NOW, 0, "look", "")]
        numbers = itertools.count(1)
        look_at = NOW
        while events:
            now, _, what, who = heapq.heappop(events)
            if now > NOW + LONG or self.matter.status == "accepted":
                return
            if what == "look":
                if now != look_at:
                    continue  # it was moved
            elif not self._react(what, who, now):
                continue
            if self.matter.status == "accepted":
                return
            decision = self._decide(now)
            look_at = decision.look
            assert look_at > now, "it waits, and nobody looks again"
            heapq.heappush(events, (look_at, next(numbers), "look", ""))
            for helper, until in self._told_now(decision):
                reaction = next(self.reactions)
                assert until > now
                at = now + timedelta(seconds=reaction.after)
                heapq.heappush(events, (at, next(numbers), reaction.kind, helper))
        raise AssertionError("the case ended without anybody, in silence")

    def _decide(self, now: datetime) -> Decision:
        self.looks += 1
        assert self.looks < 3_000, "it runs in circles"
        morning = NOW + timedelta(hours=10)
        quiet = morning if self.quiet and now < morning else None
        began = [a.at for a in self.matter.asked if a.round == self.matter.round]
        state = self.matter
        if state.status != "exhausted":
            top = max((a.step for a in state.asked if a.round == state.round), default=0)
            began = [a.at for a in state.asked if (a.round, a.step) == (state.round, top)]
            state = state._replace(began_at=min(began, default=state.began_at))
        decision = decide(self.policy, state._replace(quiet_until=quiet), self.helpers, now)
        self._apply(decision, now)
        return decision

    def _apply(self, decision: Decision, now: datetime) -> None:
        for act in decision.acts:
            if isinstance(act, Silent):
                over = set(act.asked)
                self.matter = self.matter._replace(
                    asked=tuple(
                        a._replace(status="silent") if a in over else a for a in self.matter.asked
                    )
                )
            elif isinstance(act, Tell):
                for helper in act.helpers:
                    key = (helper, act.step, act.round)
                    assert key not in self.told, "told twice in one step"
                    self.told.append(key)
                asked = tuple(Asked(h, act.step, act.round, "told", now) for h in act.helpers)
                self.matter = self.matter._replace(asked=(*self.matter.asked, *asked))
        exhausted = any(isinstance(act, Exhausted) for act in decision.acts)
        resting = self.matter.status == "exhausted" and decision.round == self.matter.round
        self.matter = self.matter._replace(
            status="exhausted" if exhausted or resting else "notifying",
            step=decision.step, round=decision.round,
            began_at=now if exhausted else self.matter.began_at,
        )  # fmt: skip

    def _told_now(self, decision: Decision) -> list[tuple[str, datetime]]:
        return [(h, a.until) for a in decision.acts if isinstance(a, Tell) for h in a.helpers]

    def _react(self, what: str, who: str, now: datetime) -> bool:
        """Whether anything changed: each answer settles the last alert of whoever gives it."""
        open_ = [a for a in self.matter.asked if a.helper == who and a.status in ("told", "silent")]
        if what == "nothing" or not open_ or self.matter.status not in WAITS:
            return False
        last = open_[-1]
        self.matter = self.matter._replace(
            asked=tuple(a._replace(status=what) if a == last else a for a in self.matter.asked)
        )
        if what == "accepted":
            self.takers.append(who)
            self.matter = self.matter._replace(status="accepted")
        return True


LIVES = (POLICIES, HELPERS, st.sampled_from(PRIORITIES), REACTIONS, st.booleans())


@settings(max_examples=150, deadline=None)
@given(*LIVES)
def test_a_case_is_taken_or_looked_at_again_and_nobody_is_told_twice_in_a_step(
    policy: Policy, helpers: tuple[Helper, ...], priority: str, reactions: list[Reaction],
    quiet: bool,
) -> None:  # fmt: skip
    life = Life(policy, helpers, priority, reactions, quiet)
    life.live()
    assert len(life.takers) <= 1


@settings(max_examples=150, deadline=None)
@given(POLICIES, HELPERS, st.sampled_from(("urgent", "imminent")))
def test_what_is_pressing_is_told_or_exhausted_at_once(
    policy: Policy, helpers: tuple[Helper, ...], priority: str
) -> None:
    state = Matter("case", "open", priority, 0, 0, NOW, quiet_until=NOW + LONG)
    decision = decide(policy, state, helpers, NOW)
    assert any(isinstance(act, Tell | Exhausted) for act in decision.acts)
    assert not decision.held


@settings(max_examples=150, deadline=None)
@given(POLICIES, HELPERS, st.sampled_from(PRIORITIES))
def test_nobody_is_told_who_is_away_off_shift_or_not_to_be_reached(
    policy: Policy, helpers: tuple[Helper, ...], priority: str
) -> None:
    state = Matter("case", "open", priority, 0, 0, NOW, never=frozenset({"h1"}))
    known = {helper.id: helper for helper in helpers}
    for act in decide(policy, state, helpers, NOW).acts:
        for one in act.helpers if isinstance(act, Tell) else ():
            helper = known[one]
            staff = helper.roles & {"coordinator", "supervisor"}
            assert one != "h1"
            assert helper.reachable
            assert not helper.away
            assert staff or helper.duties


@settings(max_examples=100, deadline=None)
@given(POLICIES, HELPERS)
def test_the_same_question_has_the_same_answer(policy: Policy, helpers: tuple[Helper, ...]) -> None:
    state = Matter("case", "open", "urgent", 0, 0, NOW)
    there = decide(policy, state, helpers, NOW)
    assert decide(policy, state, reversed(helpers), NOW).acts == there.acts or len(helpers) > 1
    assert decide(policy, state, helpers, NOW) == there
