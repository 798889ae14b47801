"""Every flow by phone, in both languages: walks of the library told as calls, with a real service.

Each is somebody's call: they ring us, or we ring them, and what the walk says is pressed and said.
All are lived through on one database; on the other one walk of each flow and language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pytest

from flows.bridge_actions import OF_BRIDGES
from flows.case_actions import OF_CASES
from flows.definition import Walk
from flows.shift_actions import OF_SHIFTS
from service import by_hand, wishes
from service.storage import people
from tests.flows.test_library import LANGUAGES, LIBRARY, PROGRAM, SHIPPED, WALKS
from tests.stories.conftest import on
from tests.stories.lived import Lived
from tests.stories.telling import Story, stays_neutral

MOST = 3  # of a flow in a language: all hold, and all would take minutes
PIN = "2741"
SAID = {
    keyword.target: {language: words[0].lower() for language, words in keyword.words.items()}
    for keyword in LIBRARY.keywords
    if keyword.does == "visit"
}
WE_RING = ("daily-checkin",)  # with a word to call it, and yet ours to begin
UNLIKE = frozenset(
    ("failed", "by call only", "taken", "not understood", "not the same")
)  # outcomes that need a fault of ours, another phone or other words
OTHERWISE = {
    "hello: hear more is yes": "who was invited has not joined yet",
    "see: not joined": "until it is told that the phone is theirs alone, words stay neutral",
    "country told is not answered": "the same",
    "second: part is third": "the phone is told to be seen by others, and words are neutral then",
    "one word leads to language": "from there on it is another language",
}
"""Walks that are otherwise in life: titles as they begin, and why."""


def _of_the_team() -> frozenset[str]:
    """Flows that need a case, a shift or another phone in a call, or that lead to such a one."""
    acts = {action.name for action in (*OF_BRIDGES, *OF_CASES, *OF_SHIFTS)}
    states = {name: flow.states.values() for name, flow in LIBRARY.flows.items()}
    found = {name for name, some in states.items() if any(state.action in acts for state in some)}
    while (
        more := {
            name for name, some in states.items() if any(state.visit in found for state in some)
        }
        - found
    ):
        found |= more
    return frozenset(found)


OF_THE_TEAM = _of_the_team()
"""Told from all phones at once: test_people_answer.py, test_bridges.py and those beside them."""
ALONE = SHIPPED - OF_THE_TEAM


def lifelike(walk: Walk) -> bool:
    """Whether everything in it comes about by itself."""
    return (
        walk.by_call
        and walk.flow in ALONE
        and not any(step.outcome in UNLIKE for step in walk.steps)
        and not walk.title.startswith(tuple(OTHERWISE))
    )


def _chosen() -> list[Walk]:
    """Of each flow and language the first, the last and some between, by keys and in words."""
    told = [walk for walk in WALKS if walk.language in LANGUAGES and not walk.discreet]
    found = sorted(filter(lifelike, told), key=lambda walk: (walk.flow, walk.language))
    chosen = []
    for _, group in groupby(found, lambda walk: (walk.flow, walk.language)):
        walks = list(group)
        apart = max(1, (len(walks) - 1) / (MOST - 1))
        chosen += [walks[round(n * apart)] for n in range(min(MOST, len(walks)))]
    return chosen


def _does(walk: Walk, action: str, outcome: str | None = None) -> bool:
    return any(
        (step.does, step.text, step.outcome) == ("we do", action, outcome) for step in walk.steps
    )


def _begins(house: Story, walk: Walk) -> Lived:
    """The person as the walk has them, at the first words of its flow."""
    lived = Lived(house, walk, PROGRAM)
    if walk.flow in ("joining", "imported-invitation"):
        return _joins(lived, walk)
    planned = not any(step.outcome == "nothing planned" for step in walk.steps)
    lived.joined(plan=planned, discreet="yes" if walk.discreet else "no")
    said = [PIN] if _with_a_pin(lived, walk) else []
    _before(lived, walk)
    if walk.flow == "home":
        return lived.calls(*said)
    if walk.flow in SAID and walk.flow not in WE_RING:
        return lived.calls(*said, _word(walk.flow, walk))
    return lived.rung()


def _joins(lived: Lived, walk: Walk) -> Lived:
    invited = {"consent_date": "", "consent_wording": ""}
    if walk.flow == "imported-invitation":
        return lived.joined(plan=False, **invited).calls()
    if _does(walk, "see joining", "invited"):
        return lived.joined(plan=False, **invited).calls("1")
    if _does(walk, "see joining", "joined"):
        return lived.joined(plan=False).calls(_word("joining", walk))
    return lived.calls(*(["1"] if walk.language == "en" else ["4", "1"]))


def _word(flow: str, walk: Walk) -> str:
    """What calls this flow, in the language of the walk."""
    return SAID[flow][walk.language.partition("-")[0]]


def _with_a_pin(lived: Lived, walk: Walk) -> bool:
    if not _does(walk, "see pin", "set"):
        return False
    with lived.house.house.inside.database.writing() as tx:
        people.set_pin(tx, by_hand.whom(tx, lived.phone.number), PIN)
    return True


def _before(lived: Lived, walk: Walk) -> None:
    """What has to have happened already."""
    house, phone = lived.house, lived.phone
    yes = "YES" if walk.language == "en" else "SI"
    if _does(walk, "next message"):
        for _ in range(2):
            house.until(18)
            phone.says("4").heard_all()
        house.until(11)
    if any(step.outcome == "already open" for step in walk.steps):
        phone.says(_word("talk", walk)).heard_all()
        house.coordinator.heard_all()
    if _does(walk, "see wishes", "kept"):
        with house.house.inside.database.writing() as tx:
            person_id = by_hand.whom(tx, phone.number)
            known = people.load(tx, person_id)
            assert known is not None
            people.set_fields(tx, person_id, {**known.fields, wishes.CALL: "Rosa"})
    if _does(walk, "keep"):
        phone.says(_word("delete", walk)).heard_all()
        phone.says(yes).heard_all()


CHOSEN = _chosen()


def _first_of_each(walks: Sequence[Walk]) -> Iterator[Walk]:
    seen: set[tuple[str, str]] = set()
    for walk in walks:
        if (walk.flow, walk.language) not in seen:
            seen.add((walk.flow, walk.language))
            yield walk


def _told_on(database: str, walk: Walk) -> Any:
    name = f"{database}-{walk.flow}-{walk.title}"
    return pytest.param(database, walk, marks=on(database), id=name)


TOLD = [_told_on("sqlite", walk) for walk in CHOSEN]
TOLD += [_told_on("postgresql", walk) for walk in _first_of_each(CHOSEN)]


# "session": otherwise each walk would start the service anew
@pytest.mark.parametrize(("running", "walk"), TOLD, indirect=["running"], scope="session")
def test_a_walk_is_lived_through_on_the_phone(house: Story, walk: Walk) -> None:
    _begins(house, walk).goes().over()
    assert house.network.counts()["webhooks"].get("repeats answered differently", 0) == 0


NEUTRAL = [
    walk
    for walk in WALKS
    if lifelike(walk) and walk.discreet and walk.flow not in ("joining", "imported-invitation")
]
"""Who has not joined is not known to be seen by others: their walks differ from the beginning."""


@pytest.mark.parametrize(
    ("running", "walk"), [_told_on("sqlite", walk) for walk in NEUTRAL], indirect=["running"],
    scope="session",
)  # fmt: skip
def test_on_a_phone_that_others_hear_nothing_tells_what_it_is(house: Story, walk: Walk) -> None:
    lived = _begins(house, walk).goes()
    for said in lived.call.heard:
        stays_neutral(said)
    lived.over()


def test_neutral_words_are_heard_in_every_flow() -> None:
    flows = {walk.flow for walk in NEUTRAL}
    assert flows == ALONE - {"joining", "imported-invitation"}


def test_every_flow_is_lived_through_in_both_languages() -> None:
    lived = {(walk.flow, walk.language) for walk in CHOSEN}
    assert lived == {(flow, language) for flow in ALONE for language in LANGUAGES}


def test_what_is_otherwise_in_life_is_still_a_walk() -> None:
    for title in OTHERWISE:
        assert any(walk.by_call and walk.title.startswith(title) for walk in WALKS), title
