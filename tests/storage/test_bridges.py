"""Bridges: one a case at a time, each move won once, and nothing left of them but ids."""

from __future__ import annotations

from datetime import timedelta

from service.storage import bridges, ids
from service.storage.bridges import Bridge, Leg
from service.storage.database import Database, Tx
from tests.storage.conftest import AT
from tests.storage.team import case, person

LATER = AT + timedelta(minutes=3)


def bridge(case_id: str) -> Bridge:
    return Bridge(ids.new(), case_id, "out", "ringing", "a-room", 0, AT, None, None)


def leg(tx: Tx, bridge_id: str, role: str, person_id: str | None = None) -> Leg:
    one = Leg(
        ids.new(), bridge_id, role, "wanted", person_id, None, None, None, None, 0, None, AT, None,
        None,
    )  # fmt: skip
    bridges.add(tx, one)
    return one


def begun(tx: Tx) -> tuple[Bridge, Leg, Leg]:
    """A bridge of Ana's case, her phone and a helper's."""
    ana, _ = person(tx, "Ana")
    one = bridge(case(tx, ana))
    assert bridges.begin(tx, one)
    return one, leg(tx, one.id, "helper", "ida"), leg(tx, one.id, "person", ana)


def test_a_case_has_one_at_a_time(store: Database) -> None:
    with store.writing() as tx:
        first, _, _ = begun(tx)
        second = bridge(first.case_id)
        assert not bridges.begin(tx, second)
        assert bridges.open_of(tx, first.case_id) == first
        assert bridges.end(tx, first.id, "busy", LATER)
        assert not bridges.end(tx, first.id, "busy", LATER)
        assert bridges.open_of(tx, first.case_id) is None
        assert bridges.begin(tx, second)
        assert [one.id for one in bridges.of_case(tx, first.case_id)] == [first.id, second.id]


def test_a_phone_rings_once(store: Database) -> None:
    with store.writing() as tx:
        one, _, ana = begun(tx)
        by = {"number_id": "phone", "person_id": ana.person_id}
        assert bridges.rings(tx, ana.id, call_id="a", **by)  # type: ignore[arg-type]
        assert not bridges.rings(tx, ana.id, call_id="b", **by)  # type: ignore[arg-type]
        found = bridges.of_call(tx, "a")
        assert found is not None
        assert (found[0], found[1].id, found[1].number_id) == (one, ana.id, "phone")
        assert bridges.of_call(tx, "b") is None


def test_each_move_is_won_once_and_none_leaves_the_end(store: Database) -> None:
    with store.writing() as tx:
        one, _, ana = begun(tx)
        assert not bridges.move_leg(tx, ana.id, "joined", LATER, round_=0), "nobody answered yet"
        assert bridges.move_leg(tx, ana.id, "waiting", LATER)
        assert not bridges.move_leg(tx, ana.id, "waiting", LATER)
        assert bridges.move_leg(tx, ana.id, "joined", LATER, round_=2)
        gone_at = LATER + timedelta(minutes=1)
        assert bridges.move_leg(tx, ana.id, "gone", gone_at, why="hung up")
        assert not bridges.move_leg(tx, ana.id, "waiting", gone_at)
        found = bridges.leg(tx, ana.id)
        assert found is not None
        assert (found.round, found.joined_at, found.left_at) == (2, LATER, gone_at)
        assert (found.status, found.came_to, found.since) == ("gone", "hung up", gone_at)
        assert bridges.move(tx, one.id, "together", LATER)
        assert bridges.move(tx, one.id, "apart", LATER)
        assert not bridges.move(tx, one.id, "apart", LATER)
        assert bridges.end(tx, one.id, "hung up", gone_at)
        assert not bridges.move(tx, one.id, "together", gone_at)


def test_what_a_flow_waits_for_comes_to_it_once(store: Database) -> None:
    with store.writing() as tx:
        one, ida, _ = begun(tx)
        bridges.awaits(tx, ida.id, "talk", 7)
        found = bridges.of_conversation(tx, "talk")
        assert found is not None
        assert (found[0].id, found[1].token) == (one.id, 7)
        assert bridges.told(tx, ida.id)
        assert not bridges.told(tx, ida.id)


def test_a_room_that_ended_is_not_come_back_to(store: Database) -> None:
    with store.writing() as tx:
        one, _, _ = begun(tx)
        bridges.room_ended(tx, one, 0)
        bridges.room_ended(tx, one, 0)
        again = bridges.load(tx, one.id)
        assert again is not None
        assert again.round == 1


def test_who_leaves_ends_what_they_are_in(store: Database) -> None:
    with store.writing() as tx:
        first, ida, _ = begun(tx)
        assert bridges.leave(tx, "somebody else", "left", LATER) == 0
        assert bridges.leave(tx, "ida", "left", LATER) == 1
        assert bridges.leave(tx, "ida", "left", LATER) == 0
        assert bridges.open_of(tx, first.case_id) is None
        left = bridges.leg(tx, ida.id)
        assert left is not None
        assert (left.status, left.came_to) == ("gone", "left")


def test_after_a_restore_nobody_is_on_the_line(store: Database) -> None:
    with store.writing() as tx:
        first, _, _ = begun(tx)
        assert bridges.end_all(tx, "restore", LATER) == 1
        assert bridges.open_of(tx, first.case_id) is None


def test_the_names_of_rooms_are_forgotten_in_time(store: Database) -> None:
    with store.writing() as tx:
        first, _, _ = begun(tx)
        bridges.end(tx, first.id, "busy", AT)
        assert bridges.old(tx, AT, "", 10) == []
        assert bridges.old(tx, LATER, "", 10) == [first.id]
        assert bridges.fade(tx, [first.id]) == 1
        assert bridges.old(tx, LATER, "", 10) == []
        assert bridges.of_case(tx, first.case_id)[0].room == ""
