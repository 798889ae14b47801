"""In which order a text is heard: consent, danger, a wish to stop, opted out, help, who it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from service.people import erase_now
from service.slate import URGENT
from service.storage import ids, links, numbers, people
from tests.service.house import ANA, ROSA, Line, Phone


class Story(NamedTuple):
    """Who writes what; what they hear (part of it, "" for silence); and what holds afterwards."""

    who: str
    writes: str
    hears: str
    opted_out: bool = False
    cases: tuple[str, ...] = ()
    more: Mapping[str, Any] = MappingProxyType({})


HELLO, DANGER = "This is Hearthline", "Thank you for telling us"
STORIES = [
    # a consent word standing alone; the network confirms it, so we are silent
    Story("member", "STOP", "", True),
    Story("member", " stop ", "", True),
    Story("stranger", "STOP", "", True),
    Story("asked", "STOP", "", True),
    Story("out", "STOP", "", True),
    Story("member", "anything", "", True, more={"opt_out_type": "STOP"}),
    Story("out", "START", "Welcome back"),
    Story("out", "UNSTOP", "Welcome back"),
    Story("out", "YES", "Welcome back"),
    Story("out", "START", "", more={"opt_out_type": "START"}),
    Story("stranger", "START", "text JOIN"),
    # consent before danger: the word alone says nothing else
    # danger before a wish to stop, a keyword, an answer
    Story("member", "I want to kill myself", DANGER, cases=("danger",)),
    Story("asked", "I want to kill myself", DANGER, cases=("danger",)),
    Story("stranger", "I want to kill myself", DANGER, cases=("danger",)),
    Story("out", "I want to kill myself", DANGER, True, ("danger",)),
    Story("member", "please stop texting me, I want to die", "Texts from us end now", True,
          ("danger",)),
    Story("member", "I want it all to stop", DANGER, cases=("danger",)),
    # a wish to stop in free words
    Story("member", "please stop texting me", "end now. START brings them back", True),
    Story("member", "stop.", "end now. START brings them back", True),
    Story("asked", "please stop texting me", "end now", True),
    Story("stranger", "please stop texting me", "end now", True),
    Story("out", "please stop texting me", "", True),
    # who opted out is not answered; a person is brought all the same
    Story("out", "hello?", "", True),
    Story("out", "MENU", "", True),
    Story("out", "HELP", "", True),
    Story("out", "TALK", "", True, ("asked",)),
    # help
    Story("member", "HELP", "texts a week"),
    Story("stranger", "HELP", "JOIN to start"),
    Story("stranger", "INFO", "JOIN to start"),
    Story("member", "HELP", "", more={"opt_out_type": "HELP"}),
    # a person, or a stranger
    Story("member", "MENU", "1"),
    Story("member", "TALK", "asking a person", cases=("asked",)),
    Story("member", "0", "asking a person", cases=("asked",)),
    Story("asked", "TALK", "asking a person", cases=("asked",)),
    Story("asked", "4", "Your 4 is noted"),
    Story("asked", "YES", "did not get that"),
    Story("asked", "STOP IT", "end now", True),
    Story("stranger", "hello", "text JOIN"),
    Story("stranger", "JOIN", "Hear more?"),
    Story("stranger", "TALK", "asking a person", cases=("asked",)),
    Story("stranger", "HABLAR", "persona", cases=("asked",)),
    Story("stranger", "YES", "text JOIN"),
    Story("stranger", "", "text JOIN"),
]  # fmt: skip


def _stranger(line: Line) -> Phone:
    return line.phone(ANA)


def _member(line: Line) -> Phone:
    return line.member(ANA)


def _asked(line: Line) -> Phone:
    ana = line.member(ANA)
    assert "How is today" in ana.text("CHECKIN")
    return ana


def _out(line: Line) -> Phone:
    ana = line.member(ANA)
    ana.text("STOP")
    return ana


KINDS: dict[str, Callable[[Line], Phone]] = {
    "stranger": _stranger, "member": _member, "asked": _asked, "out": _out,
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=[f"{s.who}: {s.writes}{s.more}" for s in STORIES])
def test_the_order_of_hearing(line: Line, story: Story) -> None:
    line.organised(coordinators=[ROSA], lines={"US": {"line": "988", "emergency": "911"}})
    phone = KINDS[story.who](line)
    heard = phone.text(story.writes, **story.more)
    if story.hears:
        assert story.hears in heard
    else:
        assert heard == ""
    assert (phone.standing.number.opted_out_at is not None) == story.opted_out
    opened = {case.kind for case in phone.open_cases} if phone.standing.person else set()
    assert opened == set(story.cases)


def test_danger_never_counts_against_a_day(line: Line) -> None:
    ana = line.member(ANA)
    before = ana.person.messages_count
    ana.text("I want to kill myself")
    assert ana.person.messages_count == before
    ana.text("MENU")
    assert ana.person.messages_count > before


def test_danger_is_told_to_coordinators_at_once_without_a_word_of_it(line: Line) -> None:
    ana = line.member(ANA, name="Ana")
    ana.text("I want to kill myself")
    told = "\n".join(line.phone(ROSA).hears())
    assert ana.open_cases[0].code in told
    assert "kill" not in told
    assert "Ana" not in told
    assert ANA not in told


def test_a_stranger_gets_so_many_replies_a_day_and_is_heard_all_the_same(line: Line) -> None:
    line.organised(unknown_replies=2)
    ana = line.phone(ANA)
    assert [bool(ana.text("hello")) for _ in range(4)] == [True, True, False, False]
    assert ana.text("HELP"), "help is always answered"
    assert ana.text("I want to die"), "danger is always heard"
    line.passes(hours=24)
    ana.hears()
    assert ana.text("hello")


def test_a_text_taken_again_does_nothing(line: Line) -> None:
    ana = line.phone(ANA)
    assert "Hear more?" in ana.text("JOIN", sid="SMsame")
    assert ana.text("JOIN", sid="SMsame") == ""
    assert "STOP to leave" in ana.text("YES", sid="SMyes")
    assert ana.text("YES", sid="SMyes") == ""
    assert line.one("select count(*) from message where direction = 'in'") == 2


def test_texts_without_a_number_are_heard_and_never_answered(line: Line) -> None:
    hidden = line.phone("+266696687")
    assert hidden.text("JOIN") == ""
    assert hidden.text("I want to die") == ""
    assert line.one('select count(*) from "case"') == 1
    assert line.one("select count(*) from message where direction = 'out' and lane > 0") == 0


# --- a phone that more than one person uses


def share(line: Line, number: str, words: dict[str, str]) -> dict[str, str]:
    """Two or more members on one phone, each with a word: name -> person id."""
    found: dict[str, str] = {}
    with line.writing() as tx:
        number_id, _ = numbers.add(tx, number, country="US", kind="mobile", at=line.at)
        for name, word in words.items():
            new = people.New(
                ids.new(), "active", "en", "America/New_York", line.at, {"name": name},
                main_number_id=number_id, joined_at=line.at,
            )  # fmt: skip
            people.add(tx, new)
            links.add(tx, new.id, number_id, is_main=True)
            links.set_word(tx, new.id, number_id, word)
            found[name] = new.id
    return found


def test_a_word_tells_who_is_texting(line: Line) -> None:
    who = share(line, ANA, {"Ana": "lantern", "Ben": "Blue Door"})
    phone = line.phone(ANA)
    assert "word" in phone.text("hello")
    assert "MENU" in phone.text("blue  door") or phone.person.id == who["Ben"]
    assert phone.person.id == who["Ben"]
    line.passes(minutes=20)
    phone.text("CHECKIN")
    assert phone.front is not None
    assert phone.front.person_id == who["Ben"]
    line.passes(minutes=31)
    assert "word" in phone.text("4"), "after half an hour the word is asked for again"
    phone.text("lantern")
    assert phone.person.id == who["Ana"]


def test_a_wrong_word_gets_a_routine_reply_and_tells_nobody(line: Line) -> None:
    share(line, ANA, {"Ana": "lantern", "Ben": "blue door"})
    phone = line.phone(ANA)
    phone.text("hello")
    assert phone.text("candle") == "Thanks, noted."
    assert phone.standing.person is None


def test_words_on_a_shared_phone_are_nobodys_until_the_word_is_told(line: Line) -> None:
    share(line, ANA, {"Ana": "lantern", "Ben": "blue door"})
    phone = line.phone(ANA)
    for text in ("hello", "lantern", "CHECKIN"):
        phone.text(text)
    line.passes(minutes=31)
    for text in ("hello again", "blue door"):
        phone.text(text)
    held = line.rows("select person_id from message where direction = 'in' order by created_at, id")
    assert [row[0] is not None for row in held] == [False, False, True, False, False]


def test_stop_and_danger_on_a_shared_phone_ask_for_no_word(line: Line) -> None:
    share(line, ANA, {"Ana": "lantern", "Ben": "blue door"})
    phone = line.phone(ANA)
    assert phone.text("I want to kill myself")
    assert any(sent.row.lane == URGENT for sent in line.sent)
    assert phone.text("STOP") == ""
    assert phone.standing.number.opted_out_at is not None


def test_start_on_a_shared_phone_asks_nobody_to_join(line: Line) -> None:
    share(line, ANA, {"Ana": "lantern", "Ben": "blue door"})
    phone = line.phone(ANA)
    phone.text("STOP")
    heard = phone.text("START")
    assert "JOIN" not in heard
    assert "get texts again" in heard


def test_after_an_erasure_danger_is_of_whoever_is_left_on_the_phone(line: Line) -> None:
    who = share(line, ANA, {"Ana": "lantern", "Ben": "blue door"})
    phone = line.phone(ANA)
    phone.text("lantern")
    line.passes(hours=5)
    erase_now(line.house, who["Ana"], "test")
    assert phone.text("I want to kill myself")
    assert line.one('select person_id from "case"') == who["Ben"]


def test_when_the_other_one_has_left_no_word_is_asked_for(line: Line) -> None:
    who = share(line, ANA, {"Ana": "lantern", "Ben": "blue door"})
    line.do("update person set status = 'left' where id = :id", id=who["Ben"])
    phone = line.phone(ANA)
    assert "How is today" in phone.text("CHECKIN")
    assert phone.person.id == who["Ana"]
