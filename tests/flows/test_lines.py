"""Lines: who is given which one, where, in which language, for what and at what hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows import lines
from flows.lines import HoursError, Line, Wanted

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # a Friday; 16:00 in Copenhagen
YEAR = timedelta(days=365)


def line(id_: str, **more: object) -> Line:
    made = Line(id_, "US", id_, ("self",), ("en",), "988", hours=lines.Hours())
    return made._replace(**more)


def best(*some: Line, at: datetime = NOW, **wanted: object) -> list[str]:
    asked = Wanted("US", ("en",))._replace(**wanted)
    return [found.id for found in lines.choose(some, asked, at)]


def ticked(id_: str, since: timedelta = timedelta(days=1), **more: object) -> Line:
    return line(id_, checked_at=NOW - since, expires_at=NOW - since + YEAR, **more)


def test_a_line_that_was_rung_comes_before_one_whose_tick_ended_and_that_before_any_other():
    old = ticked("b-old", since=YEAR)
    assert best(line("a-new"), old, ticked("c-rung")) == ["c-rung", "b-old", "a-new"]
    assert lines.standing(old, NOW) == "expired"


def test_other_countries_and_other_regions_are_not_given():
    some = (line("es", country="ES"), line("ohio", region="Ohio"), line("all"))
    assert best(*some) == ["all"]
    assert best(*some, region="Ohio") == ["ohio", "all"]
    assert best(*some, country="FR") == []


def test_a_language_that_they_speak_comes_first():
    some = (ticked("french", languages=("fr",)), line("spanish", languages=("es",)))
    assert best(*some, languages=("es-tu", "en"))[0] == "spanish"
    assert best(*some, languages=("fr",))[0] == "french"


def test_the_need_decides_and_without_a_line_for_it_somebody_listens():
    home = line("home", needs=("violence",))
    assert best(line("low"), home, need="violence") == ["home", "low"]
    assert best(line("low"), home, need="overdose") == ["low"]
    assert best(line("low"), home) == ["low"]


def test_one_that_answers_now_comes_before_one_for_the_need_that_does_not():
    shut = line("home", needs=("violence",), hours=lines.read_hours("1:00-2:00", "UTC"))
    assert best(line("low"), shut, need="violence") == ["low", "home"]
    words = line("home", needs=("violence",), voice=None, text="88788")
    assert best(line("low"), words, need="violence") == ["low", "home"], "a landline takes no text"
    assert best(line("low"), words, need="violence", by_call=False) == ["home", "low"]


def test_a_line_that_is_closed_comes_last_and_unknown_hours_after_open_ones():
    late = lines.read_hours("18:00-22:00", "Europe/Copenhagen")
    some = (ticked("closed", hours=late), line("nobody knows", hours=None), line("open"))
    assert best(*some) == ["open", "nobody knows", "closed"]


def test_a_caller_is_given_a_number_to_call():
    text_only = ticked("text", voice=None, text="741741", text_word="HOME, es: HOLA")
    assert best(text_only, line("voice"), by_call=True) == ["voice", "text"]
    assert lines.said(text_only, ("en",)) == "741741 (HOME)"
    assert lines.said(text_only, ("es-tu", "en")) == "741741 (HOLA)"


def test_short_codes_stay_as_they_are_dialled():
    assert lines.said(line("chile", voice="*4141")) == "*4141"
    assert lines.said(line("britain", voice="116 123")) == "116 123"


@pytest.mark.parametrize(
    ("written", "at", "is_open"),
    [
        ("24/7", "2026-11-20T03:00", True),
        ("11:00-05:00", "2026-11-20T03:30", True),  # 04:30 there, since yesterday
        ("11:00-05:00", "2026-11-20T04:30", False),
        ("09:00-24:00", "2026-11-20T22:30", True),
        ("mon-fri 9:00-17:00", "2026-11-20T15:30", True),
        ("mon-fri 9:00-17:00", "2026-11-21T15:30", False),
        ("mon-fri 9-17; sat 10-14", "2026-11-21T10:30", True),
        ("fri 20:00-02:00", "2026-11-21T00:30", True),
        ("fri 20:00-02:00", "2026-11-20T00:30", False),
        ("mon-fri 9:00-17:00", "2026-07-03T07:30", True),  # summer time: 09:30 there
    ],
)
def test_hours_are_those_of_its_own_clock(written: str, at: str, is_open: bool):
    hours = lines.read_hours(written, "Europe/Copenhagen")
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert lines.is_open(line("x", hours=hours), moment) is is_open
    assert lines.read_hours(lines.written_hours(hours), "Europe/Copenhagen") == hours


@pytest.mark.parametrize("written", ["always", "25:00-26:00", "xyz 9-17", "9 to 5"])
def test_hours_that_cannot_be_read_are_told_with_the_cure(written: str):
    with pytest.raises(HoursError, match=r"24/7|no days|no time"):
        lines.read_hours(written, "Europe/Madrid")


def test_nobody_knows_is_no_hours():
    assert lines.read_hours("", "") is None
    assert lines.is_open(line("x", hours=None), NOW) is None
    with pytest.raises(HoursError, match="time zone"):
        lines.read_hours("9-17", "")


def test_what_is_pressing_decides_the_need():
    assert lines.need_of("self: wish to die, overdose: took pills") == "overdose"
    assert lines.need_of("other: hit; Several people use this phone.") == "violence"
    assert lines.need_of("Asked to talk to a person.") is None
    assert lines.need_of(None) is None
