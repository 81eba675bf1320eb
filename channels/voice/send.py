"""Placing calls: one request, and an honest word on what became of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.calls import book
from bot.config import Settings
from bot.errors import Refused
from bot.model import OutboxMessage, Purpose
from bot.ports import Capabilities, NoTrace, SendResult, Sent
from channels.twilio_account import REPEAT
from channels.twilio_client import LOOK_BACK, aware, connected, create, known_sids
from channels.voice.addresses import address
from channels.voice.twiml import MOST_SPOKEN

log = logging.getLogger(__name__)

CLOCK_DIFFERENCE = timedelta(minutes=5)
EVENTS = ["initiated", "ringing", "answered", "completed"]


@dataclass(frozen=True)
class Ring:
    """A call to be placed. `sid` is known when Twilio has asked us about it before it answered; `taken` are the sids of
    earlier calls to `to`."""

    outbox_id: int
    key: str
    to: str
    sid: str | None
    at: datetime
    taken: frozenset[str]


class Voice:
    """The channel that calls members, for rungs of a ladder only: what is written to members is not read out."""

    name = "voice"
    capabilities = Capabilities(max_characters=MOST_SPOKEN, modality="voice", receipts=True)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.per_second = settings.voice_per_second

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Ring:
        """Enters the call in the book.

        Raises:
            Refused: it is no rung, or there is nobody to be put through to.
        """
        if message.purpose is not Purpose.TOUCH:
            raise Refused("Calls are placed by the rungs of a ladder only.")
        call = book.place(session, message, now)
        return Ring(message.id, call.key, message.address, call.sid, now, known_sids(session, message))

    def send(self, payload: Ring) -> SendResult:
        settings = self.settings
        connect = address(settings, "connect", payload.key)
        return create(
            settings,
            lambda client: client.calls.create(
                to=payload.to,
                from_=settings.voice_from,
                url=connect,
                method="POST",
                fallback_url=connect,
                fallback_method="POST",
                timeout=settings.voice_ring_seconds,
                time_limit=settings.voice_most_minutes * 60,
                machine_detection="DetectMessageEnd" if settings.voice_voicemail else "Enable",
                status_callback=address(settings, "status", payload.key) + REPEAT,
                status_callback_method="POST",
                status_callback_event=EVENTS,
            ),
        )

    def reconcile(self, payload: Ring, since: datetime) -> Sent | NoTrace | None:
        """The call that Twilio asked us about by its key; or else the one that it placed then and no other row has."""
        if payload.sid:
            return Sent(payload.sid)
        try:
            with connected(self.settings) as client:
                found = client.calls.list(to=payload.to, limit=LOOK_BACK, page_size=LOOK_BACK)
            return judge(found, payload, self.settings.voice_from, min(since, payload.at) - CLOCK_DIFFERENCE)
        except Exception as error:  # noqa: BLE001 - not knowing is an answer here, however it came about
            log.warning("look-up at Twilio failed: %s", type(error).__name__, extra={"outbox": payload.outbox_id})
            return None


def make(settings: Settings) -> Voice:
    """The channel for these settings."""
    return Voice(settings)


def judge(records: Sequence[Any], payload: Ring, sender: str, since: datetime) -> Sent | NoTrace | None:
    """What Twilio's newest calls to a number say about a payload: the call, or surely not there, or unclear.

    Calls carry no words of ours, so that two unclaimed ones can't be told apart.
    """
    recent = [record for record in records if record.date_created and aware(record.date_created) >= since]
    ours = [
        record.sid
        for record in recent
        if record.direction == "outbound-api" and record._from == sender and record.sid not in payload.taken
    ]
    if len(ours) == 1:
        return Sent(ours[0])
    all_seen = len(records) < LOOK_BACK or len(recent) < len(records)
    return NoTrace() if all_seen and not ours else None
