"""What a person's country says of their clock, before they have told it."""

from __future__ import annotations

import pytest

from service.organisation import Organisation
from service.preferring import zone_of_country


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("US", "America/Chicago"),  # the organisation's own
        (None, "America/Chicago"),
        ("ES", "Europe/Madrid"),
        ("PT", "Europe/Lisbon"),
        ("GB", "Europe/London"),
        ("IE", "Europe/Dublin"),
        ("JM", "America/Jamaica"),
        ("MX", "America/Mexico_City"),
        ("AU", "Australia/Sydney"),
        ("RU", "Europe/Moscow"),
        ("NZ", "Pacific/Auckland"),
        ("XX", "America/Chicago"),
    ],
)
def test_a_zone_to_begin_with(country: str | None, zone: str) -> None:
    assert zone_of_country(country, Organisation(zone="America/Chicago")) == zone
