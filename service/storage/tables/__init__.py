"""The schema's one truth: SQLModel classes, one file for what belongs together.

Nothing here reads or writes. Noun files beside this folder hold the queries; `migrations` makes a
database look like this, and a test holds the two together.
"""

from __future__ import annotations

from service.storage.tables.base import Row, Sealed, metadata, of, rows_at_once
from service.storage.tables.calls import Call, CallStep, PromptFile, Recording
from service.storage.tables.care import Case, CaseEvent, Occurrence, Plan
from service.storage.tables.house import Edition, Publication, Revision, Setting, Trail
from service.storage.tables.people import (
    Answer,
    Consent,
    Erasure,
    Number,
    Person,
    PersonName,
    PersonNumber,
    Suppression,
)
from service.storage.tables.talk import Conversation, Message, Sender, Spend, Timer

__all__ = [
    "Answer",
    "Call",
    "CallStep",
    "Case",
    "CaseEvent",
    "Consent",
    "Conversation",
    "Edition",
    "Erasure",
    "Message",
    "Number",
    "Occurrence",
    "Person",
    "PersonName",
    "PersonNumber",
    "Plan",
    "PromptFile",
    "Publication",
    "Recording",
    "Revision",
    "Row",
    "Sealed",
    "Sender",
    "Setting",
    "Spend",
    "Suppression",
    "Timer",
    "Trail",
    "metadata",
    "of",
    "rows_at_once",
]
