"""Wishes for an emergency: told once, seen by who takes the case, changed and erased any time."""

from __future__ import annotations

from service import wishes
from tests.service.house import ANA, Line, Phone


def told(line: Line, phone: Phone) -> str | None:
    with line.reading() as tx:
        return wishes.of(tx, phone.person.id)


def test_what_she_wishes_is_there_for_who_takes_her_case(line: Line):
    ana = line.member(ANA)
    assert told(line, ana) is None
    ana.text("WISHES")
    ana.text("my sister Marta")
    ana.text("my neighbour")
    assert "kept safe" in ana.text("no")
    shown = told(line, ana)
    assert shown == (
        "Call: my sister Marta. Never call or tell: my neighbour. "
        "Police: never, but under the published policy."
    )


def test_a_yes_to_the_police_is_kept_as_one(line: Line):
    ana = line.member(ANA)
    ana.text("WISHES")
    ana.text("SKIP")
    ana.text("SKIP")
    ana.text("YES")
    assert told(line, ana) == "Police: they said yes."


def test_she_changes_one_and_the_others_stay(line: Line):
    ana = line.member(ANA, wish_call="Marta", wish_never="Dee")
    ana.text("WISHES")
    ana.text("1")
    ana.text("Ben")
    ana.text("SKIP")
    ana.text("SKIP")
    shown = told(line, ana) or ""
    assert "Call: Ben." in shown
    assert "Never call or tell: Dee." in shown


def test_she_erases_them(line: Line):
    ana = line.member(ANA, wish_call="Marta")
    ana.text("WISHES")
    assert "are erased" in ana.text("2")
    assert told(line, ana) is None


def test_a_phone_that_others_see_is_told_to_call(line: Line):
    ana = line.member(ANA, wish_call="Marta")
    with line.turn(ana) as slate:
        slate.number.shared = True
        slate.number.changed = True
    heard = ana.text("WISHES")
    assert "by call only" in heard
    assert "Marta" not in heard
