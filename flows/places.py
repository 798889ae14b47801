"""Where somebody is: a country as they name it, and the time zone of a city that they name.

Promise: pure. Names of zones come in as an argument. What is not recognised with some certainty
is None: a wrong emergency number would be worse than asking again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import zip_longest

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from rapidfuzz import fuzz, process

from flows.plain import plain

# As people write them, in our languages; two letters alone count too.
_COUNTRIES = {
    "AR": "argentina", "AT": "austria", "AU": "australia", "BD": "bangladesh",
    "BE": "belgium|belgica", "BO": "bolivia", "BR": "brazil|brasil",
    "CA": "canada", "CH": "switzerland|suiza", "CL": "chile", "CO": "colombia",
    "CR": "costa rica", "CU": "cuba", "DE": "germany|alemania", "DK": "denmark|dinamarca",
    "DO": "dominican republic|republica dominicana", "EC": "ecuador",
    "ES": "spain|españa|espana", "FI": "finland|finlandia", "FR": "france|francia",
    "GB": "united kingdom|uk|great britain|england|scotland|wales|northern ireland|reino unido|"
          "inglaterra|escocia",
    "GH": "ghana", "GT": "guatemala", "HK": "hong kong", "HN": "honduras",
    "IE": "ireland|irlanda", "IL": "israel", "IN": "india", "IT": "italy|italia",
    "JM": "jamaica", "JP": "japan|japon", "KE": "kenya|kenia",
    "KR": "south korea|korea|corea del sur|corea", "MX": "mexico|mejico", "MY": "malaysia|malasia",
    "NG": "nigeria", "NI": "nicaragua", "NL": "netherlands|the netherlands|holland|holanda|"
    "paises bajos", "NO": "norway|noruega", "NZ": "new zealand|nueva zelanda", "PA": "panama",
    "PE": "peru", "PH": "philippines|filipinas", "PK": "pakistan", "PL": "poland|polonia",
    "PR": "puerto rico", "PT": "portugal", "PY": "paraguay", "SE": "sweden|suecia",
    "SG": "singapore|singapur", "SV": "el salvador|salvador", "TW": "taiwan",
    "UA": "ukraine|ucrania",
    "US": "united states|usa|us|u s|u s a|united states of america|america|the states|"
          "estados unidos|eeuu|ee uu|los estados unidos",
    "UY": "uruguay", "VE": "venezuela", "ZA": "south africa|sudafrica",
}  # fmt: skip
_BY_NAME = {plain(name): code for code, names in _COUNTRIES.items() for name in names.split("|")}
_CODES = {
    code for codes in COUNTRY_CODE_TO_REGION_CODE.values() for code in codes if len(code) == 2
}
_SURE = 88  # of 100: one wrong letter in a name of eight
_SAME_WORD = 78
_APART = 5  # of 100: a second place that is as near as this leaves both unsure
# Answers, in any case; and words of our languages that are no country in small letters.
_ANSWERS = {"NO", "SI"}
_WORDS = {
    "al", "am", "an", "as", "at", "be", "by", "co", "de", "do", "id", "ie", "in", "is", "it",
    "la", "lo", "ma", "me", "mi", "my", "ne", "ni", "pa", "pm", "se", "so", "su", "te", "tl",
    "to", "tu", "va", "ve",
}  # fmt: skip
# How an answer may begin: "I live in Spain", "soy de Colombia".
_BEFORE = re.compile(
    r"(?:(?:i am|im|i m|i live|we live|i come|living|live|vivo|vivimos|estoy|soy|estamos) )?"
    r"(?:(?:in|from|en|de) )?(?:the )?"
)


def country_named(text: str) -> str | None:
    """The two letters of a country as somebody names it, or None."""
    said = plain(text)
    code = said.upper()
    if code in _CODES:
        meant = code not in _ANSWERS and (said not in _WORDS or text.strip().isupper())
        return code if meant else None
    found = _BY_NAME.get(said) or _BY_NAME.get(_BEFORE.sub("", said, count=1))
    return found or _near(said, _BY_NAME)


def _near(said: str, places: Mapping[str, str]) -> str | None:
    """The place whose name is all but written, where no other one is nearly as near."""
    if len(said) <= 4:
        return None
    found = process.extract(said, places.keys(), scorer=fuzz.ratio, score_cutoff=_SURE - _APART)
    near = [(places[name], score) for name, score, _ in found if _word_by_word(said, name)]
    if not near or near[0][1] < _SURE:
        return None
    best, sure = near[0]
    unsure = any(place != best and sure - score < _APART for place, score in near)
    return None if unsure else best


def _word_by_word(said: str, name: str) -> bool:
    """As a whole "south america" is near to "south africa", and is not."""
    pairs = list(zip_longest(said.split(), name.split(), fillvalue=""))
    return all(fuzz.ratio(one, other) >= _SAME_WORD for one, other in pairs)


def zone_named(text: str, zones: Iterable[str]) -> str | None:
    """The time zone of a city, "new york" or "America/New_York", or None."""
    by_city = _cities(tuple(sorted(zones)))
    said = plain(text.replace("_", " ").replace("/", " "))
    return by_city.get(said) or _near(said, by_city)


# Names that the database keeps for the sake of old ones, or that are a direction and no city.
_NO_CITIES = (
    "Antarctica/", "Brazil/", "Canada/", "Chile/", "Etc/", "Mexico/", "SystemV/", "US/", "posix/",
    "right/",
)  # fmt: skip
_NOT_SAID = {
    "act", "center", "christmas", "easter", "knox", "lhi", "midway", "north", "nsw", "south",
    "wake", "west", "yap",
}  # fmt: skip


@lru_cache(maxsize=2)
def _cities(zones: tuple[str, ...]) -> dict[str, str]:
    cities: dict[str, str] = {}
    for zone in zones:
        area, _, city = zone.rpartition("/")
        if not area or zone.startswith(_NO_CITIES):
            continue
        cities[plain(zone.replace("/", " ").replace("_", " "))] = zone
        name = plain(city.replace("_", " "))
        if name not in _NOT_SAID:
            cities.setdefault(name, zone)
    # Cities that name their zone's place less than the people who live there do.
    for city, zone in _ALSO.items():
        if zone in zones:
            cities.setdefault(city, zone)
    return cities


_ALSO = {
    "barcelona": "Europe/Madrid", "sevilla": "Europe/Madrid", "valencia": "Europe/Madrid",
    "manchester": "Europe/London", "edinburgh": "Europe/London", "glasgow": "Europe/London",
    "boston": "America/New_York", "miami": "America/New_York", "atlanta": "America/New_York",
    "philadelphia": "America/New_York", "washington": "America/New_York",
    "washington dc": "America/New_York", "nyc": "America/New_York",
    "nueva york": "America/New_York", "houston": "America/Chicago", "dallas": "America/Chicago",
    "austin": "America/Chicago", "new orleans": "America/Chicago",
    "san francisco": "America/Los_Angeles", "seattle": "America/Los_Angeles",
    "san diego": "America/Los_Angeles", "la": "America/Los_Angeles",
    "las vegas": "America/Los_Angeles", "portland": "America/Los_Angeles",
    "ciudad de mexico": "America/Mexico_City", "cdmx": "America/Mexico_City",
    "guadalajara": "America/Mexico_City", "medellin": "America/Bogota", "cali": "America/Bogota",
    "quito": "America/Guayaquil", "munich": "Europe/Berlin", "hamburg": "Europe/Berlin",
    "londres": "Europe/London", "eastern": "America/New_York",
    "eastern time": "America/New_York", "central time": "America/Chicago",
    "mountain time": "America/Denver", "pacific": "America/Los_Angeles",
    "pacific time": "America/Los_Angeles",
    "delhi": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "bangalore": "Asia/Kolkata",
}  # fmt: skip
