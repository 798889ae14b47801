"""Migrations and models agree; migrations run from nothing, twice, and beside the last release."""

from __future__ import annotations

import ast
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from service.storage import calls, cases, holding, migrations, people, shifts, volunteers
from service.storage.database import Database, Tx
from service.storage.sealing import Sealer
from service.storage.shifts import NewShift
from service.storage.tables import Sealed, metadata
from tests.storage.conftest import AT, KEY

FOLDER = Path(migrations.__file__).parent / "versions"
REVISIONS = sorted(FOLDER.glob("[0-9]*.py"))
# What the last release can live with while it still serves.
HARMLESS = {"create_table", "create_index", "add_column", "f", "get_context"}


def test_models_and_migrations_agree(database_url: str) -> None:
    migrations.migrate(database_url)
    engine = Database(database_url).engine()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        looked = inspect(connection)
        for table in metadata.sorted_tables:
            stored = {str(index["name"]) for index in looked.get_indexes(table.name)}
            assert {str(index.name) for index in table.indexes} <= stored
            assert len(looked.get_foreign_keys(table.name)) == len(table.foreign_keys)
    engine.dispose()


def test_partial_indexes_hold_what_the_models_say(database_url: str) -> None:
    """Alembic compares no conditions of indexes, so the databases are asked."""
    migrations.migrate(database_url)
    database = Database(database_url)
    said = (
        "SELECT indexdef FROM pg_indexes WHERE indexname = '{}'"
        if database.postgres
        else "SELECT sql FROM sqlite_master WHERE name = '{}'"
    )
    with database.reading() as tx:
        for table in metadata.sorted_tables:
            for index in table.indexes:
                partial = index.dialect_options["sqlite"]["where"] is not None
                sql = tx.execute(said.format(index.name)).fetchone()[0]
                assert (" WHERE " in sql) == partial, index.name
                assert ("CREATE UNIQUE" in sql) == bool(index.unique), index.name
    database.close()


def test_migrating_twice_and_at_once_changes_nothing(database_url: str) -> None:
    assert migrations.current(database_url) is None
    failed: list[BaseException] = []

    def run() -> None:
        try:
            migrations.migrate(database_url)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert migrations.current(database_url) == migrations.newest()
    migrations.migrate(database_url)


def test_calls_come_to_a_database_in_which_people_are(database_url: str) -> None:
    """From 0001 with rows in it; and the release before, still serving, writes as it did."""
    migrations.migrate(database_url, "0001")
    database = Database(database_url, Sealer(KEY))
    with database.writing() as tx:
        _as_in_0001(tx, "ana")
    migrations.migrate(database_url)
    with database.writing() as tx:
        _as_in_0001(tx, "eva")
    with database.writing() as tx:
        kept = tx.execute("SELECT id, zone, sealed_pin FROM person ORDER BY id").fetchall()
        assert [tuple(row) for row in kept] == [("ana", "UTC", None), ("eva", "UTC", None)]
        assert tx.execute("SELECT id, calling_until FROM sender").fetchone() == ("s-ana", None)
        people.set_pin(tx, "ana", "2468")
        assert people.by_pin(tx, ["ana", "eva"], "2468") == ["ana"]
        call, new = calls.came_in(
            tx, sid="CA1", number_id="n", sender_id="s-ana", person_id="ana", lane=1, now=AT
        )
        assert new
        assert call.person_id == "ana"
    database.close()


@pytest.mark.parametrize("from_", ["0001", "0002"])
def test_volunteers_come_to_a_database_in_which_cases_are(database_url: str, from_: str) -> None:
    """From each release before, with rows in it, which goes on opening cases while we come."""
    migrations.migrate(database_url, from_)
    database = Database(database_url, Sealer(KEY))
    with database.writing() as tx:
        _as_in_0001(tx, "ana")
        _case_as_in_0001(tx, "ana", "AB12")
    migrations.migrate(database_url)
    with database.writing() as tx:
        _as_in_0001(tx, "eva")
        _case_as_in_0001(tx, "eva", "CD34")
    with database.writing() as tx:
        for name, code in (("ana", "AB12"), ("eva", "CD34")):
            case = cases.by_code(tx, code)
            assert case is not None
            assert (case.person_id, case.holder_id, case.step, case.round) == (name, None, 0, 0)
            assert not cases.reserve(tx, code, "another", AT)
            assert holding.take(tx, case.id, "eva", AT, AT)
            assert people.safe(tx, [name]) == {}
        volunteers.put(tx, "eva", AT)
        shifts.plan(tx, [NewShift("day", "volunteer", "eva", "slot", AT, AT, "hand")], AT)
    database.close()


