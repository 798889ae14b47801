"""The only reader of the environment: every setting, frozen and complete at start.

A wrong or missing setting stops the start with its name, what is wrong and the cure, all of them at
once. The value of a secret is never repeated. What an organisation changes while the service runs
(its words, hours, coordinators, budget) is no setting of this kind: it lives in the database.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

_HTTP = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
KEY_BYTES = 32


class Trouble(NamedTuple):
    """One setting that stops the start."""

    name: str
    trouble: str
    cure: str


class SettingsError(Exception):
    """The settings do not allow a start. `troubles` holds all of them."""

    def __init__(self, troubles: list[Trouble]) -> None:
        self.troubles = troubles
        lines = [f"  {t.name}: {t.trouble}\n      {t.cure}" for t in troubles]
        count = "One setting needs" if len(troubles) == 1 else f"{len(troubles)} settings need"
        super().__init__(
            f"{count} your attention before Hearthline can start.\n" + "\n".join(lines)
        )


class Settings(BaseSettings):
    """What one process of Hearthline needs to know, read once."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", case_sensitive=True, env_ignore_empty=True
    )

    database_url: str = Field(
        alias="DATABASE_URL",
        repr=False,
        description="The database: SQLite or PostgreSQL.",
        examples=["postgresql://user:password@host/hearthline", "sqlite:////srv/hearthline.db"],
    )
    redis_url: str = Field(
        alias="REDIS_URL",
        repr=False,
        description="Redis or Valkey, which carries wake-ups between the processes.",
        examples=["redis://127.0.0.1:6379/0"],
    )
    twilio_account_sid: str = Field(
        alias="TWILIO_ACCOUNT_SID",
        pattern=r"^AC[0-9A-Za-z]+$",
        description="The account at the phone network; it begins with AC.",
        examples=["the Account SID that the phone network's console shows"],
    )
    twilio_auth_token: SecretStr = Field(
        alias="TWILIO_AUTH_TOKEN",
        min_length=1,
        description="The account's token; it also proves that a webhook is the network's own.",
        examples=["the Auth Token that the phone network's console shows"],
    )
    twilio_api_url: str | None = Field(
        None,
        alias="TWILIO_API_URL",
        description="Base URL in place of the phone network's own, for a stand-in.",
        examples=["http://127.0.0.1:8100"],
    )
    public_url: str = Field(
        alias="PUBLIC_URL",
        description="This service's address as the phone network sees it; signatures cover it.",
        examples=["https://line.example.org"],
    )
    service_number: str = Field(
        alias="SERVICE_NUMBER",
        description="The first number that people text and call, with + and country code.",
        examples=["+15550100100"],
    )
    port: int = Field(
        8000, alias="PORT", ge=1, le=65535, description="Where web listens.", examples=["8000"]
    )
    web_processes: int = Field(
        2,
        alias="WEB_CONCURRENCY",
        ge=1,
        le=64,
        description="How many processes answer web requests.",
        examples=["2"],
    )
    keys: SecretStr = Field(
        alias="HEARTHLINE_KEYS",
        description="Keys for what is private: id:base64 of 32 bytes, the current one first.",
        examples=['what "hearthline keys new" prints; keep it apart from the data'],
    )
    home: Path = Field(
        Path(".hearthline"),
        alias="HEARTHLINE_HOME",
        description="The folder for data that is not in the database.",
        examples=["/srv/hearthline"],
    )
    env: Literal["practice", "test", "production"] = Field(
        "production",
        alias="HEARTHLINE_ENV",
        description="What this is for: practice, test or production.",
        examples=["practice, test or production"],
    )
    clock_file: Path | None = Field(
        None,
        alias="HEARTHLINE_CLOCK_FILE",
        description="Tests only: a file with the offset of the clock; production refuses it.",
        examples=["unset it"],
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", alias="HEARTHLINE_LOG_LEVEL", description="How much is logged.", examples=["info"]
    )
    web_threads: int = Field(
        8,
        alias="HEARTHLINE_WEB_THREADS",
        ge=1,
        le=256,
        description="How many requests one web process answers at once.",
        examples=["8"],
    )
    in_flight: int = Field(
        128,
        alias="HEARTHLINE_IN_FLIGHT",
        ge=1,
        le=1024,
        description="How many messages one worker hands to the phone network at once.",
        examples=["128"],
    )
    http_timeout: float = Field(
        10.0,
        alias="HEARTHLINE_HTTP_TIMEOUT",
        gt=0,
        le=60,
        description="Seconds until a request to the phone network counts as in doubt.",
        examples=["10"],
    )
    lease_seconds: float = Field(
        60.0,
        alias="HEARTHLINE_LEASE_SECONDS",
        gt=0,
        le=3600,
        description="Seconds until a message claimed by a process that died is in doubt.",
        examples=["60"],
    )
    doubt_seconds: float = Field(
        15.0,
        alias="HEARTHLINE_DOUBT_SECONDS",
        gt=0,
        le=600,
        description="Seconds between two looks at the carrier for a message in doubt.",
        examples=["15"],
    )
    slice_seconds: float = Field(
        0.5,
        alias="HEARTHLINE_SLICE_SECONDS",
        gt=0,
        le=5,
        description="Seconds after which a sending job makes room for more urgent work.",
        examples=["0.5"],
    )
    tick_seconds: float = Field(
        0.25,
        alias="HEARTHLINE_TICK_SECONDS",
        gt=0,
        le=60,
        description="Seconds between two looks of the clock at what is due.",
        examples=["1"],
    )
    sweep_seconds: float = Field(
        60.0,
        alias="HEARTHLINE_SWEEP_SECONDS",
        gt=0,
        le=3600,
        description="Seconds between two sweeps for what was forgotten or never arrived.",
        examples=["60"],
    )

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        if url.startswith("postgres://"):  # the older spelling, which Heroku-like hosts still give
            url = "postgresql://" + url.removeprefix("postgres://")
        if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("it names neither SQLite nor PostgreSQL")
        return url

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, url: str) -> str:
        if url.startswith("valkey://"):
            url = "redis://" + url.removeprefix("valkey://")
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("it is no address of a Redis or Valkey server")
        return url

    @field_validator("public_url", "twilio_api_url")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if url is None or _HTTP.fullmatch(url):
            return url.rstrip("/") if url else url
        raise ValueError("it is no address that begins with http:// or https://")

    @field_validator("service_number")
    @classmethod
    def _number(cls, number: str) -> str:
        if not _E164.fullmatch(number):
            raise ValueError("it is no number with + and country code, digits only")
        return number

    @field_validator("keys")
    @classmethod
    def _keys(cls, keys: SecretStr) -> SecretStr:
        parse_keys(keys.get_secret_value())
        return keys

    @model_validator(mode="after")
    def _fit_together(self) -> Settings:
        if self.clock_file and self.env == "production":
            raise ValueError("HEARTHLINE_CLOCK_FILE")
        if self.lease_seconds <= self.http_timeout:
            raise ValueError("HEARTHLINE_LEASE_SECONDS")
        return self


