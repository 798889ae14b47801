"""A person answers: told from all phones at once, with nobody hearing a word too many."""

from __future__ import annotations

from tests.stories.team import code_in, helper, shift, someone, timeline
from tests.stories.telling import Story

ANSWER = ("Thank you for telling us", "asking a person to call you", "988 answers now", "911")
COMES = "Someone will call you from this number."


def test_danger_at_night_until_the_third_takes_it_on_a_landline(house: Story) -> None:
    ana = someone(house, "Ana")
    ida, jan = helper(house, "Ida", rested=9), helper(house, "Jan", rested=6)
    kai = helper(house, "Kai", by="call", rested=3)
    sue = helper(house, "Sue", role="supervisor", hours=0)
    house.until(2)
    house.network.misbehave(numbers={jan.number: 30003})
    ana.says("i cant go on, i want to kill myself tonight").hears(*ANSWER)
    alert = ida.hears("someone asked for a call", "TAKE")
    code = code_in(alert)
    for private in ("Ana", ana.number, ana.number[-4:], "kill", "go on"):
        assert private not in alert
    call = house.until_rings(kai, minutes=4).answers()  # Ida sleeps on, Jan's phone is off
    call.hears("Hello, Lantern Street, for Kai. Someone asked for a call.", "To pass, 2.")
    ana.hears_nothing()
    call.presses("1").hears("Ana")
    call.hears("To ring them, press 1. For the supervisor, star.")
    ana.hears(COMES)
    ida.hears(f"Case {code} is taken, thank you.")
    call.hangs_up()
    house.move_clock(minutes=6)
    ana.hears_nothing()  # nobody says "still trying" once somebody has it
    ida.says(f"take {code.lower()}").hears("is taken, thank you")
    call = kai.handset.dial()
    call.hears("To ring them, press 1.")  # where the call ended
    call.presses("3").hears("If you reached them, press 1")
    call.presses("1").hears("Thank you")
    call.hangs_up()
    house.move_clock(minutes=30)
    call = kai.handset.dial()
    call.presses("1").presses("3").hears("If it is settled, press 2")
    call.presses("2").hears("that one was heavy")
    call.presses("1").hears("will be in touch")
    call.hangs_up()
    sue.hears(code, "would like a talk")
    assert [act for act in timeline(house, code) if act != "on duty told"] == [
        "opened", "no answer", "not reached", "accepted", "in contact", "resolved",
    ]  # fmt: skip
    house.move_clock(hours=9)


def test_nobody_can_so_the_person_hears_the_truth_and_a_coordinator_takes_it(house: Story) -> None:
    ana, bea = someone(house, "Ana"), someone(house, "Bea", "es")
    ida = helper(house, "Ida", language="es")
    house.until(23)
    bea.says("SALUDO").hears("¿Como va hoy")
    bea.says("1").hears("Suena duro")
    bea.says("no").heard_all()  # a routine case, which rests until the morning
    ida.hears_nothing()
    ana.says("TALK").hears("asking a person to reach you", "988 answers now", "911")
    first = code_in(ida.hears("alguien pidio una llamada"))
    house.move_clock(minutes=4)
    house.coordinator.hears(f"Case {first}", "asked for a person", f"TAKE {first}")
    ana.hears_nothing()
    house.move_clock(minutes=33)
    ana.hears("Still trying. 988 answers now.")
    heard = ana.heard_all()
    assert "I'm sorry, nobody here can call now. 988 can. We try again at 0:" in heard[-1]
    assert all(words == "Still trying. 988 answers now." for words in heard[:-1])
    told = house.coordinator.heard_all()
    assert "nobody took it" in told[-1]
    assert all(first in words for words in told)
    ida.heard_all()
    house.coordinator.says("TAKE").hears(f"{first} is yours", "Ana")
    ana.hears(COMES)
    ida.hears(f"El caso {first} ya tiene a alguien, gracias.")
    house.coordinator.says(f"reached {first}").hears(f"DONE {first}")
    house.coordinator.says(f"DONE {first}").hears("is closed")
    house.until(7, 58)
    ida.hears_nothing()
    house.until(8, 1)
    second = code_in(ida.hears("alguien pidio una llamada"))
    ida.says(f"TOMO {second}").hears(f"{second} es suyo", "Bea")
    bea.hears_nothing()
    bea.says("STOP")
    bea.heard_all()
    ida.hears(second)
    ida.says(f"HECHO {second}").hears("se cerro")
    assert "stopped" in timeline(house, second)
    house.move_clock(days=1)


