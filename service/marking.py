"""Marks: what was missed, and what was a false alarm. The words behind them test the lexicon.

Promise: words are kept without names and numbers, sealed, once each, until the mark is taken away,
their person is erased, or they are old. Which words are meant is never guessed: where several may
be, they are asked for. Whoever marks, and whoever reads the words, is a line of the trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from flows import risk
from flows.definition import Lexicon
from flows.plain import plain
from flows.redacting import redacted
from service import wishes
from service.case_files import NOUN, called
from service.cures import Curable
from service.house import House
from service.storage import (
    cases,
    heard_words,
    ids,
    links,
    marked_texts,
    people,
    settings_rows,
    trail,
)
from service.storage.cases import MARKS, Case
from service.storage.database import Tx
from service.storage.heard_words import Heard
from service.storage.marked_texts import MarkedText

MISSED, FALSE_ALARM = MARKS
_HEARD_BEFORE: Final = timedelta(hours=1)  # a gentle question may stand between words and case
_MISSED_BEFORE: Final = timedelta(days=1)
_AFTER: Final = timedelta(seconds=1)
_FEWEST_WORDS: Final = 3  # less is a keyword, or an answer to a question
_MOST_TOLD = 5
_PRIVATE = ("name", wishes.CALL, wishes.NEVER)  # fields in which names of people stand


def mark_case(
    house: House, code: str, mark: str | None, by: str, sources: Sequence[str] = ()
) -> dict[str, Any]:
    """Mark a case, or with None take its mark away, with the tests that came of it.

    sources: the texts that are meant, by ids of messages, or CALL/STEP of what was said; without
    them those that fit the mark. Raises Curable.
    """
    now = house.now()
    with house.database.writing() as tx:
        case = called(tx, code, now)
        lexicon = _lexicon(house, tx)
        if mark is None:
            cases.set_mark(tx, case.id, None)
            dropped = marked_texts.drop_case(tx, case.id)
            _done(tx, case, by, "unmarked", now)
            return {"code": case.code, "mark": None, "dropped": dropped}
        meant = _given(tx, case, sources) if sources else _of_mark(tx, case, mark, lexicon)
        cases.set_mark(tx, case.id, mark)
        marked_texts.drop_case(tx, case.id)
        kept = [_keep(tx, heard, mark, by, now, lexicon, case.id) for heard in meant]
        _done(tx, case, by, f"marked as {mark}", now)
    return {"code": case.code, "mark": mark, "tests": [row.id for row in kept]}


def mark_text(house: House, given: str, mark: str | None, by: str) -> dict[str, Any]:
    """Mark one text that came in, whether or not it opened a case; None: it is no test any more.

    given: the id of its message, or CALL/STEP. Raises Curable.
    """
    now = house.now()
    with house.database.writing() as tx:
        heard = heard_words.load(tx, given)
        if heard is None or _secret(tx, heard):
            cure = "Give the id of a text that came in: `hearthline messages list WHO`."
            raise Curable(given, "No words that came in are kept under this.", cure)
        subject, _, subject_id = heard.source.partition("/")
        if mark is None:
            rows = marked_texts.of_sources(tx, [heard.source])
            dropped = marked_texts.drop(tx, [row.id for row in rows])
            trail.record(tx, by, "unmarked", subject, subject_id, now)
            return {"id": subject_id, "mark": None, "dropped": dropped}
        row = _keep(tx, heard, mark, by, now, _lexicon(house, tx), None)
        trail.record(tx, by, f"marked as {mark}", subject, subject_id, now)
    return {"id": subject_id, "mark": mark, "tests": [row.id]}


# --- which texts


def _of_mark(tx: Tx, case: Case, mark: str, lexicon: Lexicon) -> list[Heard]:
    before = _HEARD_BEFORE if mark == FALSE_ALARM else _MISSED_BEFORE
    said = _said(tx, case, case.opened_at - before, case.opened_at + _AFTER)
    if mark == FALSE_ALARM:
        joined = [e.at for e in cases.events(tx, case.id) if e.act == "joined by another"]
        for at in joined:
            said += _said(tx, case, at - _AFTER, at + _AFTER)
        once = {heard.source: heard for heard in said}
        return [heard for heard in once.values() if _reads(heard, lexicon)]
    fit = [h for h in said if not _reads(h, lexicon) and len(h.text.split()) >= _FEWEST_WORDS]
    if len(fit) > 1:
        shown = ", ".join(h.source.partition("/")[2] for h in fit[-_MOST_TOLD:])
        cure = f"Say which was missed, with --message: {shown}."
        raise Curable(case.code, f"{len(fit)} texts came before it that day.", cure)
    return fit


def _said(tx: Tx, case: Case, since: datetime, until: datetime) -> list[Heard]:
    found = heard_words.between(tx, case.person_id, case.number_id, since, until)
    return [heard for heard in found if not _secret(tx, heard)]


def _secret(tx: Tx, heard: Heard) -> bool:
    """Whether it is their safe word: that is kept nowhere else, and tests nothing."""
    safe = people.safe(tx, [heard.person_id]) if heard.person_id is not None else {}
    return any(kept.get("phrase") == plain(heard.text) for kept in safe.values())


def _given(tx: Tx, case: Case, sources: Sequence[str]) -> list[Heard]:
    found = []
    for source in sources:
        heard = heard_words.load(tx, source)
        theirs = heard is not None and (
            heard.person_id == case.person_id
            or (heard.person_id is None and heard.number_id == case.number_id)
        )
        if heard is None or not theirs or _secret(tx, heard):
            cure = "See `hearthline people show` for the texts of the person whose case it is."
            raise Curable(source, "No words of this person are kept under this.", cure)
        found.append(heard)
    return found


def _reads(heard: Heard, lexicon: Lexicon) -> bool:
    return risk.read(heard.text, None, lexicon).outcome != "none"


# --- what is kept


def _keep(
    tx: Tx, heard: Heard, mark: str, by: str, now: datetime, lexicon: Lexicon, case_id: str | None
) -> MarkedText:
    person_id = heard.person_id or _holder(tx, heard.number_id)
    person = people.load(tx, person_id) if person_id is not None else None
    fields = person.fields if person is not None else {}
    names = [_names(str(fields.get(name) or ""), name) for name in _PRIVATE]
    row = MarkedText(
        ids.new(), heard.source, case_id, person_id,
        heard.number_id if person_id is None else None, mark,
        person.language if person is not None else None,
        redacted(heard.text, names, lexicon), by, now,
    )  # fmt: skip
    marked_texts.put(tx, row)
    return marked_texts.of_sources(tx, [heard.source])[0]


def _names(told: str, field: str) -> str:
    """A name as it is; of a sentence the words that are written like names."""
    if field == "name":
        return told
    return " ".join(word for word in told.split() if word[0].isupper())


def _holder(tx: Tx, number_id: str | None) -> str | None:
    holders = links.holders(tx, number_id) if number_id is not None else []
    return holders[0].person_id if len(holders) == 1 else None


def _lexicon(house: House, tx: Tx) -> Lexicon:
    return house.editions.in_force(tx, settings_rows.stamp(tx)).lexicon or risk.shipped()


def _done(tx: Tx, case: Case, by: str, act: str, now: datetime) -> None:
    cases.add_event(tx, case.id, act, by, None, now)
    trail.record(tx, by, act, NOUN, case.id, now, {"code": case.code})
