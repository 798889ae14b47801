"""People, and machines, of whom we know nothing but a number, and sometimes not even that."""

from __future__ import annotations

import pytest

from tests.stories.telling import Story


def test_an_unknown_number_gets_three_replies_a_day(house: Story) -> None:
    caller = house.phone()
    for words in ("hi", "who is this?", "hello??"):
        caller.says(words).hears("this is Lantern Street", "text JOIN", "911", "988")
    caller.says("anybody there").hears_nothing()
    house.move_clock(days=1)
    caller.says("hi again").hears("this is Lantern Street")


def test_no_limit_holds_danger_or_a_wish_to_join(house: Story) -> None:
    caller = house.phone()
    for _ in range(3):
        caller.says("hi").hears("this is Lantern Street")
    caller.says("hi").hears_nothing()
    caller.says("I want to kill myself").hears("Thank you for telling us", "988", "911")
    house.coordinator.hears("Case", "words of danger", "urgent")
    caller.says("JOIN").hears("Hear more?")
    caller.says("TALK").hears("We are asking a person", "Hear more?")
    house.coordinator.hears("Case", "asked for a person")
    house.close_cases()
    caller.says("NO").hears("won't write again")


def test_a_stranger_is_answered_in_the_language_of_their_words(house: Story) -> None:
    caller = house.phone()
    caller.says("ya no puedo más, me quiero morir").hears("Gracias por decirlo", "988", "911")
    house.coordinator.hears("Case", "words of danger")
    caller.says("AYUDA").hears("UNIRME para empezar")
    other = house.phone()
    other.says("HABLAR").hears("Gracias por pedirlo", "de 9 a 17 entre semana")
    house.coordinator.hears("Case", "asked for a person")
    third = house.phone()
    third.says("por favor deja de escribirme").hears("Lantern Street ya no escribe")


@pytest.mark.parametrize("sender", ["+266696687", "anonymous", "12345"])
def test_who_cannot_be_answered_is_heard_and_not_answered(house: Story, sender: str) -> None:
    caller = house.phone(sender)
    caller.says("hello").hears_nothing()
    caller.says("JOIN").hears_nothing()
    assert not house.network.troubles()


def test_danger_from_a_hidden_number_reaches_a_person_all_the_same(house: Story) -> None:
    caller = house.phone("anonymous")
    caller.says("I want to kill myself").hears_nothing()
    house.coordinator.hears("Case", "words of danger")
    house.close_cases()


def test_a_landline_that_can_text_is_like_any_other_phone(house: Story) -> None:
    landline = house.phone("+12125550123")
    landline.says("JOIN").hears("Hear more?")
    landline.says("NO").hears("won't write again")


def test_a_country_that_is_not_allowed_is_not_texted(house: Story) -> None:
    abroad = house.phone("+447911123456")
    abroad.says("JOIN").hears_nothing()
    house.move_clock(days=4)
    abroad.hears_nothing()


def test_help_from_a_stranger(house: Story) -> None:
    caller = house.phone()
    caller.says("HELP").hears("STOP to end texts", by="network")
    caller.hears("Lantern Street", "8 texts a week", "Rates may apply", "STOP", "Rosa")


def test_the_network_answers_help_itself_where_it_was_told_to(house: Story) -> None:
    house.network.misbehave(advanced_opt_out=True)
    caller = house.phone()
    caller.says("HELP").hears("STOP to end texts", by="network")
    caller.hears_nothing()
