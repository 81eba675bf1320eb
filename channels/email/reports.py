"""What mail hosts and mail programs report about our messages: bounces (RFC 3464) and receipts (RFC 8098)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from enum import Enum

from channels.email.body import decode, leaves
from channels.email.headers import content_type_parameter, decoded, first
from channels.email.smtp import ENHANCED, is_no_mailbox

DAEMONS = frozenset({"mailer-daemon", "postmaster"})
SUBJECTS = re.compile(
    r"undeliver|delivery (status notification|failure|has failed)|returned (mail|to sender)"
    r"|mail delivery (failed|system)|failure notice|unzustellbar|nicht zugestellt|non remis|non distribu"
    r"|no se pudo entregar|onbestelbaar",
    re.IGNORECASE,
)
CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
LONGEST_EXCERPT = 20_000
ANGLES = re.compile(r"<[^<>\s]{3,250}>")


class Fate(Enum):
    """What became of a message."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True)
class Report:
    """`hard`: a bounce that says that the address reaches nobody. `about` holds ids, perhaps our Message-ID."""

    fate: Fate
    hard: bool = False
    status: str = ""
    about: str = ""


def report_of(message: EmailMessage, sender: str, return_path: str | None) -> Report | None:
    """The report that an e-mail is; None for an ordinary e-mail."""
    parts = list(leaves(message))
    kind = content_type_parameter(message, "report-type")
    for part in parts:
        found = part.get_content_type()
        if found == "message/delivery-status":
            return _delivery(message, part, parts)
        if found == "message/disposition-notification" and kind == "disposition-notification":
            return _disposition(part)
    if _looks_bounced(message, sender, return_path):
        text = "\n".join(decode(part)[:LONGEST_EXCERPT] for part in parts if part.get_content_maintype() == "text")
        return Report(Fate.BOUNCED, _is_hard(_code(text), text), _code(text), _about(message, parts, text))
    return None


def _delivery(message: EmailMessage, status: EmailMessage, parts: list[EmailMessage]) -> Report | None:
    """Of several recipients the worst counts: we write to one at a time."""
    fields = list(_blocks(status))
    actions = [first(block, "Action").lower() for block in fields]
    about = _about(message, parts, "\n".join(first(block, "Original-Envelope-Id") for block in fields))
    if "failed" in actions:
        block = fields[actions.index("failed")]
        code = ENHANCED.search(first(block, "Status"))
        said = first(block, "Diagnostic-Code")
        return Report(Fate.BOUNCED, _is_hard(code.group() if code else "", said), code.group() if code else "", about)
    if "delayed" in actions:
        return Report(Fate.DELAYED, about=about)
    if "delivered" in actions or "relayed" in actions or "expanded" in actions:
        return Report(Fate.DELIVERED, about=about)
    return None


def _disposition(part: EmailMessage) -> Report | None:
    for block in _blocks(part):
        if "displayed" in first(block, "Disposition").lower():
            return Report(Fate.READ, about=first(block, "Original-Message-ID"))
    return None


def _blocks(part: EmailMessage) -> Iterator[EmailMessage]:
    """The groups of fields of a status part, which the standard library parses as messages."""
    inner = part.get_payload()
    for block in inner if isinstance(inner, list) else []:
        if isinstance(block, EmailMessage):
            yield block


def _looks_bounced(message: EmailMessage, sender: str, return_path: str | None) -> bool:
    """Hosts that don't follow the standard: nobody is to answer, and the subject says what it is."""
    if sender.partition("@")[0] not in DAEMONS and return_path != "":
        return False
    return SUBJECTS.search(decoded(message, "Subject")) is not None


def _code(text: str) -> str:
    if found := ENHANCED.search(text):
        return found.group()
    plain = CODE.search(text)
    return plain.group(1) if plain else ""


def _is_hard(code: str, said: str) -> bool:
    """A full mailbox, a filter or a host that is down says nothing against the address."""
    if code.startswith("5.") and code not in ("5.0.0", "5.3.0"):
        return is_no_mailbox(550, code)
    if code.startswith("4"):
        return False
    return is_no_mailbox(550, said)


def _about(message: EmailMessage, parts: list[EmailMessage], text: str) -> str:
    """All ids that may name the message it is about; whose they are is for the reader to check."""
    places = [first(message, name) for name in ("In-Reply-To", "References", "X-Failed-Message-Id")]
    for part in parts:
        kind, inner = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(inner, list):
            places += [first(found, "Message-ID") for found in inner[:1] if isinstance(found, EmailMessage)]
        elif kind == "text/rfc822-headers":
            places.append(decode(part)[:LONGEST_EXCERPT])
    return " ".join(found for place in [*places, text] for found in ANGLES.findall(place[:LONGEST_EXCERPT]))
