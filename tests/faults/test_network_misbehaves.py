"""A network that drops, stalls, refuses and mixes up: nothing lost, nothing doubled."""

from __future__ import annotations

from collections import Counter

from tests.faults.fragile import FragileHouse, share

FINAL = ("delivered", "undelivered", "failed")


def test_dropped_and_broken_after_accepting(house: FragileHouse, scale: float) -> None:
    count = share(house, scale, 2000)
    house.network.misbehave(
        drop_after=0.05, broken_after=0.02, drop_before=0.02, broken=0.02, callback_lost=0.5
    )
    house.plan(house.crowd(count))
    house.quiet()
    mischief = house.network.counts()["mischief"]
    house.check(sent=count)
    assert mischief["dropped after"] > count * 0.02
    house.network.behave()


def test_stalled_beyond_the_time_out(house: FragileHouse, scale: float) -> None:
    count = share(house, scale, 400)
    house.network.misbehave(stall=0.1, stall_ms=1500, latency_ms=20, callback_lost=0.5)
    house.plan(house.crowd(count))
    house.quiet()
    assert house.network.counts()["mischief"]["stalled"]
    house.check(sent=count)


def test_callbacks_doubled_shuffled_late_and_lost(house: FragileHouse, scale: float) -> None:
    count = share(house, scale, 600)
    house.network.misbehave(
        callback_doubled=0.3, callback_reordered=0.3, callback_late=0.3, callback_late_ms=1000,
        callback_lost=0.1, drop_after=0.05, undelivered=0.1, undelivered_code=30009,
    )  # fmt: skip
    house.plan(house.crowd(count))
    house.quiet()
    house.network.flush()
    house.quiet()
    found = house.check(sent=count)
    told = Counter(house.network.counts()["statuses"])
    lost = house.network.counts()["callbacks"]["lost"]
    assert lost
    # A final state that was told is kept, whatever came after it.
    for status in FINAL:
        assert found.statuses[status] <= told[status]
    assert sum(found.statuses[status] for status in FINAL) >= count - lost
    assert set(found.statuses) <= {"accepted", "sent", *FINAL}
    # What no callback told is read in the carrier's books.
    house.pass_time(5)

    def all_told() -> bool:
        return set(house.count().statuses) <= set(FINAL)

    house.wait_until(all_told, "the end of every text")
    assert Counter(house.count().statuses) == told


def test_a_storm_of_429(house: FragileHouse, scale: float) -> None:
    count = share(house, scale, 400)
    house.network.misbehave(too_many=0.7)
    house.plan(house.crowd(count))
    house.wait_seconds(1.5)
    house.network.behave()
    house.quiet()
    assert house.network.counts()["mischief"]["20429"]
    house.check(sent=count)


def test_the_order_of_one_turn_holds_whatever_is_in_doubt(
    house: FragileHouse, scale: float
) -> None:
    people, texts = share(house, scale, 100), 4
    house.network.misbehave(drop_after=0.15, broken_after=0.05, drop_before=0.1)
    for one in (crowd := house.crowd(people)):
        house.put(house.turn(one, [f"text {place}" for place in range(texts)]))
    house.quiet()
    house.check(sent=people * texts)
    for one in crowd:
        bodies = [text.body for text in house.network.handset(one.number).messages]
        assert bodies == [f"text {place}" for place in range(texts)]


def test_the_same_words_twice_to_one_number(house: FragileHouse, scale: float) -> None:
    """Reconciling finds as many as there are, though the carrier's list cannot tell which."""
    people, times = share(house, scale, 100), 4
    house.network.misbehave(drop_after=0.2, broken_after=0.1, drop_before=0.1, stall=0.05,
                            stall_ms=1300)  # fmt: skip
    crowd = house.crowd(people)
    house.put([house.draft(one, "The same words.") for one in crowd for _ in range(times)])
    house.quiet()
    accepted = house.network.accepted()
    assert {accepted[one.number, "The same words."] for one in crowd} == {times}
    assert house.network.counts()["accepted"] == people * times


def test_a_text_that_is_listed_late_is_not_sent_again(house: FragileHouse, scale: float) -> None:
    count = share(house, scale, 200)
    house.network.misbehave(drop_after=0.2, list_late_ms=200, callback_lost=1)
    house.plan(house.crowd(count))
    house.quiet()
    house.check(sent=count)
