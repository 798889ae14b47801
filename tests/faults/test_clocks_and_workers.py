"""Several clocks and workers at once, a clock that dies, a worker that is asked to stop."""

from __future__ import annotations

from tests.faults.fragile import FragileHouse, share


def test_two_clocks_and_three_workers(house: FragileHouse, scale: float) -> None:
    count = share(house, scale, 1000)
    house.start("clock 2", "worker 2", "worker 3")
    house.network.misbehave(latency_ms=20, latency_jitter_ms=40)
    house.plan(house.crowd(count))
    house.quiet()
    house.check(sent=count)
    occurrences = house.query("SELECT count(*), count(DISTINCT plan_id) FROM occurrence")[0]
    assert tuple(occurrences) == (count, count)


def test_one_message_a_number_is_in_flight(house: FragileHouse, scale: float) -> None:
    house.start("worker 2", "worker 3")
    house.network.misbehave(latency_ms=40)
    crowd = house.crowd(20)
    house.put([house.draft(one, f"text {place}") for place in range(8) for one in crowd])
    most = 0
    while house.under_way() != (0, 0):
        rows = house.query(
            "SELECT count(*) FROM message WHERE status = 'sending' GROUP BY number_id"
        )
        most = max([most, *(row[0] for row in rows)])
    assert most == 1
    house.quiet()
    house.check(sent=160)


def test_a_clock_killed_between_ticks(house: FragileHouse, scale: float) -> None:
    count = share(house, scale, 600)
    house.plan(house.crowd(count))
    for _ in range(3):
        house.wait_seconds(0.25)
        house.kill("clock")
        house.start("clock")
    house.quiet()
    house.check(sent=count)
    occurrences = house.query("SELECT count(*), count(DISTINCT plan_id) FROM occurrence")[0]
    assert tuple(occurrences) == (count, count)


def test_a_worker_asked_to_stop_leaves_nothing_in_doubt(house: FragileHouse, scale: float) -> None:
    count = share(house, scale, 1000)
    house.network.misbehave(latency_ms=300)
    house.pace(count / 2)  # so that there is something left for the second time
    house.plan(house.crowd(count))
    for _ in range(2 if scale == 1 else 1):
        house.wait_until(lambda: house.sending() > 0, "a worker that sends")
        house.kill("clock")  # it would call what it finds in doubt, and wake others
        assert house.stop("worker") == 0
        rows = house.query(
            "SELECT count(*) FROM message WHERE status IN ('sending', 'in doubt') OR doubts > 0"
        )
        assert rows[0][0] == 0
        house.start("worker", "clock")
    house.network.behave()
    house.quiet()
    house.check(sent=count)
