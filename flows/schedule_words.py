"""A plan's times in plain words, both ways: what a person says, and what we say back.

Promise: `rrule_from` understands days as people text them in English and Spanish, or raises
RecurrenceError; it never guesses a day. `describe_parts` uses letters that are free in GSM-7.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from types import MappingProxyType

from rapidfuzz.distance import OSA

from flows.rrules import DAYS, EVERY_DAY, Parts, RecurrenceError

_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
})  # fmt: skip
_MANY: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "en": tuple(f"{name}s" for name in _NAMES["en"]),
    "es": (*_NAMES["es"][:5], "sabados", "domingos"),
})  # fmt: skip
_MONTHS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "en": ("January", "February", "March", "April", "May", "June", "July", "August",
           "September", "October", "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
           "septiembre", "octubre", "noviembre", "diciembre"),
})  # fmt: skip
_WHICH: Mapping[str, Mapping[int, str]] = MappingProxyType({
    "en": {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"},
    "es": {1: "primer", 2: "segundo", 3: "tercer", 4: "cuarto", 5: "quinto", -1: "ultimo"},
})  # fmt: skip
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "en": {
        "and": "and", "day": "every day", "days": "every {n} days", "weekdays": "on weekdays",
        "weekend": "at weekends", "week": "on {days}", "weeks": "every {n} weeks on {days}",
        "hour": "every hour", "hours": "every {n} hours",
        "month day": "on day {day} of each month",
        "month last": "on the last day of each month",
        "month which": "on the {which} {days} of each month",
        "months": "every {n} months: {rest}",
        "year": "every year on {day} {month}", "other": "on days of its own",
        "at": "at", "until": "until {date}", "times": "{n} times", "time": "once",
    },
    "es": {
        "and": "y", "day": "todos los dias", "days": "cada {n} dias",
        "weekdays": "de lunes a viernes", "weekend": "los fines de semana", "week": "los {days}",
        "weeks": "cada {n} semanas, los {days}", "hour": "cada hora", "hours": "cada {n} horas",
        "month day": "el dia {day} de cada mes", "month last": "el ultimo dia de cada mes",
        "month which": "el {which} {days} de cada mes", "months": "cada {n} meses: {rest}",
        "year": "cada año, el {day} de {month}", "other": "en dias propios",
        "at": "a las", "until": "hasta el {date}", "times": "{n} veces", "time": "una vez",
    },
})  # fmt: skip
_WEEKDAYS, _WEEKEND = 0b0011111, 0b1100000


def describe_parts(
    parts: Parts, starts: datetime, language: str = "en", until: datetime | None = None
) -> str:
    """One line such as "on Mondays and Thursdays at 9 am, until 3 May 2027"."""
    language = "es" if language.split("-")[0] == "es" else "en"
    words = _WORDS[language]
    said = _days_said(parts, starts, language)
    if parts.freq != "HOURLY":
        said = f"{said} {_times_said(parts, starts, language)}"
    if parts.count:
        times = words["time"] if parts.count == 1 else words["times"].format(n=parts.count)
        said = f"{said}, {times}"
    ends = [moment for moment in (until, parts.until, parts.until_utc) if moment is not None]
    if ends:
        last = min(moment.date() for moment in ends)
        said = f"{said}, {words['until'].format(date=_date_said(last, language))}"
    return said


def _days_said(parts: Parts, starts: datetime, language: str) -> str:
    words, n = _WORDS[language], parts.interval
    plain = not {"bymonth", "byyearday", "byweekno", "bysetpos"} & parts.options.keys()
    month_days = parts.options.get("bymonthday", ())
    mask = sum({1 << day for _, day in parts.days})
    if plain and not month_days:
        if parts.freq == "HOURLY" and not mask and "byhour" not in parts.options:
            return words["hour"] if n == 1 else words["hours"].format(n=n)
        if parts.freq == "DAILY" and (not mask or n == 1):
            if not mask or mask == EVERY_DAY:
                return words["day"] if n == 1 else words["days"].format(n=n)
            return _week_said(mask, 1, language)
        if parts.freq == "WEEKLY":
            return _week_said(mask or 1 << starts.weekday(), n, language)
    if plain and parts.freq == "MONTHLY":
        rest = _month_said(parts, month_days, starts, language)
        if rest is not None:
            return rest if n == 1 else words["months"].format(n=n, rest=rest)
    if parts.freq == "YEARLY" and n == 1 and not parts.days:
        months = parts.options.get("bymonth", (starts.month,))
        days = month_days or (starts.day,)
        alone = {"freq", "interval", "bymonth", "bymonthday", "byhour", "byminute", "bysecond"}
        if len(months) == len(days) == 1 and days[0] > 0 and alone.issuperset(parts.options):
            return words["year"].format(day=days[0], month=_MONTHS[language][months[0] - 1])
    return words["other"]


def _week_said(mask: int, n: int, language: str) -> str:
    words = _WORDS[language]
    if n == 1 and mask == EVERY_DAY:
        return words["day"]
    if n == 1 and mask == _WEEKDAYS:
        return words["weekdays"]
    if n == 1 and mask == _WEEKEND:
        return words["weekend"]
    names = _MANY[language] if n == 1 or language == "es" else _NAMES[language]
    days = _listed([names[day] for day in range(7) if mask >> day & 1], words["and"])
    return words["week"].format(days=days) if n == 1 else words["weeks"].format(n=n, days=days)


def _month_said(
    parts: Parts, month_days: Sequence[int], starts: datetime, language: str
) -> str | None:
    words = _WORDS[language]
    if not parts.days:
        days = month_days or (starts.day,)
        if days == (-1,):
            return words["month last"]
        if min(days) > 0:
            said = _listed([str(day) for day in days], words["and"])
            return words["month day"].format(day=said)
        return None
    if month_days or len(parts.days) > 1 or parts.days[0][0] not in _WHICH[language]:
        return None
    which, day = parts.days[0]
    assert which is not None
    return words["month which"].format(which=_WHICH[language][which], days=_NAMES[language][day])


def _times_said(parts: Parts, starts: datetime, language: str) -> str:
    minute = parts.one("byminute")
    minute = starts.minute if minute is None else minute
    hours = parts.options.get("byhour", (starts.hour,))
    times = [_time_said(hour, minute, language) for hour in hours]
    before = "a la" if language == "es" and hours[0] == 1 else _WORDS[language]["at"]
    return f"{before} {_listed(times, _WORDS[language]['and'])}"


def _time_said(hour: int, minute: int, language: str) -> str:
    if language == "es":
        return f"{hour}:{minute:02}"
    if minute == 0 and hour % 12 == 0:
        return "noon" if hour else "midnight"
    tail = f":{minute:02}" if minute else ""
    return f"{hour % 12 or 12}{tail} {'am' if hour < 12 else 'pm'}"


def _date_said(day: date, language: str) -> str:
    month = _MONTHS[language][day.month - 1]
    if language == "es":
        return f"{day.day} de {month} de {day.year}"
    return f"{day.day} {month} {day.year}"


def _listed(items: Sequence[str], last: str) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


# ---- what a person says -------------------------------------------------------------------

_SHORT = {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
    "sat": 5, "sun": 6, "mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6,
    "lun": 0, "mar": 1, "mie": 2, "mier": 2, "jue": 3, "vie": 4, "sab": 5, "dom": 6,
}  # fmt: skip
_LONG = {
    name.lower(): day
    for table in (_NAMES, _MANY)
    for names in table.values()
    for day, name in enumerate(names)
}
_GROUPS = (
    (EVERY_DAY, r"every ?day|each day|all days|daily|all week|all the days|the whole week|"
                r"todos los dias|cada dia|diario|diariamente|a diario|toda la semana"),
    (_WEEKDAYS, r"(?:on )?(?:every )?week ?days?|working days|work days|"
                r"entre semana|dias? laborables?|dias? de semana|dias? habiles"),
    (_WEEKEND, r"(?:at |on )?(?:the |every )?week ?ends?|"
               r"(?:los |el |cada )?fin(?:es)? de semana"),
)  # fmt: skip
_OTHER_DAY = re.compile(r"every (?:other|second|2(?:nd)?) days?|every two days|cada (?:dos|2) dias")
_BUT = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|but(?: not)?|not|without|menos|salvo|excepto|sin)\b"
)
_THROUGH = {"to", "through", "thru", "til", "till", "until", "a", "al", "hasta", "-"}
_FILLING = {
    "on", "and", "or", "the", "every", "each", "please", "de", "y", "e", "o", "los", "el", "la",
    "cada", "todos", "weekly", "only", "just", "solo", "por", "favor", "in", "of", "week", "&", "+",
    "days", "dias", "del",
}  # fmt: skip


def rrule_from(days: str, at: time | None = None) -> str:
    """The RRULE for days as a person says them, at a local time (None: the plan's own start).

    "every day", "weekdays", "mondays and thursdays", "mon-fri", "every day but sunday",
    "todos los dias", "lunes y jueves", "entre semana". Raises RecurrenceError.
    """
    said = _plain(days)
    if _OTHER_DAY.fullmatch(said):
        rule = "FREQ=DAILY;INTERVAL=2"
    else:
        asked, *left_out = _BUT.split(said, maxsplit=1)
        mask = _mask_of(asked) & ~(_mask_of(left_out[0]) if left_out else 0)
        if not mask:
            raise _not_understood(days)
        if mask == EVERY_DAY:
            rule = "FREQ=DAILY"
        else:
            named = ",".join(name for day, name in enumerate(DAYS) if mask >> day & 1)
            rule = f"FREQ=WEEKLY;BYDAY={named}"
    return rule if at is None else f"{rule};BYHOUR={at.hour};BYMINUTE={at.minute}"


def _plain(text: str) -> str:
    """Lower case without accents; commas and full stops are spaces, a dash stands alone."""
    apart = unicodedata.normalize("NFKD", text[:200].casefold())
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter))
    letters = re.sub(r"[–—-]", " - ", re.sub(r"[.,;:!/¡¿?'\"()]", " ", letters))
    return " ".join(letters.split())


def _mask_of(said: str) -> int:
    """A bit a weekday. Raises RecurrenceError where a word is no day."""
    mask = 0
    for group, pattern in _GROUPS:
        said, found = re.subn(rf"\b(?:{pattern})\b", " ", said)
        mask |= group if found else 0
    last: int | None = None
    through = False
    for word in said.split():
        if word in _THROUGH:
            through = last is not None
            continue
        if word in _FILLING:
            continue
        day = _day_of(word)
        if day is None:
            raise _not_understood(said)
        mask |= 1 << day
        while through and last is not None and last != day:
            last = (last + 1) % 7
            mask |= 1 << last
        last, through = day, False
    return mask


def _day_of(word: str) -> int | None:
    """The weekday of a word, one slip of the finger allowed in a long one."""
    exact = _SHORT.get(word, _LONG.get(word))
    if exact is not None or len(word) < 5:
        return exact
    near = {day for name, day in _LONG.items() if OSA.distance(word, name, score_cutoff=2) <= 1}
    return near.pop() if len(near) == 1 else None


def _not_understood(said: str) -> RecurrenceError:
    return RecurrenceError(
        f"'{said.strip()[:60]}' names no days that we know.",
        "Say EVERY DAY, WEEKDAYS, or days such as MONDAY AND THURSDAY.",
    )
