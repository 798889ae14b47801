"""Days as people say them, and times as we say them back."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.recurrence import RecurrenceError, Rule, describe, rrule_from
from flows.segments import count

START = datetime(2026, 5, 5, 9, 0)  # a Tuesday

SAID = [
    ("every day", "FREQ=DAILY"),
    ("Everyday!", "FREQ=DAILY"),
    ("daily", "FREQ=DAILY"),
    ("todos los dias", "FREQ=DAILY"),
    ("Todos los días", "FREQ=DAILY"),
    ("cada dia", "FREQ=DAILY"),
    ("weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("entre semana", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("de lunes a viernes", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("mon-fri", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("monday to friday please", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("fri to mon", "FREQ=WEEKLY;BYDAY=MO,FR,SA,SU"),
    ("weekends", "FREQ=WEEKLY;BYDAY=SA,SU"),
    ("los fines de semana", "FREQ=WEEKLY;BYDAY=SA,SU"),
    ("mondays and thursdays", "FREQ=WEEKLY;BYDAY=MO,TH"),
    ("lunes y jueves", "FREQ=WEEKLY;BYDAY=MO,TH"),
    ("los lunes", "FREQ=WEEKLY;BYDAY=MO"),
    ("miércoles, sábado", "FREQ=WEEKLY;BYDAY=WE,SA"),
    ("mon, wed & fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    ("every Sunday", "FREQ=WEEKLY;BYDAY=SU"),
    ("wendesday", "FREQ=WEEKLY;BYDAY=WE"),
    ("thrusdays", "FREQ=WEEKLY;BYDAY=TH"),
    ("weekdays and saturday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
    ("every day but sunday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
    ("todos los dias menos lunes y martes", "FREQ=WEEKLY;BYDAY=WE,TH,FR,SA,SU"),
    ("mon tue wed thu fri sat sun", "FREQ=DAILY"),
    ("every other day", "FREQ=DAILY;INTERVAL=2"),
    ("cada dos dias", "FREQ=DAILY;INTERVAL=2"),
]


@pytest.mark.parametrize(("said", "rule"), SAID)
def test_days_as_people_say_them(said: str, rule: str) -> None:
    assert rrule_from(said) == rule
    assert rrule_from(said, time(18, 30)) == f"{rule};BYHOUR=18;BYMINUTE=30"


@pytest.mark.parametrize(
    "said", ["", "  ", "sometimes", "monday or so maybe", "no", "tomorrow", "5", "not monday",
             "every day but all days", "moonday light", "🙂"],
)  # fmt: skip
def test_days_are_never_guessed(said: str) -> None:
    with pytest.raises(RecurrenceError):
        rrule_from(said)


@given(st.text(max_size=80))
def test_any_text_gives_a_rule_or_a_recurrence_error(said: str) -> None:
    try:
        rule = rrule_from(said, time(9))
    except RecurrenceError:
        return
    Rule(rule, START, "UTC")


TOLD = [
    ("FREQ=DAILY", "every day at 9 am", "todos los dias a las 9:00"),
    ("FREQ=DAILY;BYHOUR=18;BYMINUTE=30", "every day at 6:30 pm", "todos los dias a las 18:30"),
    ("FREQ=DAILY;BYHOUR=1", "every day at 1 am", "todos los dias a la 1:00"),
    ("FREQ=DAILY;BYHOUR=12", "every day at noon", "todos los dias a las 12:00"),
    ("FREQ=DAILY;BYHOUR=0", "every day at midnight", "todos los dias a las 0:00"),
    ("FREQ=DAILY;BYHOUR=9,21", "every day at 9 am and 9 pm", "todos los dias a las 9:00 y 21:00"),
    ("FREQ=DAILY;INTERVAL=2", "every 2 days at 9 am", "cada 2 dias a las 9:00"),
    ("FREQ=DAILY;COUNT=5", "every day at 9 am, 5 times", "todos los dias a las 9:00, 5 veces"),
    (
        "FREQ=DAILY;UNTIL=20270503",
        "every day at 9 am, until 3 May 2027",
        "todos los dias a las 9:00, hasta el 3 de mayo de 2027",
    ),
    ("FREQ=WEEKLY", "on Tuesdays at 9 am", "los martes a las 9:00"),
    (
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "on Mondays and Thursdays at 9 am",
        "los lunes y jueves a las 9:00",
    ),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "on weekdays at 9 am", "de lunes a viernes a las 9:00"),
    ("FREQ=WEEKLY;BYDAY=SA,SU", "at weekends at 9 am", "los fines de semana a las 9:00"),
    (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA",
        "every 2 weeks on Saturday at 9 am",
        "cada 2 semanas, los sabados a las 9:00",
    ),
    ("FREQ=MONTHLY", "on day 5 of each month at 9 am", "el dia 5 de cada mes a las 9:00"),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "on the last day of each month at 9 am",
        "el ultimo dia de cada mes a las 9:00",
    ),
    (
        "FREQ=MONTHLY;BYDAY=1MO",
        "on the first Monday of each month at 9 am",
        "el primer lunes de cada mes a las 9:00",
    ),
    ("FREQ=YEARLY", "every year on 5 May at 9 am", "cada año, el 5 de mayo a las 9:00"),
    ("FREQ=HOURLY", "every hour", "cada hora"),
    ("FREQ=HOURLY;INTERVAL=4", "every 4 hours", "cada 4 horas"),
    ("FREQ=YEARLY;BYYEARDAY=100", "on days of its own at 9 am", "en dias propios a las 9:00"),
]


@pytest.mark.parametrize(("rrule", "english", "spanish"), TOLD)
def test_described_in_plain_words(rrule: str, english: str, spanish: str) -> None:
    rule = Rule(rrule, START, "Europe/Madrid")
    assert describe(rule, "en") == english
    assert describe(rule, "es") == describe(rule, "es-tu") == spanish
    assert count(spanish).encoding == "GSM-7"


def test_what_was_said_is_said_back_in_the_same_words() -> None:
    rule = Rule(rrule_from("lunes y jueves", time(8)), START, "Europe/Madrid")
    assert describe(rule, "es") == "los lunes y jueves a las 8:00"
