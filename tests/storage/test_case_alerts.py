"""Alerts: once a step, settled once, and needless for the others when one took the case."""

from __future__ import annotations

from datetime import timedelta

from service.storage import case_alerts, cases, holding, ids
from service.storage.case_alerts import NewAlert
from service.storage.database import Database, Tx
from tests.storage.conftest import AT
from tests.storage.team import case, person, volunteer


def alert(case_id: str, person_id: str | None, number_id: str | None, step: int = 0) -> NewAlert:
    return NewAlert(ids.new(), case_id, person_id, number_id, "text", step, 0, AT)


def told(tx: Tx, new: NewAlert) -> str:
    assert case_alerts.tell(tx, [new]) == {new.id}
    return new.id


def test_nobody_is_asked_twice_in_a_step(store: Database) -> None:
    with store.writing() as tx:
        ana, _ = person(tx, "Ana")
        ben, number = volunteer(tx, "Ben")
        wanted = case(tx, ana)
        first = alert(wanted, ben, number)
        desk, desk_again = alert(wanted, None, "desk"), alert(wanted, None, "desk")
        assert case_alerts.tell(tx, [first, desk]) == {first.id, desk.id}
        assert case_alerts.tell(tx, [alert(wanted, ben, "other"), desk_again]) == set()
        next_step = alert(wanted, ben, number, step=1)
        assert case_alerts.tell(tx, [next_step]) == {next_step.id}
        assert [one.id for one in case_alerts.of_case(tx, wanted)] == [
            first.id, desk.id, next_step.id,
        ]  # fmt: skip


def test_an_alert_is_found_by_how_it_went(store: Database) -> None:
    with store.writing() as tx:
        ana, _ = person(tx, "Ana")
        ben, number = volunteer(tx, "Ben")
        wanted = case(tx, ana)
        one = told(tx, alert(wanted, ben, number))
        case_alerts.bind(tx, one, conversation_id="talk")
        case_alerts.bind(tx, one, message_id="text")
        case_alerts.bind(tx, one, call_id="call", channel="call", number_id="landline")
        found = case_alerts.load(tx, one)
        assert found is not None
        assert (found.conversation_id, found.channel, found.number_id) == (
            "talk", "call", "landline",
        )  # fmt: skip
        assert case_alerts.by_message(tx, "text") == found
        assert case_alerts.by_call(tx, "call") == found
        assert case_alerts.by_conversation(tx, "talk") == found
        assert case_alerts.by_call(tx, "another") is None


def test_when_one_took_it_the_others_need_not(store: Database) -> None:
    with store.writing() as tx:
        ana, _ = person(tx, "Ana")
        ben, _ = volunteer(tx, "Ben")
        cleo, _ = volunteer(tx, "Cleo")
        dora, _ = volunteer(tx, "Dora")
        emil, _ = volunteer(tx, "Emil")
        wanted = case(tx, ana)
        asked = {who: told(tx, alert(wanted, who, None)) for who in (ben, cleo, dora, emil)}
        assert case_alerts.settle(tx, [asked[dora]], "passed", AT) == {asked[dora]}
        assert case_alerts.settle(tx, [asked[cleo]], "silent", AT) == {asked[cleo]}
        assert holding.take(tx, wanted, ben, None, AT)
        assert case_alerts.settle(tx, [asked[ben]], "accepted", AT) == {asked[ben]}
        spared = case_alerts.needless(tx, wanted, ben, AT)
        assert {(one.person_id, one.status) for one in spared} == {
            (cleo, "silent"), (emil, "told"),
        }  # fmt: skip
        assert case_alerts.needless(tx, wanted, ben, AT) == [], "they are thanked once"
        assert case_alerts.settle(tx, list(asked.values()), "passed", AT) == {asked[ben]}
        kept = {one.person_id: one.status for one in case_alerts.of_case(tx, wanted)}
        assert kept == {ben: "passed", cleo: "needless", dora: "passed", emil: "needless"}


def test_what_somebody_is_asked_just_now(store: Database) -> None:
    with store.writing() as tx:
        ana, _ = person(tx, "Ana")
        ben, _ = volunteer(tx, "Ben")
        one, other = case(tx, ana, "AB12"), case(tx, ana, "CD34", "missed")
        first, second = told(tx, alert(one, ben, None)), told(tx, alert(other, ben, None))
        assert [a.id for a in case_alerts.standing(tx, [ben])[ben]] == [second, first]
        assert case_alerts.asked(tx, [ana, ben]) == {ben: 2}
        assert cases.move(tx, other, "cancelled", AT)
        assert [a.id for a in case_alerts.standing(tx, [ben])[ben]] == [first]
        assert case_alerts.asked(tx, [ana, ben]) == {ben: 1}
        lately = case_alerts.lately(tx, ben, AT - timedelta(days=1))
        assert [a.id for a in lately] == [second, first]
        assert case_alerts.lately(tx, ben, AT + timedelta(seconds=1)) == []
        assert {a.id for a in case_alerts.of_cases(tx, [one, other])[other]} == {second}