def _case_as_in_0001(tx: Tx, name: str, code: str) -> None:
    no = "false" if tx.postgres else "0"
    tx.execute(
        'INSERT INTO "case" (id, code, person_id, kind, priority, status, opened_at, stopped)'
        f" VALUES ('case-{name}', '{code}', '{name}', 'asked', 'urgent', 'open', 0, {no})"
    )


def _as_in_0001(tx: Tx, name: str) -> None:
    """A person and a service number, written as the first release writes them."""
    no = "false" if tx.postgres else "0"
    tx.execute(
        "INSERT INTO person (id, status, language, zone, channel, discreet, messages_day,"
        f" messages_count, created_at) VALUES ('{name}', 'active', 'en', 'UTC', 'text', {no},"
        " 0, 0, 0)"
    )
    tx.execute(
        "INSERT INTO sender (id, number, pace_milli, created_at)"
        f" VALUES ('s-{name}', '+1555010{len(name)}{ord(name[0])}', 1000, 0)"
    )


def test_there_is_one_line_of_revisions() -> None:
    script = ScriptDirectory.from_config(migrations.config())
    assert len(script.get_heads()) == 1
    assert [path.name[:4] for path in REVISIONS] == [
        f"{number:04}" for number in range(1, len(REVISIONS) + 1)
    ]


@pytest.mark.parametrize("path", REVISIONS, ids=lambda path: path.stem)
def test_the_last_release_can_serve_while_a_migration_runs(path: Path) -> None:
    """A release only adds; what nothing reads any more may go one release later, by its own rule.

    A new column is nullable or has a default in the database, because the last release inserts
    without it. An index on a table that exists is built without locking it on PostgreSQL.
    """
    assert destructive(path.read_text()) == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("op.drop_table('person')", "drop_table"),
        ("op.drop_column('person', 'zone')", "drop_column"),
        ("op.alter_column('person', 'zone', nullable=False)", "alter_column"),
        ("op.execute('DELETE FROM person')", "execute"),
        ("op.add_column('person', sa.Column('x', sa.Text(), nullable=False))", "add_column"),
        ("op.add_column('person', sa.Column('x', sa.Text()))", None),
        (
            "op.add_column('person', sa.Column('x', sa.Text(), nullable=False, server_default=''))",
            None,
        ),
        ("op.create_index('ix', 'person', ['zone'])", "create_index"),
        ("op.create_index('ix', 'person', ['zone'], postgresql_concurrently=True)", None),
        ("op.create_table('x')\n    op.create_index('ix', 'x', ['zone'])", None),
    ],
)
def test_the_rule_sees_what_would_hurt(step: str, said: str | None) -> None:
    found = destructive(f"def upgrade():\n    {step}\n")
    assert found == ([said] if said else [])


def destructive(source: str) -> list[str]:
    """The names of the steps in a revision that the last release could not live with."""
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("op", "batch_op", "batch")
    ]
    made = {_word(call.args[0]) for call in calls if _step(call) == "create_table"}
    first = "down_revision = None" in source  # nothing was there before it
    return [_step(call) for call in calls if not _harmless(call, made, first)]


def _harmless(call: ast.Call, made: set[str], first: bool) -> bool:
    step = _step(call)
    if step == "add_column":
        column = call.args[-1]
        assert isinstance(column, ast.Call)
        given = {word.arg: word.value for word in column.keywords}
        may_be_null = getattr(given.get("nullable"), "value", True)
        return bool(may_be_null) or "server_default" in given
    if step == "create_index":
        return (
            first
            or _word(call.args[1]) in made
            or "postgresql_concurrently" in {word.arg for word in call.keywords}
        )
    return step in HARMLESS


def _step(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr


def _word(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else "?"


def test_what_is_called_sealed_is_sealed_and_the_other_way_round() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            assert column.name.startswith("sealed_") == isinstance(column.type, Sealed), column
