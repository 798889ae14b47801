"""The reckoning after a town's troubles: what became of every case, every text, everybody asked.

Promise: read from two sides that know nothing of each other, the service's rows and the network's
books, so that either may contradict the other. Each rule names what broke it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from flows.states import CASE
from tests.faults.peopled import Somebody
from tests.faults.town import Town

PATIENCE = {"urgent": 600.0, "imminent": 600.0, "routine": 3600.0}  # of any step of the policy
SLACK = 90.0  # seconds that deaths, leases and doubts may cost
AT_ONCE = 75.0  # a lease of a worker that died with it, a second death, and some looks
AGAIN = 12 * 3600.0  # until an exhausted case is tried again, at most
_DOUBT = "in doubt"
_ALARM, _TRUTH = "nobody took it", "nobody here can call"
_OVER = ("accepted", "resolved", "exhausted")
_LATE_NEWS = ("not reached", "no answer", "in doubt")
_SETTLED = ("not reached", "no answer", "passed", _DOUBT)
# what an act of the timeline makes of a case; told acts are named after the step's target
_BECOMES = {
    "accepted": "accepted", "in contact": "in contact", "resolved": "resolved",
    "given back": "open", "no contact in time": "open", "exhausted": "exhausted",
}  # fmt: skip


class Event(NamedTuple):
    case_id: str
    at: datetime
    act: str
    actor: str


class Asked(NamedTuple):
    """An alert, and the text that carried it."""

    case_id: str
    who: str
    number_id: str | None
    step: int
    round: int
    status: str
    at: datetime
    message_id: str | None


class Reckoning:
    """Everything about a town, loaded once."""

    def __init__(self, town: Town) -> None:
        self.town, self.books = town, town.books
        self.cases = {
            row[0]: row[1:]
            for row in self._rows('SELECT id, person_id, priority, status, code FROM "case"')
        }
        self.events: defaultdict[str, list[Event]] = defaultdict(list)
        for id_, at, act, actor in self._rows(
            "SELECT case_id, at, act, actor FROM case_event ORDER BY id"
        ):
            self.events[id_].append(Event(id_, _moment(at), act, actor))
        self.asked: defaultdict[str, list[Asked]] = defaultdict(list)
        for row in self._rows(_ASKED):
            self.asked[row[0]].append(Asked(*row[:6], _moment(row[6]), *row[7:]))
        self.messages = {
            row[0]: row[1:]
            for row in self._rows(
                "SELECT id, status, held_for, purpose, number_id FROM message"
                " WHERE direction = 'out'"
            )
        }

    def _rows(self, sql: str) -> list[Any]:
        with self.town.inside.database.reading() as tx:
            return list(tx.execute(sql).fetchall())

    def helpers(self) -> list[Somebody]:
        return [*self.town.team.values(), *self.town.staff.values()]

    def broken(self) -> list[str]:
        """Every rule that was broken, with what broke it; nothing where all held."""
        return [
            *self._lost(), *self._moves(), *self._texts(), *self._in_vain(), *self._silent(),
            *self._at_once(), *self._alarms(), *self._thanks(),
        ]  # fmt: skip

    # --- none lost

    def _lost(self) -> Iterator[str]:
        """Everybody who needed somebody has one case, and it came to its end."""
        times = Counter(row[0] for row in self.cases.values())
        for one in self.town.opened:
            if times[one.id] != 1:
                yield f"{one.number} has {times[one.id]} cases"
        for id_, (_, _, status, code) in self.cases.items():
            if status != "resolved":
                yield f"{code} {id_} ends as {status}"

    def _moves(self) -> Iterator[str]:
        """Of those who take a case one has it at a time, and no move is made twice."""
        for id_, events in self.events.items():
            state = "open"
            for event in events:
                if event.act.endswith(" told") and event.act != "supervisors told":
                    new = "notifying"
                else:
                    new = _BECOMES.get(event.act, "")
                if not new or (new, state) == ("notifying", "notifying"):
                    continue
                if not CASE.allows(state, new):
                    yield f"{id_} goes from {state} to {new}: {[e.act for e in events]}"
                    break
                state = new

    # --- nothing doubled

    def _texts(self) -> Iterator[str]:
        """The network took each text once at most, and what came of it is what it says."""
        for id_, times in self.books.times.items():
            if times > 1:
                yield f"text {id_} was taken {times} times: {self.books.taken[id_].body}"
            if id_ not in self.messages:
                yield f"text {id_} is not ours"
        for id_, (status, why, purpose, _) in self.messages.items():
            taken = id_ in self.books.taken
            if status in ("pending", "held", "sending", "in doubt"):
                yield f"text {id_} ({purpose}) is still {status} ({why})"
            elif status in ("accepted", "sent", "delivered", "undelivered") and not taken:
                yield f"text {id_} ({purpose}) is {status}, and the network has it not"
            elif status == "cancelled" and taken:
                yield f"text {id_} ({purpose}) is cancelled ({why}), and the network has it"
            elif status == "failed" and id_ not in self.books.refused:
                yield f"text {id_} ({purpose}) failed, though nobody refused it"

    def doubled(self) -> int:
        """How often the next one was asked though the text of the one before had arrived: it was
        in doubt, and who waits does not wait for the books. Nothing else may double anything."""
        return sum(
            one.message_id in self.books.taken and self._is_doubted(one) and one is not asked[-1]
            for asked in self.asked.values()
            for one in asked
        )

    def _is_doubted(self, one: Asked) -> bool:
        until = one.at + timedelta(seconds=PATIENCE["routine"])
        return any(
            e.act == _DOUBT and e.actor == one.who and one.at <= e.at <= until
            for e in self.events[one.case_id]
        )

    def _in_vain(self) -> Iterator[str]:
        """Nobody counts as asked who was not, and nobody is asked while another is waited for."""
        for id_, asked in self.asked.items():
            acts = self.events[id_]
            for one in asked:
                told = one.message_id in self.books.taken
                noted = {e.act for e in acts if e.actor == one.who and e.at >= one.at}
                soon = one.at + timedelta(seconds=SLACK)
                over = any(e.act == "accepted" and one.at <= e.at <= soon for e in acts)
                excused = over or noted & {"not reached", _DOUBT, "passed"}
                if not told and not excused:
                    yield f"{id_}: {one.who} never got a text, and is {one.status}: {noted}"
            for before, after in pairwise(asked):
                if (before.step, before.round) != (after.step, after.round):
                    continue
                waited = (after.at - before.at).total_seconds()
                done = {
                    e.act for e in acts
                    if e.actor == before.who and before.at <= e.at <= after.at
                }  # fmt: skip
                if waited and not done & set(_SETTLED):
                    yield f"{id_}: {after.who} is asked while {before.who} is waited for"

    # --- none silent

    def _silent(self) -> Iterator[str]:
        """While somebody waits, something happens whenever a step has had its time."""
        for id_, events in self.events.items():
            priority = self.cases[id_][1]
            waits, rests = True, False
            for before, after in pairwise(events):
                if before.act in ("accepted", "in contact", "resolved"):
                    waits = False
                elif _BECOMES.get(before.act) in ("open", "exhausted"):
                    waits = True
                # late news of who was asked before it was exhausted wakes nobody
                rests = before.act == "exhausted" or (rests and before.act in _LATE_NEWS)
                most = AGAIN if rests else PATIENCE[priority]
                if before.act in ("opened", "given back", "no contact in time"):
                    most = 0.0
                if waits and (after.at - before.at).total_seconds() > most + SLACK:
                    yield (
                        f"{id_} ({priority}) waits {after.at - before.at} after {before.act},"
                        f" until {after.act}: {[e.act for e in events]}"
                    )

    def _at_once(self) -> Iterator[str]:
        """Whose text is in doubt, refused or not delivered is waited for no longer."""
        for id_, asked in self.asked.items():
            for one in asked:
                fell = self.books.fell.get(one.message_id or "")
                taken = self.books.taken.get(one.message_id or "")
                if fell is None or (taken and taken.at <= fell and self.books.arrived(taken)):
                    continue  # it was there: its callback may say so before anybody doubts it
                until = fell + timedelta(seconds=AT_ONCE)
                if not any(
                    one.at <= e.at <= until and (e.actor == one.who or e.act in _OVER)
                    for e in self.events[id_]
                ):
                    yield f"{id_}: {one.who} is waited for, though the text fell at {fell}"

    def _alarms(self) -> Iterator[str]:
        """Where nobody took it, every coordinator is alarmed, or the network would not have it;
        and the person hears the truth."""
        told: Counter[tuple[str, str]] = Counter()
        arrived: Counter[tuple[str, str]] = Counter()
        truths: Counter[str] = Counter()
        for one in self.books.taken.values():
            if _ALARM in one.body:
                told[_code(one.body), one.to] += 1
                arrived[_code(one.body), one.to] += self.books.arrived(one)
            truths[one.to] += _TRUTH in one.body
        told.update((_code(body), to) for to, body in self.books.refused.values() if _ALARM in body)
        number_of = {one.id: one.number for one in self.town.opened}
        for id_, (person_id, priority, _, code) in self.cases.items():
            times = sum(e.act == "exhausted" for e in self.events[id_])
            for number in self.town.staff:
                if not arrived[code, number] <= times <= told[code, number]:
                    yield f"{code}: {number} is alarmed {told[code, number]} times, of {times}"
            heard = truths[number_of[person_id]]
            if priority != "routine" and heard != times:
                yield f"{code}: the person heard the truth {heard} times, of {times}"

    def _thanks(self) -> Iterator[str]:
        """Who was asked in vain hears once that it is taken."""
        thanked = Counter(
            (one.to, one.body.split()[1])
            for one in self.books.taken.values()
            if one.body.endswith("is taken, thank you.") and self.books.arrived(one)
        )
        codes = {row[3]: id_ for id_, row in self.cases.items()}
        names = {one.number: one.id or one.number_id for one in self.helpers()}
        for (to, code), times in thanked.items():
            events = self.events[codes[code]]
            if times > sum(e.act == "accepted" for e in events if e.actor != names.get(to)):
                yield f"{code}: {to} is thanked {times} times"

    def delays(self) -> list[float]:
        """Seconds from telling the ladder's step to the network having the text, sorted."""
        return sorted(
            (self.books.taken[one.message_id].at - one.at).total_seconds()
            for asked in self.asked.values()
            for one in asked
            if one.message_id in self.books.taken
        )


_ASKED = """
    SELECT a.case_id, coalesce(a.person_id, a.number_id), a.number_id, a.step, a.round, a.status,
        a.at, coalesce(a.message_id, (
            SELECT min(m.id) FROM message m
            WHERE m.conversation_id = a.conversation_id AND m.direction = 'out'
        ))
    FROM case_alert a ORDER BY a.at, a.id"""


def _code(body: str) -> str:
    """Of "Case K7XM: ..."."""
    return body.split()[1].rstrip(":")


def _moment(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
