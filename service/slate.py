"""The slate of one turn: where its person stands, and everything the turn has decided so far.

Promise: a turn writes only here; `recording` puts many slates into the database at once, in one
transaction. Nothing of another person stands on it: what concerns another is a timer due now.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from flows import segments
from flows.lines import need_of
from flows.program import About, Program
from service import directory
from service.storage import conversations, ids
from service.storage.answers import NewAnswer
from service.storage.messages import BULK, REPLY, URGENT, Draft
from service.storage.occurrence_moves import OccurrenceMove
from service.storage.placings import NewCall
from service.storage.standing import Conversation, Number, Person, Standing
from service.storage.timers import Timer

if TYPE_CHECKING:
    from service.editions import InForce
    from service.house import House
    from service.storage.database import Tx
    from service.storage.senders import Sender

CONSENT, ANSWER, CHECKIN, ALERT, CASE, NOTICE = (
    "consent", "answer", "checkin", "alert", "case", "notice",
)  # fmt: skip
TEXT, CALL = "text", "call"  # channels


class Out(NamedTuple):
    """What this turn says: a text, before one turn's texts are put together, or words of a call.

    `language`, `recording` and `play` are of use to a voice: how it is read, and what is played
    instead, a prompt of the organisation's or what somebody left for this one.
    `id`: of the message it will be, for who has to know what becomes of it; it stays alone then.
    """

    text: str
    lane: int
    purpose: str
    conversation_id: str | None
    wait: int | None = None
    token: int | None = None
    expires_at: datetime | None = None
    language: str = ""
    recording: str | None = None
    id: str | None = None
    play: str | None = None


class Slate:
    """One turn for one number and, where there is one, the person who holds it now."""

    def __init__(
        self, house: House, tx: Tx, now: datetime, standing: Standing, force: InForce,
        sender: Sender, lane: int = REPLY,
    ) -> None:  # fmt: skip
        self.house = house
        self.tx = tx
        self.now = now
        self.number: Number = standing.number
        self.person: Person | None = standing.person
        self.front: Conversation | None = standing.front
        self.force = force
        self.sender = sender
        self.lane = lane
        self.purpose = ANSWER if lane == REPLY else CHECKIN
        self.turn_id = ids.new()
        self.behind: list[Conversation] = []  # put behind in this turn, the last one first
        self.conversations: dict[str, Conversation] = {}
        self.channel = TEXT
        self.need: str | None = None  # of the case that this turn is about, for its line
        self.known = False  # by call: they showed by their PIN who they are
        self.out: list[Out] = []
        self.said: list[Out] = []  # by call, in place of texts
        self.timers: list[Timer] = []
        self.dropped: list[str] = []
        self.answers: list[NewAnswer] = []
        self.occurrences: list[OccurrenceMove] = []
        self.calls: list[NewCall] = []  # to be placed
        self.bridge: str | None = None  # the phone of a bridge that this call waits as, from now on
        self.prompts_expire_at: datetime | None = None  # for a check-in that may come too late
        self.signs = ""  # of danger, by the lexicon's names, while it is asked about
        self.tongue: str | None = None  # of a stranger's text, which is all we know of them
        self.others_wait = standing.others_wait  # behind the front one, for all that is known
        self.seen_by_others = False  # where the number is answered, and not its holder
        if self.front is not None:
            self.conversations[self.front.id] = self.front

    # --- who this is

    @property
    def discreet(self) -> bool:
        """Whether others may see this phone: known of the number, or not ruled out so far."""
        if self.known and self.channel == CALL:
            return False
        if self.number.shared or self.seen_by_others:
            return True
        return self.person is not None and self.person.discreet

    @property
    def several(self) -> bool:
        """Whether several people hold this phone: they are told apart by a word, never by name."""
        number = self.number
        return number.active_person_id is None or number.active_until is not None

    @property
    def day(self) -> int:
        return day_of(self.now)

    def languages(self) -> tuple[str, ...]:
        """Tags in order of preference: the person's with its base, then the organisation's."""
        own = self.person.language if self.person is not None else self.tongue
        first = (own, own.split("-")[0]) if own else ()
        return tuple(dict.fromkeys((*first, *self.force.organisation.languages)))

    def about(self) -> About:
        """What a step is told about the person."""
        person, organisation = self.person, self.force.organisation
        told = person.fields.get("country") if person is not None else None
        country = str(told) if told else self.number.country  # lines are those of where they live
        values = organisation.values(country, self.sender.number, self.languages())
        values |= self.lines(country)
        values["country"] = country or organisation.country
        values["zone"] = organisation.zone
        sent = 0
        if person is not None:
            values.update(person.fields)
            if self.several and not (self.known and self.channel == CALL):
                values.pop("name", None)  # whoever reads it may be somebody else
            values["zone"] = person.zone or organisation.zone
            values["member"] = "yes" if person.joined_at is not None else "no"
            values["volunteer"] = "yes" if person.is_volunteer else "no"
            sent = person.messages_count if person.messages_day == self.day else 0
        if self.channel == CALL:
            sent = 0  # a day's texts are limited; a call has limits of its own
        return About(
            values, self.languages(), self.discreet, self.channel, sent + len(self.out),
            organisation.daily_messages, self.number.costs,
        )  # fmt: skip

    def lines(self, country: str | None) -> dict[str, str]:
        """The line and the emergency number for them where they live, for what they need now."""
        fields = self.person.fields if self.person is not None else {}
        need = self.need or need_of(self.signs)
        wanted = directory.wanted_by(country, self.languages(), fields, need, self.channel == CALL)
        given = directory.given(self.force.directory, self.force.organisation, wanted, self.now)
        return {"line": given.line, "emergency": given.emergency}

    def program(self, conversation: Conversation) -> Program:
        """The edition that this conversation pinned."""
        if conversation.edition == self.force.edition:
            return self.force.program
        return self.house.editions.program(self.tx, conversation.edition)

    def bring_front(self) -> None:
        """After the person became known by their word: their front conversation."""
        person, self.others_wait = self.person, True
        if person is not None and person.front_id is not None:
            self.front = conversations.by_ids(self.tx, [person.front_id]).get(person.front_id)
        if self.front is not None:
            self.conversations[self.front.id] = self.front

    # --- what it decides

    def say(self, out: Out) -> None:
        if out.text:
            (self.said if self.channel == CALL else self.out).append(out)

    def phrase(self, name: str, lane: int = REPLY, purpose: str = NOTICE, **values: object) -> None:
        """Say one of the organisation's phrases, outside of any conversation."""
        about = self.about()
        if values:
            about = about._replace(values={**about.values, **values})
        line = self.force.program.phrase_line(name, about)
        text = line.render({}, about.values)
        self.say(Out(text, lane, purpose, None, language=line.language, recording=line.recording))

    def later(self, timer: Timer) -> None:
        """Set a timer; one with the same key is moved."""
        self.timers.append(timer)

    def drop(self, *keys: str) -> None:
        """Take timers away."""
        self.dropped.extend(keys)

    def changed(self, conversation: Conversation) -> None:
        conversation.changed = True
        self.conversations[conversation.id] = conversation

    # --- what becomes of its texts

    def drafts(self) -> list[Draft]:
        """This turn's texts as messages: one where two segments hold them, otherwise in order."""
        drafts: list[Draft] = []
        for group in self._groups():
            before = [draft.id for draft in drafts if draft.lane <= group[0].lane]
            drafts += self._together(group, before[-1] if before else None)
        return drafts

    def _groups(self) -> list[list[Out]]:
        """Texts of the same lane stay together; what is urgent does not wait for the rest."""
        groups: list[list[Out]] = []
        for out in self.out:
            if groups and groups[-1][0].lane == out.lane:
                groups[-1].append(out)
            else:
                groups.append([out])
        return groups

    def _together(self, group: list[Out], before: str | None) -> list[Draft]:
        """Texts of one lane in order, each after the one before; a wait stays with its question."""
        drafts: list[Draft] = []
        for text, own, is_last in self._texts(group):
            waits = own.wait is not None and is_last
            drafts.append(
                Draft(
                    (own.id if is_last else None) or ids.new(),
                    self.person.id if self.person else None, self.number.id,
                    self.sender.id, own.conversation_id, self.turn_id, len(drafts), own.lane,
                    "pending", None, text, segments.count(text).segments, self.now,
                    drafts[-1].id if drafts else before,
                    own.wait if waits else None, str(own.token) if waits else None,
                    self.now, own.expires_at, own.purpose,
                )
            )  # fmt: skip
        return drafts

    def _texts(self, group: list[Out]) -> list[tuple[str, Out, bool]]:
        """What is sent of a group: each text, whose it is, and whether it is the last of that."""
        group = [out for out in group if out.text.strip()]
        merged = segments.merge([out.text for out in group], 1 if self.number.costs else 2)
        if len(merged) == 1 and len(group) > 1 and not any(out.id for out in group):
            question = next((out for out in reversed(group) if out.wait is not None), group[-1])
            expiries = [out.expires_at for out in group if out.expires_at]
            return [(merged[0], question._replace(expires_at=min(expiries, default=None)), True)]
        texts: list[tuple[str, Out, bool]] = []
        for out in group:
            pieces = segments.merge([out.text])
            texts += [(piece, out, at == len(pieces)) for at, piece in enumerate(pieces, start=1)]
        return texts


def day_of(moment: datetime) -> int:
    """A day as the number yyyymmdd, in UTC."""
    return moment.year * 10000 + moment.month * 100 + moment.day


__all__ = [
    "ALERT", "ANSWER", "BULK", "CALL", "CASE", "CHECKIN", "CONSENT", "NOTICE", "REPLY", "TEXT",
    "URGENT", "Out", "Slate", "day_of",
]  # fmt: skip
