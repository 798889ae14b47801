"""How a call listens: what Gather and Record make of what a person does.

Promise: by the carrier's rules. Keys are collected until they are enough, speech counts at once, no
input goes on to the next verb or, where it is asked for, to the action; an empty recording goes on,
and one that ends with the call is told all the same. What keys mean is `gathering.py`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.carrier.local import gathering
from service.carrier.local.inputs import Input, Keys, Recorded, Silence, Speech
from service.carrier.local.onward import Onward, Over
from service.carrier.local.voice_verbs import Gather, Record

if TYPE_CHECKING:
    from service.carrier.local.line import Line


async def gather(line: Line, verb: Gather) -> None:
    for prompt in verb.prompts:
        await line.prompt(prompt)
    given = await _heard(line, verb)
    if isinstance(given, Speech):
        about = gathering.speech_told(given.words, given.confidence, verb)
        raise Onward(verb.action, verb.method, about)
    digits, finish, complete = "", "", False
    if isinstance(given, Keys):
        digits, finish, complete = gathering.taken(given.digits, verb)
    if not complete:
        line.call.spent += verb.timeout
    if digits or (finish and verb.even_if_empty):
        raise Onward(verb.action, verb.method, gathering.keys_told(digits, finish))
    if verb.even_if_empty:
        raise Onward(verb.action, verb.method, gathering.nothing_told(verb))


async def _heard(line: Line, verb: Gather) -> Input:
    """The whole input: keys are collected until they are enough."""
    typed = ""
    while True:
        given = await line.wait(
            "keys", timeout=verb.timeout, keys=verb.keys, speech=verb.speech,
            digits=verb.digits, finish_on_key=verb.finish_on_key, barge_in=verb.barge_in,
            language=verb.language, hints=verb.hints, typed=typed,
        )  # fmt: skip
        if isinstance(given, Keys):
            if given.early and not verb.barge_in:
                continue  # pressed into a prompt that cannot be interrupted
            typed += given.digits
            if not given.more or gathering.taken(typed, verb)[2]:
                return Keys(typed)
        elif isinstance(given, Silence) and typed:
            return Keys(typed)
        else:
            return given


async def record(line: Line, verb: Record) -> None:
    if verb.beep:
        line.call.note("beep", "network")
    given = await line.wait(
        "recording",
        timeout=verb.timeout,
        longest=verb.longest,
        finish_on_key=verb.finish_on_key,
    )
    if isinstance(given, Keys):
        given = Recorded(0, given.digits[:1])
    if not isinstance(given, Recorded):
        line.call.spent += verb.timeout
        given = Recorded(0)
    seconds = min(given.seconds, verb.longest)
    line.call.spent += seconds
    if not seconds and not given.hung_up:
        line.calling.left_empty(line.call, verb)
        return  # on to the next verb
    about = {"Digits": "hangup" if given.hung_up else given.key}
    if seconds:
        recording = line.calling.recorded(line.call, verb, seconds)
        about |= {"RecordingSid": recording.sid, "RecordingDuration": str(seconds),
                  "RecordingUrl": f"{line.calling.base_url}{recording.path}"}  # fmt: skip
    if given.hung_up:
        line.calling.end(line.call, "completed", by="person")
        await line.calling.webhooks.last(line.call, verb.action, verb.method, about)
        raise Over
    raise Onward(verb.action, verb.method, about)
