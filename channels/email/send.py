"""Sending e-mails: rendered with the database, handed over to the mail server without it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.compose.choices import numbered, titles
from bot.compose.cut import shorten
from bot.config import Settings
from bot.errors import Refused
from bot.model import InboxMessage, OutboxMessage, Purpose, Receipt
from bot.ports import Capabilities, NoTrace, SendResult, Sent
from channels.edge import Verdict
from channels.email import smtp
from channels.email.render import Draft, address, build
from channels.email.signing import Kind, Signing
from channels.email.thread import CHANNEL, reply_subject, thread_of

log = logging.getLogger(__name__)

MOST_CHARACTERS = 50_000
STOP_PATH = "/email/unsubscribe"


@dataclass(frozen=True)
class Letter:
    """A rendered e-mail. `came_back` says that something from its recipient proves that it arrived."""

    outbox_id: int
    parcel: smtp.Parcel
    came_back: bool


class Email:
    """The channel to members' mailboxes."""

    name = CHANNEL
    capabilities = Capabilities(max_characters=MOST_CHARACTERS, modality="email", receipts=True)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.signing = Signing(settings)
        self.per_second = settings.email_per_second

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Letter:
        """Renders a message; a long text is cut, because a second e-mail that fails would leave half of it unsaid.

        Raises:
            Refused: there is nothing to say, the address can't be one, or our own settings lack something.
        """
        text = render(message.body)
        if not text:
            raise Refused("The message is empty.")
        thread = thread_of(session, message)
        message_id = self.signing.message_id(message.id)
        to_staff = message.purpose is Purpose.STAFF  # what colleagues answer stays among them
        reply_to = message.address if to_staff else self.signing.address(Kind.REPLY, message.id)
        draft = Draft(
            sender_name=str(message.body.get("sender") or self.settings.email_from_name),
            sender=self.settings.email_from,
            reply_to=reply_to,
            to=message.address,
            subject=str(message.body.get("subject") or reply_subject(thread.subject) or self.settings.email_subject),
            text=text,
            message_id=message_id,
            references=thread.references,
            stop_url="" if to_staff else self._stop_url(message),
            stop_address=reply_to,
            at=now,
            html=message.body.get("html") is not False,
        )
        bounces = self.signing.address(Kind.BOUNCE, message.id)
        parcel = smtp.Parcel(message_id, bounces, address(message.address).addr_spec, build(draft))
        return Letter(message.id, parcel, came_back(session, message, message_id))

    def send(self, payload: Letter) -> SendResult:
        return smtp.deliver(self.settings, payload.parcel)

    def reconcile(self, payload: Letter, since: datetime) -> Sent | NoTrace | None:
        """Mail servers keep no records that we could ask for. What came back to us proves that it arrived."""
        return Sent(payload.parcel.provider_id) if payload.came_back else None

    def _stop_url(self, message: OutboxMessage) -> str:
        token = self.signing.link(message.id, message.address)
        return f"{self.settings.public_base_url.rstrip('/')}{STOP_PATH}/{token}"


def make(settings: Settings) -> Email:
    """The channel for these settings."""
    return Email(settings)


def check(settings: Settings) -> Verdict:
    """Whether the mail server lets us in."""
    accepted, words = smtp.probe(settings)
    return Verdict(accepted, words)


def render(body: Mapping[str, Any]) -> str:
    """The text, then the choices as a line that says which number to answer."""
    choices = numbered(titles(body))
    text = shorten(str(body.get("text") or ""), MOST_CHARACTERS - len(choices) - 2)
    return "\n\n".join(part for part in (text, choices) if part)


def came_back(session: Session, message: OutboxMessage, message_id: str) -> bool:
    """Whether a report about this e-mail, or an answer to it, is here already."""
    if session.scalars(sa.select(Receipt.id).where(Receipt.provider_id == message_id).limit(1)).first() is not None:
        return True
    if message.member_id is None:
        return False
    answers = sa.select(InboxMessage.body).where(
        InboxMessage.member_id == message.member_id,
        InboxMessage.channel == CHANNEL,
        InboxMessage.received_at >= message.created_at,
    )
    return any(body.get("reply_to") == message.id for body in session.scalars(answers))
