"""The words people answer with, in every shipped language: numbers, yes and no, days, months.

Promise: data only, written as plain() gives it (no accents, no capitals, no punctuation).
A word of several languages stands in each. Nothing here decides what a reply means.
"""

from __future__ import annotations

from typing import Final


def words_of(text: str) -> list[str]:
    return text.split()


_EN_UNITS = words_of(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_EN_TENS = words_of("twenty thirty forty fifty sixty seventy eighty ninety")
_ES_UNITS = words_of(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres "
    "veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve"
)
_ES_TENS = words_of("treinta cuarenta cincuenta sesenta setenta ochenta noventa")


def _numbers() -> dict[str, int]:
    found = {word: n for n, word in enumerate(_EN_UNITS)}
    found.update({word: n for n, word in enumerate(_ES_UNITS)})
    for ten, word in enumerate(_EN_TENS, start=2):
        found[word] = ten * 10
        found.update({f"{word} {_EN_UNITS[n]}": ten * 10 + n for n in range(1, 10)})
    for ten, word in enumerate(_ES_TENS, start=3):
        found[word] = ten * 10
        found.update({f"{word} y {_ES_UNITS[n]}": ten * 10 + n for n in range(1, 10)})
    found.update(
        {"un": 1, "una": 1, "one hundred": 100, "a hundred": 100, "hundred": 100, "cien": 100}
    )
    return found


NUMBERS: Final[dict[str, int]] = _numbers()

# Words that may stand around an answer and change nothing.
AROUND: Final = frozenset(
    words_of(
        "a an the about around roughly maybe perhaps like just say its it is im i am id guess "
        "think probably today now still feel feeling number answer option choice please thanks "
        "thank you "
        "so um uh well hi hello want would for my to ok "
        "un una el la los las lo como mas o menos tipo quiza quizas creo que diria seria es soy "
        "estoy me siento hoy ahora numero respuesta opcion por favor gracias pues bueno hola "
        "quiero quisiera para mi en al de"
    )
)

POLITE: Final = frozenset(words_of("please thanks thank you thx ty muchas gracias por favor"))
YES: Final = frozenset(
    {
        "yes", "y", "yeah", "yep", "yup", "yea", "ya", "yah", "ye", "yess", "yesss", "sure", "ok",
        "okay", "okey", "k", "of course", "please", "sounds good", "absolutely", "definitely",
        "certainly", "i do", "i would", "id like that", "i would like that", "go ahead", "alright",
        "all right", "why not", "i am", "please do", "that would be nice", "that would be good",
        "si", "s", "sip", "sii", "siii", "claro", "claro que si", "por supuesto", "dale", "vale",
        "de acuerdo", "esta bien", "como no", "desde luego", "por favor", "me gustaria", "correcto",
        "afirmativo", "adelante",
    }
)  # fmt: skip
NO: Final = frozenset(
    {
        "no", "n", "nope", "nah", "na", "noo", "nooo", "not now", "not today", "not really",
        "not yet", "i dont", "i do not", "rather not", "id rather not", "i would rather not",
        "no way", "dont", "im good", "im not", "maybe later", "not right now", "negative",
        "nop", "nel", "ahora no", "hoy no", "mejor no", "para nada", "todavia no", "aun no",
        "no quiero", "no hace falta", "ahorita no", "claro que no", "negativo", "luego no",
        "no por ahora", "por ahora no", "de momento no", "no lo necesito", "no need",
        "no im good", "no im fine", "no im ok", "no im okay", "no not now", "no not today",
    }
)  # fmt: skip
# Starts with yes, goes on freely: "yes I would like a call". Only these words may begin it.
YES_FIRST: Final = frozenset(words_of("yes yeah yep yup si sip claro"))
# May follow a no: anything else after it ("no problem", "no idea", "no se") is not a no.
AFTER_NO: Final = frozenset(
    words_of(
        "no nope nah thanks thank you thx ty please now today gracias muchas por favor ahora hoy "
        "maybe later luego mas tarde"
    )
)
# Turns an answer around or takes half of it back.
DOUBT: Final = frozenset(
    words_of(
        "but not no dont didnt isnt if unless except maybe unsure never nope "
        "pero nunca tampoco quiza quizas excepto menos aunque"
    )
)
THUMBS_UP: Final = "\N{THUMBS UP SIGN}"
THUMBS_DOWN: Final = "\N{THUMBS DOWN SIGN}"

AND: Final = frozenset(words_of("and y e plus also tambien"))
EVERYTHING: Final = frozenset({"all", "all of them", "everything", "todo", "todos", "todas"})

WEEKDAYS: Final[dict[str, int]] = {
    word: day
    for day, words in enumerate(
        (
            "monday mon lunes lun",
            "tuesday tue tues martes mar",
            "wednesday wed weds miercoles mie",
            "thursday thu thur thurs jueves jue",
            "friday fri viernes vie",
            "saturday sat sabado sab",
            "sunday sun domingo dom",
        )
    )
    for word in words.split()
}

MONTHS: Final[dict[str, int]] = {
    word: month
    for month, words in enumerate(
        (
            "january jan enero ene",
            "february feb febrero",
            "march mar marzo",
            "april apr abril abr",
            "may mayo",
            "june jun junio",
            "july jul julio",
            "august aug agosto ago",
            "september sep sept septiembre setiembre",
            "october oct octubre",
            "november nov noviembre",
            "december dec diciembre dic",
        ),
        start=1,
    )
    for word in words.split()
}

DAYS_AWAY: Final[dict[str, int]] = {
    "today": 0, "hoy": 0, "tonight": 0, "esta noche": 0, "this evening": 0,
    "tomorrow": 1, "tmrw": 1, "tomorow": 1, "tommorow": 1, "manana": 1,
    "day after tomorrow": 2, "pasado manana": 2, "next week": 7, "in a week": 7,
    "la proxima semana": 7, "la semana que viene": 7,
    "yesterday": -1, "ayer": -1, "day before yesterday": -2, "anteayer": -2, "antier": -2,
    "last week": -7, "la semana pasada": -7,
}  # fmt: skip

# word -> seconds; months and years are counted as 30 and 365 days
UNITS: Final[dict[str, int]] = {
    word: seconds
    for seconds, words in (
        (1, "second seconds sec secs segundo segundos seg"),
        (60, "minute minutes min mins minuto minutos"),
        (3600, "hour hours hr hrs h hora horas"),
        (86400, "day days d dia dias"),
        (7 * 86400, "week weeks wk wks w semana semanas sem"),
        (30 * 86400, "month months mes meses"),
        (365 * 86400, "year years yr yrs ano anos"),
    )
    for word in words.split()
}
