"""In, out, back in, and a phone that is somebody else's now."""

from __future__ import annotations

import pytest

from service.storage import consents, people, suppressions
from tests.service.house import ANA, ROSA, Line, Phone


def acts(line: Line, phone: Phone) -> list[tuple[str, str]]:
    with line.reading() as tx:
        rows = consents.of_number(tx, phone_id(line))
    return [(row.act, row.how) for row in rows]


def phone_id(line: Line) -> str:
    from service.storage import numbers

    with line.reading() as tx:
        found = numbers.find(tx, ANA)
    assert found is not None
    return found.id


def test_a_stop_ends_everything_at_once_and_is_not_confirmed_by_us(line: Line) -> None:
    ana = line.member(ANA)
    line.plan(ana, "daily-checkin", "every day", "10:00")
    ana.send("CHECKIN")
    assert ana.text("STOP") == "", "what was to leave is cancelled too"
    assert line.one("select held_for from message where status = 'cancelled'") == "stopped"
    assert ana.front is None
    assert (ana.person.status, ana.standing.number.opted_out_how) == ("left", "word")
    line.passes(days=3)
    assert ana.hears() == []
    assert ana.occurrences == []


def test_a_wish_to_stop_is_honoured_and_confirmed_once(line: Line) -> None:
    ana = line.member(ANA)
    assert "START brings them back" in ana.text("please stop texting me")
    assert ana.text("please stop texting me!!") == ""
    assert acts(line, ana)[-1] == ("stopped", "wish")


def test_a_stop_is_written_down_once_and_again_after_a_return(line: Line) -> None:
    ana = line.member(ANA)
    for word in ("STOP", "STOP", "START", "STOP"):
        ana.text(word)
    assert [act for act, _ in acts(line, ana)] == ["joined", "stopped", "started", "stopped"]


def test_an_open_case_stays_open_and_says_that_they_stopped(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("TALK")
    line.phone(ROSA).hears()
    ana.text("STOP")
    assert [(case.status, case.stopped) for case in ana.open_cases] == [("notifying", True)]
    assert "stopped texts" in "".join(line.phone(ROSA).hears())


def test_who_comes_back_has_their_plan_again(line: Line) -> None:
    ana = line.member(ANA)
    line.plan(ana, "daily-checkin", "every day", "10:00")
    ana.text("STOP")
    line.passes(days=2)
    assert "You get texts again" in ana.text("START")
    assert ana.person.status == "active"
    line.passes(days=1)
    assert any("How is today" in text for text in ana.hears())


def test_start_ends_a_pause_of_one_who_never_left(line: Line) -> None:
    ana = line.member(ANA)
    line.plan(ana, "daily-checkin", "every day", "10:00")
    ana.text("PAUSE 2 weeks")
    ana.text("START")
    assert ana.person.paused_until is None
    line.passes(days=1, hours=1)
    assert any("How is today" in text for text in ana.hears())


def test_leaving_by_a_flow_says_goodbye_as_the_last_word(line: Line) -> None:
    ana = line.member(ANA)
    line.plan(ana, "daily-checkin", "every day", "10:00")
    heard = ana.text("LEAVE")
    if ana.front is not None:
        heard = ana.text("YES")
    assert heard
    assert ana.standing.number.opted_out_how == "flow"
    line.passes(days=3)
    assert ana.hears() == []


def test_who_says_no_is_not_written_to_again(line: Line) -> None:
    ana = line.phone(ANA)
    ana.text("JOIN")
    assert "won't write again" in ana.text("NO")
    assert (ana.person.status, ana.person.fields) == ("left", {})
    assert acts(line, ana)[-1][0] == "declined"
    line.passes(days=5)
    assert ana.hears() == []
    assert "Hear more?" in ana.text("JOIN"), "the door stays open"


def test_what_is_kept_of_a_yes_are_the_words_they_saw(line: Line) -> None:
    ana = line.phone(ANA)
    ana.text("JOIN")
    seen = ana.text("YES")
    ana.text("YES")
    with line.reading() as tx:
        (consent,) = consents.of_person(tx, ana.person.id)
    assert consent.wording == seen


def test_who_declines_after_a_list_told_their_name_is_found_by_it_no_more(line: Line) -> None:
    ana = line.phone(ANA)
    ana.text("JOIN")
    with line.turn(ana) as slate:
        assert slate.person is not None
        people.index_name(slate.tx, slate.person.id, {"name": "Ana"})
    ana.text("NO")
    assert line.one("select count(*) from person_name") == 0


def test_who_joins_again_after_leaving_keeps_one_person(line: Line) -> None:
    ana = line.member(ANA)
    first = ana.person.id
    ana.text("STOP")
    ana.text("START")
    ana.text("LEAVE")
    assert ana.person.id == first
    assert line.one("select count(*) from person") == 1


def test_wording_is_discreet_until_they_say_the_phone_is_theirs_alone(line: Line) -> None:
    ana = line.phone(ANA)
    for word in ("JOIN", "YES", "YES", "YES"):
        ana.text(word)
    assert ana.person.discreet
    for word in ("SKIP", "1"):
        ana.text(word)
    ana.text("YES")
    assert not ana.person.discreet


def test_the_wrong_number_reaches_nobody_any_more(line: Line) -> None:
    ana = line.member(ANA)
    line.plan(ana, "daily-checkin", "every day", "10:00")
    person_id = ana.person.id
    heard = ana.text("WRONG")
    while ana.standing.person is not None and ana.front is not None:
        heard = ana.text("YES")
    assert heard
    assert ana.standing.person is None
    with line.reading() as tx:
        person = people.load(tx, person_id)
    assert person is not None
    assert (person.status, person.main_number_id) == ("left", None)
    line.passes(days=3)
    assert ana.hears() == []
    assert "text JOIN" in ana.text("hello"), "whoever has it now is a stranger"


def test_a_remembered_stop_holds_for_a_number_that_is_new_to_us(line: Line) -> None:
    with line.writing() as tx:
        suppressions.add(tx, ANA, line.at)
    ana = line.phone(ANA)
    assert ana.text("JOIN") == ""
    assert ana.standing.number.opted_out_how == "remembered"
    assert "text JOIN" in ana.text("START")
    assert "Hear more?" in ana.text("JOIN")


@pytest.mark.parametrize(("word", "last"), [("LEAVE", "Take care."), ("WRONG", "texts from us.")])
def test_who_leaves_in_the_middle_is_not_asked_again_what_stood_open(
    line: Line, word: str, last: str
):
    ana = line.member(ANA)
    ana.text("CHECKIN")
    heard = ana.text(word)
    heard = ana.text("YES") if word == "LEAVE" else heard
    assert heard.endswith(last)
    line.passes(days=1)
    assert ana.hears() == []
    assert line.rows("select status from conversation where status != 'ended'") == []
