"""Adding one person by hand, with all of their numbers.

Promise: the same rules as for a list (`importing`); what stands in the way is raised, and nothing
was written then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from flows.rosters import Problem, Roster, read_person
from service import by_hand, call_ends, importing, people
from service.by_hand import Actor, plain_number
from service.cures import Curable
from service.importing import Row
from service.storage import consents, links, messages, numbers, suppressions
from service.turns import described

if TYPE_CHECKING:
    from service.house import House
    from service.storage.database import Tx


class Added(NamedTuple):
    """Who was added, and who else on that phone has no word yet."""

    row: Row
    wordless: list[str]


def add(house: House, given: Sequence[str], cells: Mapping[str, str], by: str) -> Added:
    """Add one person; the first number is the main one. `cells` by columns of a list. Curable."""
    listed = read_person({**cells, "number": given[0]}, importing.known_to(house))
    if isinstance(listed, Problem):
        raise Curable(listed.column, listed.trouble, listed.cure)
    more = [plain_number(number) for number in given[1:]]
    with house.database.reading() as tx:
        for number in more:
            _free(tx, number)
    rows = [row for rows in importing.bring(house, Roster([listed], [], 1), by) for row in rows]
    row = rows[-1]
    if row.person_id is None:
        raise Curable(row.column or given[0], row.trouble or "", row.cure or "")
    now = house.now()
    with house.database.writing() as tx:
        for number in more:
            country, kind = described(number)
            number_id, _ = numbers.add(tx, number, country=country, kind=kind, at=now)
            if suppressions.holds(tx, number):
                numbers.opt_out(tx, number_id, "remembered", now)
            links.add(tx, row.person_id, number_id, is_main=False)
            held = numbers.Entrusted(number_id, row.person_id, False, listed.costs, None)
            numbers.entrust(tx, [held])
        main = links.of_person(tx, row.person_id)[0]
        return Added(row, people.wordless(tx, main.number_id))


def renumber(house: House, given: str, number: str, wording: str, by: str) -> str:
    """They have another number now: it becomes theirs, and the old one is nobody's.

    Consent is of a number, so `wording` says what they agreed to for the new one; the id of the
    person. Raises Curable.
    """
    new = plain_number(number)
    with by_hand.turn_of(house, given, Actor(by, "changed the number")) as slate:
        person, tx, now = slate.person, slate.tx, slate.now
        assert person is not None
        _free(tx, new)
        country, kind = described(new)
        number_id, _ = numbers.add(tx, new, country=country, kind=kind, at=now)
        row = numbers.load(tx, number_id)
        if suppressions.holds(tx, new) or (row is not None and row.opted_out_at is not None):
            cure = "Only they can come back, by texting START to us."
            raise Curable(number, "Its owner asked for no more texts.", cure)
        old = person.main_number_id
        if old is not None:
            links.drop(tx, person.id, old)
            _let_go(tx, old)
            messages.cancel_person(tx, person.id, "number changed", now)
            call_ends.call_off(slate, "number changed")
        links.add(tx, person.id, number_id, is_main=True)
        numbers.entrust(tx, [numbers.Entrusted(number_id, person.id, False, False, None)])
        consent = consents.Consent("imported", now, "number", person.id, number_id, wording)
        consents.record(tx, [consent])
        person.main_number_id, person.changed = number_id, True
        return person.id


def _let_go(tx: Tx, number_id: str) -> None:
    """Nobody is taken for them on the old number any more; one who is left there needs no word."""
    row = numbers.load(tx, number_id)
    left = links.holders(tx, number_id)
    if row is not None:
        holder = left[0].person_id if len(left) == 1 else None
        numbers.entrust(tx, [numbers.Entrusted(number_id, holder, row.shared, row.costs, None)])


def _free(tx: Tx, number: str) -> None:
    known = numbers.find(tx, number)
    if known is not None and links.everybody(tx, [known.id])[known.id]:
        cure = "Add them on their own number first; a shared phone is --shared with --word."
        raise Curable(number, "Somebody has this number.", cure)
