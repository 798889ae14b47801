"""Three phones in one call: who asked, who came, and a supervisor; by keys alone, over the network.

Everything goes through the phone network's own doors, and nobody ever sees another's number.
"""

from __future__ import annotations

from tests.stories.team import code_in, helper, someone, timeline
from tests.stories.telling import Phone, Story


def taken(house: Story, ana: Phone, ida: Phone) -> str:
    """Ana asks for somebody, and Ida takes it by text; its code."""
    ana.says("TALK").hears("We are asking a person to reach you.")
    code = code_in(ida.hears("someone asked for a call. TAKE"))
    ida.says(f"TAKE {code}").hears(f"{code} is yours, thank you. Name: Ana.")
    ana.hears("Someone will call you from this number.")
    house.house.quiet()
    for phone in (ida, house.coordinator):
        phone.heard_all()
    return code


def test_a_helper_a_person_and_a_supervisor_in_one_room(house: Story) -> None:
    ida = helper(house, "Ida")
    sue = helper(house, "Sue", role="supervisor", hours=0)
    ana = someone(house, "Ana")
    code = taken(house, ana, ida)

    first = ida.handset.dial()
    first.hears("To ring them, press 1.")
    first.presses("1").hears("Ringing them now. Please stay on the line.")
    second = ana.handset.rings(within=10).answers()
    second.hears("Is this a good time?")
    second.presses("1").hears("Somebody of us is with you in a moment.")
    first.joined(2)
    assert second.together == 2
    first.tells("Hello Ana, this is Ida.")
    second.hears("Hello Ana, this is Ida.")
    second.tells("I am so glad.")
    first.hears("I am so glad.")

    first.presses("*").hears("Reached? For yes, press 1.")
    second.hears("Please stay on the line.")
    first.presses("*")
    first.joined(2)
    third = sue.handset.rings(within=10).answers()
    third.hears("for Sue. A call needs you. To join, press 1. To pass, 2.")
    third.presses("1").hears("They are there.")
    third.joined(3)
    third.tells("I am Sue, and I can stay.")
    first.hears("I am Sue, and I can stay.")
    second.hears("I am Sue, and I can stay.")

    third.presses("*").hears("To take the case over, press 2.")
    third.presses("2").hears("Their name: Ana.")
    ida.hears(f"Case {code} was taken over, thank you.")
    first.hangs_up()
    second.hears("Please stay on the line.")
    third.presses("1")
    third.joined(2)
    second.hangs_up()
    third.parted()
    third.hears("Reached? For yes, press 1.")
    third.presses("1").hears("Thank you from")
    third.hangs_up()

    house.house.quiet()
    acts = timeline(house, code)
    for act in ("ringing them", "together", "supervisor joined", "taken over", "in contact"):
        assert act in acts
    sue.says(f"DONE {code}").hears("Thank you")
    for phone in (ida, house.coordinator):
        phone.heard_all()


def test_somebody_calls_back_and_then_leaves_a_message(house: Story) -> None:
    ida, ana = helper(house, "Ida"), someone(house, "Ana")
    code = taken(house, ana, ida)

    person = ana.handset.dial()
    person.hears("To talk to the one who called you, press 1.")
    person.presses("1").hears("Please stay on the line.")
    called = ida.handset.rings(within=10).answers()
    called.hears("for Ida. Someone calls you back. To take it, press 1. To pass, 2.")
    called.presses("1")
    called.joined(2)
    person.tells("It is me, Ana.")
    called.hears("It is me, Ana.")
    person.hangs_up()
    called.parted()
    called.hears("Reached? For yes, press 1.")
    called.presses("1").hears("Thank you from")
    called.hangs_up()
    house.house.quiet()
    ida.heard_all()

    person = ana.handset.dial()
    person.presses("1").hears("Please stay on the line.")
    ida.handset.rings(within=10).ignores()
    person.hears("they cannot come to the phone now")
    person.presses("1").records(5).hears("Thank you, they are told.")
    person.hangs_up()
    ida.hears(f"{code}: they called back and left a message.")
    house.heard_by_coordinator("a message waits")
    house.house.quiet()
    acts = timeline(house, code)
    assert acts.count("called back") == 2
    assert acts[-1] == "left a message"
    ida.says(f"DONE {code}").hears("Thank you")
