"""What is in force, read again only when its stamp changed; sessions stay with what they pinned."""

from __future__ import annotations

import pytest

from flows.shelf import shipped
from service import organisation
from service.editions import Editions, NothingPublished
from service.organisation import Organisation, OrganisationError
from service.storage import revisions, settings_rows
from service.storage.database import Database
from tests.service.house import ANA, BEN, Line


def in_force(line: Line) -> object:
    with line.reading() as tx:
        return line.house.editions.in_force(tx, settings_rows.stamp(tx))


def publish(line: Line, name: str, old: str, new: str) -> None:
    text = shipped()["flow", name]
    assert old in text
    with line.writing() as tx:
        revisions.publish(tx, "flow", name, text.replace(old, new), "rosa", "person", line.at)


def test_nothing_is_read_again_while_the_stamp_stands(line: Line) -> None:
    first = in_force(line)
    line.member(ANA)
    assert in_force(line) is first
    line.organised(service="Lantern Street")
    second = in_force(line)
    assert second is not first
    assert in_force(line) is second


def test_a_changed_setting_is_heard_in_the_next_text(line: Line) -> None:
    ana = line.phone(ANA)
    assert "Hearthline" in ana.text("hello")
    line.organised(service="Lantern Street")
    assert "Lantern Street" in ana.text("hello")


def test_publishing_touches_new_conversations_only(line: Line) -> None:
    ana, ben = line.member(ANA), line.member(BEN)
    ana.text("CHECKIN")
    publish(line, "daily-checkin", "Your {mood} is noted.", "Your {mood} is kept.")
    ben.text("CHECKIN")
    assert "is kept" in ben.text("4")
    assert "is noted" in ana.text("4"), "she began before"
    ana.text("CHECKIN")
    assert "is kept" in ana.text("4")


def test_what_was_pinned_long_ago_is_found_by_another_process(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("CHECKIN")
    publish(line, "daily-checkin", "Your {mood} is noted.", "Your {mood} is kept.")
    line.house.editions = Editions()
    assert "is noted" in ana.text("4")


def test_without_anything_published_the_cure_is_named(line: Line) -> None:
    line.do("delete from publication")
    line.house.editions = Editions()
    with line.reading() as tx, pytest.raises(NothingPublished, match="hearthline seed"):
        line.house.editions.in_force(tx, None)
    assert isinstance(line.database, Database)


def test_an_unknown_number_of_ours_means_the_first(line: Line) -> None:
    force = line.house.editions
    with line.reading() as tx:
        now = force.in_force(tx, settings_rows.stamp(tx))
    assert now.sender("+19990001111") == now.sender(None) == now.senders[0]
    assert now.sender(now.senders[0].number) == now.senders[0]


# --- the organisation's settings


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("service", "Lantern Street", "Lantern Street"),
        ("languages", '["es", "en"]', ("es", "en")),
        ("languages", "es, en", ("es", "en")),
        ("daily_budget", "12.5", 12.5),
        ("quiet_from", "22", 22),
        ("zone", "Europe/Madrid", "Europe/Madrid"),
        ("allowed_countries", "US, MX", ("US", "MX")),
        ("coordinators", "[]", ()),
    ],
)
def test_settings_are_read_as_people_write_them(name: str, text: str, kept: object) -> None:
    changed, json = organisation.changed(Organisation(), name, text)
    assert getattr(changed, name) == kept
    assert getattr(organisation.read({name: json}), name) == kept


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("zone", "Mars", "no time zone"),
        ("languages", "[]", "languages"),
        ("languages", "klingon!", "a tag such as"),
        ("quiet_from", "25", "quiet_from"),
        ("daily_budget", "much", "daily_budget"),
        ("daily_budget", "-1", "daily_budget"),
        ("shoe_size", "42", "no such setting"),
        ("checkin_hour", "ten", "checkin_hour"),
        ("country", "Spain", "country"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name(name: str, text: str, said: str) -> None:
    with pytest.raises(OrganisationError, match=said):
        organisation.changed(Organisation(), name, text)
