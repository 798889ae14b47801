"""Talking: a call that is past the door, with the person's conversations.

Promise: the same flows, sessions and engine as by text. What an answer belongs to is looked at
first: where another question stands by now, that one is asked, and nothing is taken for it. A way
to a person is open at every moment, danger is heard before everything, and whoever falls silent is
let go kindly, with the question left open for a text.
"""

from __future__ import annotations

from flows import calling, hearing
from flows.calling import (
    STRANGER,
    TALK,
    Again,
    Asked,
    Came,
    Goodbye,
    Listening,
    RecordNow,
    SayBack,
    Take,
)
from flows.case_codes import CODE
from flows.events import Heard, Pressed, Spoke
from flows.risk import Danger
from service import (
    bridge_phones,
    consenting,
    conversing,
    listening,
    reaching,
    recordings,
    replies,
    ringing,
    rooms,
    safe_words,
)
from service.desk import SAFE_WORD
from service.slate import CALL, CASE, TEXT, Slate
from service.speaking import Line
from service.storage import cases as stored_cases
from service.storage.calls import Call
from service.storage.holding import HELD
from service.storage.recordings import NewRecording

MEMBERS = ("active", "erasing")  # whoever is being erased may still take it back
BACK = "ring-back"  # the flow of a caller whose case somebody has
HOME = "home"  # the flow of a caller whom nothing was asked
TEAM = "team"  # the same for who takes cases
LEAVE, HELP = "leave", "help"
LEAVES = ("8", "88")  # keys, before it is known who is on the line
_AGAIN = "done"  # how `home` ends when it is to be told again
_FIRST = (CASE, *bridge_phones.PURPOSES)  # purposes of calls that ask their own question first
_COMES_BACK = ("in", "callback")  # calls of theirs, in which the home menu returns
_SURE_OF_A_STOP = 0.6  # a wish heard with less confidence is asked about: flow `leave`
_PERSON = ("0", "00")
_ALERT = "alert/asked"  # the question whether somebody takes a case
_BACK = Listening(1, hints=("yes", "no", "si"))
_LONGEST = 120  # seconds of a recording, where a question names no bound


# --- heard before everything


def heard_first(line: Line, speech: str, confidence: float) -> bool:
    """Danger and a wish to stop, whoever speaks and wherever the call stands; whether it was that.

    Danger at any confidence. A wish to stop that was heard clearly is honoured at once; one that
    may be a word of something else is asked about.
    """
    slate = line.slate
    number = slate.number
    heard = hearing.first(
        speech, slate.force.lexicon, opted_out=number.opted_out_at is not None, asked_to_join=False
    )
    if heard.danger is not None:
        _danger(line, heard.danger, heard.stop_wish and confidence >= _SURE_OF_A_STOP)
    elif safe_words.hear(slate, speech):
        stay(line)
    elif heard.consent == "start" and number.opted_out_at is not None:
        consenting.start(slate, carrier_answered=False)
        ask(line)
    elif heard.consent == "stop" or heard.stop_wish:
        _stop(line, sure=heard.stop_wish and confidence >= _SURE_OF_A_STOP)
    elif heard.consent == "help" and slate.person is not None and line.manners.phase == TALK:
        conversing.start(slate, HELP)
        settle(line)
    else:
        return False
    line.manners = line.manners._replace(
        silences=0, doubted="", turns=line.manners.turns + 1,
        proved=line.manners.proved or line.manners.phase == TALK,
    )  # fmt: skip
    return True


def _danger(line: Line, danger: Danger, stop_wish: bool) -> None:
    """A person at once, or one gentle question; that only where it is known who speaks."""
    if line.manners.phase == TALK and listening.ask_if_safe(line.slate, danger, stop_wish):
        settle(line)
        return
    listening.danger(line.slate, danger, stop_wish)
    stay(line)


def leave_by_key(line: Line, *, told: bool) -> None:
    """The key that leaves, before it is known who is on the line: what it does is told first, and
    the same key again is a yes. A hidden number has nothing to leave but the call."""
    slate = line.slate
    if slate.number.kind == consenting.ANONYMOUS:
        slate.phrase("call-goodbye")
        line.over = True
    elif told:
        _stop(line, sure=True)
    else:
        slate.phrase("call-leave")
        line.manners = line.manners._replace(leaving=True)


