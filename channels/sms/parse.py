"""Twilio's forms in our terms."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from bot.compose.media import notes
from bot.intake.receive import Incoming
from bot.model import OutboxState
from bot.outbox.receipts import Report
from bot.ports import Failed
from channels import twilio_codes as codes
from channels.webhook import Unacceptable

CHANNEL = "sms"
MEDIA_LIMIT = 10

# What is not here says nothing new: queued, accepted, scheduled and sending come before the message is on its way.
STATES = {
    "sent": OutboxState.SENT,
    "delivered": OutboxState.DELIVERED,
    "read": OutboxState.READ,
    "undelivered": OutboxState.FAILED,
    "failed": OutboxState.FAILED,
    "canceled": OutboxState.FAILED,
}

BASE64_LEAST = 60
BASE64 = re.compile(r"[A-Za-z0-9+/\r\n]+={0,2}")


def message(form: Mapping[str, str]) -> Incoming:
    """An incoming message. Twilio's second try at its fallback address has the same sid, and so is a repetition.

    Raises:
        Unacceptable: 400 when it names no message or no sender.
    """
    sid, sender = _required(form, "MessageSid"), _required(form, "From")
    media = _media(form)
    body: dict[str, Any] = {"sid": sid, "to": form.get("To", "")}
    if media:
        body["media"] = media
    if form.get("OptOutType"):
        body["opt_out_type"] = form["OptOutType"]
    written = form.get("Body", "")
    text = _readable(written)
    if text != written:
        body["as_sent"] = _storable(written)
    if not text.strip():
        text = notes(item["type"] for item in media)
    return Incoming(channel=CHANNEL, address=sender, text=text, dedupe=f"twilio:{sid}", body=body)


def status(form: Mapping[str, str]) -> Report | None:
    """A delivery report; None for a status that says nothing new.

    Raises:
        Unacceptable: 400 when it names no message.
    """
    sid, name = _required(form, "MessageSid"), form.get("MessageStatus", "")
    state = STATES.get(name)
    if state is None:
        return None
    return Report(
        channel=CHANNEL,
        provider_id=sid,
        state=state,
        dedupe=f"twilio:{sid}:{name}",
        failure=_failure(name, form.get("ErrorCode", "")) if state is OutboxState.FAILED else None,
    )


def _failure(name: str, code: str) -> Failed:
    if code.isascii() and code.isdigit():
        return codes.failure(int(code))
    return Failed("it was cancelled" if name == "canceled" else "it failed; Twilio doesn't say why")


def _required(form: Mapping[str, str], name: str) -> str:
    value = _storable(form.get(name, "")).strip()
    if not value:
        raise Unacceptable(400, "malformed")
    return value


def _media(form: Mapping[str, str]) -> list[dict[str, str]]:
    count = form.get("NumMedia", "0")
    many = min(int(count), MEDIA_LIMIT) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    return [
        {
            "url": _storable(form.get(f"MediaUrl{number}", "")),
            "type": _storable(form.get(f"MediaContentType{number}", "")),
        }
        for number in range(many)
    ]


def _storable(text: str) -> str:
    """Without the one character that PostgreSQL can't store."""
    return text.replace("\x00", "")


def _readable(text: str) -> str:
    """The text as the member wrote it: some long messages that were sent in parts arrive encoded in base64."""
    text = _storable(text)
    if len(text) < BASE64_LEAST or not BASE64.fullmatch(text):
        return text
    try:
        decoded = base64.b64decode(text, validate=False).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return text
    looks_written = all(character.isprintable() or character in "\r\n\t" for character in decoded)
    return decoded if looks_written and " " in decoded else text
