"""What the organisation says of itself, shown and changed by hand.

Promise: a value is checked with all the others before it is kept, and a wrong one is told with
how it is written. Coordinators are given as phone numbers and kept as ids of number rows; their
numbers are shown only where words are asked for, and the trail keeps who looked.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from flows import segments
from service import organisation
from service.by_hand import plain_number
from service.cures import Curable
from service.house import House
from service.organisation import Organisation, OrganisationError
from service.storage import numbers, settings_rows, trail
from service.storage.database import Tx
from service.turns import described

COORDINATORS = "coordinators"
SETTING = "setting"  # as the trail names it
_IN_TEXTS = ("service", "contact", "programme", "hours")  # words that stand in what we say


class Choice(NamedTuple):
    """One setting: its value now, whether somebody chose it, and what it means."""

    name: str
    value: Any
    chosen: bool
    meaning: str


class Changed(NamedTuple):
    """What stands now, and what somebody should know about it."""

    choice: Choice
    warnings: list[str]


def listing(house: House) -> list[Choice]:
    """Every setting of the organisation."""
    with house.database.reading() as tx:
        rows = settings_rows.all(tx)
    us = organisation.read(rows)
    return [_choice(us, name, name in rows) for name in Organisation.model_fields]


def shown(house: House, name: str, by: str, *, words: bool = False) -> Choice:
    """One setting. With `words`, the coordinators by their numbers. Raises Curable."""
    _known(name)
    found = next(choice for choice in listing(house) if choice.name == name)
    if not words or name != COORDINATORS:
        return found
    now = house.now()
    with house.database.writing() as tx:
        plain = numbers.load_many(tx, list(found.value))
        trail.record(tx, by, "read", SETTING, COORDINATORS, now)
    return found._replace(value=[plain[id_].number for id_ in found.value if id_ in plain])


def change(house: House, name: str, text: str, by: str) -> Changed:
    """Set one to a value, as JSON or in plain words. Raises Curable, and changes nothing then."""
    _known(name)
    now = house.now()
    with house.database.writing() as tx:
        us = organisation.read(settings_rows.all(tx))
        given = _number_ids(house, tx, text) if name == COORDINATORS else text
        try:
            new, stored = organisation.changed(us, name, given)
        except OrganisationError as error:
            raise Curable(name, _trouble(error), _written(us, name)) from None
        settings_rows.put_json(tx, name, stored, now)
        trail.record(tx, by, "set", SETTING, name, now)
    return Changed(_choice(new, name, True), _warnings(new, name))


def unset(house: House, name: str, by: str) -> Choice:
    """Go back to the value that we come with. Raises Curable."""
    _known(name)
    now = house.now()
    with house.database.writing() as tx:
        settings_rows.drop(tx, name, now)
        trail.record(tx, by, "unset", SETTING, name, now)
        return _choice(organisation.read(settings_rows.all(tx)), name, False)


def _known(name: str) -> None:
    if name not in Organisation.model_fields:
        names = ", ".join(Organisation.model_fields)
        raise Curable(name, "There is no such setting.", f"There are: {names}.")


def _choice(us: Organisation, name: str, chosen: bool) -> Choice:
    meaning = Organisation.model_fields[name].description or ""
    return Choice(name, us.model_dump(mode="json")[name], chosen, meaning)


def _number_ids(house: House, tx: Tx, text: str) -> str:
    """The ids of rows for these numbers, made where there is none yet, as JSON."""
    given = orjson.loads(text) if text.lstrip().startswith("[") else text.split(",")
    ids = []
    for each in given:
        if not str(each).strip():
            continue
        if numbers.load(tx, str(each).strip()) is not None:  # an id, as a list shows it
            ids.append(str(each).strip())
            continue
        number = plain_number(str(each))
        country, kind = described(number)
        number_id, _ = numbers.add(tx, number, country=country, kind=kind, at=house.now())
        ids.append(number_id)
    return orjson.dumps(ids).decode()


def _trouble(error: OrganisationError) -> str:
    said = str(error).partition(": ")[2] or str(error)
    return said[0].upper() + said[1:]


def _written(us: Organisation, name: str) -> str:
    """How a value of this setting is written, by the one that stands."""
    if name == "lines":
        example: Any = {"US": {"line": "988", "emergency": "911"}}
    elif name.endswith("_fallback"):
        example = "https://files.example.org/fallback.xml"
    else:
        example = us.model_dump(mode="json")[name]
        if example == []:
            example = ["US", "CA"]
    plain = example if isinstance(example, str) else orjson.dumps(example).decode()
    return f"Write it like: {plain}"


def _warnings(us: Organisation, name: str) -> list[str]:
    value = getattr(us, name)
    if name in _IN_TEXTS and isinstance(value, str):
        found = segments.count(value)
        if found.encoding == "UCS-2":
            letters = " ".join(dict.fromkeys(found.forcing))
            return [
                f"{letters} makes every text that holds it cost twice or more: leave it out or "
                "write it with plain letters."
            ]
    if name == COORDINATORS and not value:
        return ["Nobody is told now when somebody asks for a person."]
    if name == "lines" and us.country not in us.lines:
        return [f"No line is set for {us.country}, our own country."]
    return []
