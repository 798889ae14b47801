"""Turns: one event, one person, one transaction. Lock, load, step, record, commit, nudge.

Promise: whatever happens is taken once; two deliveries of one text, however close together,
make one turn. Nothing is sent here: what a turn says is in the outbox when it commits, and the
nudge after that is only a wake-up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import phonenumbers

from flows import segments
from service import listening, logs, recording
from service.consenting import ANONYMOUS
from service.house import House
from service.listening import Incoming
from service.slate import REPLY, Slate
from service.storage import ids, messages, numbers, standing, suppressions
from service.storage.database import Tx, Unavailable
from service.storage.standing import Number, Standing

log = logs.get(__name__)

_ON_A_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_NO_NUMBERS = frozenset(
    f"+{word.translate(_ON_A_KEYPAD)}"
    for word in ("ANONYMOUS", "RESTRICTED", "BLOCKED", "UNKNOWN", "UNAVAILABLE")
)
"""What networks write for a hidden number: such a word on a keypad, +266696687 the first."""


def text_came_in(
    house: House, *, sid: str, from_: str, to: str, body: str, media: tuple[str, ...] = (),
    opt_out_type: str | None = None,
) -> None:  # fmt: skip
    """Take one text. Taken again under the same sid it does nothing."""
    take_text(house, Incoming(sid, from_, to, body, media, opt_out_type))


def take_text(house: House, text: Incoming) -> bool:
    """Take one text; False where its sid was seen before.

    Where a turn fails by a mistake of ours, the text is taken plainly: a kind line goes back,
    and coordinators are told. Never silence.
    """
    try:
        return _take(house, text, listening.listen)
    except Unavailable:
        raise  # the phone network tries again, and the sweep finds what it gave up
    except Exception as error:
        log.error("a turn failed, the text is taken plainly", exc_info=error)
        return _take(house, text, listening.listen_plainly)


def _take(house: House, text: Incoming, hear: Callable[[Slate, Incoming], None]) -> bool:
    now = house.now()
    with house.database.writing() as tx:
        stand = standing_of(tx, text.sender, now, text.sid)
        if stand.seen:
            return False
        force = house.editions.in_force(tx, stand.stamp)
        sender = force.sender(text.to)
        person_id = stand.person.id if stand.person and _known(stand.number, now) else None
        messages.receive(
            tx,
            messages.Received(
                ids.new(), text.sid, stand.number.id, person_id, sender.id, text.body,
                text.media, segments.count(text.body).segments, now,
            ),
        )  # fmt: skip
        slate = Slate(house, tx, now, stand, force, sender, REPLY)
        hear(slate, text)
        if slate.number.kind == ANONYMOUS:
            slate.out.clear()  # there is nowhere to send it
        lanes = recording.record(tx, [slate])
        timers_due = any(timer.due_at <= now for timer in slate.timers)
    for lane in lanes:
        house.nudger.nudge(lane)
    if timers_due:
        house.nudger.nudge(0)
    return True


def _known(number: Number, now: datetime) -> bool:
    """Whether it is known who writes; on a shared phone words are nobody's until a word tells."""
    return number.active_until is None or number.active_until > now


def standing_of(tx: Tx, number: str, now: datetime, sid: str | None = None) -> Standing:
    """Where the one who wrote or calls stands; a number never seen before gets its row."""
    found = standing.by_number(tx, number, sid)
    if found is not None:
        return found
    country, kind = described(number)
    number_id, _ = numbers.add(tx, number, country=country, kind=kind, at=now)
    if suppressions.holds(tx, number):
        numbers.opt_out(tx, number_id, "remembered", now)
    found = standing.by_number(tx, number, sid)
    assert found is not None, "its row is there now"
    return found


def described(number: str) -> tuple[str | None, str]:
    """Country (two letters) and kind of a number: unknown, mobile, landline, premium, anonymous."""
    if number in _NO_NUMBERS or not number.startswith("+"):
        return None, ANONYMOUS
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None, ANONYMOUS
    kinds = phonenumbers.PhoneNumberType
    kind = {
        kinds.MOBILE: "mobile",
        kinds.FIXED_LINE: "landline",
        kinds.PREMIUM_RATE: "premium",
    }.get(phonenumbers.number_type(parsed), "unknown")
    # A number that no plan knows (555 ...) still belongs to the country of its code.
    country = phonenumbers.region_code_for_number(
        parsed
    ) or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return (None if country == "ZZ" else country), kind


def as_dialled(typed: str, country: str) -> str | None:
    """A number as somebody types it on a phone of this country, with + and country code."""
    try:
        parsed = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
