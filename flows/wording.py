"""How a stored value reads in a message: a date as a day, a choice by its first word.

Promise: pure, never blank for a value that is there, and never more than the value says.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from flows.definition import Accept


def _words(text: str) -> list[str]:
    return text.split()


# how a variable is shown: by the question that saves it, by the kind of a field, or as it is
Show = Accept | str | None
GIVEN: Final = "given"  # by an action: a day where it has the form of one

_YES_NO: Final = {"en": {"yes": "yes", "no": "no"}, "es": {"yes": "si", "no": "no"}}
_DAYS: Final = {
    "en": _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "es": _words("lunes martes miercoles jueves viernes sabado domingo"),
}
_MONTHS: Final = {
    "en": _words(
        "January February March April May June July August September October November December"
    ),
    "es": _words(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ),
}
_UNITS_ES: Final = {
    "second": "segundo", "seconds": "segundos", "minute": "minuto", "minutes": "minutos",
    "hour": "hora", "hours": "horas", "day": "dia", "days": "dias", "week": "semana",
    "weeks": "semanas", "month": "mes", "months": "meses", "year": "año", "years": "años",
}  # fmt: skip
_AND: Final = {"en": " and ", "es": " y "}


def show(value: Any, how: Show, language: str) -> str:
    """The words for a value in a language (unknown ones read as English); "" for none."""
    tag = language.partition("-")[0]
    if tag not in _DAYS:
        tag = "en"
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES_NO[tag]["yes" if value else "no"]
    if isinstance(value, list):
        shown = [show(item, how, language) for item in value]
        return _AND[tag].join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
    if not isinstance(value, str) or how is None:
        return str(value)
    kind = how if isinstance(how, str) else how.kind
    if kind == "yes-no":
        return _YES_NO[tag].get(value, value)
    if kind in ("date", "until") or (kind == GIVEN and len(value) == 10):
        return _day(value, tag)
    if kind == "duration" and tag == "es":
        return " ".join(_UNITS_ES.get(word, word) for word in value.split())
    if kind == "choice" and isinstance(how, Accept):
        return _choice(value, how, language)
    return value


def day_said(day: date, language: str) -> str:
    """A day in words, with its weekday."""
    return show(day.isoformat(), "date", language)


def slot_said(local: datetime, language: str) -> str:
    """A day and an hour on somebody's own clock, in words."""
    return f"{day_said(local.date(), language)}, {local.hour}:{local.minute:02}"


def _day(value: str, tag: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    weekday, month = _DAYS[tag][day.weekday()], _MONTHS[tag][day.month - 1]
    return f"{weekday} {day.day} de {month}" if tag == "es" else f"{weekday} {month} {day.day}"


def _choice(value: str, accept: Accept, language: str) -> str:
    for choice in accept.choices:
        if choice.name == value:
            words = choice.words.get(language) or choice.words.get(language.partition("-")[0])
            return words[0] if words else value
    return value
