"""What Twilio keeps: messages, calls and blocked pairs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import smsutil

from sandbox.twilio.voice.state import PhoneCall


@dataclass
class Sms:
    """One message in either direction. Times are aware, in UTC, on the shared clock."""

    sid: str
    direction: str
    """``inbound``, ``outbound-api`` or ``outbound-reply`` (Twilio's own confirmation of a keyword)."""
    sender: str
    to: str
    body: str
    created: datetime
    status: str
    updated: datetime
    sent: datetime | None = None
    error_code: int | None = None
    service_sid: str | None = None
    status_callback: str | None = None
    webhook: str = ""
    """For an inbound message: ``pending``, then what the gateway answered (``200``, ``connect`` ...)."""
    history: list[str] = field(default_factory=list)

    @property
    def segments(self) -> int:
        return count_segments(self.body)

    def phone(self) -> str:
        """The member's side of the pair."""
        return self.sender if self.direction == "inbound" else self.to

    def as_json(self) -> dict[str, Any]:
        """The message as the control API shows it."""
        return {
            "sid": self.sid,
            "direction": "from_phone" if self.direction == "inbound" else "to_phone",
            "by_twilio": self.direction == "outbound-reply",
            "from": self.sender,
            "to": self.to,
            "text": self.body,
            "at": self.created.isoformat(),
            "status": self.status,
            "history": list(self.history),
            "segments": self.segments,
            "error_code": self.error_code,
            "webhook": self.webhook,
        }


def count_segments(text: str) -> int:
    """SMS segments of `text`: GSM-7 160/153 septets, else UCS-2 70/67 code units."""
    return len(smsutil.split(text).parts) if text else 0


def new_sid(prefix: str = "SM") -> str:
    return prefix + uuid.uuid4().hex


class TwilioState:
    """`blocked` holds (our number, phone) pairs that texted STOP."""

    def __init__(self) -> None:
        self.messages: dict[str, Sms] = {}
        self.calls: dict[str, PhoneCall] = {}
        self.blocked: set[tuple[str, str]] = set()

    def add(self, sms: Sms) -> Sms:
        self.messages[sms.sid] = sms
        return sms

    def of_phone(self, number: str) -> list[Sms]:
        """Oldest first."""
        return [sms for sms in self.messages.values() if sms.phone() == number]

    def phones(self) -> list[str]:
        return list(dict.fromkeys(sms.phone() for sms in self.messages.values()))
