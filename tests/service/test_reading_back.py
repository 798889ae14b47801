"""Messages are told again: the newest first, whole by call, and never where others read along."""

from __future__ import annotations

from service import reading_back
from service.slate import CALL
from tests.service.house import ANA, BEN, Line, Phone


def checked_in(line: Line, days: int = 2) -> Phone:
    ana = line.member(ANA, name="Ana")
    line.plan(ana, "daily-checkin", "every day", "10:00")
    for _ in range(days):
        line.passes(days=1)
        ana.text("4")
    return ana


def told(line: Line, phone: Phone, most: int = 9) -> list[reading_back.ReadBack]:
    """Everything that is told by call, one message after the other."""
    found: list[reading_back.ReadBack] = []
    with line.turn(phone) as slate:
        slate.channel = CALL
        place = ""
        while len(found) < most:
            message = reading_back.message(slate, place)
            if message is None:
                break
            found.append(message)
            place = message.place
    return found


def test_the_newest_comes_first_and_each_one_once(line: Line) -> None:
    ana = checked_in(line)
    messages = told(line, ana)
    assert len(messages) == 2
    assert all("How is today" in message.said for message in messages)
    assert messages[0].day > messages[1].day
    assert len({message.place for message in messages}) == len(messages)


def test_replies_to_what_they_wrote_are_not_told_again(line: Line) -> None:
    ana = checked_in(line)
    assert not any("is noted" in message.said for message in told(line, ana))


def test_a_place_of_somebody_else_leads_nowhere(line: Line) -> None:
    ana = checked_in(line)
    place = told(line, ana)[0].place
    ben = line.member(BEN, name="Ben")
    with line.turn(ben) as slate:
        assert reading_back.message(slate, place) is None


def test_a_long_text_is_cut_by_text_and_told_whole_by_call(line: Line) -> None:
    ana = checked_in(line, days=1)
    long = ("word " * 50).strip()
    newest = line.one("select id from message where purpose = 'checkin' order by id desc")
    with line.writing() as tx:
        sealed = tx.sealer.seal(long.encode(), f"message.sealed_body:{newest}")
    line.do("update message set sealed_body = :sealed where id = :id", sealed=sealed, id=newest)
    with line.turn(ana) as slate:
        by_text = reading_back.message(slate, "")
        slate.channel = CALL
        by_call = reading_back.message(slate, "")
    assert by_text is not None
    assert by_call is not None
    assert by_call.said == long
    assert len(by_text.said) <= reading_back.MOST_LETTERS
    assert by_text.said.endswith("word...")


def test_what_was_forgotten_is_not_told(line: Line) -> None:
    ana = checked_in(line)
    line.do("update message set sealed_body = null")
    assert told(line, ana) == []
