"""Reconciling: asking the carrier what it holds, for texts in doubt and for texts we missed.

Promise: a text in doubt is sent again only after the carrier was asked more than once, with a
wait between, and had no text with this body to this number. A text that came in while we were
down is taken when the carrier lists it, by its sid, like any other; what was not listed or not
taken is asked for again, whatever ends this process meanwhile. What became of a text of which no
callback told is read in the carrier's books, once they have had time to come.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from flows.books import SLACK, entry_of
from service import call_books, erasing, heartbeat, logs, outbox, recordings, retention, turns
from service.carrier.records import CarrierTrouble, Record
from service.editions import NothingPublished
from service.house import House
from service.listening import Incoming
from service.storage import (
    call_doubts,
    doubts,
    forgetting,
    messages,
    settings_rows,
    settlements,
    timers,
)
from service.storage.database import Tx, Unavailable
from service.storage.doubts import Doubt

LOOKS = 2  # in vain, before it is sent again
_AT_ONCE = 64
_SIDE_BY_SIDE = 8  # questions at a time
_FETCHING_SECONDS = 5.0  # for recordings at one look; the next look goes on
_FIRST_SWEEP = timedelta(hours=24)
_TOLD = "told"  # up to when the carrier was asked what became of what left
_SECOND = timedelta(seconds=1)  # the carrier's moments are in whole seconds
_REFUSED_FOR = timedelta(hours=1)  # until the carrier is asked again to forget what it would not

log = logs.get(__name__)


class Question(NamedTuple):
    """What is asked about one text in doubt."""

    doubt: Doubt
    to: str
    sender: str
    body: str


def anything(house: House) -> bool:
    """Whether the carrier should be asked something now."""
    now = house.now()
    with house.database.reading() as tx:
        return bool(
            doubts.due(tx, now, 1)
            or call_doubts.due(tx, now, 1)
            or timers.for_the_carrier(tx, now, 1)
            or outbox.sweep_due(tx, house, now)
        )


def look(house: House) -> None:
    """What is in doubt and due is looked for; then, now and then, what we may have missed."""
    try:
        _doubts(house)
        call_books.look(house)
        forget(house)
        recordings.look(house, _FETCHING_SECONDS)
        with house.database.reading() as tx:
            sweep = outbox.sweep_due(tx, house, house.now())
        if sweep:
            sweep_received(house)
            sweep_sent(house)
            call_books.sweep(house)
            recordings.sweep(house)
            heartbeat.answered(house, True)
    except CarrierTrouble as trouble:
        log.warning("the carrier cannot be asked now", kind=trouble.kind)
        _not_answered(house)
    except Unavailable as error:
        log.warning("the database is away, the carrier is asked later", exc_info=error)
        return
    try:
        retention.look(house)
    except Unavailable as error:
        log.warning("the database is away, old words go later", exc_info=error)


def _not_answered(house: House) -> None:
    try:
        heartbeat.answered(house, False)
    except Unavailable as error:
        log.warning("the database is away, what is not answered is not noted", exc_info=error)


def catch_up(house: House) -> None:
    """Take what came in while nothing ran, before anybody's silence is judged by the clock."""
    try:
        sweep_received(house)
    except CarrierTrouble as trouble:
        log.warning("the carrier cannot be asked now", kind=trouble.kind)
    except (Unavailable, NothingPublished) as error:
        log.warning("what came in meanwhile is asked for later", exc_info=error)


# --- texts in doubt


def _doubts(house: House) -> None:
    """Look for those that are due, a few at a time, for about a slice of time."""
    until = time.monotonic() + house.settings.slice_seconds
    with house.database.reading() as tx:
        due = doubts.due(tx, house.now(), _AT_ONCE)
        gone = [one.id for one in due if one.sealed_body is None or one.sealed_number is None]
        questions = [
            Question(doubt, to, outbox.number_of(tx, house, doubt.sender_id), body)
            for doubt in due
            if doubt.id not in gone
            for to, body in [messages.line(tx, doubt)]
        ]
    if gone:  # their people were erased while these were on their way: never sent again
        with house.database.writing() as tx:
            forgetting.close_doubts(tx, gone, erasing.ERASED, house.now())
    for begin in range(0, len(questions), _SIDE_BY_SIDE):
        asked = questions[begin : begin + _SIDE_BY_SIDE]
        with ThreadPoolExecutor(len(asked)) as several:
            answers = list(several.map(lambda question: _ask(house, question), asked))
        with house.database.writing() as tx:
            for question, answer in zip(asked, answers, strict=True):
                _conclude(house, tx, question, answer)
        lost = [one for one in answers if isinstance(one, CarrierTrouble)]
        if len(lost) == len(answers):
            raise lost[0]  # it is not about one text: nothing else need be asked now
        if time.monotonic() > until:
            break


def _ask(house: House, question: Question) -> list[Record] | CarrierTrouble:
    since = (question.doubt.claimed_at or house.now()) - SLACK
    try:
        return house.gateway.list_messages(question.to, question.sender, since)
    except CarrierTrouble as trouble:
        return trouble


