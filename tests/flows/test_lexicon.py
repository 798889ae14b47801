"""The shipped lexicon: what is danger, what only sounds like it, and what is a wish to stop."""

from __future__ import annotations

import pytest

from flows import shelf
from flows.hearing import first

LEXICON = shelf.library_of(shelf.shipped()).lexicon

DANGER = [
    ("self", "I want to kill myself"),
    ("self", "i wanna die"),
    ("self", "kms tbh"),
    ("self", "Everyone would be better off without me"),
    ("self", "I want it all to stop"),
    ("self", "im going to end my life 2nite"),
    ("self", "my phone died and I want to die"),
    ("self", "Quiero morir"),
    ("self", "i want 2 die"),
    ("self", "back to self harming weekly"),
    ("self", "I want to cut"),
    ("self", "i tried to end it last thursday"),
    ("self", "I wish I were never born"),
    ("self", "im going to end it tonight"),
    ("self", "i want to end it with a gun"),
    ("self", "I don't want to die but I can't stay"),
    ("self", "I almost committed suicide"),
    ("self", "sucide"),
    ("self", "my son wants to kill himself"),
    ("self", "kms lol"),
    ("self", "no quiero vivir"),
    ("self", "quiero morirme"),
    ("self", "quisiera estar muerta"),
    ("self", "quiero acabar con todo"),
    ("self", "me quiero hacer daño"),
    ("self", "no me quiero morir pero ya no puedo"),
    ("self", "no quiero vivir con este dolor"),
    ("self", "mi hija se quiere matar"),
    ("self", "me quiero matar"),
    ("self", "ya no kiero vivir"),
    ("self", "No quiero vivir más"),
    ("self", "voy a quitarme la vida"),
    ("other", "he hits me"),
    ("other", "My husband says he is going to kill me"),
    ("other", "he has a gun"),
    ("other", "my husband hits me"),
    ("other", "He hurt me last night"),
    ("other", "I'm not safe"),
    ("other", "me amenazó con un cuchillo"),
    ("other", "me violaron"),
    ("other", "me pega todas las noches"),
    ("other", "dice que me va a matar"),
    ("other", "no me deja salir de casa"),
    ("overdose", "i took too many pills"),
    ("overdose", "I think she overdosed"),
    ("overdose", "he won't wake up"),
    ("overdose", "tomé demasiadas pastillas"),
    ("overdose", "no respira"),
    ("child", "her boyfriend hits the kids"),
    ("child", "my stepdad touches me"),
    ("child", "my uncle touched me"),
    ("child", "mi tío me tocó"),
    ("child", "le pega al niño"),
    ("child", "mi padrastro me toca"),
]
NO_DANGER = [
    "my phone died",
    "You are killing it!",
    "I won't kill myself",
    "I am not suicidal",
    "I don't want to die",
    "this heat is killing me",
    "i am cutting myself off until tomorrow",
    "I want to cut down on sugar",
    "I don't want to hurt myself",
    "no longer suicidal",
    "my brother died by suicide",
    "my uncle committed suicide in 2003",
    "my dad died of an overdose",
    "I cant go on the trip",
    "I hurt myself at the gym",
    "I want to end it with my boyfriend",
    "he beat me at chess",
    "me quiero morir de risa",
    "quiero morirme de risa",
    "no me quiero matar",
    "no quiero hacerme daño",
    "mi mamá me quiere matar",
    "me pegó el sol",
    "hay que acabar con todo el trabajo",
    "my mom is going to kill me when she sees the car",
    "hit me up later",
    "that took too much time",
    "cut myself shaving",
    "my feet are killing me",
    "I saw Suicide Squad",
    "no me quiero morir",
    "no me voy a matar por eso",
    "se murió mi teléfono",
    "me muero de hambre",
    "mi jefe me va a matar",
    "fine thanks, and you?",
    "todo bien, gracias",
    "3",
    "",
]
WISH = [
    "please stop texting me",
    "Stop sending me these",
    "leave me alone",
    "Take me off your list!",
    "do not contact me again",
    "no more texts please",
    "STOP.",
    "por favor deje de escribirme",
    "dejen de mandarme mensajes",
    "no quiero más mensajes",
    "Quíteme de la lista",
    "no me llamen más",
    "dejen de llamarme",
    "Stop it",
    "please stop",
    "stop, thank you",
    "unsubscribe please",
    "STOP\nSent from my iPhone",
    "Stop\n- Maria",
    "cancel please",
    "can you stop texting me",
    "I don't want to get texts anymore",
    "quit texting me",
    "Basta",
    "quiero darme de baja",
    "sáquenme de la lista",
    "ya no quiero mensajes",
    "no quiero que me escriban",
]
NO_WISH = [
    "please don't leave me alone",
    "don't stop texting me",
    "please do not stop texting me",
    "tell him to stop texting me",
    "no me llamen",  # an answer to "shall a person call?"
    "make it stop",
    "I can't stop",
    "stop by later",
    "the end",
    "I quit smoking",
    "no dejes de escribirme",
    "my ex won't leave me alone",
    "he won't stop calling me",
    "mi ex no deja de escribirme",
    "I can't stop crying",
    "I want it all to stop",
    "I stopped drinking",
    "let's stop here for today",
    "no puedo parar",
]


def _first(text: str) -> tuple[tuple[str, ...], bool]:
    heard = first(text, LEXICON, opted_out=False, asked_to_join=False)
    return (heard.danger.reasons if heard.danger else ()), heard.stop_wish


@pytest.mark.parametrize(("kind", "text"), DANGER)
def test_danger_is_heard_with_its_kind(kind: str, text: str) -> None:
    reasons, _ = _first(text)
    assert kind in {reason.partition(":")[0] for reason in reasons}


@pytest.mark.parametrize("text", [*NO_DANGER, *WISH, *(t for t in NO_WISH if "all" not in t)])
def test_what_only_sounds_like_danger_is_none(text: str) -> None:
    assert _first(text)[0] == ()


@pytest.mark.parametrize("text", WISH)
def test_a_wish_to_stop_is_heard(text: str) -> None:
    assert _first(text)[1]


@pytest.mark.parametrize("text", [*NO_WISH, *NO_DANGER, *(text for _, text in DANGER)])
def test_what_is_no_wish_to_stop_ends_no_texts(text: str) -> None:
    assert not _first(text)[1]


def test_where_both_are_said_both_are_heard() -> None:
    reasons, wish = _first("stop texting me, I want to die")
    assert reasons
    assert wish


def test_every_kind_has_words_in_every_language() -> None:
    assert LEXICON is not None
    kinds = {group.kind for group in LEXICON.signs if group.kind}
    assert kinds == {"self", "other", "overdose", "child"}
    for kind in kinds:
        weigh = [group for group in LEXICON.signs if group.kind == kind]
        assert {"alarm", "question"} <= {group.weighs for group in weigh}
        assert all(set(group.phrases) == {"en", "es"} for group in weigh)
    assert set(LEXICON.wish_to_stop) == {"en", "es"}
