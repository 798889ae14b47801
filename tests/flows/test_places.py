"""Countries and cities as people write them; what is unsure is None."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.places import country_named, zone_named

ZONES = tuple(sorted(available_timezones()))


@pytest.mark.parametrize(
    ("said", "country"),
    [
        ("Spain", "ES"), ("españa", "ES"), ("Espana", "ES"), ("ESPAÑA.", "ES"), ("es", "ES"),
        ("US", "US"), ("usa", "US"), ("U.S.A.", "US"), ("the States", "US"), ("EEUU", "US"),
        ("EE.UU.", "US"), ("estados unidos", "US"), ("United States of America", "US"),
        ("uk", "GB"), ("England", "GB"), ("Reino Unido", "GB"), ("escocia", "GB"),
        ("México", "MX"), ("mexico", "MX"), ("méjico", "MX"), ("MX", "MX"), ("Perú", "PE"),
        ("Canadá", "CA"), ("alemania", "DE"), ("Países Bajos", "NL"), ("holanda", "NL"),
        ("República Dominicana", "DO"), ("el salvador", "SV"), ("Brasil", "BR"),
        # one wrong letter in a long name
        ("Argentinia", "AR"), ("Colomia", "CO"), ("Guatamala", "GT"), ("Autralia", "AU"),
        # as one answers a question
        ("I live in Spain", "ES"), ("I'm in the US", "US"), ("in Ireland", "IE"),
        ("from Kenya", "KE"), ("Vivo en Chile", "CL"), ("estoy en España", "ES"),
        ("soy de Colombia", "CO"), ("en Perú", "PE"), ("the UK", "GB"),
    ],
)  # fmt: skip
def test_countries_as_people_write_them(said: str, country: str) -> None:
    assert country_named(said) == country


@pytest.mark.parametrize(
    "said",
    [
        "", " ", "?", "12", "001", "purple", "Atlantis", "here", "aqui", "home",
        # short words of both languages that happen to be the letters of a country
        "no", "NO", "si", "SI", "me", "my", "it", "in", "is", "am", "to", "so", "as", "at", "by",
        "de", "la", "do", "be", "se", "va", "tu", "mi", "ok", "id", "hm",
        # near to two, or part of another place
        "austr", "austrlia", "New Mexico", "New England", "South America", "Guinea",
        "not Spain", "Spain or France", "Dominica", "Iceland", "Niger", "Iran",
    ],
)  # fmt: skip
def test_what_is_unsure_is_no_country(said: str) -> None:
    assert country_named(said) is None


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("New York", "America/New_York"), ("new york", "America/New_York"),
        ("America/New_York", "America/New_York"), ("NYC", "America/New_York"),
        ("nueva york", "America/New_York"), ("Madrid", "Europe/Madrid"),
        ("MADRID", "Europe/Madrid"), ("sevilla", "Europe/Madrid"), ("London", "Europe/London"),
        ("londres", "Europe/London"), ("Los Angeles", "America/Los_Angeles"),
        ("los ángeles", "America/Los_Angeles"), ("Chicago", "America/Chicago"),
        ("Bogotá", "America/Bogota"), ("Medellín", "America/Bogota"),
        ("Ciudad de México", "America/Mexico_City"), ("Mexico City", "America/Mexico_City"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"), ("Lima", "America/Lima"),
        ("Paris", "Europe/Paris"), ("París", "Europe/Paris"), ("Berlin", "Europe/Berlin"),
        ("Londn", "Europe/London"), ("Chicgo", "America/Chicago"), ("mumbai", "Asia/Kolkata"),
        ("eastern time", "America/New_York"), ("Eastern", "America/New_York"),
        ("Pacific time", "America/Los_Angeles"), ("pacific", "America/Los_Angeles"),
        ("Mountain Time", "America/Denver"), ("Central time", "America/Chicago"),
    ],
)  # fmt: skip
def test_cities_as_people_write_them(said: str, zone: str) -> None:
    assert zone_named(said, ZONES) == zone


@pytest.mark.parametrize(
    "said",
    [
        "", "?", "7", "purple", "here", "aqui", "home", "no", "si", "yes",
        "north", "south", "east", "west", "general", "center", "central", "continental",
        "christmas", "midway", "troll", "gmt+5",
    ],
)  # fmt: skip
def test_what_is_unsure_is_no_zone(said: str) -> None:
    assert zone_named(said, ZONES) is None


@given(st.text(max_size=60))
def test_no_text_breaks_them_and_whatever_they_say_is_real(said: str) -> None:
    country, zone = country_named(said), zone_named(said, ZONES)
    assert country is None or (len(country) == 2 and country.isalpha())
    assert zone is None or zone in ZONES