def _stop(line: Line, sure: bool) -> None:
    slate = line.slate
    if sure or slate.person is None or line.manners.phase != TALK:
        consenting.stop_by_wish(slate)
        line.over = True
    else:
        conversing.start(slate, LEAVE)
        settle(line)


def stay(line: Line) -> None:
    """After something that came in between: on with what stands, or with a stranger's choices."""
    if line.manners.phase != TALK:
        return
    person = line.slate.person
    if line.slate.front is None and (person is None or person.status not in MEMBERS):
        line.manners = line.manners._replace(phase=STRANGER)
    else:
        ask(line)


# --- what is asked


def enter(line: Line) -> None:
    """It is known who is on the line: what stands open is asked, otherwise what waits begins."""
    slate = line.slate
    if rooms.enter(line):
        return
    if _calls_back(line):
        settle(line)
        return
    first = line.call.purpose in _FIRST or conversing.open_question(slate) is None
    if first and ringing.proved(slate, line.call):
        settle(line)
    else:
        ringing.proved(slate, line.call)
        ask(line)


def _calls_back(line: Line) -> bool:
    """Whether somebody has a case of theirs: then that one may be who called them, and is offered
    first. Not after a safe word, for who is beside them may listen."""
    slate = line.slate
    purpose = line.call.purpose
    if purpose not in _COMES_BACK or slate.person is None or slate.person.is_volunteer:
        return False
    if BACK not in slate.force.program.library.flows:
        return False
    mine = stored_cases.all_open_of(slate.tx, slate.person.id)
    held = [case for case in mine if case.status in HELD and case.holder_id is not None]
    if not held or any(case.kind == SAFE_WORD for case in mine):
        return False
    conversing.start(slate, BACK, given={CODE: held[-1].code})
    return True


def ask(line: Line) -> None:
    """Ask the question that stands; where none does, what comes next."""
    if conversing.open_question(line.slate) is not None:
        conversing.ask_again(line.slate)
    settle(line)


def settle(line: Line) -> None:
    """How the turn leaves the call: listening for the answer to what stands, or over."""
    slate, call = line.slate, line.call
    if slate.channel != CALL:  # nobody is on the line to hear more
        line.over = True
    if line.over or rooms.holds(line):
        return
    question = conversing.open_question(slate)
    if question is None and _goes_home(line):
        conversing.start(slate, _home_of(slate))
        question = conversing.open_question(slate)
    if question is None or slate.front is None:
        if slate.person is not None and slate.person.status == "active":
            slate.phrase("call-goodbye")
        line.over = True
        call.asked_conversation_id = call.asked_token = None
        return
    accept = question.definition.accept
    if accept is not None and accept.kind == "recording":
        slate.phrase("record-announce", minutes=max(1, round((accept.high or _LONGEST) / 60)))
    line.ears = calling.listening(accept, question.taken_by_call)
    call.asked_conversation_id, call.asked_token = slate.front.id, slate.front.token


def _home_of(slate: Slate) -> str:
    ours = slate.person is not None and slate.person.is_volunteer
    return TEAM if ours and TEAM in slate.force.program.library.flows else HOME


def _goes_home(line: Line) -> bool:
    """Whether the home menu comes now: in a call about nothing else, until they leave it."""
    slate, call = line.slate, line.call
    about_nothing = call.purpose in _COMES_BACK or call.conversation_id is None
    if not about_nothing or slate.person is None:
        return False
    left = any(
        row.flow in (HOME, TEAM) and row.status == "ended" and row.outcome != _AGAIN
        for row in slate.conversations.values()
    )
    return slate.person.status in MEMBERS and not left and HOME in slate.force.program.library.flows


# --- what comes in


