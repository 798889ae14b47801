"""Two phones in one call while web dies and webhooks are lost, doubled and late: they are joined
once, talk on without us, and what becomes of it is told and written down once."""

from __future__ import annotations

from collections import Counter

from service.call_books import UNTOLD
from tests.calls import Call
from tests.faults.callers import no_repeat_differs, still_open, troubles
from tests.faults.fragile import FragileHouse, on_both
from tests.phone import Handset

RINGING, THERE, REACHED = "Ringing them now", "They are there", "Reached? For yes, press 1."
RINGS_WITHIN = 30.0  # seconds, real ones: a worker may have to be started first


def has_a_case(house: FragileHouse) -> tuple[Handset, Handset]:
    """Somebody asked for a person, and a helper has it; the phones of both."""
    (ana,), (ida,) = house.crowd(1), house.helpers(1)
    house.needs(ana, "asked", "urgent")
    person, helper = house.network.handset(ana.number), house.network.handset(ida.number)
    helper.expect("TAKE", within=RINGS_WITHIN)
    helper.send("TAKE")
    helper.expect("1 ring them", within=RINGS_WITHIN)
    house.quiet()
    return person, helper


def rings(helper: Handset) -> Call:
    """The helper calls us, is asked what stands open by text, and has us ring their person."""
    call = helper.dial()
    call.hears("To ring them, press 1")
    call.presses("1").hears(RINGING)
    return call


def joined(person: Handset, helper: Handset) -> tuple[Call, Call]:
    """Both in one room: the helper's call, the person's."""
    call = rings(helper)
    other = person.rings(within=RINGS_WITHIN).answers()
    other.presses("1")
    call.joined(2).hears(THERE)
    return call, other


def talk(one: Call, other: Call) -> None:
    """Each hears the other."""
    one.tells("Can you hear me?")
    other.hears("Can you hear me?")
    other.tells("Yes, I can.")
    one.hears("Yes, I can.")


def acts(house: FragileHouse) -> Counter[str]:
    """What stands in the timeline of the only case, and how often."""
    return Counter(row[0] for row in house.query("SELECT act FROM case_event"))


def check_told_once(house: FragileHouse) -> None:
    """They were rung once, were together once, and it was over once."""
    house.quiet()
    found = acts(house)
    wanted = ("ringing them", "together", "in contact", "call over")
    assert {act: found[act] for act in wanted} == dict.fromkeys(wanted, 1), found
    assert house.network.counts()["calls"] == 1
    assert no_repeat_differs(house)


@on_both
def test_web_dies_while_two_talk_and_they_talk_on(house: FragileHouse) -> None:
    person, helper = has_a_case(house)
    call, other = joined(person, helper)
    house.kill("web")
    talk(call, other)
    house.start("web")
    house.wait_ready()
    call.presses("*").hears(REACHED)
    call.presses("1").hears("Thank you")
    call.hangs_up()
    other.hears("Goodbye")
    check_told_once(house)
    assert troubles(house) == []


@on_both
def test_everything_comes_twice_or_late_and_counts_once(house: FragileHouse) -> None:
    person, helper = has_a_case(house)
    house.network.misbehave(
        webhook_doubled=1.0, answer_lost=0.3, callback_doubled=1.0, callback_late=0.5,
        callback_late_ms=300, callback_reordered=0.5, seed=11,
    )  # fmt: skip
    call, other = joined(person, helper)
    talk(call, other)
    call.presses("*").hears(REACHED)
    call.presses("1").hears("Thank you")
    call.hangs_up()
    other.hears("Goodbye")
    house.network.flush()
    check_told_once(house)


@on_both
def test_the_worker_dies_as_somebody_is_to_be_rung(house: FragileHouse) -> None:
    person, helper = has_a_case(house)
    house.kill("worker")
    call = rings(helper)
    house.wait_seconds(0.5)
    house.start("worker")
    other = person.rings(within=RINGS_WITHIN).answers()
    other.presses("1")
    call.joined(2)
    talk(call, other)
    other.hangs_up()
    call.hears(REACHED)
    call.presses("1").hears("Thank you")
    call.hangs_up()
    check_told_once(house)
    assert troubles(house) == []


@on_both
def test_web_is_away_as_they_part_and_the_carrier_is_asked_how_it_ended(
    house: FragileHouse,
) -> None:
    person, helper = has_a_case(house)
    call, other = joined(person, helper)
    house.kill("web")
    call.presses("*")
    assert call.over
    assert other.parted().over
    house.start("web")
    house.wait_ready()
    house.pass_time(UNTOLD.total_seconds() + 60)
    house.wait_until(lambda: not still_open(house), "the end of every call")
    house.quiet()
    found = acts(house)
    assert (found["together"], found["call over"]) == (1, 1), found
    # what was asked as they parted goes on, and whoever has the case can ring them again
    again = helper.dial()
    again.hears(REACHED)
    again.presses("3").hears(RINGING)
    back = person.rings(within=RINGS_WITHIN).answers().presses("1")
    talk(again.joined(2), back)
