"""A raw e-mail in our terms. Nothing here knows the database, and nothing a stranger sends keeps it busy for long."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage

from channels.email.automatic import why_automatic
from channels.email.body import Attachment, content_of
from channels.email.headers import Bounded, decoded, first, message_ids, raw, sender
from channels.email.quotes import written
from channels.email.reports import Report, report_of

MOST_CONTAINERS = 40
"""Reading takes time in proportion to lines times nesting. Newsletters and forwarded e-mails have less than ten."""
MOST_DELIMITERS = 500
MOST_LINES = 200_000
LONGEST_HEAD = 128 * 1024
LONGEST_TEXT = 20_000
CONTAINER = re.compile(rb"(?:multipart|message)/", re.IGNORECASE)
NOTES = {"image": "[picture]", "video": "[video]", "audio": "[voice message]"}
FILE, EMPTY = "[file]", "[empty message]"
ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "X-Envelope-To", "Envelope-To")


class Malformed(Exception):
    """It is no e-mail, or one that would take too long to read."""


@dataclass(frozen=True)
class Envelope:
    """What the mail host knows beside the message. `sender` is empty for "nobody", and None when it wasn't told."""

    sender: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """One e-mail. `text` is what its writer wrote; `as_sent` has the quotes too, when that is more.

    `addressed` holds every address that it went to; `follows` the Message-IDs that it answers, oldest first;
    `automatic` the sign that a machine wrote it; `verdicts` what mail hosts wrote into Authentication-Results, the
    host that came last first.
    """

    sender: str
    subject: str
    text: str
    as_sent: str
    attachments: tuple[Attachment, ...]
    message_id: str
    fingerprint: str
    addressed: str
    follows: tuple[str, ...]
    automatic: str | None
    report: Report | None
    verdicts: tuple[str, ...]


def read(content: bytes, envelope: Envelope | None = None) -> Letter:
    """Reads a raw message.

    Raises:
        Malformed: it has no single sender, or is built to be slow.
    """
    envelope = envelope or Envelope()
    message = _parse(content)
    author = sender(message)
    if not author:
        raise Malformed("no sender")
    return_path = _return_path(message, envelope)
    report = report_of(message, author, return_path)
    found = content_of(message)
    subject = decoded(message, "Subject")[:300]
    text, as_sent = _words(found.text, subject, found.attachments)
    follows = [*message_ids(message, "References"), *message_ids(message, "In-Reply-To")]
    return Letter(
        sender=author,
        subject=subject,
        text=text,
        as_sent=as_sent,
        attachments=found.attachments[:20],
        message_id=next(iter(message_ids(message, "Message-ID")), ""),
        fingerprint=_fingerprint(author, first(message, "Message-ID"), content),
        addressed=" ".join([*envelope.recipients, *(to for name in ADDRESSED for to in raw(message, name))]),
        follows=tuple(dict.fromkeys(follows))[-20:],
        automatic=why_automatic(message, author, return_path),
        report=report,
        verdicts=tuple(raw(message, "Authentication-Results")[:10]),
    )


def _parse(content: bytes) -> EmailMessage:
    head = re.split(rb"\r?\n\r?\n", content[: LONGEST_HEAD + 4], maxsplit=1)[0]
    if len(head) > LONGEST_HEAD:
        raise Malformed("too long a head")
    containers = sum(1 for _ in CONTAINER.finditer(content))
    if containers > MOST_CONTAINERS or content.count(b"\n--") > MOST_DELIMITERS or content.count(b"\n") > MOST_LINES:
        raise Malformed("too many parts or lines")
    try:
        message = message_from_bytes(content, policy=Bounded())
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise Malformed(type(error).__name__) from None
    if not isinstance(message, EmailMessage):
        raise Malformed("no message")
    return message


def _return_path(message: EmailMessage, envelope: Envelope) -> str | None:
    if envelope.sender is not None:
        return envelope.sender
    paths = raw(message, "Return-Path")
    return paths[0].strip("<> ") if paths else None


def _words(text: str, subject: str, attachments: tuple[Attachment, ...]) -> tuple[str, str]:
    """What was written, and all of it when that is more. An e-mail without text may say it in its subject."""
    whole = text.strip()
    words = written(whole)[:LONGEST_TEXT]
    if not words and not whole and subject and not subject.lower().startswith(("re:", "aw:", "sv:", "fw:", "fwd:")):
        words = subject
    if not words:
        words = " ".join(NOTES.get(found.type.partition("/")[0], FILE) for found in attachments[:10]) or EMPTY
    return words, whole[:LONGEST_TEXT] if whole != words else ""


def _fingerprint(author: str, message_id: str, content: bytes) -> str:
    """The same for a repetition: by its Message-ID, which is the sender's, or by all of it."""
    seed = f"{author} {message_id}".encode("utf-8", "replace") if message_id else content
    return hashlib.sha256(seed).hexdigest()[:40]
