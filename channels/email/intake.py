"""Whose e-mail is it, and what is it: an answer, an automatic reply, a bounce, a receipt, or nothing to us."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.clock import Times
from bot.config import Settings
from bot.intake.receive import Incoming, accept
from bot.model import OutboxMessage, OutboxState, Purpose
from bot.outbox import receipts
from bot.ports import Failed
from channels.email.letter import Letter
from channels.email.reports import Fate, Report
from channels.email.signing import Kind, Link, Signing
from channels.email.thread import CHANNEL

log = logging.getLogger(__name__)

PASSED_DMARC = re.compile(r"\bdmarc\s*=\s*pass\b", re.IGNORECASE)
HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*\"?(?:[^\s;\"@]*@)?([\w.-]+)", re.IGNORECASE)
COMMENT = re.compile(r"\([^()]*\)")
RECEIPTS = {Fate.DELIVERED: OutboxState.DELIVERED, Fate.READ: OutboxState.READ}


@dataclass(frozen=True)
class Origin:
    """What an e-mail came back from, and what proves who wrote it: ``token``, ``host`` or ``none``."""

    row: OutboxMessage | None
    proof: str

    @property
    def is_proven(self) -> bool:
        return self.proof != "none"


def take(session: Session, settings: Settings, letter: Letter, times: Times) -> str:
    """Stores what an e-mail is, in the caller's transaction; returns what became of it."""
    signing = Signing(settings)
    if letter.sender in (settings.email_from.lower(), signing.inbound):
        return "ignored"
    if letter.report is not None:
        return _take_report(session, signing, letter, letter.report, times)
    if _answers_a_notice(session, signing, letter):
        return "ignored"
    incoming = as_incoming(letter, origin_of(session, settings, signing, letter))
    return _store(session, incoming, times)


def unsubscribe(session: Session, link: Link, times: Times) -> str:
    """Stores that the holder of a signed link wants no more e-mails. Two clicks within a minute are one."""
    incoming = Incoming(
        channel=CHANNEL,
        address=link.address,
        text="unsubscribe",
        dedupe=f"email:unsubscribe:{link.outbox_id}:{times.now:%Y%m%d%H%M}",
        body={"event": "unsubscribe", "reply_to": link.outbox_id, "proof": "token"},
    )
    return _store(session, incoming, times)


def as_incoming(letter: Letter, origin: Origin) -> Incoming:
    """An e-mail of a person, or of a machine in a person's name."""
    body: dict[str, Any] = {
        "subject": letter.subject,
        "message_id": letter.message_id,
        "references": list(letter.follows),
        "proof": origin.proof,
    }
    if letter.attachments:
        body["attachments"] = [found.as_body() for found in letter.attachments]
    if letter.as_sent:
        body["as_sent"] = letter.as_sent
    if letter.automatic is not None:
        body |= {"event": "auto_reply", "sign": letter.automatic}
    if origin.row is not None:
        body |= {"reply_to": origin.row.id, "provider_id": origin.row.provider_id}
    return Incoming(
        channel=CHANNEL,
        address=letter.sender,
        text=letter.text,
        dedupe=f"email:{letter.fingerprint}",
        body=body,
        proven=origin.is_proven,
    )


def origin_of(session: Session, settings: Settings, signing: Signing, letter: Letter) -> Origin:
    """Who shows an answer address of ours, and writes from where that message went, is the one who got it.

    Who got it by being forwarded doesn't write from there, and who only claims the sender doesn't know the address.
    Message-IDs prove nothing about the sender: they are in every answer that somebody else may have seen.
    """
    for kind in (Kind.REPLY, Kind.BOUNCE):
        for outbox_id in signing.read_addresses(kind, letter.addressed):
            row = _our_row(session, outbox_id)
            if row is not None and row.address.lower() == letter.sender:
                return Origin(row, "token")
    proof = "host" if is_vouched(letter, settings.email_authserv_id) else "none"
    for outbox_id in signing.read_message_ids(" ".join(reversed(letter.follows))):
        row = _our_row(session, outbox_id)
        if row is not None and row.address.lower() == letter.sender:
            return Origin(row, proof)
    return Origin(None, proof)


def is_vouched(letter: Letter, authserv_id: str) -> bool:
    """Whether our own mail host found that the domain in From sent it (DMARC).

    Only its newest verdict counts: it stands on top, and what claims its name below came with the message.
    """
    if not authserv_id:
        return False
    for verdict in letter.verdicts:
        bare = COMMENT.sub(" ", verdict)
        name, _, results = bare.partition(";")
        if name.split()[:1] != [authserv_id]:
            continue
        for result in results.split(";"):
            domain = HEADER_FROM.search(result)
            if PASSED_DMARC.search(result) and domain is not None:
                return domain.group(1).lower() == letter.sender.rpartition("@")[2]
        return False
    return False


def _take_report(session: Session, signing: Signing, letter: Letter, report: Report, times: Times) -> str:
    """Reports count only with something signed in them: anybody can claim that an address is dead."""
    ids = [*signing.read_addresses(Kind.BOUNCE, letter.addressed), *signing.read_message_ids(report.about)]
    row = next((row for outbox_id in ids if (row := _our_row(session, outbox_id)) is not None), None)
    if row is None or report.fate is Fate.DELAYED:
        return "ignored"
    provider_id = row.provider_id or signing.message_id(row.id)
    if (state := RECEIPTS.get(report.fate)) is not None:
        dedupe = f"email:{letter.fingerprint}"
        receipts.record(session, receipts.Report(CHANNEL, provider_id, state, dedupe), times)
        return "accepted"
    if row.purpose is Purpose.STAFF:
        log.error("an e-mail to staff did not arrive: %s", report.status, extra={"outbox": row.id})
        failed, dedupe = Failed(f"bounced {report.status}".strip()), f"email:{letter.fingerprint}"
        receipts.record(session, receipts.Report(CHANNEL, provider_id, OutboxState.FAILED, dedupe, failed), times)
        return "accepted"
    body = {
        "event": "bounce",
        "hard": report.hard,
        "status": report.status,
        "provider_id": provider_id,
        "reply_to": row.id,
        "proof": "token",
    }
    words = f"bounced {report.status}".strip()
    return _store(session, Incoming(CHANNEL, row.address, words, f"email:{letter.fingerprint}", body=body), times)


def _answers_a_notice(session: Session, signing: Signing, letter: Letter) -> bool:
    """Whether a colleague, or a machine at their mailbox, answers an e-mail to staff: that is no member's word."""
    rows = (_our_row(session, outbox_id) for outbox_id in signing.read_message_ids(" ".join(letter.follows)))
    return any(row is not None and row.purpose is Purpose.STAFF for row in rows)


def _our_row(session: Session, outbox_id: int) -> OutboxMessage | None:
    row = session.get(OutboxMessage, outbox_id) if 0 < outbox_id < 2**62 else None
    return row if row is not None and row.channel == CHANNEL else None


def _store(session: Session, incoming: Incoming, times: Times) -> str:
    row = accept(session, incoming, now=times.now, wall=times.wall)
    return "accepted" if row is not None else "duplicate"
