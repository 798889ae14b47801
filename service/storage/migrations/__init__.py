"""Migrations: from nothing, or from any earlier release, to the tables of this one.

Promise: `migrate(url)` may run while the last release still serves, and twice at once: it adds,
and takes nothing away that the last release still reads (a house test holds that). It does all or
nothing, on both databases. No migration imports the models: a revision stays what it was.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from service.storage.database import Database, raise_plainly

_FOLDER = Path(__file__).parent
_ONE_AT_A_TIME = 0x4845_4152  # PostgreSQL's advisory lock of whoever migrates


def migrate(database_url: str, to: str = "head") -> None:
    """Bring a database, empty or of an earlier release, up to date. Raises Unavailable."""
    database = Database(database_url)
    if database.path is not None:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with database.alone() as connection:
            if database.postgres:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
            command.upgrade(config(connection), to)
    except Exception as error:
        raise_plainly(getattr(error, "orig", None) or error)
        raise
    finally:
        database.close()


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, for `migrate` and for writing new revisions."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def newest() -> str:
    """The revision that this release needs."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


def current(database_url: str) -> str | None:
    """The revision that a database is at; None for an empty one."""
    engine = Database(database_url).engine()
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except Exception as error:
        raise_plainly(getattr(error, "orig", None) or error)
        raise
    finally:
        engine.dispose()
