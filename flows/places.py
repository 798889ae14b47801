"""Where somebody is: a country as they name it, and the time zone of a city that they name.

Promise: pure. Names of zones come in as an argument. What is not recognised with some certainty
is None: a wrong emergency number would be worse than asking again.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

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
    "KR": "south korea|korea|corea del sur|corea", "MX": "mexico", "MY": "malaysia|malasia",
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
_CODES = {code for codes in COUNTRY_CODE_TO_REGION_CODE.values() for code in codes}
_SURE = 88  # of 100: one wrong letter in a name of eight


def country_named(text: str) -> str | None:
    """The two letters of a country as somebody names it, or None."""
    said = plain(text)
    if said.upper() in _CODES:
        return said.upper()
    found = _BY_NAME.get(said)
    if found is not None:
        return found
    near = process.extractOne(said, _BY_NAME.keys(), scorer=fuzz.ratio, score_cutoff=_SURE)
    return _BY_NAME[near[0]] if near and len(said) > 4 else None


def zone_named(text: str, zones: Iterable[str]) -> str | None:
    """The time zone of a city, "new york" or "America/New_York", or None."""
    by_city = _cities(tuple(sorted(zones)))
    said = plain(text.replace("_", " ").replace("/", " "))
    found = by_city.get(said)
    if found is not None:
        return found
    near = process.extractOne(said, by_city.keys(), scorer=fuzz.ratio, score_cutoff=_SURE)
    return by_city[near[0]] if near and len(said) > 4 else None


@lru_cache(maxsize=2)
def _cities(zones: tuple[str, ...]) -> dict[str, str]:
    cities: dict[str, str] = {}
    for zone in zones:
        area, _, city = zone.rpartition("/")
        if not area or area.startswith(("Etc", "SystemV", "US", "posix", "right")):
            continue
        cities[plain(zone.replace("/", " ").replace("_", " "))] = zone
        cities.setdefault(plain(city.replace("_", " ")), zone)
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
    "delhi": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "bangalore": "Asia/Kolkata",
}  # fmt: skip
