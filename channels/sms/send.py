"""Sending text messages: one request, and an honest word on what became of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.compose.choices import numbered, titles
from bot.compose.cut import shorten
from bot.config import Settings
from bot.errors import Refused
from bot.model import OutboxMessage
from bot.ports import Capabilities, NoTrace, SendResult, Sent
from channels.sms.segments import economical, size
from channels.twilio_client import LOOK_BACK, aware, connected, create, known_sids

log = logging.getLogger(__name__)

MOST_CHARACTERS = 1600
CLOCK_DIFFERENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Text:
    """A rendered message. `taken` are the sids that earlier messages to `to` are known by, and `at` is when it was
    rendered: together they tell it from an older message with the same words."""

    outbox_id: int
    to: str
    body: str
    encoding: str
    segments: int
    at: datetime
    taken: frozenset[str]


class Sms:
    """The channel to members' phones."""

    name = "sms"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.capabilities = Capabilities(
            max_characters=MOST_CHARACTERS,
            modality="sms",
            receipts=True,
            answers_keywords=settings.twilio_answers_keywords,
        )
        self.per_second = settings.twilio_per_second

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Text:
        """Renders text and choices.

        Raises:
            Refused: there is nothing to say.
        """
        body = render(message.body)
        if not body:
            raise Refused("The message is empty.")
        cost = size(body)
        log.info("text rendered", extra={"outbox": message.id, "encoding": cost.encoding, "segments": cost.segments})
        taken = known_sids(session, message)
        return Text(message.id, message.address, body, cost.encoding, cost.segments, now, taken)

    def send(self, payload: Text) -> SendResult:
        return create(
            self.settings,
            lambda client: client.messages.create(
                to=payload.to,
                from_=self.settings.twilio_from,
                body=payload.body,
                status_callback=f"{self.settings.public_base_url.rstrip('/')}/webhooks/twilio/status",
            ),
        )

    def reconcile(self, payload: Text, since: datetime) -> Sent | NoTrace | None:
        """Looks among the last messages to this number for one with these words that no other row of ours has.

        It asks for the number only, not for DateSent: a message that waits in Twilio's queue has no such date yet.
        """
        try:
            with connected(self.settings) as client:
                found = client.messages.list(to=payload.to, limit=LOOK_BACK, page_size=LOOK_BACK)
            return judge(found, payload, min(since, payload.at) - CLOCK_DIFFERENCE)
        except Exception as error:  # noqa: BLE001 - not knowing is an answer here, however it came about
            log.warning("look-up at Twilio failed: %s", type(error).__name__, extra={"outbox": payload.outbox_id})
            return None


def make(settings: Settings) -> Sms:
    """The channel for these settings."""
    return Sms(settings)


def render(body: Mapping[str, Any]) -> str:
    """The text, then the choices as a line that says which number to answer; the choices are never cut off."""
    tail = shorten(economical(numbered(titles(body))), MOST_CHARACTERS // 2)
    room = MOST_CHARACTERS - (len(tail) + 1 if tail else 0)
    text = shorten(economical(str(body.get("text") or "")), room)
    return economical("\n".join(part for part in (text, tail) if part))


def judge(records: Sequence[Any], payload: Text, since: datetime) -> Sent | NoTrace | None:
    """What Twilio's newest messages to a number say about a payload: the message, or surely not there, or unclear.

    A message that we didn't know of and whose words are others makes it unclear: it may be ours, rewritten on the way.
    """
    recent = [record for record in records if record.date_created and aware(record.date_created) >= since]
    unclaimed = [record for record in recent if record.direction == "outbound-api" and record.sid not in payload.taken]
    ours = [record.sid for record in unclaimed if record.body.split() == payload.body.split()]
    if ours:
        return Sent(ours[-1])
    all_seen = len(records) < LOOK_BACK or len(recent) < len(records)
    return NoTrace() if all_seen and not unclaimed else None
