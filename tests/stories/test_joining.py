"""Joining, or not: told from the phone of somebody who has never heard of us."""

from __future__ import annotations

from tests.stories.telling import Story


def test_step_by_step_in_english(house: Story) -> None:
    ana = house.phone()
    ana.says("JOIN").hears("this is Lantern Street", "Hear more? YES or NO")
    ana.says("yes").hears("Our team reads", "8 texts a week", "911", "STOP to leave", "Join?")
    ana.says("Yes please").hears("Thank you for the yes", "18 or older")
    ana.says("y").hears("you're in", "Which country")
    ana.says("USA").hears("Which language")
    ana.says("1").hears("Is this phone yours alone")
    ana.says("YES").hears("cost you")
    ana.says("NO").hears("gets no answer, what then", "1 nothing")
    ana.says("1").hears("How often")
    ana.says("every day").hears("At what hour")
    ana.says("6 pm").hears("All set", "First check-in", "18:00", "STOP ends")


def test_step_by_step_in_spanish(house: Story) -> None:
    ana = house.phone()
    ana.says("Unirme").hears("Hola, somos Lantern Street", "¿Quiere saber mas? SI o NO")
    ana.says("Sí").hears("Nuestro equipo lee", "911", "STOP para salir", "¿Entra?")
    ana.says("si").hears("18 años o mas")
    ana.says("SI").hears("¿En que pais esta?")
    ana.says("México").hears("¿Que idioma prefiere?")
    ana.says("2").hears("¿Este telefono es solo")
    ana.says("si").hears("¿Le cuestan")
    ana.says("no").hears("¿que sigue?")
    ana.says("nada").hears("¿Cada cuanto")
    ana.says("de lunes a viernes").hears("¿A que hora?")
    ana.says("9:30").hears("Todo listo", "lunes 11 de enero", "9:30", "AJUSTES")


def test_step_by_step_in_spanish_with_tu(house: Story) -> None:
    ana = house.phone()
    for words in ("UNIRME", "SI", "SI", "SI"):
        ana.says(words).hears()
    ana.says("Mexico").hears("3 español de tu")
    ana.says("3").hears("¿Este telefono es solo")
    ana.says("SI").hears("¿Te cuestan")
    for words in ("NO", "1", "3"):
        ana.says(words).hears()
    ana.says("miercoles").hears("¿A que hora?")
    ana.says("10:00").hears("miercoles 13 de enero", "10:00")


def test_nobody_joins_who_says_no(house: Story) -> None:
    ana = house.phone()
    ana.says("JOIN").hears("Hear more?")
    ana.says("NO").hears("That's fine, we won't write again", "JOIN", "911")
    house.move_clock(days=8)
    ana.hears_nothing()


def test_no_at_the_second_question_counts_as_much(house: Story) -> None:
    ana = house.phone()
    ana.says("JOIN").hears("Hear more?")
    ana.says("YES").hears("Join? YES or NO")
    ana.says("no thanks").hears("we won't write again")
    house.move_clock(days=8)
    ana.hears_nothing()
    ana.says("JOIN").hears("Hear more?")


def test_silence_while_joining_leaves_the_door_open_and_no_more(house: Story) -> None:
    ana = house.phone()
    ana.says("JOIN").hears("Hear more?")
    house.move_clock(hours=19)
    ana.hears_nothing()
    house.move_clock(hours=8)
    ana.hears("No rush. JOIN starts again")
    house.move_clock(days=8)
    ana.hears_nothing()


def test_under_eighteen(house: Story) -> None:
    ana = house.phone()
    for words in ("JOIN", "YES", "YES"):
        ana.says(words).hears()
    ana.says("NO").hears("Thank you for telling us", "for adults", "988", "911")
    told = house.coordinator.hears("Case", "routine")
    assert ana.number not in told
    house.close_cases()
    house.move_clock(days=8)
    ana.hears_nothing()


def test_who_joined_already_is_not_asked_again(house: Story) -> None:
    ana = house.member()
    ana.says("JOIN").hears("Good to see you", "MENU")


def test_questions_may_be_skipped_and_settings_go_on_later(house: Story) -> None:
    ana = house.phone()
    for words in ("JOIN", "YES", "YES", "YES"):
        ana.says(words).hears()
    ana.says("SKIP").hears("Which language")
    ana.says("SKIP").hears("yours alone")
    ana.says("SKIP").hears("cost you")
    ana.says("SKIP").hears("what then")
    ana.says("SKIP").hears("How often")
    ana.says("4").hears("nothing is planned", "SETTINGS")
