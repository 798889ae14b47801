"""A phone in a call with the house, in this process: dials, hears, presses, speaks, hangs up.

    call = dial(line, ANA)
    assert "Hello Ana" in call.hears
    call.presses("2")
    call.hangs_up()

Promise: it does what the document says and nothing else: what the network would not do with it
fails here. Time passes only where the test lets it.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from flows.calling import Came
from service import calls
from tests.houses import SERVICE_NUMBER
from tests.service.house import Line

_SPOKEN = {"Say", "Play", "Pause"}


class Said(NamedTuple):
    """One prompt: its words (or the address that is played), and how they are spoken."""

    words: str
    language: str = ""
    voice: str = ""
    rate: str = ""


class InCall:
    """One call, from the first word to the last."""

    def __init__(self, line: Line, sid: str, number: str, document: str) -> None:
        self.line = line
        self.sid = sid
        self.number = number
        self.documents: list[str] = []
        self.prompts: list[Said] = []
        self.over = False
        self.rang = 0
        self._read(document)

    # --- what is heard

    @property
    def hears(self) -> str:
        """All that was said since they last did something."""
        return " ".join(said.words for said in self.prompts)

    @property
    def document(self) -> str:
        return self.documents[-1]

    # --- what they do

    def presses(self, keys: str) -> str:
        gather = self._gather()
        assert len(keys) <= int(gather.get("numDigits", "99")), "the network would not wait"
        return self._goes_on(Came(keys=keys))

    def says(self, words: str, confidence: float = 0.9) -> str:
        assert "speech" in self._gather().get("input", ""), "nobody listens to words"
        return self._goes_on(Came(speech=words, confidence=confidence))

    def silent(self) -> str:
        root = self._root()
        if root.find("Record") is None:
            self._gather()
        return self._goes_on(Came())

    def records(self, seconds: int, *, hangs_up: bool = False) -> str:
        assert self._root().find("Record") is not None, "nothing is recorded"
        return self._goes_on(
            Came(recorded=seconds), recorded=(f"RE{self.sid}{self._step()}", seconds),
            hung_up=hangs_up,
        )  # fmt: skip

    def waits(self) -> str:
        """They stay on the line, which asks again."""
        assert self._root().find("Redirect") is not None, f"nothing is waited for: {self.document}"
        return self._goes_on(Came())

    @property
    def room(self) -> str | None:
        """The name of the room in which they are with others."""
        found = self._root().find("Dial/Conference")
        return None if found is None else found.text

    def comes_out(self) -> str:
        """Out of the room: by their own key, or since it is over."""
        assert self.room is not None, f"in no room: {self.document}"
        return self._goes_on(Came())

    def again(self) -> str:
        """The network repeats the last webhook."""
        call, step, came, more = self._last
        return calls.call_went_on(self.line.house, call_id=call, step=step, came=came, **more)

    def hangs_up(self, seconds: int = 30) -> None:
        self.over = True
        self.tells("completed", seconds)

    def tells(self, status: str, seconds: int | None = None, **more: Any) -> None:
        calls.call_status_came_in(
            self.line.house, sid=self.sid, call_id=self.id, status=status, seconds=seconds, **more
        )
        self.line.settle()

    # --- the document

    @property
    def id(self) -> str | None:
        row = self.line.rows("select id from call where carrier_sid = :sid", sid=self.sid)
        return row[0][0] if row else None

    def _goes_on(self, came: Came, **more: Any) -> str:
        assert not self.over, "the call is over"
        call, step = self._where()
        self._last = (call, step, came, more)
        self.prompts = []
        self._read(calls.call_went_on(self.line.house, call_id=call, step=step, came=came, **more))
        self.line.settle()
        return self.hears

    def _where(self) -> tuple[str, int]:
        root = self._root()
        verb = next(v for v in root if v.tag in ("Gather", "Record", "Redirect", "Dial"))
        url = verb.get("action") or verb.text or ""
        query = parse_qs(urlsplit(url).query)
        return query["c"][0], int(query["s"][0])

    def _step(self) -> int:
        return self._where()[1]

    def _root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.document)

    def _gather(self) -> ElementTree.Element:
        found = self._root().find("Gather")
        assert found is not None, f"nobody listens: {self.document}"
        return found

    def _read(self, document: str) -> None:
        """Hear what is said; go on where the document goes on by itself."""
        self.documents.append(document)
        root = ElementTree.fromstring(document)
        assert root.tag == "Response"
        verbs = list(root)
        spoken: list[ElementTree.Element] = []
        for verb in verbs:
            spoken += [verb] if verb.tag in _SPOKEN else list(verb) if verb.tag == "Gather" else []
        self._hear(spoken)
        last = verbs[-1].tag
        if last == "Gather":
            assert verbs[-1].get("actionOnEmptyResult") == "true", "silence would end it"
        elif last == "Hangup":
            self.over = True
            self.tells("completed", 30)
        elif last == "Dial":
            self.rang = 0
        elif last == "Redirect" and root.find("Record") is None:
            self.rang = int(verbs[0].get("length", "0")) if verbs[0].tag == "Pause" else 0
        else:
            assert last == "Redirect", f"silence at the end: {document}"

    def _hear(self, spoken: list[ElementTree.Element]) -> None:
        for verb in spoken:
            if verb.tag == "Pause":
                continue
            slow = verb.find("prosody")
            words = (slow.text if slow is not None else verb.text) or ""
            assert words.strip(), "nothing would be said"
            rate = slow.get("rate", "") if slow is not None else ""
            self.prompts.append(Said(words, verb.get("language", ""), verb.get("voice", ""), rate))


def rings(line: Line, number: str, *, to: str = SERVICE_NUMBER, sid: str | None = None) -> InCall:
    """Call the house; it rings."""
    sid = sid or f"CA{line.new_sid()}"
    document = calls.call_came_in(line.house, sid=sid, from_=number, to=to)
    return InCall(line, sid, number, document)


def dial(line: Line, number: str, **more: Any) -> InCall:
    """Call the house and wait until it answers."""
    call = rings(line, number, **more)
    call._goes_on(Came())
    return call


def takes(line: Line, answered_by: str | None = "human") -> InCall:
    """Take the call that the house placed last."""
    rung = line.rung[-1]
    document = calls.call_answered(
        line.house, call_id=rung.row.id, sid=rung.sid, answered_by=answered_by
    )
    return InCall(line, rung.sid, rung.to, document)
