"""The baseline of the inbound bench: check the signature, add three rows by the ORM, commit.

What a small service would write in an afternoon: a Flask view, a plain SQLModel session. It
keeps the text, an answer and when to look again; it decides nothing, encrypts nothing and sends
nothing. Signature, form and durability are those of the service itself.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from flask import Flask, Response, abort, request
from sqlalchemy import Table, event
from sqlmodel import Field, Session, SQLModel, create_engine

from service.carrier import twiml
from service.carrier.signature import HEADER, Form, Verifier


class Heard(SQLModel, table=True):
    """A text that came in."""

    id: int | None = Field(default=None, primary_key=True)
    sid: str = Field(unique=True)
    sender: str = Field(index=True)
    body: str
    at: datetime


class Reply(SQLModel, table=True):
    """A text to be sent."""

    id: int | None = Field(default=None, primary_key=True)
    to: str = Field(index=True)
    body: str
    status: str
    at: datetime


class Later(SQLModel, table=True):
    """When to look again."""

    id: int | None = Field(default=None, primary_key=True)
    person: str
    kind: str
    due: datetime = Field(index=True)


def create_app() -> Flask:
    """The application for gunicorn, over the database of PLAIN_DATABASE_URL."""
    url = os.environ["PLAIN_DATABASE_URL"]
    sqlite = url.startswith("sqlite")
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"),
        pool_size=16,
        connect_args={"timeout": 30} if sqlite else {},
    )
    if sqlite:
        event.listen(engine, "connect", _durable)
    SQLModel.metadata.create_all(engine, tables=[_table(m) for m in (Heard, Reply, Later)])
    engine.dispose()  # nothing is connected before the fork
    verifier = Verifier(os.environ["TWILIO_AUTH_TOKEN"], os.environ["PUBLIC_URL"])
    app = Flask(__name__)
    app.extensions["hearthline.warm"] = lambda: None

    @app.post("/twilio/sms")
    def sms() -> Response:
        form = Form.of(request.get_data(cache=False))
        if not verifier.genuine(request.path, form, request.headers.get(HEADER)):
            abort(403)
        now, sender = datetime.now(UTC), form.first("From")
        body = form.first("Body")
        with Session(engine) as session:
            session.add(Heard(sid=form.first("MessageSid"), sender=sender, body=body, at=now))
            session.add(Reply(to=sender, body="Thank you.", status="pending", at=now))
            session.add(Later(person=sender, kind="silence", due=now + timedelta(hours=3)))
            session.commit()
        return Response(twiml.EMPTY, content_type=twiml.CONTENT_TYPE)

    return app


def _durable(connection: object, _record: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 30000"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]
