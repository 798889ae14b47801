"""The schema's one truth: SQLModel classes, one file for what belongs together.

Nothing here reads or writes. Noun files beside this folder hold the queries; `migrations` makes a
database look like this, and a test holds the two together.
"""

from __future__ import annotations

from service.storage.tables.base import Row, Sealed, metadata, of, rows_at_once
from service.storage.tables.bridges import Bridge, BridgeLeg
from service.storage.tables.calls import Call, CallStep, PromptFile, Recording
from service.storage.tables.care import Case, CaseAlert, CaseCode, CaseEvent, Occurrence, Plan
from service.storage.tables.house import Edition, Publication, Revision, Setting, Trail
from service.storage.tables.lines import Line
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
from service.storage.tables.team import Contact, Rota, Shift, Swap, Volunteer
from service.storage.tables.watch import MarkedText, Trial

__all__ = [
    "Answer",
    "Bridge",
    "BridgeLeg",
    "Call",
    "CallStep",
    "Case",
    "CaseAlert",
    "CaseCode",
    "CaseEvent",
    "Consent",
    "Contact",
    "Conversation",
    "Edition",
    "Erasure",
    "Line",
    "MarkedText",
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
    "Rota",
    "Row",
    "Sealed",
    "Sender",
    "Setting",
    "Shift",
    "Spend",
    "Suppression",
    "Swap",
    "Timer",
    "Trail",
    "Trial",
    "Volunteer",
    "metadata",
    "of",
    "rows_at_once",
]
