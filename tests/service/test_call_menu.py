"""The menu of a call from a caller's side: a check-in, messages, a word for the team, a person."""

from __future__ import annotations

from tests.service.calling import dial
from tests.service.house import ANA, BEN, Line, Phone

MENU = "For a check-in now, press 1"


def checked_in(line: Line) -> Phone:
    """Ana, with two check-ins behind her, the last one of today still open."""
    ana = line.member(ANA, name="Ana")
    line.plan(ana, "daily-checkin", "every day", "10:00")
    line.passes(days=1)
    ana.text("4")
    line.passes(days=1)
    ana.text("5")
    return ana


def test_the_menu_on_a_phone_that_others_hear_is_told_in_whole_sentences(line: Line):
    ana = line.member(ANA, name="Ana")
    line.do("update number set shared = :yes where id = :id", yes=True, id=ana.standing.number.id)
    heard = dial(line, ANA).hears
    assert "For a question now, press 1. For a call, press 2." in heard
    assert "To get what I sent, press 3. To leave me a note, press 4. For more, press 5." in heard


def test_messages_are_heard_one_after_the_other_by_keys(line: Line):
    checked_in(line)
    call = dial(line, ANA)
    newest = call.presses("3")
    assert "How is today" in newest
    assert "For the one before, press 2" in newest
    once_more = call.presses("1")
    assert newest.split("What now?")[0] in once_more
    before = call.presses("2")
    assert "How is today" in before
    assert before.split(".")[0] != newest.split(".")[0], "another day"
    assert "That was the first one" in call.presses("2")
    assert MENU in call.hears, "and then the menu again"


def test_there_may_be_no_messages(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    assert "There are no messages" in call.presses("3")
    assert MENU in call.hears


def test_a_message_for_the_team_is_recorded_after_a_key(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    told = call.presses("4")
    assert "What would you like to tell Hearthline?" in told
    assert "To record, press 1." in told
    assert "up to 2 minutes" in told
    call.presses("1")
    assert "Thank you, we have it" in call.records(12)
    assert [case.kind for case in ana.open_cases] == ["alert"]
    assert line.rows("select flow, seconds from recording") == [("team-message", 12)]


def test_a_message_for_the_team_may_be_spoken_or_left(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.presses("4")
    assert "You can leave a message at any time" in call.presses("9")
    assert ana.open_cases == []
    call.presses("4")
    assert "Thank you, we have it" in call.says("Please thank Bea for the ride")
    assert len(ana.open_cases) == 1


def test_every_page_is_reached_by_keys(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    pages = [call.hears.split("What would you like?")[-1]]
    for _ in range(4):
        pages.append(call.presses("5"))
    assert len(set(pages)) == 5
    assert "For the first page, press 5" in pages[-1]
    for page in pages:
        assert page.count(", press ") <= 5, page
    assert "For settings, press 3" in call.presses("5")


def test_the_menu_is_told_in_the_words_of_the_caller(line: Line):
    ben = line.member(BEN)
    with line.turn(ben) as slate:
        assert slate.person is not None
        slate.person.language, slate.person.changed = "es-tu", True
    call = dial(line, BEN)
    assert "¿Que quieres hacer? Para un saludo ya, marca 1." in call.hears
    assert "¿Como va hoy?" in call.says("un saludo ya")
