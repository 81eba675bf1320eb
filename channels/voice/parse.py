"""Twilio's forms about calls, in our terms."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import OutboxState
from bot.outbox.receipts import Report
from bot.ports import Failed
from channels.twilio_verify import Form
from channels.webhook import Unacceptable

CHANNEL = "voice"
STATES = {
    "initiated": OutboxState.SENT,
    "ringing": OutboxState.SENT,
    "in-progress": OutboxState.DELIVERED,
    "answered": OutboxState.DELIVERED,
    "completed": OutboxState.DELIVERED,
    "busy": OutboxState.FAILED,
    "no-answer": OutboxState.FAILED,
    "failed": OutboxState.FAILED,
    "canceled": OutboxState.FAILED,
}
WORDS = {
    "busy": "the line was busy",
    "no-answer": "nobody answered",
    "failed": "the call could not be connected",
    "canceled": "the call was cancelled",
}
FINAL = frozenset({"completed", *WORDS})
NO_SUCH_NUMBER = frozenset({"404", "410", "484", "604"})
LONGEST = 100


@dataclass(frozen=True)
class Heard:
    """One request about a call. Everything but the `sid` may be empty: Twilio sends what it has."""

    key: str
    sid: str
    status: str
    answered_by: str
    digits: str
    attempt: int
    dial_status: str
    bridged: bool | None
    error: str
    of_msm: bool


def heard(query: Form, form: Form) -> Heard:
    """What a request says.

    Raises:
        Unacceptable: 400 when it names no call.
    """
    sid = _field(form, "CallSid")
    if not sid:
        raise Unacceptable(400, "malformed")
    return Heard(
        key=_field(query, "c"),
        sid=sid,
        status=_field(form, "CallStatus"),
        answered_by=_field(form, "AnsweredBy").lower(),
        digits=_field(form, "Digits"),
        attempt=2 if _field(query, "n") == "2" else 1,
        dial_status=_field(form, "DialCallStatus"),
        bridged={"true": True, "false": False}.get(_field(form, "DialBridged").lower()),
        error=_field(form, "ErrorCode"),
        of_msm=_field(query, "leg") == "msm" or bool(_field(form, "ParentCallSid")),
    )


def report(form: Form) -> Report | None:
    """A receipt for the message that the call is; None for a status that says nothing new."""
    sid, status, number = _field(form, "CallSid"), _field(form, "CallStatus"), _field(form, "SequenceNumber")
    state = STATES.get(status)
    if not sid or state is None:
        return None
    failure = None
    if state is OutboxState.FAILED:
        failure = Failed(WORDS[status], unusable=_field(form, "SipResponseCode") in NO_SUCH_NUMBER)
    return Report(CHANNEL, sid, state, f"twilio:{sid}:{number or status}", failure)


def _field(form: Form, name: str) -> str:
    """At most a hundred characters, without the one that PostgreSQL can't store."""
    return form.get(name, "").replace("\x00", "").strip()[:LONGEST]
