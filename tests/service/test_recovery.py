"""A lost database, restored: nothing leaves before the carrier was asked, nothing is doubled, a
STOP that came after the backup is heard, and who was erased is erased again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service import clock, keeping, people, recovery, seeding, telling, turns
from service.cures import Curable
from service.dispatching import Dispatcher
from service.house import House
from service.settings import load
from service.storage import ids, message_lists, messages, numbers, placings, senders, timers
from service.storage import people as stored
from service.storage.messages import Draft
from service.storage.migrations import migrate
from service.storage.placings import NewCall
from tests import houses
from tests.phone import Handset, PhoneNetwork

ANA, BEN, CAL = (f"+1555014200{n}" for n in range(1, 4))
UNSAID: Callable[[str, int], None] = lambda table, rows: None  # noqa: E731


@pytest.fixture
def network() -> Iterator[PhoneNetwork]:
    with PhoneNetwork("http://127.0.0.1:9") as running:
        yield running


class Line:
    """A house with a worker in this process, and people who text it."""

    def __init__(self, network: PhoneNetwork, url: str, home: Path) -> None:
        self.settings = load(
            houses.environment(
                url, home, HEARTHLINE_IN_FLIGHT="4", HEARTHLINE_DOUBT_SECONDS="0.05",
                HEARTHLINE_HTTP_TIMEOUT="3",
                **network.environment(),
            )
        )  # fmt: skip
        self.house = House(self.settings)
        self.worker = Dispatcher(self.house)

    def hear(self, phone: Handset, words: str) -> None:
        """They text, and the webhook brings it."""
        sid = phone.send(words)
        turns.text_came_in(
            self.house, sid=sid, from_=phone.number, to=houses.SERVICE_NUMBER, body=words
        )

    def work(self, seconds: float = 1.5) -> None:
        """Send what may leave, and ask the carrier what has to be asked."""
        from service import outbox, timers

        until = time.monotonic() + seconds
        while time.monotonic() < until:
            timers.tick(self.house)
            outbox.tick(self.house)
            self.worker.drain((0, 1, 2))
            time.sleep(0.05)

    def person(self, number: str) -> stored.Person | None:
        with self.house.database.reading() as tx:
            row = numbers.find(tx, number)
            return stored.load(tx, row.active_person_id) if row and row.active_person_id else None

    def close(self) -> None:
        self.worker.close()
        self.house.close()


def seeded(network: PhoneNetwork, url: str, home: Path) -> Line:
    """A house with the sample organisation, on a database from nothing."""
    migrate(url)
    line = Line(network, url, home)
    seeding.seed(line.house)
    return line


def test_a_restore_is_reconciled_before_anything_leaves(
    database_url: str, network: PhoneNetwork, tmp_path: Path
) -> None:
    ana, ben, cal = (network.handset(number) for number in (ANA, BEN, CAL))
    line = seeded(network, database_url, tmp_path)
    line.hear(ana, "JOIN")
    line.hear(cal, "JOIN")
    line.work()
    ana.expect("Hear more?")
    line.hear(ben, "JOIN")  # the answer to Ben is on its way when the backup is taken
    cal_id = line.person(CAL)
    assert cal_id is not None
    keeping.back_up(line.house, tmp_path / "backup", "a test", UNSAID)

    line.work()
    ben.expect("Hear more?")
    line.hear(ana, "YES")
    line.work()
    ana.expect("Join? YES or NO")
    ben.send("STOP")
    people.erase_now(line.house, CAL, "a test")
    line.close()
    before = network.accepted()

    # all is lost; another database takes its place
    url = f"sqlite:///{tmp_path}/again.db"
    again = Line(network, url, tmp_path)
    done = keeping.restore(again.settings, tmp_path / "backup", [], clock.now(), UNSAID)
    assert done.held.messages >= 1
    assert done.held.people == [cal_id.id]
    again.work()
    assert network.accepted() == before  # whatever runs, nothing leaves

    told = recovery.reconcile(again.house, "a test")
    assert told.erased_again == 1
    assert told.looked_for >= 1  # what Ana was answered; what Ben was sent died with his STOP
    again.work(3)
    assert network.doubled() == {}
    assert network.accepted() == before  # all that it would have sent had been sent
    with again.house.database.reading() as tx:
        assert message_lists.doubts(tx)[0] == 0
        row = numbers.find(tx, BEN)
        assert row is not None
        assert row.opted_out_at is not None
        assert numbers.find(tx, CAL) is None
        erased = stored.load(tx, cal_id.id)
    assert erased is not None
    assert erased.status == "erased"

    again.hear(ana, "YES")  # and Ana goes on where she was
    again.work()
    assert len(ana.messages) == 3
    with pytest.raises(Curable, match="No restore"):
        recovery.reconcile(again.house, "a test")
    again.close()


def test_while_the_carrier_is_away_nothing_is_let_go(
    network: PhoneNetwork, tmp_path: Path, sqlite_url: str
) -> None:
    from service.carrier.records import CarrierTrouble
    from service.storage import restoring

    migrate(sqlite_url)
    line = Line(network, sqlite_url, tmp_path)
    seeding.seed(line.house)
    keeping.back_up(line.house, tmp_path / "backup", "a test", UNSAID)
    line.close()
    again = Line(network, f"sqlite:///{tmp_path}/again.db", tmp_path)
    keeping.restore(again.settings, tmp_path / "backup", [], clock.now(), UNSAID)
    network.stop()
    with pytest.raises(CarrierTrouble):
        recovery.reconcile(again.house, "a test")
    with again.house.database.reading() as tx:
        assert restoring.waiting(tx) is not None
    again.close()


def crowd(line: Line, count: int) -> list[str]:
    """So many texts due now, each to a number of its own."""
    now = line.house.now()
    bodies = []
    with line.house.database.writing() as tx:
        force = line.house.editions.in_force(tx, None)
        senders.set_pace(tx, force.senders[0].id, 1_000_000_000)
        plain = [f"+1555{3000000 + n}" for n in range(count)]
        known = numbers.add_many(tx, [(number, "US", "mobile") for number in plain], now)
        drafts = []
        for n, number in enumerate(plain):
            bodies.append(f"Text {n}")
            drafts.append(
                Draft(ids.new(), None, known[number], force.senders[0].id, None, f"t{n}", 0, 1,
                      "pending", None, bodies[-1], 1, now, None, None, None, now, None, "answer")
            )  # fmt: skip
        messages.put(tx, drafts)
    return bodies


@pytest.mark.timeout(300)
def test_a_loss_in_the_middle_of_a_wave_loses_and_doubles_nothing(
    database_url: str, network: PhoneNetwork, tmp_path: Path, scale: float
) -> None:
    line = seeded(network, database_url, tmp_path)
    bodies = crowd(line, int(2000 * scale))
    network.misbehave(latency_ms=400)
    line.worker.drain((1,))  # some are on their way, some are not
    keeping.back_up(line.house, tmp_path / "backup", "a test", UNSAID)
    line.work(0.2)  # and some more leave after the backup
    network.behave()
    assert 0 < len(network.accepted()) < len(bodies)
    line.close()
    again = Line(network, f"sqlite:///{tmp_path}/again.db", tmp_path)
    keeping.restore(again.settings, tmp_path / "backup", [], clock.now(), UNSAID)
    recovery.reconcile(again.house, "a test")
    until = time.monotonic() + 120
    while time.monotonic() < until:
        again.work(1)
        with again.house.database.reading() as tx:
            rows = message_lists.latest(tx, most=5000)
        if {row.status for row in rows} <= {"accepted", "sent", "delivered"}:
            break
    again.close()
    assert network.doubled() == {}
    assert sorted(body for _, body in network.accepted()) == sorted(bodies)


def call_both(line: Line) -> None:
    """A call to Ana and one to Ben, due now: one a second may leave."""
    now = line.house.now()
    with line.house.database.writing() as tx:
        sender = line.house.editions.in_force(tx, None).senders[0].id
        known = numbers.add_many(tx, [(number, "US", "mobile") for number in (ANA, BEN)], now)
        placings.plan(
            tx,
            [
                NewCall(
                    ids.new(), "notice", None, known[number], sender, 1,
                    now - timedelta(seconds=late), now, expires_at=now + timedelta(hours=2),
                )
                for number, late in ((ANA, 9), (BEN, 1))
            ],
        )  # fmt: skip


def test_after_a_loss_who_was_called_is_not_called_again_and_who_was_not_is(
    database_url: str, network: PhoneNetwork, tmp_path: Path
) -> None:
    ana, ben = network.handset(ANA), network.handset(BEN)
    line = seeded(network, database_url, tmp_path)
    call_both(line)
    keeping.back_up(line.house, tmp_path / "backup", "a test", UNSAID)
    line.worker.drain((1,))  # Ana's phone rings, which no backup knows of
    ana.rings().ignores()
    line.close()
    again = Line(network, f"sqlite:///{tmp_path}/again.db", tmp_path)
    keeping.restore(again.settings, tmp_path / "backup", [], clock.now(), UNSAID)
    again.work(1)
    assert ben.calls == [], "nothing leaves before it is reconciled"
    recovery.reconcile(again.house, "a test")
    again.work(3)
    again.close()
    assert (len(ana.calls), len(ben.calls)) == (1, 1)


def say_later(line: Line, number: str, seconds: float) -> None:
    """A word for this number, which a timer says then."""
    now = line.house.now()
    with line.house.database.writing() as tx:
        number_id, _ = numbers.add(tx, number, country="US", kind="mobile", at=now)
        word = telling.event(number_id, "failed-kindly", now + timedelta(seconds=seconds), 1)
        timers.put(tx, [word._replace(key=f"tell:{number}")], now)


def test_what_was_due_in_the_time_that_was_lost_is_said_once(
    database_url: str, network: PhoneNetwork, tmp_path: Path
) -> None:
    ana, ben = network.handset(ANA), network.handset(BEN)
    line = seeded(network, database_url, tmp_path)
    say_later(line, ANA, 0)
    say_later(line, BEN, 3600)
    keeping.back_up(line.house, tmp_path / "backup", "a test", UNSAID)
    line.work(3)  # after the backup Ana's timer is taken, and her text leaves
    assert len(ana.messages) == 1
    line.close()
    again = Line(network, f"sqlite:///{tmp_path}/again.db", tmp_path)
    keeping.restore(again.settings, tmp_path / "backup", [], clock.now(), UNSAID)
    say_later(again, BEN, -1)  # which became due meanwhile, and nobody said it
    recovery.reconcile(again.house, "a test")
    again.work(3)
    again.close()
    assert (len(ana.messages), len(ben.messages)) == (1, 1)
