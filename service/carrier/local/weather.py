"""How the network misbehaves: every setting, with its meaning, checked as a whole.

Promise: plain values that `POST /control` changes at run time. Chance comes from one seeded
source, so that a run can be told again. It does nothing by itself.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Chance = Annotated[float, Field(ge=0, le=1)]
Milliseconds = Annotated[float, Field(ge=0, le=86_400_000)]
Status = Literal["queued", "sent", "delivered", "undelivered", "failed"]


Outcome = Literal["busy", "no-answer", "failed", "machine", "silent"]


class Weather(BaseModel):
    """All settings; the defaults are a network on a good day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = Field(
        default=1, description="seed of all chance; setting it starts the sequence again"
    )

    latency_ms: Milliseconds = Field(default=0, description="every REST answer takes this long")
    latency_jitter_ms: Milliseconds = Field(default=0, description="and up to this much longer")
    too_many: Chance = Field(default=0, description="REST requests answered 429, not processed")
    broken: Chance = Field(default=0, description="REST requests answered 500, not processed")
    broken_after: Chance = Field(default=0, description="creates answered 500 although accepted")
    drop_before: Chance = Field(default=0, description="creates dropped before they are accepted")
    drop_after: Chance = Field(default=0, description="creates dropped after they are accepted")
    stall: Chance = Field(default=0, description="creates accepted whose answer takes stall_ms")
    stall_ms: Milliseconds = Field(default=30_000, description="how long a stalled answer takes")
    list_late_ms: Milliseconds = Field(
        default=0, description="a message is listed only so much later"
    )
    outage: Literal["refuse", "unreachable", "undelivered"] | None = Field(
        default=None,
        description="refuse: every REST request is 503; unreachable: every one is dropped; "
        "undelivered: all is accepted, nothing arrives",
    )

    sent_after_ms: Milliseconds = Field(default=20, description="from accepted to sent")
    delivered_after_ms: Milliseconds = Field(default=40, description="from sent to delivered")
    pace: float = Field(
        default=0, ge=0, description="segments a second of each service number; 0: any"
    )
    undelivered: Chance = Field(default=0, description="messages that end undelivered")
    undelivered_code: int = Field(default=30008, description="with this code")
    numbers: dict[str, int] = Field(
        default_factory=dict,
        description="numbers with a code: 30xxx ends a delivery, any other refuses the create",
    )
    regions: list[str] | None = Field(
        default=None,
        description="countries (US, CA) that may be texted and called, others are 21408 and "
        "21215; null: all",
    )

    call_outcomes: dict[str, Outcome | int] = Field(
        default_factory=dict,
        description="numbers (*: any other) with what becomes of a call to them: busy, no-answer, "
        "failed, machine, silent (picks up and says nothing), or a code that refuses the create",
    )
    rings_after_ms: Milliseconds = Field(default=20, description="from a call's create to ringing")
    call_pace: float = Field(
        default=0, ge=0, description="calls a second of each service number; 0: any"
    )
    recorded_after_ms: Milliseconds = Field(
        default=20, description="a recording can be fetched only so much later"
    )

    callback_statuses: list[Status] = Field(
        default=["queued", "sent", "delivered", "undelivered", "failed"],
        description="which statuses are called back",
    )
    callback_rate: float = Field(default=0, ge=0, description="callbacks a second at most; 0: any")
    callback_late: Chance = Field(default=0, description="callbacks that come late")
    callback_late_ms: Milliseconds = Field(default=2000, description="up to so much later")
    callback_doubled: Chance = Field(default=0, description="callbacks that come twice")
    callback_reordered: Chance = Field(
        default=0, description="callbacks that a later one overtakes"
    )
    callback_lost: Chance = Field(default=0, description="callbacks that never come")

    webhook_lost: Chance = Field(
        default=0, description="texts that no webhook tells of; a list still has them"
    )
    answer_lost: Chance = Field(
        default=0, description="webhooks whose answer is lost, so that they come again"
    )
    webhook_doubled: Chance = Field(
        default=0, description="texts whose webhook comes twice at once"
    )
    webhooks_together: bool = Field(
        default=False, description="a phone's texts do not wait for the answer to the one before"
    )
    advanced_opt_out: bool = Field(default=False, description="webhooks carry OptOutType")
    extra: dict[str, str] = Field(
        default_factory=dict, description="parameters added to every webhook unannounced"
    )
    reply_limit: int = Field(
        default=30, ge=0, description="TwiML replies in 30 s to one phone; 0: any"
    )

    def changed(self, given: dict[str, Any]) -> Weather:
        """The same weather with these settings changed; pydantic's ValidationError if wrong."""
        return Weather.model_validate({**self.model_dump(), **given})
