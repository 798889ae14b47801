"""`hearthline people ...` and `plans ...`, as somebody at the keyboard sees them."""

from __future__ import annotations

import io

import pytest

ANA, BEN = "+15550142001", "+15550142002"
CONSENT = ("--consent-date", "2026-05-01", "--consent-wording", "I agree to texts")


@pytest.fixture
def ana(hearthline, home) -> str:
    ran = hearthline("people", "add", ANA, "--name", "Ana Ruiz", *CONSENT, "--days", "every day",
                     "--json")  # fmt: skip
    return ran.objects[0]["id"]


def test_add_with_consent_or_invited(hearthline, home, ana):
    [shown] = hearthline("people", "show", ana, "--json").objects
    assert (shown["status"], len(shown["plans"])) == ("active", 1)
    ran = hearthline("people", "add", BEN, "--time", "9:00")
    assert "invited" in ran.out
    assert "only invited" in ran.out
    [invited] = hearthline("people", "list", "--status", "invited", "--json").objects
    assert invited["plans"] == 0


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["12"], "number"),
        ([ANA], "number"),
        ([BEN, "--zone", "Atlantis"], "zone"),
        ([BEN, ANA], ANA),
        ([BEN, "--shared"], "word"),
        (["+34612345678"], "country"),
    ],
)
def test_what_cannot_be_added_is_told_with_its_cure(hearthline, ana, arguments, place):
    ran = hearthline("people", "add", *arguments, "--json")
    assert ran.code == 2
    assert ran.error["place"] == place
    assert ran.error["cure"]


def test_several_numbers_the_main_one_first(hearthline, home):
    [added] = hearthline("people", "add", ANA, BEN, "--json").objects
    [shown] = hearthline("people", "show", BEN, "--words", "--json").objects
    assert shown["id"] == added["id"]
    assert [(n["number"], n["main"]) for n in shown["numbers"]] == [(ANA, True), (BEN, False)]


def test_words_are_shown_only_when_asked_and_the_trail_knows(hearthline, ana):
    plain = hearthline("people", "show", ANA).out
    assert "Ana" not in plain
    assert ANA not in plain
    [words] = hearthline("people", "show", "ana", "--words", "--by", "rosa", "--json").objects
    assert words["fields"]["name"] == "Ana Ruiz"
    assert words["consents"][0]["wording"] == "I agree to texts"
    looks = hearthline("trail", "person", ana, "--json").objects
    assert [(look["actor"], look["act"]) for look in looks][-1] == ("rosa", "read")


def test_find_by_name_number_or_id(hearthline, ana):
    for given in ("rui an", ANA, "+1 (555) 014-2001", ana):
        [found] = hearthline("people", "find", given, "--json").objects
        assert found["id"] == ana
    assert "Nobody" in hearthline("people", "find", "zoe").out
    assert hearthline("people", "show", "+15550149999", "--json").error["trouble"].startswith("No")


def test_two_of_one_name_are_never_guessed(hearthline, ana):
    hearthline("people", "add", BEN, "--name", "Ana Bell")
    ran = hearthline("people", "pause", "ana", "--for", "1 day", "--json")
    assert ran.code == 2
    assert ana in ran.error["cure"]


def test_pause_and_resume(hearthline, ana):
    [paused] = hearthline("people", "pause", ana, "--for", "2 weeks", "--json").objects
    assert paused["paused_until"].endswith("Z")
    [shown] = hearthline("people", "show", ana, "--json").objects
    assert shown["next_checkin_at"] > paused["paused_until"]
    [resumed] = hearthline("people", "resume", ana, "--json").objects
    assert resumed["next_checkin_at"] < paused["paused_until"]
    assert hearthline("people", "pause", ana).code == 2
    assert "over" in hearthline("people", "pause", ana, "--until", "2020-01-01").err
    assert "no day" in hearthline("people", "pause", ana, "--until", "soon").err


def test_erase_waits_seven_days_and_can_be_taken_back(hearthline, ana):
    [wish] = hearthline("people", "erase", ana, "--json").objects
    assert wish["erase_at"]
    [shown] = hearthline("people", "show", ana, "--json").objects
    assert shown["status"] == "erasing"
    assert hearthline("people", "erase", ana, "--undo", "--json").objects == [{"kept": True}]
    [shown] = hearthline("people", "show", ana, "--json").objects
    assert shown["status"] == "active"


def test_erase_now_leaves_no_word(hearthline, home, ana):
    assert hearthline("people", "erase", ana, "--now", "--yes").code == 0
    [shown] = hearthline("people", "show", ana, "--words", "--json").objects
    assert (shown["status"], shown["fields"], shown["numbers"]) == ("erased", {}, [])
    assert hearthline("people", "show", ANA).code == 2
    assert "already" in hearthline("people", "erase", ana).err
    with home.house() as house, house.database.reading() as tx:
        from service.storage import erasures

        assert erasures.counts(tx) == (1, 1)


def test_a_word_tells_two_on_one_phone_apart(hearthline, ana, monkeypatch):
    ran = hearthline("people", "add", ANA, "--name", "Ben", "--shared", "--word", "harbour",
                     *CONSENT, "--json")  # fmt: skip
    assert ran.objects[0]["others_without_word"] == [ana]
    monkeypatch.setattr("sys.stdin", io.StringIO("lantern\n"))
    [told] = hearthline("people", "word", ana, "-", "--json").objects
    assert told == {"word": "set", "others_without": []}
    assert hearthline("people", "word", ana, "harbour").code == 2
    assert hearthline("people", "word", ana).code == 2
    assert hearthline("people", "show", ANA).code == 2  # two answer to it


