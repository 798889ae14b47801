"""A phone that others see, and one that two people share."""

from __future__ import annotations

import pytest

from service import adding
from tests.stories.telling import SPANISH, Phone, Story


@pytest.fixture
def shared(house: Story) -> Phone:
    """Ana's phone, word "sunflower"; Bea, word "harbour", was added on it by a coordinator."""
    phone = house.member(hour="12:00", alone="NO")
    phone.stays_neutral()
    phone.says("WORD").hears("Your new word")
    phone.says("sunflower").hears("it is set")
    cells = {
        "name": "Bea", "shared": "yes", "word": "harbour", "language": "es",
        "consent_date": "2027-01-05", "consent_wording": "Yes, I would like texts.",
        "days": "every day", "time": "12:10",
    }  # fmt: skip
    house.house.quiet()
    adding.add(house.house.inside, [phone.number], cells, "coordinator")
    return phone


def test_a_word_tells_who_is_texting(house: Story, shared: Phone) -> None:
    house.until(12)
    asked = shared.hears("how was it today")
    assert "Ana" not in asked
    shared.says("4").hears("Your word, please?")
    shared.says("Sunflower").hears("how was it today")
    shared.says("4").hears("Noted")
    house.until(12, 10)
    assert "Bea" not in shared.hears("¿que tal hoy")
    shared.says("3").hears("Your word, please?")
    shared.says("harbour").hears("¿que tal hoy")
    shared.says("3").hears("Anotado")
    house.until(11)
    shared.says("harbour").hears("1 una llamada")  # who begins with the word needs no asking
    shared.says("SALTAR").hears("De acuerdo")


def test_a_wrong_word_gets_a_routine_reply(house: Story, shared: Phone) -> None:
    shared.says("hello").hears("Your word, please?")
    shared.says("rose").hears("Thanks, noted.")
    shared.says("tell me who you are").hears("Your word, please?")
    shared.says("Bea").hears("Thanks, noted.")


def test_danger_and_a_person_need_no_word(house: Story, shared: Phone) -> None:
    shared.says("I want to die").hears("Got it. Call when you can.")
    house.coordinator.hears("words of danger")
    shared.says("TALK").hears("Got it. Call when you can.")
    house.coordinator.hears("asked for a person")
    shared.says("0").hears("Got it. Call when you can.")
    house.close_cases()


def test_a_stop_is_for_the_phone_whoever_sends_it(house: Story, shared: Phone) -> None:
    shared.says("STOP").hears("stopped texts", by="network")
    house.move_clock(days=2)
    shared.hears_nothing()


def test_everything_is_neutral_until_they_say_that_the_phone_is_theirs_alone(
    house: Story,
) -> None:
    ana = house.phone()
    for words in ("JOIN", "YES", "YES"):
        ana.says(words).hears()
    ana.stays_neutral()
    for words in ("YES", "USA", "1", "NO", "NO", "2", "1", "12:00"):
        ana.says(words).hears()
    house.until(20)
    for _ in range(3):
        ana.hears()
    house.until(12)
    ana.hears("how was it today")
    ana.says("1").hears("Shall I call you today?")
    ana.says("no").hears("All right")
    for words in ("HELP", "MENU", "5", "5", "4", "SKIP", "PAUSE 1 day", "COMEBACK", "TALK"):
        ana.says(words)
        ana.heard_all_of_the_service()
    for words in ("MYDATA", "1", "what?", "no", "SKIP", "AGAIN", "ABOUT", "SETTINGS", "SKIP"):
        ana.says(words)
        ana.heard_all_of_the_service()
    for words in ("DELETE", "YES", "KEEP", "JOIN", "LEAVE", "NO", "SKIP NEXT", "I want to die"):
        ana.says(words)
        ana.heard_all_of_the_service()
    ana.says("please stop texting me").hears("No more texts from me")
    house.coordinator.heard_all()
    house.close_cases()


def test_everything_is_neutral_in_spanish_too(house: Story) -> None:
    ana = house.member(hour="12:00", alone="NO", language=SPANISH)
    ana.stays_neutral()
    house.until(20)
    for _ in range(3):
        ana.hears()
    for words in ("1", "no", "AYUDA", "MENU", "5", "5", "4", "SALTAR", "PAUSA 1 dia", "VOLVER"):
        ana.says(words)
        ana.heard_all_of_the_service()
    for words in ("HABLAR", "MISDATOS", "1", "que?", "no", "AJUSTES", "SALTAR", "BORRAR", "SI"):
        ana.says(words)
        ana.heard_all_of_the_service()
    for words in ("CONSERVAR", "SALIR", "NO", "SALTAR PROXIMO", "me quiero morir", "EQUIVOCADO"):
        ana.says(words)
        ana.heard_all_of_the_service()
    house.coordinator.heard_all()
    house.close_cases()
