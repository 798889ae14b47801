"""Moving and backups: all arrives as it was or nothing does, and nothing leaves untimely."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from service.storage import (
    answers,
    backup,
    calls,
    case_alerts,
    cases,
    contacts,
    copying,
    erasures,
    holding,
    ids,
    ledger,
    lines,
    links,
    moving,
    numbers,
    people,
    plans,
    prompt_files,
    recordings,
    restoring,
    revisions,
    rotas,
    settings_rows,
    shifts,
    timers,
    trail,
    volunteers,
)
from service.storage.answers import NewAnswer
from service.storage.backup import CannotRestore
from service.storage.case_alerts import NewAlert
from service.storage.cases import NewCase
from service.storage.database import Database, Tx
from service.storage.ledger import Line
from service.storage.lines import NewLine
from service.storage.migrations import migrate
from service.storage.moments import to_micros
from service.storage.moving import CannotMove
from service.storage.people import New
from service.storage.plans import NewPlan
from service.storage.prompt_files import PromptFile
from service.storage.recordings import NewRecording
from service.storage.sealing import Sealer
from service.storage.shifts import NewShift
from service.storage.timers import Timer
from tests.storage.conftest import AT, KEY

NAMES = [ids.new() for _ in range(3)]
STATES = ("pending", "sending", "in doubt", "held", "accepted", "delivered", "failed", "cancelled")


def fill(database: Database) -> None:
    with database.writing() as tx:
        for n, person_id in enumerate(NAMES):
            number_id, _ = numbers.add(tx, f"+155501001{n:02}", country="US", kind="mobile", at=AT)
            fields = {"name": f"Ana \\ Ñandú\t\n{n}"}
            people.add(tx, New(person_id, "active", "en", "UTC", AT, fields, discreet=n == 1))
            links.add(tx, person_id, number_id, is_main=True)
        plans.add(
            tx, NewPlan("plan", NAMES[0], "daily", "FREQ=DAILY", "x", None, None, None, AT), None
        )
        answers.put(
            tx,
            [NewAnswer(ids.new(), NAMES[0], "c", "f", "s", None, n, AT) for n in range(4500)],
        )
        revisions.seed(tx, {("flow", "menu"): "flow: menu\n# ¿qué?\n"}, AT)
        settings_rows.put(tx, "service", "Línea", AT)
        trail.record(tx, "ana", "seeded", "definitions", None, AT, {"n": 1})
        timers.put(tx, [Timer(ids.new(), "k", "slot", NAMES[0], "plan", AT, "x", {"a": 1})], AT)
        for n, status in enumerate(STATES):
            message(tx, f"m{n}", status)
        message(tx, "in", "received", direction="in")
        people.set_pin(tx, NAMES[2], "2468")
        fill_calls(tx)
        fill_team(tx)


def fill_team(tx: Tx) -> None:
    """A volunteer in the middle of a case, with a code that was not given yet."""
    person_id, wanted = NAMES[1], ids.new()
    volunteers.put(tx, person_id, AT, languages=["en", "es"], trained={"crisis": "2026-04-01"})
    phone = contacts.add(tx, person_id, "n", "call", AT)
    contacts.ask(tx, phone, "4711", AT + timedelta(hours=1))
    people.set_safe(tx, NAMES[0], {"word": "marmalade"})
    assert cases.reserve(tx, "AB12", wanted, AT)
    cases.add(
        tx, NewCase(wanted, "AB12", NAMES[0], None, "asked", "urgent", "open", None, "note", AT)
    )
    case_alerts.tell(tx, [NewAlert(ids.new(), wanted, person_id, None, "call", 0, 0, AT)])
    assert holding.take(tx, wanted, person_id, AT, AT)
    rotas.put(tx, "day", "volunteer", "UTC", {"people": [person_id], "hours": "9 to 17"}, AT)
    shifts.plan(tx, [NewShift("day", "volunteer", person_id, "slot", AT, AT, "rotation")], AT)
    lines.seed(tx, [LINE], AT)


LINE = NewLine("us-988", "US", "988 Lifeline", ["self"], ["en"], "988", hours={"days": "daily"})
CALL_STATES = ("pending", "placing", "in doubt", "held", "placed", "answered", "completed")
SOUND = bytes(range(256)) * 40


def fill_calls(tx: Tx) -> None:
    call, _ = calls.came_in(
        tx, sid="CA1", number_id="n", sender_id=None, person_id=NAMES[0], lane=1, now=AT
    )
    calls.put_step(tx, call.id, 1, None, "<Say>¿Qué tal?</Say>", AT)
    for n in range(20):
        new = NewRecording(f"RE{n}", NAMES[0], "n", call.id, None, "answer", None, None, 3, AT)
        recording, _ = recordings.made(tx, new)
        recordings.fetched(tx, recording.id, "audio/wav", SOUND, AT)
    prompt_files.put(tx, PromptFile("hello", "audio/mpeg", SOUND, 3, "ab", AT))
    for n, status in enumerate(CALL_STATES):
        a_call(tx, f"k{n}", status)


def a_call(tx: Tx, call_id: str, status: str) -> None:
    values = {
        "id": call_id, "direction": "out", "purpose": "checkin", "number_id": "n",
        "status": status, "due_at": to_micros(AT), "created_at": to_micros(AT), "lane": 2,
        "claimed_by": "w1", "attempt": 1, "tries": 1, "doubts": 0, "step": 0,
    }  # fmt: skip
    marks = ", ".join([f"%({name})s" if tx.postgres else f":{name}" for name in values])
    tx.execute(f"INSERT INTO call ({', '.join(values)}) VALUES ({marks})", values)


def message(tx: Tx, message_id: str, status: str, direction: str = "out") -> None:
    values = {
        "id": message_id, "direction": direction, "person_id": NAMES[0], "status": status,
        "sealed_body": tx.sealer.seal(b"hi", f"message.sealed_body:{message_id}"),
        "due_at": to_micros(AT), "created_at": to_micros(AT), "purpose": "answer",
        "claimed_by": "w1", "seq": 0, "lane": 1, "segments": 1, "attempts": 0, "doubts": 0,
    }  # fmt: skip
    marks = ", ".join([f"%({name})s" if tx.postgres else f":{name}" for name in values])
    tx.execute(f"INSERT INTO message ({', '.join(values)}) VALUES ({marks})", values)


def sums(database: Database) -> dict[str, copying.Sum]:
    with database.reading(snapshot=True) as tx:
        return {shape.table: copying.check_sum(tx, shape) for shape in copying.shapes()}


def statuses(database: Database, table: str = "message") -> dict[str, tuple[str, str | None]]:
    with database.reading() as tx:
        rows = tx.execute(f"SELECT id, status, held_for FROM {table}").fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


@pytest.fixture
def other_url(store: Database, request: pytest.FixtureRequest) -> str:
    """An empty database of the other kind."""
    other = "sqlite_url" if store.postgres else "postgres_url"
    return str(request.getfixturevalue(other))


def test_everything_moves_to_the_other_kind_of_database(store: Database, other_url: str) -> None:
    fill(store)
    told: list[tuple[str, int]] = []
    moved = moving.move(store.url, other_url, lambda table, rows: told.append((table, rows)))
    other = Database(other_url, store.sealer)
    assert moved["answer"] == 4500
    assert sum(rows for table, rows in told if table == "answer") == 4500
    assert sums(other) == sums(store)
    with other.reading() as tx:
        ana = people.load(tx, NAMES[1])
        assert ana is not None
        assert (ana.discreet, ana.fields["name"]) == (True, "Ana \\ Ñandú\t\n1")
        assert len(people.find_by_name(tx, "nandu")) == 3
        assert revisions.current_edition(tx) is not None
        check_calls(tx)
    # minutes of sound are not held in memory by the thousand
    assert [rows for table, rows in told if table == "recording"] == [8, 8, 4]
    with pytest.raises(CannotMove, match="not empty"):
        moving.move(store.url, other_url)
    other.close()


def test_lines_that_a_release_brought_do_not_make_a_database_full(
    store: Database, other_url: str
) -> None:
    fill(store)
    migrate(other_url)
    other = Database(other_url, Sealer(KEY))
    with other.writing() as tx:
        lines.seed(tx, [LINE._replace(id="xx")], AT)
    moving.move(store.url, other_url)
    assert sums(other) == sums(store)
    with other.reading() as tx:
        assert [line.id for line in lines.listing(tx)] == ["us-988"]
    other.close()


def test_a_line_that_somebody_rang_is_not_thrown_away(store: Database, other_url: str) -> None:
    migrate(other_url)
    other = Database(other_url, Sealer(KEY))
    with other.writing() as tx:
        lines.seed(tx, [LINE], AT)
        lines.tick(tx, LINE.id, "marta", AT, None)
    with pytest.raises(CannotMove, match="line"):
        moving.move(store.url, other_url)
    other.close()


def check_calls(tx: Tx) -> None:
    call = calls.by_sid(tx, "CA1")
    assert call is not None
    assert calls.reply(tx, call.id, 1) == "<Say>¿Qué tal?</Say>"
    kept = recordings.of_call(tx, call.id)
    assert len(kept) == 20
    assert recordings.audio(tx, kept[7].id) == ("audio/wav", SOUND)
    prompt = prompt_files.load(tx, "hello")
    assert prompt is not None
    assert prompt.audio == SOUND
    assert people.by_pin(tx, NAMES, "2468") == [NAMES[2]]


def test_a_database_of_another_release_is_not_moved(sqlite_url: str, postgres_url: str) -> None:
    with pytest.raises(CannotMove, match="another release"):
        moving.move(sqlite_url, postgres_url)


def test_a_backup_restores_into_the_other_kind(
    store: Database, other_url: str, tmp_path: Path
) -> None:
    fill(store)
    assert store.sealer is not None
    path = tmp_path / "backup"
    made = backup.back_up(store, store.sealer, path, AT)
    assert made.rows["answer"] == 4500
    assert path.stat().st_mode & 0o777 == 0o600
    assert backup.look(path, store.sealer) == made
    before = sums(store)
    restored = backup.restore(path, store.sealer, other_url, AT + timedelta(days=1))
    assert restored.backup == made
    other = Database(other_url, store.sealer)
    after = sums(other)
    unchanged = set(before) - {"message", "call", "setting"}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}
    with other.reading() as tx:
        check_calls(tx)
    with pytest.raises(CannotRestore, match="not empty"):
        backup.restore(path, store.sealer, other_url, AT)
    assert list(tmp_path.glob(".backup*")) == []
    other.close()


def test_after_a_restore_nothing_leaves_by_itself(
    store: Database, other_url: str, tmp_path: Path
) -> None:
    fill(store)
    assert store.sealer is not None
    backup.back_up(store, store.sealer, tmp_path / "backup", AT)
    later = AT + timedelta(days=1)
    restored = backup.restore(tmp_path / "backup", store.sealer, other_url, later)
    assert (restored.held.messages, restored.held.calls) == (3, 3)
    other = Database(other_url, store.sealer)
    ringing = statuses(other, "call")
    assert {ringing[f"k{n}"] for n in range(3)} == {("held", "restore")}
    assert [ringing[f"k{n}"][0] for n in range(3, 7)] == list(CALL_STATES[3:])
    found = statuses(other)
    assert {found[f"m{n}"] for n in range(3)} == {("held", "restore")}
    assert [found[f"m{n}"][0] for n in range(3, 8)] == list(STATES[3:])
    assert found["in"] == ("received", None)
    with other.writing() as tx:
        assert restoring.waiting(tx) == (later, AT)
        assert restoring.reconcile(tx, later) == 6
        assert restoring.waiting(tx) is None
        assert restoring.reconcile(tx, later) == 0
    assert {statuses(other)[f"m{n}"] for n in range(3)} == {("in doubt", None)}
    assert {statuses(other, "call")[f"k{n}"] for n in range(3)} == {("in doubt", None)}
    other.close()


def test_a_backup_of_the_release_before_calls_is_restored(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tables are those of 0001; what came since is empty."""
    path, old = tmp_path / "backup", f"sqlite:///{tmp_path / 'old.db'}"
    migrate(old, "0001")
    database = Database(old, Sealer(KEY))
    with database.writing() as tx:
        before = [
            copying.Shape(shape.table, tuple(c for c in shape.columns if c[0] in there))
            for shape in copying.shapes()
            if (there := {row[1] for row in tx.execute(f'PRAGMA table_info("{shape.table}")')})
        ]
        person = {
            "id": NAMES[0], "status": "active", "language": "en", "zone": "UTC",
            "channel": "text", "discreet": 0, "messages_day": 0, "messages_count": 0,
            "created_at": to_micros(AT),
        }  # fmt: skip
        names = ", ".join(person)
        tx.execute(f"INSERT INTO person ({names}) VALUES (:{names.replace(', ', ', :')})", person)
        message(tx, "m0", "pending")
    with monkeypatch.context() as patch:
        patch.setattr(copying, "shapes", lambda: before)
        patch.setattr(backup, "newest", lambda: "0001")
        backup.back_up(database, Sealer(KEY), path, AT)
    restored = backup.restore(path, Sealer(KEY), sqlite_url, AT + timedelta(days=1))
    assert restored.backup.revision == "0001"
    assert (restored.held.messages, restored.held.calls) == (1, 0)
    again = Database(sqlite_url, Sealer(KEY))
    with again.writing() as tx:
        assert people.with_pin(tx, NAMES) == set()
        people.set_pin(tx, NAMES[0], "2468")
        assert people.by_pin(tx, NAMES, "2468") == [NAMES[0]]
        assert recordings.latest(tx) == []
    again.close()
    database.close()


