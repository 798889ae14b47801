"""Web, workers, clock and Valkey killed in the middle of a ladder: every step happens, and once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from tests.faults.fragile import FragileHouse
from tests.faults.peopled import Somebody

ROSA = "+15550142009"
ROUNDS = 3  # of the policy: all who may come, and twice more
HELPER_HAS, COORDINATOR_HAS = 121.0, 601.0  # seconds of patience, and one
VICTIMS = (("worker", "valkey"), ("clock", "web"), ("web", "worker"), ("valkey", "clock"))
_CODE = re.compile(r"TAKE ([A-Z0-9]{4}) or PASS")


def strike(house: FragileHouse, victim: str) -> None:
    """Kill one of them while there is something to do, and start it again."""
    if victim == "worker":  # with what it sends just now
        for _ in range(40):
            if house.sending() or house.under_way() == (0, 0):
                break
            house.wait_seconds(0.005)
    if victim == "valkey":
        house.valkey.kill()
        house.wait_seconds(0.3)
        house.valkey.start()
    else:
        house.kill(victim)
        house.start(victim)
    if victim == "web":
        house.wait_ready()


def pass_step(house: FragileHouse, seconds: float, victims: Sequence[str]) -> None:
    """A step has its time, and somebody dies as the next one begins."""
    house.pass_time(seconds)
    for victim in victims:
        strike(house, victim)
    house.quiet()


def told(house: FragileHouse) -> list[tuple[str, str, int, int, str]]:
    """(case, who, step, round, our id of the text) of everybody who was asked."""
    rows = house.query(
        "SELECT case_id, coalesce(person_id, number_id), step, round, message_id FROM case_alert"
    )
    return [tuple(row) for row in rows]


def check_each_step_once(
    house: FragileHouse, crowd: Sequence[Somebody], asked: int, rounds: int
) -> None:
    """Everybody was asked once a round, by one text that the network took once."""
    alerts = told(house)
    assert len({alert[:4] for alert in alerts}) == len(alerts)
    times = Counter((alert[0], alert[1]) for alert in alerts)
    assert len(times) == asked * len(crowd)
    assert set(times.values()) == {rounds}, times
    taken = Counter[str]()
    for url, count in house.network.accepted_by_callback().items():
        taken[parse_qs(urlsplit(url).query)["m"][0]] += count
    assert {taken[alert[4]] for alert in alerts} == {1}, house.log()[-3000:]
    found = house.count()
    assert (found.lost, found.doubled) == ([], []), found


def acts(house: FragileHouse, act: str) -> list[int]:
    """How often each case has this in its timeline."""
    rows = house.query(
        'SELECT (SELECT count(*) FROM case_event e WHERE e.case_id = c.id AND e.act = :act) AS n'
        ' FROM "case" c', act=act,
    )  # fmt: skip
    return [row[0] for row in rows]


def check_given_up(house: FragileHouse, crowd: Sequence[Somebody], rosa: Somebody) -> None:
    """Once for each: the coordinator is alarmed, and the person hears the truth."""
    assert acts(house, "exhausted") == [1] * len(crowd)
    for one in crowd:
        texts = [text.body for text in house.network.handset(one.number).messages]
        assert sum("nobody here can call" in text for text in texts) == 1, texts
    alarms = [text.body for text in house.network.handset(rosa.number).messages]
    assert sum(text.count("nobody took it") for text in alarms) == len(crowd), alarms


def test_killed_in_the_middle_of_a_ladder(house: FragileHouse, scale: float) -> None:
    rounds, helpers = (ROUNDS, house.helpers(2)) if scale == 1 else (1, house.helpers(1))
    (rosa,) = house.coordinators([ROSA])
    crowd = house.crowd(20 if scale == 1 else 4)
    house.network.misbehave(latency_ms=40, latency_jitter_ms=60)
    for one in crowd:
        house.network.handset(one.number).send("TALK")
    strike(house, "web")  # the network brings again what was not answered
    house.network.idle()
    house.swept()
    house.quiet()
    steps = [*(HELPER_HAS for _ in helpers), COORDINATOR_HAS] * rounds
    for at, patience in enumerate(steps if rounds == ROUNDS else steps[:-1]):
        pass_step(house, patience, VICTIMS[at % len(VICTIMS)])
    check_each_step_once(house, crowd, len(helpers) + 1, rounds)
    if rounds == ROUNDS:
        check_given_up(house, crowd, rosa)
    # A late yes still counts: taken once, whoever dies meanwhile.
    phone = house.network.handset(helpers[0].number)
    codes = {code for text in phone.messages for code in _CODE.findall(text.body)}
    assert len(codes) == len(crowd)
    for code in codes:
        phone.send(f"TAKE {code}")
    for victim in ("web", "clock"):
        strike(house, victim)
    house.network.idle()
    house.swept()
    house.quiet()
    assert acts(house, "accepted") == [1] * len(crowd)
    assert house.query('SELECT DISTINCT status FROM "case"') == [("accepted",)]
