"""Six digits to an address on file, typed at the address that asks: who can read the one owns the other."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.clock import Times
from bot.language.claims import Claim
from bot.members import addresses, consent
from bot.members.linking import Linked, NotLinked, Why
from bot.model import ContactPoint, LinkPurpose, LinkToken, Member, MemberStatus, Purpose
from bot.outbox.enqueue import Message, enqueue
from bot.programme.models import Programme
from bot.programme.phrases import public_values
from bot.programme.template import render

TTL = timedelta(minutes=10)
TRIES = 5
DAY = timedelta(days=1)
ASKS_A_DAY = 3
"""Codes that one address may ask for, and codes that are sent for one member, in 24 hours."""
ASKS_AN_HOUR = 60
"""For all strangers together."""
RULE = "identity:code"
WAYS = ("sms", "email")
"""Where a code may be sent, the best first."""


def may_ask(session: Session, channel: str, address: str, now: datetime) -> bool:
    """Whether this address may name a record once more today. It doesn't depend on what it names."""
    asked = sa.select(sa.func.count()).where(LinkToken.purpose == LinkPurpose.CODE)
    here = asked.where(LinkToken.channel == channel, LinkToken.address == address, LinkToken.created_at > now - DAY)
    everywhere = asked.where(LinkToken.created_at > now - timedelta(hours=1))
    few_here = session.execute(here).scalar_one() < ASKS_A_DAY
    return few_here and session.execute(everywhere).scalar_one() < ASKS_AN_HOUR


def ask(session: Session, programme: Programme, claim: Claim, channel: str, address: str, times: Times) -> None:
    """Begins a code for the record that the claim names. Without such a record all is the same, but nothing is sent."""
    member = _named(session, claim)
    point = addresses.reachable(member, *WAYS) if member and _few(session, member, times.now) else None
    code, salt = f"{secrets.randbelow(10**6):06}", secrets.token_hex(16)
    session.execute(
        sa.update(LinkToken).where(*_live(channel, address, times.now)).values(expires_at=times.now)
    )  # one code at a time
    token = LinkToken(
        digest=_digest(salt, code),
        purpose=LinkPurpose.CODE,
        member_id=point.member_id if point else None,
        channel=channel,
        address=address,
        salt=salt,
        created_at=times.now,
        expires_at=times.now + TTL,
    )
    session.add(token)
    session.flush()
    if point is not None:
        _send(session, programme, point, token, code, times)


def is_asked(session: Session, channel: str, address: str, now: datetime) -> bool:
    """Whether a code is awaited from this address."""
    return session.scalars(sa.select(LinkToken.id).where(*_live(channel, address, now)).limit(1)).first() is not None


def enter(session: Session, code: str, channel: str, address: str, now: datetime) -> Linked | NotLinked:
    """Tries a code. Whoever has it reads what is sent to the member, so the address needs no other confirmation."""
    live = sa.select(LinkToken).where(*_live(channel, address, now)).order_by(LinkToken.id.desc()).limit(1)
    token = session.scalars(live.with_for_update()).first()
    if token is None:
        return NotLinked(Why.EXPIRED)
    token.attempts += 1
    right = hmac.compare_digest(token.digest, _digest(token.salt or "", code))
    if not right or token.member is None or token.member.status is not MemberStatus.ACTIVE:
        return NotLinked(Why.UNKNOWN)
    point = addresses.attach(session, token.member, channel, address, now, confirmed=True)
    if point is None:
        return NotLinked(Why.ADDRESS_TAKEN)
    token.used_at, token.used_by = now, address
    addresses.confirm(session, point, consent.Evidence(RULE, "typed the code that was sent to the record"), now)
    return Linked(token.member, confirmed=True)


def _live(channel: str, address: str, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        LinkToken.purpose == LinkPurpose.CODE,
        LinkToken.channel == channel,
        LinkToken.address == address,
        LinkToken.used_at.is_(None),
        LinkToken.expires_at > now,
        LinkToken.attempts < TRIES,
    )


def _digest(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}:{code}".encode()).hexdigest()


def _named(session: Session, claim: Claim) -> Member | None:
    if claim.number:
        return addresses.by_number(session, claim.number)
    point = consent.find(session, "email", claim.email) if claim.email else None
    usable = point is not None and point.unconfirmed_at is None and point.member.status is MemberStatus.ACTIVE
    return point.member if point is not None and usable else None


def _few(session: Session, member: Member, now: datetime) -> bool:
    """A member's phone is not a bell for strangers to ring."""
    sent = sa.select(sa.func.count()).where(
        LinkToken.purpose == LinkPurpose.CODE, LinkToken.member_id == member.id, LinkToken.created_at > now - DAY
    )
    return session.execute(sent).scalar_one() < ASKS_A_DAY


def _send(
    session: Session, programme: Programme, point: ContactPoint, token: LinkToken, code: str, times: Times
) -> None:
    words = render(programme.texts.code, **public_values(programme), code=code)
    message = Message(
        channel=point.channel,
        address=point.address,
        purpose=Purpose.NOTICE,
        rule=RULE,
        dedupe=f"code:{token.id}",
        text=words,
        body={"subject": programme.organisation.name},
        member_id=point.member_id,
    )
    enqueue(session, message, now=times.now, wall=times.wall)
    audit.write(session, times.now, "bot", "code.sent", member_id=point.member_id,
                subject=f"{token.channel}:{token.address}")  # fmt: skip
