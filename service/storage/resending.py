"""A text that did not arrive, to be sent once more as a message of its own.

Promise: the first message stays as it ended; the second one has its words, sealed anew.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from service.storage import ids, messages, tables
from service.storage.database import Tx
from service.storage.messages import Draft
from service.storage.statements import Prepared
from service.storage.tables import of

m = of(tables.Message)

_LOAD = Prepared(
    select(
        m.c.person_id, m.c.number_id, m.c.sender_id, m.c.conversation_id, m.c.turn_id, m.c.seq,
        m.c.lane, m.c.sealed_body, m.c.segments, m.c.wait_seconds, m.c.wait_token,
        m.c.created_at, m.c.expires_at, m.c.purpose,
    ).where(m.c.id == bindparam("id"), m.c.direction == "out")
)  # fmt: skip


def load(tx: Tx, message_id: str, due: datetime) -> Draft | None:
    """The text as a new draft, due then; None where its words are gone.

    It keeps the moment at which it was first written: that bounds how often it is tried.
    """
    row = _LOAD.one(tx, id=message_id)
    if row is None or row[7] is None:
        return None
    body = messages.body(tx, message_id, row[7])
    return Draft(
        ids.new(), row[0], row[1], row[2], row[3], row[4], row[5], row[6], "pending", None, body,
        row[8], due, None, row[9], row[10], row[11], row[12], row[13],
    )  # fmt: skip
