"""A team for tests of cases: volunteers with verified phones, on duty or not.

ida = volunteer(line, "+15550142011", languages=("en",))
on_duty(line, ida)
take(line, ida, code)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from service import taking
from service.desk import Desk
from service.storage import (
    case_alerts,
    cases,
    contacts,
    revisions,
    settings_rows,
    shifts,
    volunteers,
)
from service.storage.case_alerts import Alert
from service.storage.shifts import NewShift
from service.taking import Taker
from tests.service.house import Line, Phone

IDA, JAN, KAI, SUE = (f"+1555014201{digit}" for digit in range(1, 5))


def volunteer(
    line: Line, number: str, roles: Sequence[str] = ("volunteer",), channel: str = "text",
    duty: bool = True, **more: object,
) -> Phone:  # fmt: skip
    """Somebody vetted and active, reached on this phone; on duty unless told."""
    phone = line.member(number)
    person_id, number_id = phone.person.id, phone.standing.number.id
    with line.writing() as tx:
        volunteers.put(tx, person_id, line.at, roles=roles, **more)  # type: ignore[arg-type]
        volunteers.vet(tx, person_id, "rosa", line.at)
        volunteers.move(tx, person_id, "active")
        contacts.add(tx, person_id, number_id, channel, line.at, verified=True)
    if duty:
        on_duty(line, phone)
    return phone


def on_duty(line: Line, phone: Phone, hours: float = 12, rota: str = "days") -> None:
    start, person_id = line.at - timedelta(minutes=1), phone.person.id
    shift = NewShift(
        rota, "volunteer", person_id, start.isoformat()[:19], start,
        line.at + timedelta(hours=hours), "hand",
    )  # fmt: skip
    with line.writing() as tx:
        shifts.plan(tx, [shift], line.at)


_ALERT = """\
flow: alert
title: Asked to take a case
purpose: Somebody is asked to take a case.
languages: [en]
ends after: 1 day
start: take
states:
  take:
    ask:
      en: "Someone asked for a call. Take it? YES or NO"
    accept: yes or no
    go to: done
  done:
    end: done
"""


def asked_by_flow(line: Line) -> None:
    """Have a flow `alert` in force, where the library ships none."""
    with line.writing() as tx:
        force = line.house.editions.in_force(tx, settings_rows.stamp(tx))
        if "alert" not in force.program.library.flows:
            revisions.publish(tx, "flow", "alert", _ALERT, "rosa", "person", line.at)


def taker(phone: Phone) -> Taker:
    standing = phone.standing
    return Taker(standing.person.id if standing.person else None, standing.number.id)


def desk(line: Line, tx: object) -> Desk:
    force = line.house.editions.in_force(tx, settings_rows.stamp(tx))  # type: ignore[arg-type]
    return Desk(tx, force, line.at)  # type: ignore[arg-type]


def take(line: Line, phone: Phone, case_id: str) -> str:
    """They take it; what follows from it has not happened yet."""
    who = taker(phone)
    with line.writing() as tx:
        case = cases.load(tx, case_id)
        assert case is not None
        return taking.take(desk(line, tx), case, who)


def does(line: Line, act: str, phone: Phone, case_id: str) -> bool:
    """`pass_on`, `reached`, `done` ... by this one; then everything that follows."""
    who = taker(phone)
    with line.writing() as tx:
        case = cases.load(tx, case_id)
        assert case is not None
        done: bool = getattr(taking, act)(desk(line, tx), case, who)
    line.settle()
    return done


def alerts(line: Line, case_id: str) -> list[Alert]:
    with line.reading() as tx:
        return case_alerts.of_case(tx, case_id)


def acts(line: Line, case_id: str) -> list[str]:
    """The timeline."""
    with line.reading() as tx:
        return [event.act for event in cases.events(tx, case_id)]
