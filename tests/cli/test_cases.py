"""`hearthline cases`, `risk test`, `heartbeat`: what is refused with its cure, and exit codes."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from service import heartbeat, turns
from service.storage import cases, settings_rows
from tests import houses
from tests.cli.test_volunteers import MAYA, join

ANA = "+15550142001"
DANGER = "Ana Ruiz here, I want to die"


@pytest.fixture
def text(home) -> Any:
    """Text the line as Ana would."""
    count = iter(range(1000))

    def send(body: str) -> None:
        with home.house() as house:
            turns.text_came_in(
                house, sid=f"SM{next(count):032}", from_=ANA, to=houses.SERVICE_NUMBER, body=body
            )

    return send


@pytest.fixture
def code(hearthline, home, text) -> str:
    """A case of Ana's."""
    join(hearthline, ANA, "Ana Ruiz")
    text(DANGER)
    [case] = hearthline("cases", "list", "--json").objects
    return str(case["code"])


def refused(ran: Any) -> dict[str, str]:
    assert ran.code == 2, ran
    assert set(ran.error) == {"place", "trouble", "cure"}
    assert all(ran.error.values())
    return dict(ran.error)


def test_wrong_codes_states_and_marks_are_refused_with_their_cure(hearthline, code) -> None:
    for words in (
        ("take", "QQQQ"), ("show", "QQQQ"), ("hand-over", "QQQQ", "maya"),
        ("mark", "QQQQ", "missed"),
    ):  # fmt: skip
        found = refused(hearthline("cases", *words, "--json"))
        assert (found["place"], found["trouble"]) == ("QQQQ", "No case has this code.")
    assert (
        "no such state" in refused(hearthline("cases", "move", code, "gone", "--json"))["trouble"]
    )
    assert (
        "no such state"
        in refused(hearthline("cases", "list", "--status", "x", "--json"))["trouble"]
    )
    assert (
        "no such mark" in refused(hearthline("cases", "list", "--mark", "x", "--json"))["trouble"]
    )
    assert "no such mark" in refused(hearthline("cases", "mark", code, "good", "--json"))["trouble"]
    assert "No mark" in refused(hearthline("cases", "mark", code, "--json"))["trouble"]
    both = refused(hearthline("cases", "mark", code, "missed", "--clear", "--json"))
    assert "--clear" in both["cure"]
    assert (
        "Nobody has this case" in refused(hearthline("cases", "reached", code, "--json"))["trouble"]
    )
    assert (
        "Nobody is known"
        in refused(hearthline("cases", "take", code, "--for", "x", "--json"))["trouble"]
    )


def test_a_code_that_two_had_is_asked_back(hearthline, home, code, text) -> None:
    hearthline("cases", "close", code)
    text(DANGER)
    [second] = hearthline("cases", "list", "--json").objects
    hearthline("cases", "close", second["code"])
    with home.house() as house, house.database.writing() as tx:
        tx.execute("update \"case\" set code = 'ACDE', settled_at = 1")
        ids = {case.id for case in cases.listing(tx, settled=True)}
    found = refused(hearthline("cases", "show", "ACDE", "--json"))
    assert found["trouble"] == "More than one case had this code."
    assert all(id_ in found["cure"] for id_ in ids)
    assert hearthline("cases", "show", next(iter(ids))).code == 0


def test_a_case_is_shown_without_words_and_worked_to_its_end(hearthline, home, code) -> None:
    shown = hearthline("cases", "show", code)
    assert "self:" in shown.out
    assert "What happened" in shown.out
    assert "Ana" not in shown.out
    for words in (
        ("take", code), ("reached", code), ("note", code, "Call Bea"), ("done", code),
    ):  # fmt: skip
        assert hearthline("cases", *words, "--by", "rosa").code == 0
    assert "Bea" not in hearthline("cases", "show", code).out
    assert "Bea" in hearthline("cases", "show", code, "--words").out
    assert hearthline("cases", "list").out == "No case is open.\n"
    [row] = hearthline("cases", "list", "--all", "--kind", "danger", "--json").objects
    assert row["status"] == "resolved"


