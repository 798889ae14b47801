"""What an organisation says about itself: its name, lines, hours, coordinators and limits.

Promise: one frozen value, complete and checked, read from the setting rows and cached under the
house's stamp. Numbers of coordinators are ids of number rows: no number stands here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s#]*")
_ZONE_CURE = "Use a name such as Europe/Madrid or America/New_York."


class Line(BaseModel):
    """A line that answers, as dialled in its country, and that country's emergency number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: str = Field(min_length=2, max_length=40)
    emergency: str = Field(min_length=2, max_length=20)


class Voices(BaseModel):
    """Who speaks a language in a call: the network's tag of it, and the names of two voices."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str = Field(pattern=r"^[a-z]{2}-[A-Z]{2}$")
    high: str = Field(min_length=2, max_length=60)
    low: str = Field(min_length=2, max_length=60)

    def named(self, wished: object) -> str:
        """The voice that a person wished for, `high` or `low`; high where they chose none."""
        return self.low if wished == "low" else self.high


_SHIPPED_VOICES = {
    "en": Voices(language="en-US", high="Polly.Joanna", low="Polly.Matthew"),
    "es": Voices(language="es-US", high="Polly.Lupe", low="Polly.Miguel"),
}


# The same words for everybody, or by language.
Words = (
    Annotated[str, Field(max_length=60)]
    | Annotated[Mapping[str, Annotated[str, Field(max_length=60)]], Field(min_length=1)]
)


_IN_WORDS = ("contact", "programme", "hours")


class Organisation(BaseModel):
    """All settings of the organisation; the description of each is its one-line meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str = Field("Hearthline", max_length=30, description="The name people know us by.")
    contact: Words = Field(
        {"en": "Ask who gave you this number", "es": "Pregunte a quien dio el numero"},
        description="Whom to ask about us: a name, a street, a mail address. Or by language.",
    )
    programme: Words = Field(
        {"en": "check-ins by text", "es": "saludos por texto"},
        description="What we do, in three words. Or by language.",
    )
    languages: tuple[str, ...] = Field(
        ("en", "es"), min_length=1, description="Our languages, the first one first."
    )
    zone: str = Field("America/New_York", description="Where we are, as a time zone.")
    country: str = Field("US", pattern=r"^[A-Z]{2}$", description="Our country, two letters.")
    hours: Words = Field(
        {"en": "9 to 17 on weekdays", "es": "de 9 a 17 entre semana"},
        description='When a person of ours is there. Or by language: {"en": "...", "es": "..."}.',
    )
    per_week: int = Field(8, ge=1, le=100, description="How many texts a week people may expect.")
    lines: Mapping[str, Line] = Field(
        default_factory=lambda: {"US": Line(line="988", emergency="911")},
        description="By country: the line that answers, and the emergency number.",
    )
    coordinators: tuple[str, ...] = Field(
        (), description="Ids of the numbers that are told when somebody asks for a person."
    )
    cases_a_day: int = Field(
        5, ge=0, le=100, description="Most cases a day that one volunteer is asked to take."
    )
    allowed_countries: tuple[str, ...] = Field(
        (), description="Countries we text. Empty: only those of our own numbers."
    )
    unknown_replies: int = Field(
        3, ge=0, le=50, description="Replies a day to a number that nobody has joined with."
    )
    daily_messages: int = Field(
        40, ge=5, le=500, description="Most texts a day to one person. Danger is never counted."
    )
    daily_budget: float = Field(
        25.0, ge=0, description="What a day may cost, in our currency. Then check-ins wait."
    )
    segment_price: float = Field(
        0.0083, ge=0, description="What one segment costs, in our currency."
    )
    call_price: float = Field(
        0.014, ge=0, description="What one minute of a call costs, in our currency."
    )
    voices: Mapping[str, Voices] = Field(
        default_factory=lambda: dict(_SHIPPED_VOICES),
        min_length=1,
        description="By language: its tag at the network, and a high and a low voice.",
    )
    speech_rate: int = Field(
        90, ge=50, le=120, description="How fast we speak by call, in percent of the usual."
    )
    slow_speech_rate: int = Field(
        75, ge=40, le=120, description="The same for those who chose slow speech."
    )
    ring_seconds: int = Field(
        3, ge=0, le=20, description="So long a call rings: who hangs up meanwhile is called back."
    )
    callbacks_a_day: int = Field(
        3, ge=0, le=20, description="How often a day we call back a number that rang and hung up."
    )
    second_call_minutes: int = Field(
        10, ge=1, le=60, description="Minutes until we ring a second time, where nobody answered."
    )
    quiet_from: int = Field(21, ge=0, le=23, description="From this hour nothing unasked is sent.")
    quiet_to: int = Field(8, ge=0, le=23, description="Until this hour nothing unasked is sent.")
    checkin_hour: str = Field(
        "10:00", pattern=r"^\d\d:\d\d$", description="When we check in, unless a person chooses."
    )
    keep_messages_days: int = Field(
        365, ge=7, le=3650, description="After so many days the words of messages go."
    )
    keep_answers_days: int = Field(
        730, ge=7, le=3650, description="After so many days the words of answers go."
    )
    keep_recordings_days: int = Field(
        180, ge=1, le=3650, description="After so many days what people recorded goes."
    )
    keep_cases_days: int = Field(
        730, ge=30, le=3650, description="So many days after a case was settled its words go."
    )
    keep_consents_days: int = Field(
        1825,
        ge=365,
        le=7300,
        description="So many days after people left the words that they agreed to go.",
    )
    voice_fallback: str = Field(
        "",
        max_length=300,
        description="Where what callers hear while we are down is hosted: hearthline fallback.",
    )
    text_fallback: str = Field(
        "",
        max_length=300,
        description="Where the answer to texts while we are down is hosted.",
    )

    @field_validator("voice_fallback", "text_fallback")
    @classmethod
    def _fallback(cls, address: str) -> str:
        if address and not _ADDRESS.fullmatch(address):
            raise ValueError("it is no address that begins with https://")
        return address

    @field_validator("zone")
    @classmethod
    def _zone(cls, zone: str) -> str:
        from zoneinfo import available_timezones

        if zone not in available_timezones():
            raise ValueError(f"there is no time zone of this name. {_ZONE_CURE}")
        return zone

    @field_validator("programme")
    @classmethod
    def _programme(cls, programme: Words) -> Words:
        said = [programme] if isinstance(programme, str) else programme.values()
        if any(len(words) > 40 for words in said):
            raise ValueError("three words have 40 letters at most")
        return programme

    @field_validator("languages")
    @classmethod
    def _languages(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        for tag in tags:
            if not re.fullmatch(r"[a-z]{2,3}(-[a-z]+)?", tag):
                raise ValueError("a language is a tag such as en, es or es-tu")
        return tags

    def line_for(self, country: str | None) -> Line:
        """The line of that country, otherwise our own country's, otherwise the first there is."""
        lines = self.lines
        found = lines.get(country or "") or lines.get(self.country)
        return found or next(iter(lines.values()))

    def values(
        self, country: str | None, number: str, languages: Sequence[str] = ()
    ) -> dict[str, object]:
        """What templates may name: service, contact, line, emergency and their like.

        What is said differently in each language comes in the first of `languages` that has it.
        """
        line = self.line_for(country)
        return {
            "service": self.service,
            "contact": _in(self.contact, languages),
            "programme": _in(self.programme, languages),
            "hours": _in(self.hours, languages),
            "per_week": self.per_week,
            "line": line.line,
            "emergency": line.emergency,
            "number": number,
        }


def _in(words: Words, languages: Sequence[str]) -> str:
    if isinstance(words, str):
        return words
    tags = (*languages, *(tag.split("-")[0] for tag in languages))
    return next((words[tag] for tag in tags if tag in words), next(iter(words.values())))


class OrganisationError(ValueError):
    """A setting that cannot be used: its name, the trouble, the cure."""


def read(rows: Mapping[str, str]) -> Organisation:
    """The organisation from its setting rows (name -> JSON). Unknown rows are not ours: skipped."""
    known = Organisation.model_fields
    given = {name: orjson.loads(text) for name, text in rows.items() if name in known}
    try:
        return Organisation.model_validate(given)
    except ValidationError as refused:
        raise OrganisationError(_said(refused)) from None


def changed(organisation: Organisation, name: str, text: str) -> tuple[Organisation, str]:
    """The organisation with one setting changed, and the JSON to store.

    `text` is JSON, or plain words where the setting holds words. Raises OrganisationError.
    """
    if name not in Organisation.model_fields:
        names = ", ".join(sorted(Organisation.model_fields))
        raise OrganisationError(f"{name}: there is no such setting. There are: {names}.")
    value = _value(organisation, name, text)
    try:
        new = Organisation.model_validate({**organisation.model_dump(), name: value})
    except ValidationError as refused:
        raise OrganisationError(_said(refused)) from None
    return new, orjson.dumps(new.model_dump(mode="json")[name]).decode()


def _value(organisation: Organisation, name: str, text: str) -> Any:
    words = name in _IN_WORDS and not text.lstrip().startswith("{")
    if words or isinstance(getattr(organisation, name), str):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return [part.strip() for part in text.split(",") if part.strip()]


def _said(refused: ValidationError) -> str:
    error = refused.errors(include_input=False, include_url=False)[0]
    name = ".".join(str(part) for part in error["loc"])
    field = Organisation.model_fields.get(str(error["loc"][0]) if error["loc"] else "")
    meaning = field.description if field else ""
    return f"{name}: {error['msg'].removeprefix('Value error, ')}. {meaning}"
