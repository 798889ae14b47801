"""Yes and no, as people write them, and what is neither."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flows.answers import understand
from flows.definition import Accept, Place

HERE = Place("flow.yaml", 1, 1)


def value(accept: Accept, text: str) -> Any:
    understood = understand(accept, text, ("en", "es"), date(2026, 3, 4), None)
    return None if understood is None else understood.value


YES_NO = Accept("yes-no", HERE)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("yes", "yes"),
        ("YES", "yes"),
        ("Yes.", "yes"),
        ("yes please", "yes"),
        ("yep", "yes"),
        ("yup!", "yes"),
        ("y", "yes"),
        ("Y", "yes"),
        ("sure", "yes"),
        ("ok", "yes"),
        ("si", "yes"),
        ("sí", "yes"),
        ("Sí, claro", "yes"),
        ("si por favor", "yes"),
        ("claro que sí", "yes"),
        ("por supuesto", "yes"),
        ("dale", "yes"),
        ("s", "yes"),
        ("yes I would like a call", "yes"),
        ("👍", "yes"),
        ("ok thanks", "yes"),
        ("no", "no"),
        ("No.", "no"),
        ("n", "no"),
        ("nope", "no"),
        ("no thanks", "no"),
        ("no thank you", "no"),
        ("no gracias", "no"),
        ("No, gracias", "no"),
        ("nah", "no"),
        ("ahora no", "no"),
        ("mejor no", "no"),
        ("not now", "no"),
        ("not today thanks", "no"),
        ("👎", "no"),
        ("no estoy bien", None),
        ("no gracias estoy bien", "no"),
        ("no thanks im good", "no"),
        ("I'm okay", None),
        ("I feel ok today", None),
        ("it's ok", None),
        ("okay yes", "yes"),
        ("sure thing", "yes"),
        ("yes i would like that very much thank you", "yes"),
        ("yes pls", "yes"),
        ("SI PORFA", "yes"),
        ("✅", "yes"),
        ("❌", "no"),
        ("yes\nSent from my iPhone", "yes"),
        ("Yes\n- Maria", "yes"),
        ("no i dont want a call", "no"),
        ("I don't need a call", "no"),
        ("no necesito una llamada", "no"),
        ("no me llamen", "no"),
        ("no ma'am", "no"),
        ("no señora gracias", "no"),
        ("absolutely not", "no"),
        ("por supuesto que no", "no"),
        ("pls no", "no"),
        ("no, I want a call", None),
        ("I dont mind", None),
        ("no todo bien", None),
        ("yes but not today", None),
        ("yes and no", None),
        ("si no se", None),
        ("maybe", None),
        ("no problem", None),
        ("no idea", None),
        ("no sé", None),
        ("not sure", None),
        ("no im not ok", None),
        ("I don't know", None),
        ("yesterday was fine", None),
        ("nobody came", None),
        ("👍👎", None),
        ("", None),
        ("thanks", None),
        ("2", None),
        ("?", None),
    ],
)
def test_yes_or_no(text: str, answer: str | None) -> None:
    assert value(YES_NO, text) == answer
