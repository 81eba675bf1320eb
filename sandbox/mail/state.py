"""What the mail host keeps: mailboxes, and what happens to what is sent to them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal

Fate = Literal["ok", "unknown", "full", "greylist", "bounce", "bounce_soft"]
"""Refused at once: ``unknown`` for good, ``full`` for now, ``greylist`` the first time. Taken, and a bounce later."""


@dataclass
class Mail:
    """One e-mail in a mailbox. `at` is in UTC, on the shared clock."""

    id: str
    address: str
    direction: Literal["to_member", "from_member"]
    envelope_from: str
    content: bytes
    at: datetime
    kind: str = "message"
    """For what leaves: ``message``, ``reply``, ``away``, ``bounce``."""
    result: str = ""
    """For what leaves: empty, then what the gateway answered (``204``, ``250``, ``connect`` ...)."""

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.content, policy=default)
        assert isinstance(found, EmailMessage)
        return found

    def text(self, subtype: str) -> str | None:
        """The body as ``plain`` or ``html``."""
        part = self.message.get_body((subtype,))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else None

    def as_json(self) -> dict[str, Any]:
        message = self.message
        return {
            "id": self.id,
            "direction": self.direction,
            "kind": self.kind,
            "envelope_from": self.envelope_from,
            "at": self.at.isoformat(),
            "subject": str(message.get("Subject", "")),
            "from": str(message.get("From", "")),
            "to": str(message.get("To", "")),
            "headers": {name: str(value) for name, value in message.items()},
            "text": self.text("plain"),
            "html": self.text("html"),
            "result": self.result,
        }


@dataclass
class Mailbox:
    """One address. `refused` counts the tries that were put off by greylisting."""

    address: str
    fate: Fate = "ok"
    mails: list[Mail] = field(default_factory=list)
    refused: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"address": self.address, "fate": self.fate, "messages": [mail.as_json() for mail in self.mails]}


class MailState:
    """Every address has a mailbox as soon as somebody writes to it or looks."""

    def __init__(self) -> None:
        self.mailboxes: dict[str, Mailbox] = {}

    def box(self, address: str) -> Mailbox:
        return self.mailboxes.setdefault(address.lower(), Mailbox(address.lower()))

    def received(self, address: str, mail_id: str | None) -> Mail | None:
        """A message to the member: the one named, or the newest."""
        found = [mail for mail in self.box(address).mails if mail.direction == "to_member"]
        return next((mail for mail in reversed(found) if mail_id in (None, mail.id)), None)


def new_id() -> str:
    return uuid.uuid4().hex[:16]
