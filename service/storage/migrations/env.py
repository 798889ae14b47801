"""What Alembic runs: one transaction over the connection that `migrate` hands in.

On SQLite a changed table is copied and the old one dropped, which with foreign keys on would delete
its children: they are off meanwhile, and checked before the commit.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from service.storage.tables import metadata


def _run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=sqlite,
        transactional_ddl=True,
    )
    context.run_migrations()
    if sqlite:
        broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        if broken:
            tables = sorted({str(row[0]) for row in broken})
            raise RuntimeError(f"rows without their parents after migrating, in {tables}")


_run(context.config.attributes["connection"])