def test_a_forgotten_pin_is_taken_away_and_never_shown(hearthline, home, ana):
    from service.storage import people

    assert hearthline("people", "pin", ana, "--clear", "--json").objects == [{"pin": "none"}]
    with home.house() as house, house.database.writing() as tx:
        people.set_pin(tx, ana, "4815")
    ran = hearthline("people", "pin", ana)
    assert ran.code == 2
    assert "4815" not in ran.out + ran.err
    ran = hearthline("people", "pin", "ana", "--clear", "--by", "rosa", "--json")
    assert ran.objects == [{"pin": "cleared"}]
    with home.house() as house, house.database.reading() as tx:
        assert people.with_pin(tx, [ana]) == set()
    looks = hearthline("trail", "person", ana, "--json").objects
    assert ("rosa", "took a PIN away") in [(look["actor"], look["act"]) for look in looks]


def test_import_tells_each_row_and_ends_with_1_where_one_is_wrong(hearthline, home, file):
    path = file("people.csv", f"number;zone\n{ANA};Madrid\n12;\n{ANA};\n")
    dry = hearthline("people", "import", path, "--dry-run")
    assert dry.code == 1
    assert "would be invited: 1" in dry.out
    rows = hearthline("people", "import", path, "--json").objects
    assert [(row["row"], row["done"]) for row in rows] == [
        (2, "invited"), (3, "wrong"), (4, "skipped"),
    ]  # fmt: skip
    assert rows[1]["column"] == "number"
    again = hearthline("people", "import", file("one.csv", f"number\n{BEN}\n"))
    assert again.code == 0
    assert "invited: 1" in again.out


def test_import_of_what_is_no_list(hearthline, home, file):
    assert hearthline("people", "import", "nowhere.csv").code == 2
    assert hearthline("people", "import").code == 2
    assert "Nobody" in hearthline("people", "import", file("none.csv", "number\n")).err
    ran = hearthline("people", "import", file("odd.csv", f"number,colour\n{ANA},red\n"))
    assert ran.code == 1
    assert "--ignore" in ran.out
    assert hearthline("people", "import", "--columns").out.count("\n") > 10


def test_plans_are_added_skipped_paused_and_ended(hearthline, ana):
    [plan] = hearthline(
        "plans", "add", ana, "--days", "weekdays", "--time", "6pm", "--json"
    ).objects
    assert plan["times"].startswith("on weekdays at")
    every = hearthline("plans", "list", ana, "--json").objects
    assert [one["status"] for one in every] == ["ended", "active"]
    assert hearthline("plans", "skip", plan["id"]).code == 0
    [paused] = hearthline("plans", "pause", plan["id"], "--for", "3 weeks", "--json").objects
    assert paused["next_due"] > plan["next_due"]
    [back] = hearthline("plans", "pause", plan["id"], "--end", "--json").objects
    assert back["next_due"] == plan["next_due"]
    assert hearthline("plans", "end", plan["id"]).code == 0
    assert "ended" in hearthline("plans", "skip", plan["id"]).err
    assert "No plan" in hearthline("plans", "end", "nothing").err


@pytest.mark.parametrize(
    "arguments",
    [["--days", "whenever"], ["--time", "noonish"], ["--flow", "no-such"]],
)
def test_a_plan_that_cannot_be(hearthline, ana, arguments):
    ran = hearthline("plans", "add", ana, *arguments, "--json")
    assert ran.code == 2
    assert ran.error["place"] == arguments[1]


def test_a_new_number_takes_the_place_of_the_old_one(hearthline, home, ana):
    hearthline("people", "add", ANA, "--name", "Ben", "--shared", "--word", "harbour", *CONSENT)
    ran = hearthline("people", "number", ana, BEN, "--wording", "Yes, text me there", "--json")
    assert ran.objects == [{"id": ana, "number": "changed"}]
    [ana_now] = hearthline("people", "show", BEN, "--words", "--json").objects
    assert ana_now["id"] == ana
    assert [(n["number"], n["main"]) for n in ana_now["numbers"]] == [(BEN, True)]
    assert ana_now["consents"][-1]["wording"] == "Yes, text me there"
    [ben] = hearthline("people", "show", ANA, "--json").objects  # alone on it now
    assert ben["id"] != ana
    assert "Somebody" in hearthline("people", "number", ben["id"], BEN, "--wording", "x").err


def test_a_list_says_who_still_needs_a_word(hearthline, ana, file):
    path = file("two.csv", f"number,shared,word\n{ANA},yes,harbour\n")
    [row] = hearthline("people", "import", path, "--json").objects
    assert (row["done"], row["column"]) == ("invited", "word")


def test_call_rings_them(hearthline, home, ana):
    ran = hearthline("people", "call", ana, "--flow", "daily-checkin", "--json")
    assert ran.code == 0, ran.err
    assert ran.objects[0]["rings_at"]
    shown = hearthline("people", "show", ana).out
    assert "Last calls" in shown
    assert "notice" in shown
    assert "pending" in shown
    refused = hearthline("people", "call", ana, "--flow", "no-such", "--json")
    assert refused.code != 0
    assert "daily-checkin" in refused.error["cure"]