def test_who_took_it_is_late_and_the_next_one_gives_it_to_the_next_shift(house: Story) -> None:
    ana = someone(house, "Ana", "es")
    ida = helper(house, "Ida", rested=9, hours=3)
    jan = helper(house, "Jan", rested=3, hours=3)
    eva = helper(house, "Eva", language="es", hours=0)
    shift(house, eva, 2.8, 8)  # there when theirs end
    call = ana.handset.dial()
    call.says("me quiero morir esta noche").hears("Gracias por decirlo", "9, 8, 8")
    call.hangs_up()
    code = code_in(ida.hears("someone asked for a call"))
    ida.says("yes").hears(f"{code} is yours")
    ana.hears("Alguien va a llamarle desde este numero.")
    house.move_clock(minutes=16)
    ida.hears(f"Case {code} goes on to somebody else")
    jan.hears(f"TAKE {code}")
    house.move_clock(minutes=4, seconds=50)
    ana.hears("Seguimos en ello. 988 contesta ahora.")
    ida.heard_all()  # asked once more, as the last of them
    house.coordinator.heard_all()
    jan.says(f"I take {code}").hears(f"{code} is yours")
    ana.hears("Alguien va a llamarle desde este numero.")
    ida.heard_all()
    house.coordinator.heard_all()
    jan.says(f"REACHED {code}").hears(f"DONE {code}")
    house.move_clock(hours=2, minutes=50)
    assert any(code in words for words in eva.heard_all()), "at the change of shifts"
    jan.heard_all()
    eva.says(f"TOMO {code}").hears(f"{code} es suyo", "Ana")
    jan.hears(f"Case {code} was taken over, thank you.")
    eva.says(f"HECHO {code}").hears("fue de los duros")
    eva.says("no").hears("De acuerdo")
    ana.hears_nothing()
    house.move_clock(hours=12)


def test_a_safe_word_brings_somebody_trained_and_looks_like_nothing(house: Story) -> None:
    ana, bea = someone(house, "Ana"), someone(house, "Bea")
    helper(house, "Ida", rested=9)
    kai = helper(house, "Kai", trained=("listening", "crisis"), rested=3)
    sue = helper(house, "Sue", role="supervisor", hours=0)
    ana.says("SAFEWORD").hears("A safe word is a phrase")
    ana.says("Did the parcel come").hears("1 call another number")
    ana.says("1").hears("number")
    ana.says("+12125550187").hears()
    ana.heard_all()
    ana.says("did the parcel come?").hears("Thanks, noted.")
    code = code_in(kai.hears("someone asked for a call"))
    assert code in sue.hears("is imminent")
    bea.says("TALK").hears("asking a person to reach you")
    second = code_in(house.phone("+15550142103").hears("someone asked for a call"))
    assert second != code
    kai.says(f"TAKE {code}").hears(f"{code} is yours", "Ana", "Ring here only")
    kai.says(f"DONE {code}").hears("heavy")
    kai.says("no").hears("That's fine")
    house.phone("+15550142103").says("ok").hears(f"{second} is yours", "Bea")
    bea.hears(COMES)
    house.phone("+15550142103").says(f"REACHED {second}").hears(f"DONE {second}")
    house.phone("+15550142103").says("DONE").hears("is closed")
    house.move_clock(days=1)
    ana.hears_nothing()


def test_silence_brings_who_they_chose_and_a_late_answer_sends_them_home(house: Story) -> None:
    ana = house.member(hour="12:00", silence="3")
    ida = helper(house, "Ida")
    house.until(12)
    ana.hears("How is today")
    house.until(15, 1)
    ana.hears("How is today")
    house.until(18, 2)
    ana.hears("No rush")
    code = code_in(ida.hears("someone asked for a call"))
    ana.says("4").hears("still counts")
    ida.hears(f"Case {code} needs nobody any more, thank you.")
    ida.says(f"TAKE {code}").hears("settled")
    house.until(12)
    ana.hears("How is today")
    ana.says("1").hears("Would you like a person to call you")
    low = code_in(ida.hears("someone asked for a call"))
    ana.says("yes").hears("What hour")
    ana.says("17:00").hears("We asked a person to call")
    ida.says(f"TAKE {low}").hears(f"{low} is yours", "answered 1 today")
    ida.heard_all()
    ida.says(f"REACHED {low}").heard_all()
    ida.says(f"DONE {low}").hears("is closed")
    house.move_clock(hours=10)
    ana.hears_nothing()


def test_a_team_on_landlines_alone_is_asked_by_call_and_answers_with_keys(house: Story) -> None:
    ana = someone(house, "Ana")
    ida = helper(house, "Ida", by="call", rested=9)
    jan = helper(house, "Jan", by="call", language="es", rested=6)
    kai = helper(house, "Kai", by="call", rested=3)
    house.until(21)
    call = ana.handset.dial()
    call.presses("0").hears("We are asking a person to reach you", "9, 8, 8 answers now")
    call.hangs_up()
    began = house.house.now()
    house.until_rings(ida, minutes=1).voicemail("Hello, nobody is home.")
    house.until_rings(kai, minutes=1).ignores()  # Jan rested longer, and speaks Spanish alone
    call = house.until_rings(jan, minutes=2).answers()
    call.hears("Hola, Lantern Street, para Jan. Alguien pidio una llamada.", "marque 1")
    assert (house.house.now() - began).total_seconds() < 110, "nobody's two minutes were waited for"
    call.presses("1").hears("Ana")
    ana.hears(COMES)
    call.presses("3").presses("4").hears("otra persona")  # and gives it back
    call.hangs_up()
    for phone in (ida, kai):  # all are asked anew, but who passed
        house.until_rings(phone, minutes=2).busy()
    code = code_in(house.coordinator.hears("asked for a person"))
    house.move_clock(minutes=5)
    ana.hears("Still trying. 988 answers now.")
    house.coordinator.says("take").hears(f"{code} is yours", "Ana")
    ana.hears(COMES)
    house.coordinator.says(f"done {code}").hears("is closed")
    house.move_clock(hours=8)
