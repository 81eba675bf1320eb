"""What Twilio keeps of calls."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.courier import Job
from sandbox.twilio.voice.twiml import Verb

RINGING, TALKING = "ringing", "in-progress"
LIVE = ("queued", RINGING, TALKING)


@dataclass(frozen=True)
class Listener:
    """Where progress is reported, and which of initiated, ringing, answered and completed."""

    url: str | None
    events: frozenset[str]


@dataclass
class Waiting:
    """What the execution waits for: keys (`gather`), or the end of the legs that it dialled (`dial`)."""

    verb: Verb
    keys: str = ""
    legs: list[PhoneCall] = field(default_factory=list)
    bridged: PhoneCall | None = None
    bridged_at: datetime | None = None


@dataclass
class PhoneCall:
    """One leg. `parent` is set for a leg that a <Dial> made. Times are aware, in UTC, on the shared clock."""

    sid: str
    direction: str
    sender: str
    to: str
    created: datetime
    listener: Listener
    url: str | None
    fallback_url: str | None = None
    ring_seconds: int = 60
    time_limit: int = 14_400
    detection: str = ""
    parent: PhoneCall | None = None
    status: str = "queued"
    answered_by: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    sip_code: int | None = None
    sequence: int = 0
    document_url: str = ""
    program: deque[Verb] = field(default_factory=deque)
    waiting: Waiting | None = None
    heard: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """The statuses that were reported, in the order in which they came about."""
    late: list[Job] = field(default_factory=list)
    turn: int = 0
    """Grows with each thing that is waited for, so that an old timer knows that it is out of date."""
    on_timeout: Callable[[], None] | None = None

    @property
    def live(self) -> bool:
        return self.status in LIVE

    @property
    def root(self) -> PhoneCall:
        return self.parent.root if self.parent else self

    @property
    def lane(self) -> str:
        return f"call {self.root.sid}"

    def seconds(self) -> int:
        return int((self.ended - self.started).total_seconds()) if self.ended and self.started else 0

    def waits_for(self) -> str | None:
        if self.status in ("queued", RINGING):
            return "pick_up"
        if self.waiting is None:
            return None
        return "keys" if self.waiting.verb.name == "Gather" else "dial"

    def as_json(self) -> dict[str, Any]:
        """The call as the control API shows it."""
        return {
            "sid": self.sid,
            "direction": self.direction,
            "parent": self.parent.sid if self.parent else None,
            "from": self.sender,
            "to": self.to,
            "status": self.status,
            "answered_by": self.answered_by,
            "waits_for": self.waits_for(),
            "heard": list(self.heard),
            "history": list(self.said),
            "connected": is_connected(self),
            "at": self.created.isoformat(),
            "seconds": self.seconds(),
        }


def is_connected(call: PhoneCall) -> bool:
    """Whether somebody talks with somebody on this leg at the moment."""
    parent = call.parent or call
    leg = parent.waiting.bridged if parent.waiting else None
    return leg is not None and call in (parent, leg)


def newest(calls: Sequence[PhoneCall], name: str) -> PhoneCall | None:
    """The call with this sid; or, for a number, the newest leg to it, one that is live before one that is over."""
    by_sid = next((call for call in calls if call.sid == name), None)
    to_number = [call for call in calls if call.to == name]
    return by_sid or max(to_number, key=lambda call: (call.live, calls.index(call)), default=None)