class _Given(Settings):
    """Settings from a mapping alone, whatever the environment holds."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


class Meaning(NamedTuple):
    """One line of the settings' own documentation."""

    name: str
    meaning: str
    default: str | None  # None: it has to be given
    example: str


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """All settings, from the environment or the mapping given; `SettingsError` if any is wrong.

    An empty value counts as not set, since hosts keep emptied settings around.
    """
    source = os.environ if environment is None else environment
    given = {name: value for name, value in source.items() if value}
    troubles = _strangers(given)
    try:
        # Through Any: the checker sees the aliases as arguments, the library fills them in itself.
        build: Any = Settings if environment is None else _Given
        settings: Settings = build(**({} if environment is None else given))
    except ValidationError as refused:
        troubles += [_trouble(error) for error in refused.errors(include_input=False)]
        raise SettingsError(sorted(troubles)) from None
    if troubles:
        raise SettingsError(sorted(troubles))
    return settings


def meanings() -> list[Meaning]:
    """Every setting with its one-line meaning, in the order in which they are declared."""
    return [
        Meaning(
            name=str(field.alias),
            meaning=str(field.description),
            default=None
            if field.is_required()
            else str("" if field.default is None else field.default),
            example=str((field.examples or [""])[0]),
        )
        for field in Settings.model_fields.values()
    ]


