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
        "think probably today now still feel feeling number answer option choice please pls plz "
        "thanks thank you thx ty asking press pick choose at solid "
        "so um uh oh hmm mm well hi hello want would for my to ok okay "
        "un una el la los las lo como mas o menos tipo quiza quizas creo que diria seria es soy "
        "estoy me siento hoy ahora numero respuesta opcion por favor gracias pues bueno hola "
        "quiero quisiera para mi en al de porfa preguntar eh elijo escojo marco"
    )
)

# How a number on a scale is said: "5 good", "very hard, 1", "mood: 2".
AROUND_NUMBERS: Final = AROUND | frozenset(
    words_of(
        "good great fine bad hard very really pretty meh mood level score stars star okay "
        "bien mal duro muy regular animo nivel"
    )
)
# Turns the number before it into something else: a correction, or another number to come.
CORRECTION: Final = frozenset(words_of("or o wait actually mean meant sorry perdon quise digo"))
BECAUSE: Final = frozenset(words_of("because cause cuz coz bc since but porque pq xq pero"))
POLITE: Final = frozenset(
    words_of(
        "please pls plz thanks thank you thx ty so much very muchas mil gracias por favor porfa "
        "porfavor sir maam senor senora"
    )
)
YES: Final = frozenset(
    {
        "yes", "y", "yeah", "yep", "yup", "yea", "ya", "yah", "ye", "yess", "yesss", "sure", "ok",
        "okay", "okey", "k", "of course", "please", "sounds good", "absolutely", "definitely",
        "certainly", "i do", "i would", "id like that", "i would like that", "go ahead", "alright",
        "all right", "why not", "i am", "please do", "kk", "yas", "yass", "yeap", "yeh", "okie",
        "oki", "okis", "okey dokey", "okie dokie", "yesplease", "sure thing", "sure why not",
        "i guess so", "i think so", "i suppose so", "hell yes", "mhm", "uh huh", "affirmative",
        "id love to", "id love that", "i would love to", "i would love that", "would love to",
        "would love that", "that would be great", "that would be lovely", "sounds great",
        "i said yes", "dije que si", "porfa", "porfis", "porfavor", "va", "sale", "simon",
        "me encantaria", "obvio", "that would be nice", "that would be good",
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
        "never", "nevermind", "never mind", "absolutely not", "definitely not", "of course not",
        "hell no", "i said no", "dije que no", "por supuesto que no", "ya no", "not at this time",
        "not at the moment", "not for now", "noup", "no por el momento", "no me llamen",
        "no me llame", "no me llames", "dont call me", "dont call",
    }
)  # fmt: skip
# Starts with yes, goes on freely: "yes I would like a call". Only these words may begin it.
YES_FIRST: Final = frozenset(words_of("yes yeah yep yup si sip claro"))
# May follow a no: anything else after it ("no problem", "no idea", "no se") is not a no.
AFTER_NO: Final = frozenset(
    words_of(
        "no nope nah thanks thank you thx ty please now today gracias muchas por favor ahora hoy "
        "ahorita maybe later luego mas tarde sir maam senor senora so much very mil pls plz"
    )
)
# "No, I don't want a call": these words alone, and one of the second kind among them.
REFUSING: Final = POLITE | frozenset(
    words_of(
        "no not dont do i we me want need like a an the any it one that this call calls text to "
        "now today anything nothing for be called "
        "yo quiero necesito deseo que nadie una un la el llamada llamadas llamen llame llames "
        "nada ahora hoy"
    )
)
REFUSING_AT_ALL: Final = frozenset(words_of("dont not no"))
# "I'm okay", "it's fine": how one is, not a yes to what was asked.
SO_SO: Final = frozenset({"ok", "okay", "okey", "k", "alright", "all right", "esta bien", "vale"})
OF_ONESELF: Final = frozenset(
    words_of("i im it its is am feel feeling me siento estoy soy es today still hoy")
)
# Turns an answer around or takes half of it back.
DOUBT: Final = frozenset(
    words_of(
        "but not no dont didnt isnt cant cannot couldnt wont wouldnt shouldnt unable "
        "if unless except maybe unsure never nope "
        "pero nunca tampoco quiza quizas excepto menos aunque"
    )
)
SIGNS: Final = {
    "\N{THUMBS UP SIGN}": "yes",
    "\N{WHITE HEAVY CHECK MARK}": "yes",
    "\N{HEAVY CHECK MARK}": "yes",
    "\N{OK HAND SIGN}": "yes",
    "\N{THUMBS DOWN SIGN}": "no",
    "\N{CROSS MARK}": "no",
}

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

ORDINALS: Final[dict[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            "first primero primer 1ro 1er", "second segundo 2do", "third tercero 3ro",
            "fourth cuarto 4to", "fifth quinto 5to", "sixth sexto 6to", "seventh septimo 7mo",
            "eighth octavo 8vo", "ninth noveno 9no", "tenth decimo 10mo",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip

DAYS_AWAY: Final[dict[str, int]] = {
    "today": 0, "hoy": 0, "tonight": 0, "esta noche": 0, "this evening": 0,
    "tomorrow": 1, "tmrw": 1, "tmr": 1, "tmw": 1, "2moro": 1, "2morrow": 1, "2mrw": 1, "tomoro": 1,
    "last night": -1, "anoche": -1,
    "tomorow": 1, "tommorow": 1, "manana": 1,
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
