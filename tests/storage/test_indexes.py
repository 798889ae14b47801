"""What is asked all the time finds its rows by an index, on both databases, however many there are.

SQLite is asked for its plan as it stands. PostgreSQL prefers to read small tables whole, so it is
told not to, and has to show that an index serves.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

from service import storage
from service.storage import (
    bridges,
    call_doubts,
    call_lists,
    calls,
    case_alerts,
    cases,
    contacts,
    conversations,
    doubts,
    heard_words,
    holding,
    lines,
    links,
    marked_texts,
    messages,
    migrations,
    numbers,
    occurrences,
    people,
    placings,
    plans,
    recordings,
    sent_texts,
    settlements,
    shifts,
    standing,
    swaps,
    timers,
    volunteers,
)
from service.storage.database import Database, Tx
from service.storage.statements import Prepared

SERVED: list[tuple[str, Prepared[Any], tuple[str, ...]]] = [
    ("due messages", messages._DUE, ("ix_message_pending", "ix_message_sending_number")),
    ("any message due", messages._ANY_DUE, ("ix_message_pending",)),
    ("leases that are over", messages._LEASES_OVER, ("ix_message_sending_since",)),
    ("messages in doubt", doubts._DOUBTS, ("ix_message_in_doubt",)),
    ("is anything stuck", messages._STUCK, ("ix_message_held", "ix_message_in_doubt")),
    ("messages to release", messages._RELEASE, ("ix_message_held",)),
    ("a callback by sid", settlements._MOVE["delivered", True], ("uq_message_carrier_sid",)),
    ("what waited", settlements._FREE, ("ix_message_waits_for",)),
    ("due timers", timers._CLAIM, ("ix_timer_lane_due_at",)),
    ("timers by key", timers._DROP_KEYS, ("uq_timer_key",)),
    ("a number by blind", standing._BY_BLIND, ("uq_number_blind",)),
    ("numbers by blind", numbers._FIND, ("uq_number_blind",)),
    ("conversations behind", conversations._WAITING, ("ix_conversation_person_id_status",)),
    ("open occurrences", occurrences._IN_STATE, ("ix_occurrence_open",)),
    ("of a conversation", occurrences._BY_CONVERSATION, ("ix_occurrence_conversation_id",)),
    ("overdue plans", plans._OVERDUE, ("ix_plan_next_due",)),
    ("plans of people", plans._OF_PEOPLE, ("ix_plan_person_id",)),
    ("an open case by code", cases._BY_CODE, ("uq_case_open_code",)),
    ("people by name", people._BY_NAME, ("ix_person_name_token",)),
    ("people of a status", people._LIST_STATUS, ("person",)),
    ("a call's turn", calls._BY_CALL, ("call", "call_step", "number")),
    ("a call by sid", calls._BY_SID, ("uq_call_carrier_sid",)),
    ("calls of a number", calls._COUNT, ("ix_call_number_id_created_at",)),
    ("due calls", placings._DUE, ("ix_call_pending", "ix_call_number_id_created_at")),
    ("calls whose lease is over", placings._LEASES_OVER, ("ix_call_placing",)),
    ("calls to release", placings._RELEASE, ("ix_call_held",)),
    ("any call to look after", placings._ANYTHING, ("ix_call_pending", "ix_call_in_doubt")),
    ("calls of a conversation", placings._CANCEL_CONVERSATION, ("ix_call_conversation_id",)),
    ("calls of a person", placings._CANCEL_PERSON, ("ix_call_person_id_created_at",)),
    ("calls in doubt", call_doubts._DOUBTS, ("ix_call_in_doubt",)),
    ("calls without an end", call_doubts._UNENDED, ("ix_call_open",)),
    ("calls of a person", call_lists._OF_PERSON, ("ix_call_person_id_created_at",)),
    ("recordings of a call", recordings._OF_CALL, ("ix_recording_call_id",)),
    ("recordings of a person", recordings._OF_PERSON, ("ix_recording_person_id_created_at",)),
    ("recordings to fetch", recordings._TO_FETCH, ("ix_recording_made",)),
    ("recordings to clear", recordings._TO_CLEAR, ("ix_recording_at_carrier",)),
    ("texts sent to a person", sent_texts._BEFORE, ("ix_message_person_id_created_at",)),
    ("whom a code means", cases._CODED, ("case_code",)),
    ("cases that somebody has", holding._HELD_BY, ("ix_case_status_opened_at",)),
    ("how many cases they have", holding._COUNTS, ("ix_case_status_opened_at",)),
    ("cases of a person's helpers", holding._LAST_HELPER, ("ix_case_person_id",)),
    ("the bridge of a case", bridges._OPEN_OF, ("uq_bridge_open",)),
    ("bridges that go on", bridges._OPEN, ("ix_bridge_open",)),
    ("phones of a bridge", bridges._LEGS, ("ix_bridge_leg_bridge_id",)),
    ("a phone of a bridge by its call", bridges._BY_CALL, ("ix_bridge_leg_call_id",)),
    (
        "a phone of a bridge by its flow",
        bridges._BY_CONVERSATION,
        ("ix_bridge_leg_conversation_id",),
    ),
    ("alerts of a case", case_alerts._OF_CASES, ("uq_case_alert_case_id_person_id_step_round",)),
    ("an alert by its text", case_alerts._BY_MESSAGE, ("ix_case_alert_message_id",)),
    ("an alert by its call", case_alerts._BY_CALL, ("ix_case_alert_call_id",)),
    ("an alert's talk", case_alerts._BY_CONVERSATION, ("ix_case_alert_conversation_id",)),
    ("what somebody is asked", case_alerts._ASKED, ("ix_case_alert_",)),
    ("what somebody was asked", case_alerts._LATELY, ("ix_case_alert_person_id_at",)),
    ("whose shift it is", shifts._NOW, ("ix_shift_planned",)),
    ("volunteers by person", volunteers._BY_IDS, ("volunteer", "person")),
    ("phones of volunteers", contacts._REACH, ("uq_contact_person_id_number_id_channel",)),
    ("whose phone it is", contacts._OF_NUMBER, ("ix_contact_number_id",)),
    ("codes that are over", contacts._OLD, ("contact",)),
    ("shifts of a rota", shifts._BETWEEN, ("ix_shift_rota_starts_at",)),
    ("planned shifts", shifts._PLANNED, ("ix_shift_planned",)),
    ("shifts of a person", shifts._OF_PERSON, ("ix_shift_person_id_starts_at",)),
    ("shifts to remind of", shifts._TO_REMIND, ("ix_shift_planned",)),
    ("swaps offered", swaps._OFFERED_TO, ("ix_swap_offered",)),
    ("swaps of a shift", swaps._OF_SHIFT, ("uq_swap_shift_id_to_id",)),
    ("lines of a country", lines._OF_COUNTRIES, ("ix_line_country",)),
    ("judged texts of a case", marked_texts._OF_CASE, ("ix_marked_text_case_id",)),
    ("judged texts of a person", marked_texts._DROP_PERSON, ("ix_marked_text_person_id",)),
    ("a judged text", marked_texts._OF_SOURCES, ("uq_marked_text_source",)),
    ("what somebody wrote", heard_words._TEXTS, ("ix_message_person_id_created_at",)),
    ("what somebody said", heard_words._STEPS, ("ix_call_person_id_created_at",)),
    ("holders of a number", links._HOLDERS, ("ix_person_number_number_id",)),
]
_NAMED = {  # as SQLite calls them by itself
    "uq_timer_key": "timer",
    "uq_number_blind": "number",
    "uq_case_alert_case_id_person_id_step_round": "case_alert",
    "uq_contact_person_id_number_id_channel": "contact",
    "uq_swap_shift_id_to_id": "swap",
    "uq_marked_text_source": "marked_text",
}


@pytest.mark.parametrize(
    ("prepared", "indexes"), [row[1:] for row in SERVED], ids=[row[0] for row in SERVED]
)
def test_an_index_serves(store: Database, prepared: Prepared[Any], indexes: tuple[str]) -> None:
    with store.reading(snapshot=True) as tx:
        plan = explain(tx, prepared)
    for index in indexes:
        wanted = (
            index if tx.postgres or index not in _NAMED else f"sqlite_autoindex_{_NAMED[index]}"
        )
        assert wanted in plan, plan


# Statements that read a whole table, or a whole partial index, and why that is right.
WHOLE = {
    "call_doubts._OLDEST": "what is in doubt, by its partial index",
    "call_doubts._ON_THE_LINE": "calls under way, by their partial index",
    "cases._COUNTS": "open cases are few",
    "cases._HISTORY": "the latest first, with a limit",
    "cases._LISTING": "open cases are few",
    "case_lists._ALL": "the latest first, with a limit",
    "case_lists._CODED": "by hand, where a code means none of the open ones",
    "case_lists._OPEN": "open cases are few",
    "erasures._CARRIED_OUT": "all of them, for a copy of the ledger",
    "erasures._COUNT": "for reports",
    "lines._ALL": "lines are few",
    "lines._COUNT": "for reports",
    "lines._EXPIRING": "lines are few",
    "message_lists._DOUBTS": "what is in doubt, by its partial index",
    "message_lists._HELD": "what is held, by its partial index",
    "message_lists._IN_STATUS": "the latest first, with a limit",
    "message_lists._LATEST": "the latest first, with a limit",
    "message_lists._LET_ALL_GO": "what is held, by its partial index",
    "message_lists._OPEN_IN": "what is still to leave, by partial indexes",
    "messages._OLDEST": "what is pending, by its partial index",
    "numbers._COUNT": "for reports",
    "occurrences._COUNTS": "for reports",
    "occurrences._LATEST": "the latest first, with a limit",
    "occurrences._LATEST_IN": "the latest first, with a limit",
    "people._COUNTS": "for reports",
    "placings._OLDEST": "what is pending, by its partial index",
    "plans._COUNTS": "for reports",
    "prompt_files._ALL": "recorded prompts are few",
    "recordings._LATEST": "the latest first, with a limit",
    "recordings._TO_CLEAR": "what is still at the carrier, by its partial index",
    "recordings._TO_FETCH": "what was not fetched yet, by its partial index",
    "restoring._DOUBT": "once after a restore",
    "restoring._DOUBT_CALLS": "once after a restore",
    "restoring._HOLD": "once after a restore",
    "restoring._HOLD_CALLS": "once after a restore",
    "restoring._DOUBT_TURNS": "once after a restore, while nothing leaves",
    "revisions._ALL": "definitions are few",
    "rotas._ALL": "rotas are few",
    "senders._ALL": "service numbers are few",
    "settings_rows._ALL": "settings are few",
    "suppressions._COUNT": "for reports",
    "timers._OVERDUE": "for reports",
    "trail._LATEST": "the latest first, with a limit",
    "trials._LATEST": "the latest first, with a limit",
    "volunteers._COUNTS": "for reports",
}


def test_only_these_statements_read_whole_tables(sqlite_url: str) -> None:
    migrations.migrate(sqlite_url)
    found = set()
    with Database(sqlite_url).reading() as tx:
        for name, prepared in statements():
            plan = explain(tx, prepared).replace("SCAN json_each", "").replace("SCAN CONST", "")
            if "SCAN " in plan:
                found.add(name)
    assert found == set(WHOLE)


def statements() -> Iterator[tuple[str, Prepared[Any]]]:
    """Every statement that a module of storage keeps, with its name."""
    for module in pkgutil.iter_modules(storage.__path__):
        if module.ispkg:
            continue
        kept = vars(importlib.import_module(f"service.storage.{module.name}"))
        for name, value in kept.items():
            ones = value.values() if isinstance(value, dict) else [value]
            for one in ones:
                if isinstance(one, Prepared):
                    yield f"{module.name}.{name}", one


def explain(tx: Tx, prepared: Prepared[Any]) -> str:
    compiled = prepared.compiled(tx.postgres)
    if tx.postgres:
        tx.execute("SET LOCAL enable_seqscan = off")
        tx.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        kinds = dict(re.findall(r"\$(\d+)(?:::(\w+(?:\[\])?))?", compiled.sql))
        values = [_value(kinds[str(at + 1)]) for at in range(len(kinds))]
        rows = tx.rows("EXPLAIN " + compiled.sql, values)
        return "\n".join(row[0] for row in rows)
    names = [(name, "") for name in re.findall(r":(\w+)", compiled.sql)]
    values = compiled.fixed | {name: None for name, _ in names if name not in compiled.fixed}
    rows = tx.execute("EXPLAIN QUERY PLAN " + compiled.sql, values).fetchall()
    return "\n".join(row[3] for row in rows)


def _value(kind: str) -> Any:
    if kind.endswith("[]"):
        return ["x"]
    if not kind:
        return None
    return 1 if kind in ("BIGINT", "INTEGER", "SMALLINT") else "x"
