"""Adding one person by hand, with all of their numbers.

Promise: the same rules as for a list (`importing`); what stands in the way is raised, and nothing
was written then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from flows.rosters import Problem, Roster, read_person
from service import importing, people
from service.by_hand import plain_number
from service.cures import Curable
from service.importing import Row
from service.storage import links, numbers, suppressions
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


def _free(tx: Tx, number: str) -> None:
    known = numbers.find(tx, number)
    if known is not None and links.everybody(tx, [known.id])[known.id]:
        cure = "Add them on their own number first; a shared phone is --shared with --word."
        raise Curable(number, "Somebody has this number.", cure)
