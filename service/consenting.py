"""Consent: joining, declining, stopping, coming back, and a phone that is somebody else's now.

Promise: consent is of the number and is kept with its moment and wording, append-only. A stop
works at once for everything that is still to leave, and leaves open cases open. Nothing is said
where the phone network has answered already.
"""

from __future__ import annotations

from service import alerting, cases, checkins, conversing, preferring
from service.slate import CALL, CONSENT, URGENT, Slate
from service.storage import consents, ids, links, messages, people, placings, suppressions
from service.storage.standing import Conversation, Person

ANONYMOUS = "anonymous"  # the kind of a number that nobody can answer
BY_WORD, BY_WISH, BY_FLOW = "word", "wish", "flow"


def _keep(slate: Slate, act: str, how: str, wording: str | None = None) -> None:
    person_id = slate.person.id if slate.person else None
    consents.record(
        slate.tx,
        [consents.Consent(act, slate.now, how, person_id, slate.number.id, wording)],
    )


# --- in


def agreed(slate: Slate, conversation: Conversation, wording: str) -> None:
    """They said yes. What they saw is kept in the words that they saw, of the edition they saw."""
    flow, _, state = wording.partition("/")
    compiled = slate.program(conversation).flow(flow)
    seen = compiled.states.get(state) if compiled is not None else None
    if seen is not None and seen.text is not None:
        about = slate.about()
        line = seen.text.line((about.languages, about.discreet, about.channel))
        wording = line.render({}, about.values)
    _keep(slate, "joined", BY_FLOW, wording)


def declined(slate: Slate) -> None:
    """They said no: nothing is kept but that, and we do not write first again."""
    assert slate.person is not None
    _keep(slate, "declined", BY_FLOW)
    slate.person.status = "left"
    slate.person.fields = {}
    slate.person.changed = True
    people.index_name(slate.tx, slate.person.id, {})  # a list may have told their name
    slate.number.asked_to_join_at = None
    slate.number.changed = True
    slate.purpose = CONSENT  # the goodbye still leaves, though the person is gone


def joined(slate: Slate) -> None:
    """A member from now on. Until they say that the phone is theirs alone, wording is discreet."""
    person = slate.person
    assert person is not None
    if slate.channel == CALL:
        _welcome_again(slate)
        person.channel = CALL
        person.changed = True
    if person.status != "active":
        person.status, person.joined_at = "active", slate.now
        person.discreet = person.fields.get("phone_alone") != "yes"
        person.changed = True
    slate.number.asked_to_join_at = None
    slate.number.changed = True


def _welcome_again(slate: Slate) -> None:
    """They had left, called us, and said yes: that is worth as much as a START."""
    if slate.number.opted_out_at is not None:
        slate.number.opted_out_at = slate.number.opted_out_how = None
        slate.number.changed = True
        suppressions.drop(slate.tx, slate.number.number)


def start(slate: Slate, carrier_answered: bool) -> None:
    """START, UNSTOP, or YES from one who had opted out: texts are welcome again."""
    was_out = slate.number.opted_out_at is not None
    slate.number.opted_out_at = slate.number.opted_out_how = None
    slate.number.changed = True
    suppressions.drop(slate.tx, slate.number.number)
    _keep(slate, "started", BY_WORD)
    person = slate.person
    if person is None or person.joined_at is None:
        # on a phone of several nobody need say who they are to be welcome again
        ours = person is None and links.holders(slate.tx, slate.number.id)
        if not carrier_answered:
            slate.phrase("started-again" if ours else "started-unknown", URGENT, CONSENT)
        return
    if person.status == "left":
        person.status = "active"
    if person.status == "active" and (was_out or person.paused_until is not None):
        person.paused_until = None
        checkins.replan(slate)
    person.changed = True
    if not carrier_answered:
        slate.phrase("started-again", URGENT, CONSENT)


# --- out


