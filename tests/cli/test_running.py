"""Messages, cases, numbers, settings, spend and trail, as somebody at the keyboard sees them."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from service import turns
from service.storage import ids, message_lists, messages, numbers, trail
from service.storage.messages import Draft
from tests import houses

ANA, ROSA = "+15550142001", "+15550142009"


@pytest.fixture
def texts(home):
    """Text the line as somebody would."""
    count = iter(range(1000))

    def text(body: str, number: str = ANA) -> None:
        with home.house() as house:
            sid = f"SM{next(count):032}"
            turns.text_came_in(house, sid=sid, from_=number, to=houses.SERVICE_NUMBER, body=body)

    return text


# --- messages


def test_messages_are_listed_without_words(hearthline, texts):
    texts("JOIN")
    texts("YES")
    listed = hearthline("messages", "list", ANA, "--json").objects
    assert {row["direction"] for row in listed} == {"in", "out"}
    assert "text" not in listed[0]
    waiting = hearthline("messages", "list", "--status", "pending", "--json").objects[0]
    [shown] = hearthline("messages", "show", waiting["id"], "--json").objects
    assert "text" not in shown
    [words] = hearthline("messages", "show", waiting["id"], "--words", "--json").objects
    assert words["text"].startswith("Hello")
    [line] = hearthline("trail", "message", waiting["id"], "--json").objects
    assert line["act"] == "read"
    assert hearthline("messages", "show", "none").code == 2


def hold(house, reason: str) -> str:
    message_id, now = ids.new(), house.now()
    with house.database.writing() as tx:
        number_id, _ = numbers.add(tx, ANA, country="US", kind="mobile", at=now)
        messages.put(tx, [
            Draft(message_id, None, number_id, None, None, "t", 0, 2, "held", reason, "hi", 1,
                  now + timedelta(hours=9), None, None, None, now, None, "checkin")
        ])  # fmt: skip
    return message_id


def test_what_is_held_is_told_by_reason_and_let_go(hearthline, home):
    with home.house() as house:
        quiet, restored = hold(house, "quiet"), hold(house, "restore")
    told = hearthline("messages", "held", "--json").objects
    assert {(row["reason"], row["lane"], row["messages"]) for row in told} == {
        ("quiet", "bulk", 1), ("restore", "bulk", 1),
    }  # fmt: skip
    assert hearthline("messages", "release", quiet, restored, "--json").objects == [{"released": 1}]
    assert hearthline("messages", "release", "--all", "--json").objects == [{"released": 0}]
    assert hearthline("messages", "release").code == 2
    with home.house() as house, house.database.reading() as tx:
        loaded = message_lists.load(tx, quiet, words=False)
        assert loaded is not None
        assert loaded[0].status == "pending"
    assert "Nothing is in doubt" in hearthline("messages", "doubts").out
    assert "No restore" in hearthline("messages", "release", "--restored").err


# --- cases


@pytest.fixture
def code(hearthline, texts) -> str:
    texts("JOIN")
    texts("I want to kill myself")
    [case] = hearthline("cases", "list", "--json").objects
    return case["code"]


def test_a_case_is_taken_noted_and_closed(hearthline, code, monkeypatch):
    assert hearthline("cases", "take", code.lower(), "--by", "rosa").code == 0
    second = hearthline("cases", "take", code, "--by", "leo", "--json")
    assert second.code == 2
    assert "in contact" in second.error["cure"]
    monkeypatch.setattr("sys.stdin", io.StringIO("Called, all well.\n"))
    hearthline("cases", "note", code, "-", "--by", "rosa")
    hearthline("cases", "move", code, "in contact", "--by", "rosa")
    assert "all well" not in hearthline("cases", "show", code).out
    [shown] = hearthline("cases", "show", code, "--words", "--json").objects
    assert "Called, all well." in [event["note"] for event in shown["events"]]
    [closed] = hearthline("cases", "close", code, "--json").objects
    assert closed["status"] == "resolved"
    assert "No case is open" in hearthline("cases", "list").out
    assert len(hearthline("cases", "list", "--all", "--json").objects) == 1
    assert hearthline("cases", "show", code).code == 0
    assert "its end" in hearthline("cases", "take", code).err


def test_a_case_nobody_took_is_closed_at_once(hearthline, code):
    [closed] = hearthline("cases", "close", code, "--as", "cancelled", "--json").objects
    assert closed["status"] == "cancelled"


def test_slips_with_cases_are_told(hearthline, code):
    assert "no such state" in hearthline("cases", "move", code, "done").err
    assert "No case" in hearthline("cases", "show", "ZZZZ").err


# --- our numbers


def test_our_numbers_are_added_and_paced(hearthline, home):
    [ours] = hearthline("numbers", "list", "--json").objects
    assert ours["number"] == houses.SERVICE_NUMBER
    [added] = hearthline("numbers", "add", "+1 555 010 0101", "--pace", "3", "--json").objects
    assert added == {"number": "+15550100101", "segments_per_second": 3.0}
    assert hearthline("numbers", "pace", "+15550100101", "20").code == 0
    assert hearthline("numbers", "resume", "+15550100101").code == 0
    assert hearthline("numbers", "list", "--json").objects[1]["segments_per_second"] == 20.0
    assert hearthline("numbers", "change", "+15550100101", "+15550100102").code == 0
    assert "already" in hearthline("numbers", "change", "+15550100102", ours["number"]).err
    assert hearthline("numbers", "change", "+15550100102", "+15550100101").code == 0
    assert "already" in hearthline("numbers", "add", "+15550100101").err
    assert "not ours" in hearthline("numbers", "pace", "+15550100199", "2").err
    assert "pace" in hearthline("numbers", "pace", "+15550100101", "0").err


def test_who_opted_out_is_listed_by_id(hearthline, texts):
    assert "Nobody" in hearthline("numbers", "optouts").out
    texts("JOIN")
    texts("STOP")
    [out] = hearthline("numbers", "optouts", "--json").objects
    assert out["how"] == "word"
    assert "opted out: 1" in hearthline("numbers", "list").out


# --- settings


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("service", "Lantern Street", "Lantern Street"),
        ("languages", "es, en", ["es", "en"]),
        ("zone", "Europe/Madrid", "Europe/Madrid"),
        ("daily_budget", "12.5", 12.5),
        ("quiet_from", "22", 22),
        ("allowed_countries", "US,CA", ["US", "CA"]),
        ("lines", '{"US": {"line": "988", "emergency": "911"}}',
         {"US": {"line": "988", "emergency": "911"}}),
    ],
)  # fmt: skip
def test_a_setting_is_set_and_unset(hearthline, home, name, given, value):
    [told] = hearthline("settings", "set", name, given, "--json").objects
    assert (told["value"], told["warnings"]) == (value, [])
    [shown] = hearthline("settings", "show", name, "--json").objects
    assert (shown["value"], shown["chosen"]) == (value, True)
    assert hearthline("settings", "unset", name).code == 0
    [shown] = hearthline("settings", "show", name, "--json").objects
    assert not shown["chosen"]


@pytest.mark.parametrize(
    ("name", "given", "cure"),
    [
        ("zone", "Atlantis/Deep", "Write it like: America/New_York"),
        ("quiet_from", "25", "Write it like: 21"),
        ("quiet_from", "late", "Write it like: 21"),
        ("lines", "988", '"emergency"'),
        ("languages", "English", '["en","es"]'),
        ("service", "x" * 31, "Hearthline"),
        ("checkin_hour", "10 o'clock", "10:00"),
        ("coordinators", "call Rosa", "+1555"),
        ("colour", "red", "There are: service"),
    ],
)
def test_a_wrong_value_is_told_with_how_it_is_written(hearthline, home, name, given, cure):
    ran = hearthline("settings", "set", name, given, "--json")
    assert ran.code == 2
    assert ran.error["place"] in (name, given)
    assert cure in ran.error["cure"]
    assert ran.error["trouble"]
    hearthline("settings", "list")  # and all the others still stand


def test_a_name_that_costs_more_is_told(hearthline, home):
    ran = hearthline("settings", "set", "service", "Línea de la Luz")
    assert ran.code == 0
    assert "í" in ran.out
    assert "cost" in ran.out


def test_coordinators_are_given_as_numbers_and_kept_as_ids(hearthline, home):
    [told] = hearthline("settings", "set", "coordinators", f"{ROSA}, {ANA}", "--json").objects
    assert len(told["value"]) == 2
    assert ROSA not in str(told)
    [plain] = hearthline("settings", "show", "coordinators", "--words", "--json").objects
    assert plain["value"] == [ROSA, ANA]
    kept = ",".join(told["value"][:1])
    [again] = hearthline("settings", "set", "coordinators", kept, "--json").objects
    assert again["value"] == told["value"][:1]
    assert "Nobody is told" in hearthline("settings", "set", "coordinators", "[]").out
    with home.house() as house, house.database.reading() as tx:
        acts = [line.act for line in trail.of_subject(tx, "setting", "coordinators")]
    assert acts == ["set", "read", "set", "set"]


# --- how it went


def test_reports(hearthline, texts):
    texts("JOIN")
    assert "In all: 0.00" in hearthline("spend").out
    assert "No check-in" in hearthline("occurrences", "list").out
    assert hearthline("occurrences", "list", ANA, "--status", "missed", "--json").objects == []
    assert hearthline("trail").code == 0
    assert hearthline("trail", "person").code == 2
