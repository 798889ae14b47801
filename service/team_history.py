"""What is kept of a person as a volunteer, as `people show` tells it.

Promise: nobody else's words or numbers stand here: cases by their codes, shifts by their rota.
"""

from __future__ import annotations

from typing import Any

from service.storage import case_alerts, cases, contacts, shifts, volunteers
from service.storage.database import Tx


def of_volunteer(tx: Tx, person_id: str, most: int) -> dict[str, Any] | None:
    """What they may do, their phones, shifts and alerts, the latest first; None for others."""
    volunteer = volunteers.load(tx, person_id)
    if volunteer is None:
        return None
    asked = case_alerts.latest(tx, person_id, most)
    codes = cases.load_many(tx, {alert.case_id for alert in asked})
    return {
        **{name: value for name, value in volunteer._asdict().items() if name != "person_id"},
        "contacts": [
            {
                "number_id": contact.number_id, "channel": contact.channel,
                "verified_at": contact.verified_at,
            }
            for contact in contacts.of_people(tx, [person_id])[person_id]
        ],
        "shifts": [
            {
                "rota": shift.rota, "role": shift.role, "starts_at": shift.starts_at,
                "ends_at": shift.ends_at, "status": shift.status,
            }
            for shift in shifts.latest(tx, person_id, most)
        ],
        "alerts": [
            {
                "case": codes[alert.case_id].code, "at": alert.at, "channel": alert.channel,
                "status": alert.status,
            }
            for alert in asked
            if alert.case_id in codes
        ],
    }  # fmt: skip