def test_erasures_after_the_backup_are_due_again(
    store: Database, other_url: str, tmp_path: Path
) -> None:
    fill(store)
    assert store.sealer is not None
    assert store.ledger is not None
    backup.back_up(store, store.sealer, tmp_path / "backup", AT)
    with store.writing() as tx:
        erasures.done(tx, NAMES[1], AT + timedelta(hours=1), ["b"])
    ledger.append(store.ledger, Line("somebody who came later", AT + timedelta(hours=2), ()))
    restored = backup.restore(
        tmp_path / "backup",
        store.sealer,
        other_url,
        AT + timedelta(days=1),
        erased=ledger.read([store.ledger]),
    )
    assert restored.held.people == [NAMES[1]]
    other = Database(other_url, store.sealer)
    with other.writing() as tx:
        person = people.load(tx, NAMES[1])
        assert person is not None
        assert (person.status, person.erase_at) == ("erasing", AT + timedelta(days=1))
        (timer,) = [t for t in timers.claim(tx, AT + timedelta(days=2), 10) if t.kind == "erase"]
        assert timer.person_id == NAMES[1]
    other.close()


def test_a_backup_is_one_moment_while_people_write(store: Database, tmp_path: Path) -> None:
    fill(store)
    assert store.sealer is not None
    mine = Database(store.url, store.sealer)

    def write(table: str, rows: int) -> None:
        with mine.writing() as tx:
            trail.record(tx, "ana", "wrote", "person", None, AT)
            people.add(tx, New(ids.new(), "joining", "en", "UTC", AT, {}))

    made = backup.back_up(store, store.sealer, tmp_path / "backup", AT, write)
    assert (made.rows["trail"], made.rows["person"]) == (1, 3)
    mine.close()
