"""The words that work everywhere, and texts that are not what one expects."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.carrier.signature import Verifier
from tests.phone import TOKEN
from tests.stories.telling import SPANISH, Story, post_text


def test_a_person_can_be_asked_for_from_anywhere(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("TALK").hears("We are asking a person to reach you", "9 to 17", "988", "911")
    house.coordinator.hears("Case", "asked for a person", "urgent")
    ana.says("0").hears("We are still asking")
    house.close_cases()
    house.until(12)
    ana.hears("How is today")
    ana.says("0").hears("We are asking a person", "How is today")  # and the question once more
    house.coordinator.hears("asked for a person")
    house.close_cases()
    ana.says("4").hears("4 is noted")


def test_where_a_question_takes_digits_it_is_00_and_99(house: Story) -> None:
    ana = house.phone()
    for words in ("JOIN", "YES", "YES", "YES", "USA", "1", "YES", "NO", "1", "1"):
        ana.says(words).hears()
    ana.says("00").hears("We are asking a person", "At what hour?")
    house.coordinator.hears("asked for a person")
    house.close_cases()
    ana.says("99").hears("nothing is planned")


def test_the_menu_leads_to_all_there_is(house: Story) -> None:
    house.set("daily_messages", "200")
    ana = house.member(hour="12:00")
    ways = [
        ("1", "asking a person"), ("2", "How is today"), ("3", "settings"), ("4", "For how long?"),
        ("5 1", "Rates may apply"), ("5 2", "What now?"), ("5 3", "Lantern Street"),
        ("5 4", "Is that what you would like?"), ("5 5 1", "leaves out the next"),
        ("5 5 2", "Which word"), ("5 5 3", "Which 4 digits?"), ("5 5 4", "Erase them?"),
        ("5 5 5 1", "Lantern Street"), ("5 5 5 2", "What would you like to tell"),
        ("5 5 5 3", "Which words?"), ("5 5 5 4", "Whom may we call?"), ("5 5 5 5", "1 a person"),
    ]  # fmt: skip
    for keys, heard in ways:
        ana.says("MENU").hears("1 a person", "5 more")
        *before, last = keys.split()
        for key in before:
            ana.says(key).hears("Which one?")
        ana.says(last).hears(heard)
        while ana.says("SKIP").hears() != "Nothing to skip just now. MENU shows what there is.":
            pass
    house.coordinator.hears("asked for a person")
    house.close_cases()


def test_help_in_the_middle_of_a_question_comes_back_to_it(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    ana.says("HELP").hears("STOP to end", by="network")
    ana.hears("Lantern Street", "8 texts a week", "STOP", "Rosa", "How is today")
    ana.says("5").hears("Good to hear")


def test_the_question_once_more(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    ana.says("AGAIN").hears("How is today")
    ana.says("5").hears("Good to hear")


def test_the_language_changes_in_the_middle(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("SETTINGS").hears("4 language")
    ana.says("4").hears("Spanish with usted")
    ana.says("2").hears("Guardado. ¿Cambiar algo mas?")
    ana.says("no").hears("AJUSTES")
    house.until(12)
    ana.hears("¿Como va hoy")
    ana.says("4").hears("Queda anotado")


def test_where_texts_cost_every_text_is_one_segment(house: Story) -> None:
    ana = house.member(hour="12:00", costs="YES", language=SPANISH)
    house.until(12)
    heard = [ana.hears("¿Como va hoy")]
    for words in ("1", "SI", "16:00", "MENU", "5", "SALTAR", "AYUDA", "HABLAR", "me quiero morir"):
        ana.says(words)
        heard += ana.heard_all()
    for message in ana.handset.messages[-len(heard) :]:
        assert message.segments == 1, message.body
    house.coordinator.heard_all()
    house.close_cases()


# --- texts that are not what one expects


def test_a_picture_or_nothing_at_all(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("", media=["https://pictures.example/1.jpg"]).hears("can read words only", "TALK")
    ana.says("   ").hears("came in blank")
    house.until(12)
    ana.hears("How is today")
    ana.says("", media=["https://pictures.example/1.jpg"]).hears("read words only", "How is today")
    ana.says("4", media=["https://pictures.example/1.jpg"]).hears("4 is noted")


@pytest.mark.parametrize(
    "words",
    ["x" * 1600, "😀😀😀", "\u202eevil\u202c", "\x00\x07", "' OR 1=1 --"],
    ids=["1600 letters", "emoji", "turned round", "control letters", "quotes"],
)
def test_whatever_is_sent_is_answered(house: Story, words: str) -> None:
    ana = house.member(hour="12:00")
    ana.says(words).hears("Lantern Street", "Shall a person read it? YES or NO")
    ana.says("NO").hears("That's fine")
    house.until(12)
    ana.hears("How is today")
    ana.says(words).hears("did not get that")
    ana.says("four, 4️⃣ 🙂").hears()
    ana.says("SKIP").heard_all()
    house.coordinator.heard_all()
    house.close_cases()


def test_a_language_that_nobody_reads_here_goes_to_a_person(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("مرحبا كيف حالك اليوم").hears("We are asking a person to call you")
    house.coordinator.hears("Please look now")
    house.close_cases()


def test_texts_sent_in_a_row(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    for words in ("4", "MENU", "SKIP"):
        ana.says(words)
    ana.hears("4 is noted")
    heard = ana.heard_all()  # a question that is over before it left is not asked any more
    assert len(heard) in (1, 2)
    assert heard[-1].startswith("That's fine")


def test_two_texts_at_the_same_instant_are_two_turns(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    house.network.misbehave(webhooks_together=True)
    with ThreadPoolExecutor(2) as both:
        list(both.map(ana.says, ("4", "HELP ME OUT")))
    heard = " ".join(ana.heard_all())
    assert heard.count("4 is noted") == 1
    # Whichever came first. Where the words did, their question may be overtaken by the answer to
    # it, and is not sent any more: then the thanks alone are heard.
    if "missed that" in heard:
        ana.says("NO").hears("That's fine")


def test_one_text_delivered_twice_at_once_has_one_answer(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.network.misbehave(webhook_doubled=1.0, answer_lost=0.5)
    house.until(12)
    ana.hears("How is today")
    ana.says("4").hears("4 is noted")
    for _ in range(3):
        ana.says("MENU").hears("1 a person")
        ana.says("SKIP").hears("That's fine")


def test_the_same_sid_many_times_at_once(house: Story) -> None:
    ana = house.phone()
    verifier = Verifier(TOKEN, house.house.url)
    with ThreadPoolExecutor(6) as many:
        answers = list(
            many.map(
                lambda _: post_text(house, verifier, ana.number, "JOIN", "SM" + "7" * 32), range(6)
            )
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    ana.hears("Hear more?")
    ana.hears_nothing()


def test_a_forged_text_has_no_effect(house: Story) -> None:
    ana = house.member()
    forged = post_text(house, Verifier("another token", house.house.url), ana.number, "STOP", "SM1")
    assert forged.status_code == 403
    ana.says("MENU").hears("1 a person")
    ana.says("SKIP").hears("That's fine")