def take(line: Line, came: Came) -> None:
    """Keys, words, a recording or silence from somebody who may be spoken to."""
    slate = line.slate
    if came.speech and heard_first(line, came.speech, came.confidence):
        return
    if came.speech and _by_key_alone(line):
        came = Came()
    if _outdated(line, came):
        line.manners = line.manners._replace(
            silences=0, doubted="", proved=True, turns=line.manners.turns + 1
        )
        ask(line)
        return
    question = conversing.open_question(slate)
    asked = Asked(
        question.definition.accept if question is not None else None,
        lambda words: replies.answer_in_words(slate, words),
    )
    line.manners, meaning = calling.take(line.manners, came, asked)
    match meaning:
        case Take(event=Pressed(digits=keys)):
            replies.press(slate, keys)
            settle(line)
        case Take(event=Spoke() as spoke):
            replies.hear(slate, spoke.text, spoken=spoke)
            settle(line)
        case Take(event=Heard(text=text, media=media)):
            replies.hear(slate, text, media)
            settle(line)
        case SayBack(words=words):
            slate.phrase("confirm-heard", heard=words)
            line.ears = _BACK
        case RecordNow():
            accept = asked.accept
            line.longest = (accept.high if accept is not None else None) or _LONGEST
        case Goodbye(why=why):
            goodbye(line, why)
        case Again(silent=silent):
            if silent:
                still_there(line)
            ask(line)


def _by_key_alone(line: Line) -> bool:
    """Whether a volunteer whom we rang has pressed no key so far, or is asked to take a case: "we
    can take a message" is said by a voicemail that the network did not know for one. Whoever calls
    us speaks freely."""
    if line.call.direction != "out" or line.call.purpose not in _FIRST:
        return False
    question = conversing.open_question(line.slate)
    return not line.manners.proved or (question is not None and question.place == _ALERT)


def _outdated(line: Line, came: Came) -> bool:
    """Whether what came is an answer to a question that no longer stands.

    Who asks for a person is heard all the same, and silence is nobody's answer.
    """
    front, call = line.slate.front, line.call
    stands = (front.id, front.token) if front is not None else (None, None)
    if stands == (call.asked_conversation_id, call.asked_token):
        return False
    if came.keys:
        question = conversing.open_question(line.slate)
        taken = question.taken_by_call if question is not None else frozenset()
        return came.keys not in _PERSON or came.keys in taken
    if came.speech:
        return not listening.wants_a_person(line.slate, came.speech)
    return bool(came.recorded)


def still_there(line: Line) -> None:
    """Nothing came: said gently before what stands is asked again, and not twice alike."""
    again = line.manners.silences > 1
    line.slate.phrase("still-there-again" if again else "still-there")


# --- the end


def goodbye(line: Line, why: str) -> None:
    """A kind end from our side. An open question goes on by text, where texts can come."""
    slate = line.slate
    line.over = True
    at_home = _at_home(slate)
    by_text = (
        not at_home
        and conversing.open_question(slate) is not None
        and reaching.takes_texts(slate.number)
    )
    if why == "long":
        slate.phrase("call-too-long")
    else:
        slate.phrase("call-goodbye-text" if by_text else "call-goodbye")
    slate.channel = TEXT
    if at_home:
        leave_home(slate, line.call)
    elif by_text:
        conversing.ask_again(slate)
    slate.channel = CALL


def _at_home(slate: Slate) -> bool:
    return any(conversing.stands_at_its_start(slate, home) for home in (HOME, TEAM))


def leave_home(slate: Slate, call: Call) -> None:
    """The menu of a call goes with the call; what waited behind it comes by text."""
    front = slate.front
    if (
        front is not None
        and _at_home(slate)
        and (front.id, front.token) == (call.asked_conversation_id, call.asked_token)
    ):
        conversing.close(slate, front, "call over")


def keep_recording(line: Line, sid: str, seconds: int) -> None:
    """Note what was recorded as the answer to the question that stands, to be fetched."""
    slate, call = line.slate, line.call
    front, question = slate.front, conversing.open_question(slate)
    flow, _, state = question.place.partition("/") if question is not None else ("", "", "")
    recordings.made(
        slate.tx,
        NewRecording(
            sid, call.person_id, slate.number.id, call.id, front.id if front is not None else None,
            "voicemail" if flow == BACK else "answer", flow or None, state or None, seconds,
            slate.now,
        ),
    )  # fmt: skip
