"""Ids only ever grow and never meet, across threads and forks; moments come back exactly."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.storage import ids
from service.storage.moments import from_micros, to_micros


def test_ids_grow_and_are_ulids() -> None:
    made = [ids.new() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {len(one) for one in made} == {26}
    assert set("".join(made)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert made[0][0] in "01234567"


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: [ids.new() for _ in range(2000)], range(8)))
    assert len({one for some in made for one in some}) == 16_000


def test_forked_children_never_make_the_same_id() -> None:
    ids.new()
    context = multiprocessing.get_context("fork")
    with context.Pool(4) as children:
        made = children.map(_some, range(8))
    assert len({one for some in made for one in some}) == 800


def _some(_: int) -> list[str]:
    return [ids.new() for _ in range(100)]


@given(st.datetimes(timezones=st.timezones()))
def test_moments_come_back_equal(moment: datetime) -> None:
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:
        return
    again = from_micros(to_micros(expected))
    assert again == expected
    assert again.tzinfo is UTC


def test_a_moment_is_the_same_from_every_zone() -> None:
    there = datetime(2026, 1, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert to_micros(there) == to_micros(datetime(2026, 1, 1, tzinfo=UTC))


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_micros(datetime(2026, 1, 1))