def _conclude(
    house: House, tx: Tx, question: Question, held: list[Record] | CarrierTrouble
) -> None:
    now, doubt = house.now(), question.doubt
    wait = timedelta(seconds=house.settings.doubt_seconds)
    same = [
        row for row in doubts.rivals(tx, doubt.number_id)
        if _plain(messages.line(tx, row)[1]) == _plain(question.body)
    ]  # fmt: skip
    mine = next((row for row in same if row.id == doubt.id), None)
    if mine is None or (mine.attempts, mine.status) != (doubt.attempts, "in doubt"):
        return  # settled while we asked
    if isinstance(held, CarrierTrouble) or any(row.status == "sending" for row in same):
        # unanswered; or the same words are on their way there just now, and what the carrier
        # has may be either
        _later(tx, doubt, doubt.doubts, now + wait)
        return
    found = _found(tx, held, question.body, same, doubt)
    if found is not None:
        outbox.settled_as_accepted(house, tx, [(doubt.id, found.sid)], now)
        log.info("a text in doubt had arrived", message_id=doubt.id)
    elif doubt.doubts + 1 < LOOKS:
        looks = doubt.doubts + 1
        _later(tx, doubt, looks, now + wait * looks)
    else:
        settlements.again(tx, [(doubt.id, doubt.attempts, None, now)], was="in doubt")
        log.info("a text in doubt is sent again", message_id=doubt.id)


def _later(tx: Tx, doubt: Doubt, looks: int, due: datetime) -> None:
    settlements.doubted(tx, [(doubt.id, doubt.attempts, looks, due)], was="in doubt")


def _found(
    tx: Tx, held: Sequence[Record], body: str, doubted: Sequence[Doubt], own: Doubt
) -> Record | None:
    """The carrier's record of this text, if no other message of ours is known to be it.

    `doubted`: all texts with these words to this number that are in doubt, the longest claimed
    first.
    """
    same = [record for record in held if _plain(record.body) == _plain(body)]
    known = doubts.known_sids(tx, [record.sid for record in same])
    free = [record for record in same if record.sid not in known]  # newest first
    return entry_of(own.id, doubted, free)


def _plain(body: str) -> str:
    """A body as it may be compared: spaces may not survive the way."""
    return " ".join(body.split())


# --- what the carrier is to forget


def forget(house: House) -> int:
    """Have the carrier delete what was erased here; how many messages and calls."""
    with house.database.reading() as tx:
        due = timers.for_the_carrier(tx, house.now(), _AT_ONCE)
    due = [timer for timer in due if timer.kind != recordings.KIND]
    gone = 0
    for timer in due:
        left = []
        for sid in (timer.payload or {}).get("sids", ()):
            try:
                gone += house.gateway.delete(str(sid))
            except CarrierTrouble as trouble:
                if trouble.kind != "refused":
                    raise
                left.append(str(sid))  # still on its way, perhaps: it must not keep the others
        with house.database.writing() as tx:
            timers.done(tx, [timer.id])
            if left:
                later = house.now() + _REFUSED_FOR
                timers.put(tx, erasing.for_the_carrier(left, later), house.now())
    if gone:
        log.info("the carrier was asked to forget", count=gone)
    return gone


# --- texts that we missed


def sweep_received(house: House) -> int:
    """Take what the carrier received and no turn has seen; how many there were.

    The moment up to which all is known moves on only when all of it was taken.
    """
    now = house.now()
    with house.database.writing() as tx:
        swept = settings_rows.get(tx, outbox.SWEPT)
        settings_rows.put(tx, outbox.SWEEPING, now.isoformat(), now)
        ours = [sender.number for sender in outbox.our_numbers(tx, house)]
    since = datetime.fromisoformat(swept) - 2 * SLACK if swept else now - _FIRST_SWEEP
    taken = 0
    for number in ours:
        for record in house.gateway.list_received(since, number):
            taken += _take(house, record)
    with house.database.writing() as tx:
        settings_rows.put(tx, outbox.SWEPT, now.isoformat(), now)
    if taken:
        log.info("texts that no webhook brought", count=taken)
    return taken


def _take(house: House, record: Record) -> bool:
    with house.database.reading() as tx:
        if doubts.known_sids(tx, [record.sid]):
            return False
    media = ("",) * record.media
    text = Incoming(record.sid, record.from_, record.to, record.body, media)
    try:
        return turns.take_text(house, text)
    except Unavailable:
        raise
    except Exception as error:  # one text that no turn can take must not keep all others away
        log.error("a text that no webhook brought could not be taken", exc_info=error)
        return False


# --- callbacks that never came


def sweep_sent(house: House) -> int:
    """Take what the carrier's books say of texts whose callbacks were lost; how many.

    Asked once, two sweeps after they were sent: most callbacks have come by then.
    """
    now = house.now()
    until = now - 2 * timedelta(seconds=house.settings.sweep_seconds)
    with house.database.reading() as tx:
        told = settings_rows.get(tx, _TOLD)
    since = datetime.fromisoformat(told) - _SECOND if told else until - _FIRST_SWEEP
    if since >= until:
        return 0
    ended = {
        record.sid: record
        for record in house.gateway.list_sent(since, until)
        if outbox.ends(record.status)
    }
    with house.database.reading() as tx:
        missed = doubts.unended(tx, list(ended))
    for sid in missed:
        record = ended[sid]
        outbox.status_came_in(
            house, sid=sid, message_id=None, status=record.status, error_code=record.error_code
        )
    with house.database.writing() as tx:
        settings_rows.put(tx, _TOLD, until.isoformat(), now)
    if missed:
        log.info("what became of texts that no callback told of", count=len(missed))
    return len(missed)