def opt_out(slate: Slate, how: str) -> bool:
    """Write down that this number wants no more texts; whether that is news.

    A hidden number is that of all who hide theirs: we reach none of them, and one stops no other.
    """
    if slate.number.opted_out_at is not None or slate.number.kind == ANONYMOUS:
        return False
    slate.number.opted_out_at, slate.number.opted_out_how = slate.now, how
    slate.number.changed = True
    _keep(slate, "stopped", how)
    return True


def stop(slate: Slate, how: str) -> None:
    """No more texts or calls from us: at once, for this number and whoever holds it."""
    news = opt_out(slate, how)
    slate.out.clear()
    messages.cancel_number(slate.tx, slate.number.id, "stopped", slate.now)
    placings.cancel_number(slate.tx, slate.number.id, "stopped", slate.now)
    person = slate.person
    alerting.gone(slate)
    if person is None:
        return
    conversing.close_all(slate, "stopped")
    if person.status in ("active", "joining", "invited"):
        person.status = "left"
        person.changed = True
    if news:
        cases.person_stopped(slate)


def stop_by_wish(slate: Slate) -> None:
    """A wish in free words: honoured like the word, and confirmed once by us.

    By call it is confirmed each time: nobody is hung up on without a word.
    """
    news = slate.number.opted_out_at is None
    stop(slate, BY_WISH)
    if news or slate.channel == CALL:
        slate.phrase("stop-confirmation-by-wish", URGENT, CONSENT)


def leave_by_flow(slate: Slate) -> None:
    """The flow `leave`: it says goodbye itself, as the last text from us."""
    assert slate.person is not None
    slate.number.opted_out_at, slate.number.opted_out_how = slate.now, BY_FLOW
    slate.number.changed = True
    _keep(slate, "stopped", BY_FLOW)
    messages.cancel_number(slate.tx, slate.number.id, "stopped", slate.now)
    placings.cancel_number(slate.tx, slate.number.id, "stopped", slate.now)
    slate.person.status = "left"
    slate.person.changed = True
    slate.lane, slate.purpose = URGENT, CONSENT
    alerting.gone(slate)
    conversing.close_behind(slate, "stopped")
    cases.person_stopped(slate)


def unlink(slate: Slate) -> None:
    """This phone is somebody else's now: it reaches this person no longer."""
    person = slate.person
    assert person is not None
    links.drop(slate.tx, person.id, slate.number.id)
    placings.cancel_number(slate.tx, slate.number.id, "unlinked", slate.now)
    checkins.end_plans(slate)
    slate.number.active_person_id = None
    slate.number.changed = True
    before, person.status = person.status, "left"
    person.changed = True
    if person.main_number_id == slate.number.id:
        others = links.of_person(slate.tx, person.id)
        person.main_number_id = others[0].number_id if others else None
        if others:
            person.status = before  # whom another number reaches stays what they were
    slate.lane, slate.purpose = URGENT, CONSENT
    conversing.close_behind(slate, "unlinked")


# --- somebody new


def welcome(slate: Slate) -> Person:
    """A person for a number that nobody holds. Nothing is known of them but that they wrote.

    A hidden number is nobody's: everyone who hides theirs comes by the same one.
    """
    organisation = slate.force.organisation
    nowhere = slate.number.kind == ANONYMOUS
    zone = preferring.zone_of_country(slate.number.country, organisation)
    new = people.New(
        ids.new(), "joining", slate.tongue or organisation.languages[0], zone, slate.now, {},
        main_number_id=None if nowhere else slate.number.id, sender_id=slate.sender.id,
    )  # fmt: skip
    people.add(slate.tx, new)
    if not nowhere:
        links.add(slate.tx, new.id, slate.number.id, is_main=True)
        slate.number.active_person_id = new.id
        slate.number.changed = True
    slate.person = Person(
        new.id, new.status, None, None, {}, new.language, new.zone, slate.channel, False,
        new.main_number_id, slate.sender.id, None, 0, 0, None, slate.now, None,
    )  # fmt: skip
    return slate.person
