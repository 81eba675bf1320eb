"""Links that connect a chat to a member: random, for one use, for one day, for one channel."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.config import Settings
from bot.errors import Refused
from bot.members import addresses, consent
from bot.model import LinkPurpose, LinkToken, Member, MemberStatus

TTL = timedelta(hours=24)
BYTES = 24
LONGEST = 64
"""What Telegram's deep links carry; a longer one can't be ours."""


class Why(StrEnum):
    """Why a token links nothing."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"
    WRONG_CHANNEL = "wrong_channel"
    ADDRESS_TAKEN = "address_taken"


@dataclass(frozen=True)
class Linked:
    """The address is this member's; while it is not `confirmed`, it gets the question for the name and nothing else."""

    member: Member
    confirmed: bool


@dataclass(frozen=True)
class NotLinked:
    """Nothing was changed."""

    reason: Why


def digest(token: str) -> str:
    """The only form in which a token is kept: it has 192 random bits, so that a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(session: Session, member: Member, channel: str, now: datetime) -> str:
    """A new token for `member` on `channel`: 32 characters of ``A-Za-z0-9_-``. It can't be shown again."""
    token = secrets.token_urlsafe(BYTES)
    session.add(
        LinkToken(
            digest=digest(token),
            purpose=LinkPurpose.LINK,
            member_id=member.id,
            channel=channel,
            created_at=now,
            expires_at=now + TTL,
        )
    )
    audit.write(session, now, "bot", "link.issued", member_id=member.id, subject=channel)
    return token


def url(settings: Settings, channel: str, token: str) -> str:
    """The link that the member presses.

    Raises:
        Refused: the channel has no such links, or the settings don't say whose they would be.
    """
    match channel:
        case "telegram" if settings.telegram_bot_name:
            return f"https://t.me/{settings.telegram_bot_name}?start={token}"
        case "messenger" if settings.messenger_page_name:
            return f"https://m.me/{settings.messenger_page_name}?ref={token}"
        case "telegram" | "messenger":
            raise Refused(f"Set the name of our {channel} account first (MSB_TELEGRAM_BOT_NAME, "
                          "MSB_MESSENGER_PAGE_NAME).")  # fmt: skip
    raise Refused(f"There are no links for {channel}.")


def redeem(session: Session, token: str, channel: str, address: str, now: datetime) -> Linked | NotLinked:
    """Uses a token for the address that brought it. A link can be forwarded, so the new address is not confirmed."""
    known = _find(session, token)
    if known is None or known.member is None or known.member.status is not MemberStatus.ACTIVE:
        return NotLinked(Why.UNKNOWN)
    if known.used_at is not None:
        return _again(session, known, channel, address)
    if known.channel != channel:
        return NotLinked(Why.WRONG_CHANNEL)
    if known.expires_at <= now:
        return NotLinked(Why.EXPIRED)
    point = addresses.attach(session, known.member, channel, address, now, confirmed=False)
    if point is None:
        return NotLinked(Why.ADDRESS_TAKEN)
    known.used_at, known.used_by = now, address
    audit.write(session, now, "bot", "link.used", member_id=known.member_id, subject=f"{channel}:{address}")
    return Linked(known.member, point.unconfirmed_at is None)


def _find(session: Session, token: str) -> LinkToken | None:
    if len(token) > LONGEST:
        return None
    links = sa.select(LinkToken).where(LinkToken.digest == digest(token), LinkToken.purpose == LinkPurpose.LINK)
    return session.scalars(links.with_for_update()).first()


def _again(session: Session, known: LinkToken, channel: str, address: str) -> Linked | NotLinked:
    """The same person pressed the same link again: that is no fault, as long as the address is still theirs."""
    point = consent.find(session, channel, address)
    is_same = (known.channel, known.used_by) == (channel, address) and known.member is not None
    if is_same and point is not None and point.member_id == known.member_id:
        return Linked(point.member, point.unconfirmed_at is None)
    return NotLinked(Why.USED)
