"""The calls of the network: who may be called, what rings, what a handset dials, how calls end.

Promise: each call has one line that carries it out and ends in exactly one final status, told to
its StatusCallback. A phone that is called rings by the service's clock until somebody picks up;
one that is in a call is busy. HTTP is left to others.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from service.carrier.local import geography
from service.carrier.local.agenda import Agenda, moment
from service.carrier.local.between import Between
from service.carrier.local.call_webhooks import CallWebhooks
from service.carrier.local.calls import EVENTS, Call
from service.carrier.local.codes import Refused
from service.carrier.local.hooks import Hooks
from service.carrier.local.inputs import Declined, Input, Led, NotNow, PickedUp, Recorded
from service.carrier.local.ledger import new_sid
from service.carrier.local.line import Line
from service.carrier.local.recordings import Recording
from service.carrier.local.voice_verbs import Record

if TYPE_CHECKING:
    from service.carrier.local.network import Network

LONGEST_RING = 600  # seconds
LONGEST_CALL = 14_400  # seconds, the carrier's own limit
NO_SUCH_NUMBER, NO_SUCH_REGION = 13224, 13227
_EVENT_OF = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
TOLD_LOOK = 0.005
ANYBODY = "*"  # in the weather: every number without an entry of its own


class Calling:
    """All calls."""

    def __init__(self, network: Network, hooks: Hooks) -> None:
        self._network = network
        self.webhooks = CallWebhooks(network, hooks)
        # apart from the network's agenda: a phone that rings waits for a person, not for us
        self.rings = Agenda()
        self.between = Between(self, network.callbacks.send)
        self.base_url = ""  # the network's own, in the URLs of recordings
        self._lines: dict[str, Line] = {}
        self._free_at: dict[str, float] = {}  # by service number, where a pace is set
        self._running: dict[asyncio.Task[None], Call] = {}

    @property
    def busy(self) -> bool:
        """True while a call moves by itself: not while it waits for a person."""
        return any(call.awaits is None for call in self._running.values())

    # from the service

    def create(self, form: Mapping[str, str], events: Iterable[str]) -> Call:
        """Accept a call from the REST API, or raise Refused. `events`: what to call back."""
        network = self._network
        try:
            call = self._accept(form, tuple(events))
        except Refused as refusal:
            network.tally.refused[refusal.code] += 1
            raise
        network.tally.note_call(call.to, call.url, call.callback)
        self.begin(call)
        return call

    def begin(self, call: Call) -> None:
        """A call on its way to a handset."""
        network = self._network
        network.ledger.calls.add(call)
        network.ledger.offer(call.handset)
        self.changed(call)
        network.agenda.at(self._turn_of(call), self._initiate, call)

    def _turn_of(self, call: Call) -> float:
        """When its number gets round to it: calls wait, queued, for those before them."""
        pace, due = self._network.weather.call_pace, moment()
        if pace:
            due = max(due, self._free_at.get(call.number, 0.0))
            self._free_at[call.number] = due + 1 / pace
        return due

    def _accept(self, form: Mapping[str, str], events: tuple[str, ...]) -> Call:
        url, twiml = form.get("Url", ""), form.get("Twiml", "")
        fallback, callback = form.get("FallbackUrl", ""), form.get("StatusCallback", "")
        self._judge(form.get("From", ""), form.get("To", ""))
        if not twiml and not url.startswith(("http://", "https://")):
            raise Refused(21205)
        for name in ("FallbackUrl", "StatusCallback"):
            if form.get(name) and not form[name].startswith(("http://", "https://")):
                raise Refused(21609 if name == "StatusCallback" else 21205)
        detect = form.get("MachineDetection", "")
        if detect not in ("", "Enable", "DetectMessageEnd"):
            raise Refused(21207, "MachineDetection is Enable or DetectMessageEnd")
        if form.get("AsyncAmd", "false").lower() == "true":
            raise Refused(20001, "this network tells AnsweredBy on the first webhook alone")
        timeout = form.get("Timeout", "60")
        if not timeout.isdigit() or not 1 <= int(timeout) <= LONGEST_RING:
            raise Refused(21208)
        if unknown := set(events) - set(EVENTS):
            raise Refused(20001, f"a call has no event {', '.join(sorted(unknown))}")
        return Call(
            sid=new_sid("CA"), account=self._network.account, direction="outbound-api",
            handset=form["To"], number=form["From"], status="queued", created=moment(), url=url,
            method=_method(form, "Method"), twiml=twiml, fallback=fallback,
            fallback_method=_method(form, "FallbackMethod"), callback=callback or None,
            callback_method=_method(form, "StatusCallbackMethod"),
            callback_events=events or ("completed",), timeout=int(timeout), detect=detect,
        )  # fmt: skip

    def _judge(self, sender: str, to: str) -> None:
        network = self._network
        if not to:
            raise Refused(21201)
        if not geography.is_number(to):
            raise Refused(21211)
        if not sender:
            raise Refused(21213)
        if not geography.is_number(sender):
            raise Refused(21212)
        if sender not in network.ledger.numbers:
            raise Refused(21210)
        if to in network.ledger.numbers:
            raise Refused(21214)
        fate = network.weather.call_outcomes.get(to)
        if isinstance(fate, int):
            raise Refused(fate)
        regions = network.weather.regions
        if regions is not None and geography.country_of(to) not in regions:
            raise Refused(21215)

    def is_ours(self, number: str) -> bool:
        """True for a number of the account."""
        return number in self._network.ledger.numbers

    def undiallable(self, number: str) -> int | None:
        """Why a document cannot dial a number, as the carrier's code; None where it can."""
        weather = self._network.weather
        if self.is_ours(number) or isinstance(weather.call_outcomes.get(number), int):
            return NO_SUCH_NUMBER
        if weather.regions is not None and geography.country_of(number) not in weather.regions:
            return NO_SUCH_REGION
        return None

    def update(self, call: Call, form: Mapping[str, str]) -> None:
        """End a call, or lead it elsewhere; Refused where it is too late for that."""
        status, url = form.get("Status", ""), form.get("Url", "")
        if status not in ("", "completed", "canceled"):
            raise Refused(20001, "a call can be set to completed or canceled")
        if call.over:
            raise Refused(21220)
        if status:
            ringing = call.status in ("queued", "initiated", "ringing")
            if status == "canceled" and not ringing:
                raise Refused(21220)
            self.end(call, "canceled" if ringing else "completed", by="service")
        elif url:
            self._lead(call, url, _method(form, "Method"))

    def _lead(self, call: Call, url: str, method: str) -> None:
        try:
            self._lines[call.sid].give(Led(url, method))
        except (KeyError, NotNow) as error:
            raise Refused(21220) from error

    # a call on its way to a handset

    def _initiate(self, call: Call) -> None:
        if call.over:
            return
        call.started = moment()
        self.move(call, "initiated")
        due = moment() + self._network.weather.rings_after_ms / 1000
        self._network.agenda.at(due, self._ring, call)

    def _ring(self, call: Call) -> None:
        if call.over:
            return
        fate = self._fate(call)
        if fate == "failed":
            call.error = NO_SUCH_NUMBER
            self.end(call, "failed", by="network")
            return
        if fate is None and self._talks(call.handset):
            fate = "busy"
        self.move(call, "ringing")
        call.note("ring", "network", seconds=call.timeout)
        line = self._start(call)
        if fate is not None:
            # once the line waits for somebody to pick up
            asyncio.get_running_loop().call_soon(self._decide, line, fate)
        else:
            self.rings.at(moment() + call.timeout, self._ring_out, line)

    def _fate(self, call: Call) -> str | None:
        outcomes = self._network.weather.call_outcomes
        fate = outcomes.get(call.handset, outcomes.get(ANYBODY))
        return fate if isinstance(fate, str) else None

    def _talks(self, handset: str) -> bool:
        return any(line.call.handset == handset for line in self._lines.values())

    def _decide(self, line: Line, fate: str) -> None:
        """What the weather says of a number happens instead of a person."""
        if line.call.over:
            return
        if fate in ("busy", "no-answer"):
            line.give(Declined(fate))
        else:
            line.give(PickedUp({"machine": "machine", "silent": "nobody"}[fate]))

    def _ring_out(self, line: Line) -> None:
        if line.call.awaits == "answer":
            line.give(Declined("no-answer"))

    # a call from a handset

    def dial(self, handset: str, to: str, hidden: bool = False) -> Call:
        """A handset calls a number of the account; Refused(20404) if there is no such number."""
        network = self._network
        number = network.ledger.numbers.get(to)
        if number is None:
            raise Refused(20404)
        values = {name: number.value(name, network.public_url) for name in number.FIELDS}
        call = Call(
            sid=new_sid("CA"), account=network.account, direction="inbound", handset=handset,
            number=to, status="ringing", created=moment(), hidden=hidden, url=values["voice_url"],
            method=values["voice_method"], fallback=values["voice_fallback_url"],
            fallback_method=values["voice_fallback_method"],
            callback=values["status_callback"] or None,
            callback_method=values["status_callback_method"],
        )  # fmt: skip
        network.ledger.calls.add(call)
        network.ledger.offer(call.handset)
        network.tally.dialled += 1
        self._start(call)
        self.changed(call)
        return call

    def give(self, call: Call, given: Input) -> None:
        """A person does something in a call; NotNow where it has no use for it."""
        line = self._lines.get(call.sid)
        if line is None:
            raise NotNow("the call is over" if call.over else "the call does not ring yet")
        line.give(given)

    def hang_up(self, call: Call) -> None:
        """The person ends it; what was recorded until then is still told."""
        if call.over:
            return
        if call.awaits == "recording":
            self.give(call, Recorded(0, hung_up=True))
        elif call.awaits == "answer":
            self.give(call, Declined("busy"))
        else:
            self.end(call, "completed" if call.answered is not None else "no-answer", by="person")

    # every call

    def _start(self, call: Call) -> Line:
        line = self._lines[call.sid] = Line(call, self, self.between.bridges.get(call.sid))
        task = asyncio.ensure_future(line.run())
        self._running[task] = call
        task.add_done_callback(self._left)
        self.rings.at(moment() + LONGEST_CALL, self.cut_off, call)
        return line

    def cut_off(self, call: Call) -> None:
        """Nobody hung up: a page was closed, a test forgot. The carrier does not wait for ever."""
        if not call.over:
            self.end(call, "completed" if call.answered is not None else "no-answer", by="network")

    def _left(self, task: asyncio.Task[None]) -> None:
        call = self._running.pop(task, None)
        if call is not None and not call.over:  # a mistake of the network's own, told on stderr
            self.end(call, "failed", by="network")

    def changed(self, call: Call) -> None:
        """Something that the handset shows has changed."""
        ledger = self._network.ledger
        ledger.version += 1
        call.version = ledger.version
        self._network.bell.ring(call.sid)
        self._network.bell.ring(call.handset)

    def move(self, call: Call, status: str) -> None:
        """A call has a new status."""
        call.status = status
        call.updated = moment()
        self._tell(call, _EVENT_OF[status])
        self.changed(call)

    def end(self, call: Call, status: str, by: str) -> None:
        """The call is over."""
        if call.over:
            return
        call.status = status
        call.ended = call.updated = moment()
        call.awaits, call.expects = None, {}
        call.note("hangup", by, status=status)
        self._network.ledger.calls.note_end(call)
        self._network.tally.statuses[status] += 1
        if (line := self._lines.pop(call.sid, None)) is not None:
            line.cut()
        self.between.ended(call)
        self._tell(call, "completed")
        self.changed(call)

    def _tell(self, call: Call, event: str) -> None:
        if not call.callback or event not in call.callback_events:
            return
        form = {**call.parameters(), "Timestamp": format_datetime(
            datetime.fromtimestamp(call.updated, UTC)), "CallbackSource": "call-progress-events",
            "SequenceNumber": str(call.sequence)}  # fmt: skip
        call.sequence += 1
        if event == "completed":
            form["CallDuration"] = str(call.seconds)
            form["Duration"] = str(-(-call.seconds // 60))
        if call.answered_by:
            form["AnsweredBy"] = call.answered_by
        if call.error is not None:
            form |= {"ErrorCode": str(call.error), "SipResponseCode": "404"}
        self._network.callbacks.send(call, call.callback, form, call.callback_method)

    async def told(self, call: Call, seconds: float) -> None:
        """Wait until the service was told of a call's end, as far as the weather lets it be."""
        ends = time.monotonic() + seconds
        while call.pending is not None and time.monotonic() < ends:
            await asyncio.sleep(TOLD_LOOK)

    def recorded(self, call: Call, verb: Record, seconds: int) -> Recording:
        """A recording was made; it can be fetched a little later."""
        network = self._network
        recording = Recording(
            sid=new_sid("RE"), call=call.sid, account=call.account, seconds=seconds,
            created=moment(),
        )  # fmt: skip
        network.ledger.calls.keep(recording)
        due = moment() + network.weather.recorded_after_ms / 1000
        network.agenda.at(due, self._complete, (call, verb, recording))
        return recording

    def _complete(self, done: tuple[Call, Record, Recording]) -> None:
        call, verb, recording = done
        recording.status = "completed"
        self._call_back(call, verb, recording, {"RecordingUrl": f"{self.base_url}{recording.path}"})

    def left_empty(self, call: Call, verb: Record) -> None:
        """Nothing was recorded: there is nothing to fetch, and that is told where it is asked."""
        nothing = Recording(
            sid=new_sid("RE"), call=call.sid, account=call.account, seconds=0, created=moment(),
            status="absent",
        )  # fmt: skip
        self._call_back(call, verb, nothing, {})

    def _call_back(
        self, call: Call, verb: Record, recording: Recording, about: dict[str, str]
    ) -> None:
        if not verb.callback or recording.status not in verb.callback_events:
            return
        form = {
            "AccountSid": call.account, "CallSid": call.sid, "RecordingSid": recording.sid,
            "RecordingStatus": recording.status, "RecordingDuration": str(recording.seconds),
            "RecordingChannels": "1", "RecordingSource": "RecordVerb", "ErrorCode": "0",
            "RecordingStartTime": format_datetime(
                datetime.fromtimestamp(recording.created - recording.seconds, UTC)
            ), **about,
        }  # fmt: skip
        self._network.callbacks.send(call, verb.callback, form, verb.callback_method)

    def resume(self, lost: list[Call]) -> None:
        """Tell how the calls ended that a restart cut off."""
        for call in lost:
            self._network.ledger.calls.note_end(call)
            self._tell(call, "completed")

    def forget(self) -> None:
        """Nothing rings and nobody talks any more."""
        self.rings.clear()
        self._free_at.clear()
        for task in list(self._running):
            task.cancel()
        self._running.clear()
        self._lines.clear()
        self.between.start_empty()


def _method(form: Mapping[str, str], name: str) -> str:
    method = str(form.get(name, "POST")).upper()
    if method not in ("GET", "POST"):
        raise Refused(21209)
    return method