def test_marks_become_tests_of_the_lexicon(hearthline, home, code, tmp_path: Path) -> None:
    assert "Nobody has marked" in hearthline("risk", "test").out
    [done] = hearthline("cases", "mark", code, "false alarm", "--by", "rosa", "--json").objects
    assert (done["mark"], len(done["tests"])) == ("false alarm", 1)
    ran = hearthline("risk", "test", "--json")
    [row] = ran.objects
    assert ran.code == 1
    assert (row["right"], row["outcome"], "text" in row) == (False, "alarm", False)
    ran = hearthline("risk", "test", "--words", "--by", "rosa")
    assert "[name] [name] here, I want to die" in ran.out
    out = tmp_path / "marked.csv"
    assert hearthline("risk", "export", str(out)).code == 0
    with out.open(newline="") as file:
        [kept] = csv.DictReader(file)
    assert (kept["label"], kept["expected"]) == ("false alarm", "none")
    assert "Ana" not in out.read_text()
    assert out.stat().st_mode & 0o077 == 0
    assert (
        "cannot be written" in refused(hearthline("risk", "export", str(out), "--json"))["trouble"]
    )
    [told] = hearthline("risk", "evaluate", str(out), "--json").objects
    assert told["should_not_be_heard"]["wrong"] == 1
    assert hearthline("risk", "evaluate", "--marked", "--json").objects == [told]
    assert refused(hearthline("risk", "evaluate", "--json"))["cure"] == "Give a file, or --marked."
    [gone] = hearthline("cases", "mark", code, "--clear", "--json").objects
    assert gone["dropped"] == 1
    assert hearthline("risk", "test").code == 0
    trail = hearthline("trail", "--json").objects
    assert {"read tests", "marked as false alarm", "unmarked"} <= {row["act"] for row in trail}


def test_a_text_that_opened_no_case_is_marked(hearthline, home, code, text) -> None:
    text("purple is a colour that I like")
    [message] = [
        row for row in hearthline("messages", "list", "ana", "--json").objects
        if row["direction"] == "in"
    ][:1]  # fmt: skip
    [done] = hearthline("messages", "mark", message["id"], "missed", "--json").objects
    assert len(done["tests"]) == 1
    assert hearthline("risk", "test").code == 1
    assert hearthline("messages", "mark", message["id"], "--clear").code == 0
    found = refused(hearthline("messages", "mark", "nothing", "missed", "--json"))
    assert "messages list" in found["cure"]


def test_the_heartbeat_ends_with_1_and_says_why(hearthline, home) -> None:
    ran = hearthline("heartbeat", "--json")
    [told] = ran.objects
    assert (ran.code, told["heartbeat"]) == (1, "failing")
    assert "clock: It was never heard of." in told["reasons"]
    assert any(reason.startswith("phone network: It did not answer") for reason in told["reasons"])
    assert "FAILS clock" in hearthline("heartbeat").out
    home.set(DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    ran = hearthline("heartbeat")
    assert ran.code == 1
    assert "FAILS database" in ran.out


def test_where_all_runs_the_heartbeat_says_so(hearthline, home) -> None:
    from tests.phone import PhoneNetwork

    with PhoneNetwork("https://line.example") as network:
        home.set(**network.environment())
        with home.house() as house, house.database.writing() as tx:
            heartbeat.clock_beats(tx, house.now())
            settings_rows.put(tx, "swept", house.now().isoformat(), house.now())
        ran = hearthline("heartbeat")
    assert (ran.code, ran.out) == (0, "All runs.\n"), "without Redis the clock sends by itself"


def test_a_volunteer_is_sent_a_test(hearthline, home) -> None:
    assert hearthline("volunteers", "tests").out == "Nobody was sent a test yet.\n"
    join(hearthline, MAYA, "Maya")
    hearthline("volunteers", "add", "maya")
    assert (
        "No verified phone"
        in refused(hearthline("volunteers", "test", "maya", "--json"))["trouble"]
    )
    hearthline("volunteers", "contact", "add", "maya", MAYA, "--known")
    [sent] = hearthline("volunteers", "test", "maya", "--by", "rosa", "--json").objects
    assert (sent["channel"], sent["came_to"]) == ("text", "asked")
    [row] = hearthline("volunteers", "tests", "maya", "--json").objects
    assert (row["asked_by"], row["answered_at"]) == ("rosa", None)
    assert hearthline("cases", "list").out == "No case is open.\n"