def table() -> list[str]:
    """The rows of docs/settings.md, which a test holds to this file."""
    return [
        f"| `{m.name}` | {m.meaning} "
        f"| {'required' if m.default is None else f'`{m.default}`' if m.default else ''} |"
        for m in meanings()
    ]


def parse_keys(text: str) -> list[tuple[str, bytes]]:
    """`id:base64,id:base64` as pairs, the current key first. ValueError says what is wrong."""
    pairs: list[tuple[str, bytes]] = []
    for place, part in enumerate(text.split(","), start=1):
        key_id, colon, encoded = part.strip().partition(":")
        if not colon or not _KEY_ID.fullmatch(key_id):
            raise ValueError(f"key {place} is not written as id:base64")
        try:
            # `id:index:base64` is what stays of a retired key (see storage.sealing)
            key = base64.b64decode(encoded.removeprefix("index:"), validate=True)
        except (binascii.Error, ValueError):
            raise ValueError(f"key {place} is not valid base64") from None
        if len(key) != KEY_BYTES:
            raise ValueError(f"key {place} has {len(key)} bytes in place of {KEY_BYTES}")
        pairs.append((key_id, key))
    if len({key_id for key_id, _ in pairs}) < len(pairs):
        raise ValueError("two keys have the same id")
    return pairs


def clock_file() -> Path | None:
    """The file with the clock's offset, if a test set one; never in production."""
    path = os.environ.get("HEARTHLINE_CLOCK_FILE")
    if not path or os.environ.get("HEARTHLINE_ENV", "production") == "production":
        return None
    return Path(path)


def environment() -> dict[str, str]:
    """A copy of the environment, for a process that starts others."""
    return dict(os.environ)


def tell_library(name: str, value: str) -> None:
    """Set a variable that a library reads from the environment when it is imported."""
    os.environ[name] = value


def _names() -> list[str]:
    return [str(field.alias) for field in Settings.model_fields.values()]


def _strangers(given: Mapping[str, str]) -> list[Trouble]:
    """Names that look like ours and are not: a slip here would silently leave a default."""
    names = _names()
    troubles = []
    for name in given:
        if name.startswith("HEARTHLINE_") and name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            cure = f"Did you mean {near[0]}?" if near else "Remove it."
            troubles.append(Trouble(name, "no setting has this name.", cure))
    if "TWILIO_API_URL" in given:
        troubles += [
            Trouble(name, "it would change the address in TWILIO_API_URL.", "Remove one of them.")
            for name in ("TWILIO_REGION", "TWILIO_EDGE")
            if name in given
        ]
    return troubles


def _trouble(error: Any) -> Trouble:
    if not error["loc"] and "LEASE" in error["msg"]:
        return Trouble(
            "HEARTHLINE_LEASE_SECONDS",
            "a message would be in doubt while it is still being sent.",
            "Set it to more than HEARTHLINE_HTTP_TIMEOUT.",
        )
    if not error["loc"]:
        return Trouble(
            "HEARTHLINE_CLOCK_FILE",
            "a moved clock is for tests, and this is production.",
            "Remove it, or set HEARTHLINE_ENV=test.",
        )
    name = str(error["loc"][0])
    field = next(f for f in Settings.model_fields.values() if f.alias == name)
    example = " or ".join(field.examples or [])
    if error["type"] == "missing":
        return Trouble(name, f"it is not set. {field.description}", f"Set it to {example}")
    # The library's own words never repeat the value; ours neither.
    said = error["msg"].removeprefix("Value error, ").rstrip(".")
    said = "it does not have the right form" if error["type"] == "string_pattern_mismatch" else said
    return Trouble(
        name, f"{said[0].lower()}{said[1:]}. {field.description}", f"Set it to {example}"
    )
