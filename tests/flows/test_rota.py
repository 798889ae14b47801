"""Who is on duty when: turns, holidays, overrides, clocks that jump, gaps, swaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from flows.recurrence import moment_of, zone_of
from flows.rota import (
    Gap,
    Span,
    duties,
    gaps,
    on_duty,
    rotated,
    shares,
    slot_name,
    wanted,
)
from flows.rotation_words import RotaError, checked, turn_of
from flows.rotations import Override, Rota, Turn

NEW_YORK, MADRID = "America/New_York", "Europe/Madrid"
MONDAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)


def at(text: str, zone: str = NEW_YORK) -> datetime:
    return moment_of(datetime.fromisoformat(text), zone)


def rota(*turns: Turn, zone: str = NEW_YORK, **more) -> Rota:
    return Rota("evenings", zone, turns, **more)


def evenings(people=("maya", "tom", "lee"), **more) -> Turn:
    return turn_of("every day", "18:00 to 22:00", people, MONDAY, **more)


def whose(one: Rota, first: str, days: int) -> list[str]:
    """Who is on duty an hour into the evening, day by day."""
    found = []
    for day in range(days):
        moment = at(f"{first}T19:00") + timedelta(days=day)
        there = on_duty(duties(one, moment - 2 * HOUR, moment + 2 * HOUR), moment)
        found.append("+".join(there))
    return found


# --- whose turn it is


def test_each_shift_is_the_next_ones():
    assert whose(rota(evenings()), "2026-11-23", 4) == ["maya", "tom", "lee", "maya"]


def test_a_week_is_one_persons_until_the_day_of_the_hand_over():
    turn = evenings(hands_over="wednesday")
    assert whose(rota(turn), "2026-11-23", 10) == ["maya"] * 2 + ["tom"] * 7 + ["lee"]


def test_every_other_week():
    turn = evenings(hands_over="every 2 weeks on monday")
    found = whose(rota(turn), "2026-11-23", 29)
    assert found == ["maya"] * 14 + ["tom"] * 14 + ["lee"]


def test_two_at_once_go_round_together():
    turn = evenings(asked=2)
    assert whose(rota(turn), "2026-11-23", 3) == ["maya+tom", "lee+maya", "lee+tom"]


def test_before_its_first_day_nobody_is_wanted():
    assert wanted(rota(evenings()), at("2026-11-01T00:00"), at("2026-11-23T00:00")) == []


def test_weekdays_are_counted_without_the_weekend():
    turn = turn_of("weekdays", "18:00 to 22:00", ["maya", "tom"], date(2026, 11, 20))  # a Friday
    assert whose(rota(turn), "2026-11-20", 5) == ["maya", "", "", "tom", "maya"]


def test_a_rule_of_its_own_counts_its_own_days():
    turn = turn_of("FREQ=DAILY;INTERVAL=2", "18:00 to 22:00", ["maya", "tom"], MONDAY)
    assert whose(rota(turn), "2026-11-23", 5) == ["maya", "", "tom", "", "maya"]


def test_until_others_take_turns_those_before_them_do():
    one = rotated(rota(evenings()), ["ana", "ben"], MONDAY + timedelta(days=2))
    assert one is not None
    assert whose(one, "2026-11-23", 5) == ["maya", "tom", "ana", "ben", "ana"]
    again = rotated(one, ["eve"], MONDAY + timedelta(days=3))
    assert again is not None
    assert whose(again, "2026-11-23", 5) == ["maya", "tom", "ana", "eve", "eve"]
    sooner = rotated(again, ["lee"], MONDAY + timedelta(days=1))
    assert sooner is not None
    assert whose(sooner, "2026-11-23", 4) == ["maya", "lee", "ana", "eve"]
    assert len(checked(sooner).turns) == 4


def test_there_is_no_turn_to_take_where_there_is_none():
    assert rotated(rota(evenings()), ["ana"], MONDAY, 2) is None
    assert rotated(rota(), ["ana"], MONDAY) is None


# --- holidays and overrides


def test_a_holiday_is_nobodys_and_moves_nobody():
    one = rota(evenings(), holidays={date(2026, 11, 24): ()})
    assert whose(one, "2026-11-23", 3) == ["maya", "", "lee"]
    window = at("2026-11-23T00:00"), at("2026-11-26T00:00")
    assert (
        gaps(wanted(one, *window), [(d.person, d.span) for d in duties(one, *window)], *window)
        == []
    )


def test_a_holiday_may_be_somebodys():
    one = rota(evenings(), holidays={date(2026, 11, 24): ("ana",)})
    assert whose(one, "2026-11-23", 3) == ["maya", "ana", "lee"]


def override(since: str, until: str, *people: str, **more) -> Override:
    return Override(datetime.fromisoformat(since), datetime.fromisoformat(until), people, **more)


def told(one: Rota, first: str, until: str) -> list[tuple[str, str, str]]:
    """Who has which hours, by the wall clock."""
    zone = zone_of(one.zone)
    return [
        (d.person, f"{d.starts.astimezone(zone):%d %H:%M}", f"{d.ends.astimezone(zone):%d %H:%M}")
        for d in duties(one, at(first, one.zone), at(until, one.zone))
    ]


def test_an_override_has_the_hours_that_it_names_and_no_others():
    one = rota(evenings(), overrides=(override("2026-11-23T20:00", "2026-11-24T19:00", "ana"),))
    assert told(one, "2026-11-23T00:00", "2026-11-25T00:00") == [
        ("maya", "23 18:00", "23 20:00"), ("ana", "23 20:00", "23 22:00"),
        ("ana", "24 18:00", "24 19:00"), ("tom", "24 19:00", "24 22:00"),
    ]  # fmt: skip


def test_an_override_for_one_leaves_the_other():
    turn = evenings(asked=2)
    one = rota(turn, overrides=(
        override("2026-11-23T00:00", "2026-11-24T00:00", "ana", instead_of="tom"),
    ))  # fmt: skip
    assert told(one, "2026-11-23T00:00", "2026-11-24T00:00") == [
        ("ana", "23 18:00", "23 22:00"), ("maya", "23 18:00", "23 22:00"),
    ]  # fmt: skip


def test_the_later_override_has_the_last_word():
    one = rota(evenings(), overrides=(
        override("2026-11-23T00:00", "2026-11-24T00:00", "ana"),
        override("2026-11-23T21:00", "2026-11-24T00:00", "ben"),
    ))  # fmt: skip
    assert told(one, "2026-11-23T00:00", "2026-11-24T00:00") == [
        ("ana", "23 18:00", "23 21:00"), ("ben", "23 21:00", "23 22:00"),
    ]  # fmt: skip


def test_somebody_extra_is_there_besides_and_missed_if_not():
    one = rota(evenings(), overrides=(
        override("2026-11-23T20:00", "2026-11-23T23:00", "ana", extra=True),
    ))  # fmt: skip
    window = at("2026-11-23T00:00"), at("2026-11-24T00:00")
    assert ("ana", "23 20:00", "23 23:00") in told(one, "2026-11-23T00:00", "2026-11-24T00:00")
    found = gaps(wanted(one, *window), [("maya", Span(*window))], *window)
    assert found == [Gap(at("2026-11-23T20:00"), at("2026-11-23T22:00"), 2, 1)]


def test_who_stands_in_for_somebody_beside_themselves_leaves_a_gap():
    one = rota(evenings(asked=2), overrides=(
        override("2026-11-23T00:00", "2026-11-24T00:00", "maya", instead_of="tom"),
    ))  # fmt: skip
    window = at("2026-11-23T00:00"), at("2026-11-24T00:00")
    there = duties(one, *window)
    assert [d.person for d in there] == ["maya"]
    [gap] = gaps(wanted(one, *window), [(d.person, d.span) for d in there], *window)
    assert (gap.asked, gap.there) == (2, 1)


# --- clocks that jump


def nights(first: str, then: str) -> Rota:
    """Two turns that share the day: one until two in the morning, the other from then on."""
    return rota(
        turn_of("every day", first, ["maya", "tom"], date(2026, 1, 1)),
        turn_of("every day", then, ["lee", "ana"], date(2026, 1, 1)),
    )


@pytest.mark.parametrize("border", ["01:00", "01:30", "02:00", "02:30", "03:00"])
@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_when_the_clock_jumps_no_moment_is_lost_and_none_is_two_peoples(border, day):
    one = nights(f"14:00 to {border}", f"{border} to 14:00")
    begins = at(f"{day - timedelta(days=2)}T00:00")
    shifts = duties(one, begins, begins + timedelta(days=5))
    moment = begins
    while moment < begins + timedelta(days=5):
        assert len(on_duty(shifts, moment)) == 1, moment
        moment += timedelta(minutes=10)


def test_hours_that_the_clock_leaves_out_are_nobodys():
    one = rota(turn_of("every day", "2:00 to 3:00", ["maya"], date(2026, 3, 1)))
    found = duties(one, at("2026-03-07T00:00"), at("2026-03-10T00:00"))
    assert [d.slot for d in found] == ["2026-03-07T02:00:00", "2026-03-09T02:00:00"]


def test_the_night_in_which_an_hour_comes_twice_is_an_hour_longer():
    one = rota(turn_of("every day", "22:00 to 6:00", ["maya"], date(2026, 10, 1)))
    lengths = [
        (d.ends - d.starts) / HOUR
        for d in duties(one, at("2026-10-30T12:00"), at("2026-11-02T12:00"))
    ]
    assert lengths == [8, 9, 8]


def test_of_an_hour_that_comes_twice_each_has_a_name_of_its_own():
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert slot_name(first, NEW_YORK) == "2026-11-01T01:30:00"
    assert slot_name(first + HOUR, NEW_YORK) == "2026-11-01T01:30:00-05:00"


# --- whatever a rota says

HOURS = some.integers(0, 23).map(lambda hour: f"{hour:02}:00")
PEOPLE = some.lists(
    some.sampled_from(["ana", "ben", "cleo", "dee"]), min_size=1, max_size=4, unique=True
)
DAYS = some.sampled_from(
    ["every day", "weekdays", "weekends", "monday and thursday", "FREQ=DAILY;INTERVAL=3"]
)
OVER = some.sampled_from([None, "monday", "every 2 weeks on friday"])
ZONES = some.sampled_from([NEW_YORK, MADRID, "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"])
# around both changes of the clock, and some days of neither
STARTS = some.sampled_from(
    [date(2026, 3, 6), date(2026, 3, 27), date(2026, 10, 23), date(2026, 10, 30), MONDAY]
)


@some.composite
def rotas(draw) -> Rota:
    """A rota of up to two turns whose hours do not meet."""
    since, turns = draw(STARTS), []
    for _ in range(draw(some.integers(1, 2))):
        people = draw(PEOPLE)
        turns.append(turn_of(
            draw(DAYS), f"{draw(HOURS)} to {draw(HOURS)}", people, since, draw(OVER),
            draw(some.integers(1, len(people))),
        ))  # fmt: skip
    one = Rota("r", draw(ZONES), tuple(turns))
    try:
        return checked(one)
    except RotaError:
        return one._replace(turns=one.turns[:1])


def _whole(one: Rota) -> tuple[datetime, datetime]:
    begins = moment_of(datetime.combine(one.turns[0].since, datetime.min.time()), one.zone)
    return begins, begins + timedelta(days=9)


@settings(max_examples=150, deadline=None)
@given(rotas(), some.integers(0, 9 * 24 * 6))
def test_never_more_than_were_asked_for_and_each_once(one, tens):
    since, until = _whole(one)
    moment = since + timedelta(minutes=10 * tens)
    there = [d for d in duties(one, since, until) if d.starts <= moment < d.ends]
    asked = sum(w.asked for w in wanted(one, since, until) if w.span.starts <= moment < w.span.ends)
    assert len(there) == len({d.person for d in there}) == asked
    assert on_duty(there, moment) == [d.person for d in there]


@settings(max_examples=150, deadline=None)
@given(rotas())
def test_a_rota_as_it_stands_has_no_gap_and_every_shift_a_name_of_its_own(one):
    since, until = _whole(one)
    there = duties(one, since, until)
    assert gaps(wanted(one, since, until), [(d.person, d.span) for d in there], since, until) == []
    assert len({(d.slot, d.person) for d in there}) == len(there)
    assert all(d.starts < d.ends for d in there)


@settings(max_examples=150, deadline=None)
@given(rotas(), some.data())
def test_whoever_stays_away_is_told_as_a_gap_and_nothing_else_is(one, data):
    since, until = _whole(one)
    there = duties(one, since, until)
    away = data.draw(some.sets(some.integers(0, max(len(there) - 1, 0))))
    come = [(d.person, d.span) for n, d in enumerate(there) if n not in away]
    found = gaps(wanted(one, since, until), come, since, until)
    for moment in (since + timedelta(minutes=30 * n) for n in range(9 * 48)):
        missing = any(d.starts <= moment < d.ends for n, d in enumerate(there) if n in away)
        assert missing == any(gap.starts <= moment < gap.ends for gap in found)
    assert all(a.ends <= b.starts for a, b in pairwise(found))


@settings(max_examples=100, deadline=None)
@given(rotas(), some.integers(0, 8 * 24), some.integers(1, 24), some.sampled_from(["eve", "ana"]))
def test_within_an_override_nobody_else_is_on_duty(one, hours, length, who):
    since, until = _whole(one)
    first = datetime.combine(one.turns[0].since, datetime.min.time()) + timedelta(hours=hours)
    with_it = one._replace(overrides=(Override(first, first + timedelta(hours=length), (who,)),))
    begins, over = (moment_of(m, one.zone) for m in (first, first + timedelta(hours=length)))
    before, after = duties(one, since, until), duties(with_it, since, until)
    for moment in (since + timedelta(minutes=30 * n) for n in range(9 * 48)):
        was, now = on_duty(before, moment), on_duty(after, moment)
        expected = ([who] if was else []) if begins <= moment < over else sorted(was)
        assert sorted(now) == expected


@settings(max_examples=60, deadline=None)
@given(PEOPLE, OVER, ZONES)
def test_everybody_has_their_share(people, over, zone):
    turn = turn_of("every day", "18:00 to 22:00", people, MONDAY, over)
    one = Rota("r", zone, (turn,))
    since = moment_of(datetime.combine(MONDAY, datetime.min.time()), zone)
    round_ = len(people) * (1 if over is None else 14 if "2" in over else 7)
    until = since + timedelta(days=round_ * 2)
    held = shares(people, [(d.person, d.span) for d in duties(one, since, until)])
    least, *_, most = (*held.values(), max(held.values()))
    assert set(held) == set(people)
    assert most - least <= timedelta(hours=4 * (1 if over is None else 14))
