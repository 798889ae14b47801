"""Two who take the same case in the same instant, over HTTP: one has it, the other hears so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from service import taking
from service.carrier.signature import Verifier
from service.desk import Desk
from service.storage import cases, settings_rows
from tests.bench import _load
from tests.faults.fragile import FragileHouse, on_both
from tests.faults.peopled import Somebody
from tests.houses import SERVICE_NUMBER

TIMES, FEW = (500, 50), (20, 10)  # cases, and how many are open at a time: --full, otherwise
ONE_WRITER = (100, 50)  # where writers come one after another anyway
_ASKED = re.compile(r"TAKE ([A-Z0-9]{4}) or PASS")


def take_together(house: FragileHouse, both: Sequence[Somebody], code: str) -> None:
    """Each of them texts TAKE, on a connection of their own, in the same instant."""
    verifier = Verifier(house.network.token, house.url)
    texts = [
        _load.signed(
            verifier,
            "/twilio/sms",
            {
                "MessageSid": f"SM{code}{one.number[1:]:>028}", "AccountSid": house.network.account,
                "From": one.number, "To": SERVICE_NUMBER, "Body": f"TAKE {code}", "NumMedia": "0",
            },
        )
        for one in both
    ]  # fmt: skip
    # a thread of its own: a browser of another test may keep a loop running in this one
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, _together(house.port, texts)).result()


async def _together(port: int, texts: Sequence[bytes]) -> None:
    lines = [await _load.connect(port) for _ in texts]
    await asyncio.gather(*(line.ask(text) for line, text in zip(lines, texts, strict=True)))
    for line in lines:
        line.transport.close()


def settle(house: FragileHouse) -> list[str]:
    """Close all cases that somebody has; their codes."""
    closed = []
    with house.inside.database.writing() as tx:
        force = house.inside.editions.in_force(tx, settings_rows.stamp(tx))
        for case in cases.listing(tx):
            if taking.close(Desk(tx, force, house.now()), case, "resolved", "a test"):
                closed.append(case.code)
    return closed


def heard(house: FragileHouse, one: Somebody) -> list[str]:
    return [text.body for text in house.network.handset(one.number).messages]


@on_both
def test_two_take_a_case_in_the_same_instant(house: FragileHouse, scale: float) -> None:
    full = TIMES if house.inside.database.postgres else ONE_WRITER
    (times, open_), taken = full if scale == 1 else FEW, list[str]()
    with house.inside.database.writing() as tx:  # so many texts cost more than a day may
        settings_rows.put(tx, "daily_budget", 1_000_000, house.now())
    both = house.helpers(2, ("coordinator",), duty=False)  # nobody is on duty: both are asked
    while len(taken) < times:
        for one in house.crowd(open_):
            house.needs(one, "alert", "urgent")
        house.quiet()
        asked = [
            {code for text in heard(house, one) for code in _ASKED.findall(text)} - set(taken)
            for one in both
        ]
        assert asked[0] == asked[1]
        assert len(asked[0]) == open_
        for code in sorted(asked[0]):
            take_together(house, both, code)
        house.quiet()
        rows = house.query(
            'SELECT c.code, count(*) FROM "case" c JOIN case_event e ON e.case_id = c.id'
            " WHERE e.act = 'accepted' AND c.status = 'accepted' GROUP BY c.code"
        )
        assert sorted(rows) == [(code, 1) for code in sorted(asked[0])]
        assert set(settle(house)) == asked[0]
        taken += asked[0]
        house.quiet()
    for code in taken:
        texts = [[text for text in heard(house, one) if code in text] for one in both]
        yours = [sum(f"{code} is yours" in text for text in own) for own in texts]
        thanked = [any(f"{code} is taken, thank you" in text for text in own) for own in texts]
        assert sorted(yours) == [0, 1], texts
        assert thanked == [not one for one in yours], texts
    found = house.count()
    # how it was for them is asked in the day's hours: by night those texts wait for the morning
    waits = {
        row[0] for row in house.query("SELECT id FROM message WHERE status = 'held' AND lane = 2")
    }
    assert (set(found.lost) - waits, found.doubled) == (set(), []), found
