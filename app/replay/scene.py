"""What a recorded request takes for granted: the member who sends it, the message or the call that it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.replay.cases import MSM_NUMBER, Case
from bot.model import (
    Call,
    CallState,
    ContactPoint,
    Member,
    OutboxMessage,
    OutboxState,
    Purpose,
    Rate,
    Receipt,
    Staff,
)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
REPLAYED = "replay"

# How far a call has come when a request about it arrives, by the end of the address.
CALLS = {"/connect": CallState.PLACED, "/accept": CallState.ANSWERED, "/dial-done": CallState.ACCEPTED}


def set_up(session: Session) -> None:
    """Before the first request: a member, who has a Member Success Manager, and the places in the rate limits."""
    msm = Staff(email="msm@example.org", name="Dana Reyes", phone=MSM_NUMBER)
    session.add_all(
        [
            Member(
                first_name="Ana",
                last_name="Diaz",
                segment="student",
                time_zone="UTC",
                language="en",
                joined_on=LONG_AGO.date(),
                created_at=LONG_AGO,
                msm=msm,
            ),
            Rate(provider="messenger", next_at=LONG_AGO),
        ]
    )


def prepare(session: Session, case: Case, now: datetime) -> None:
    """Before each request."""
    session.execute(sa.update(Rate).values(next_at=LONG_AGO))
    form, path = case.form, urlsplit(case.paths[0]).path
    if "/voice/" in path:
        _call(session, case, path, now)
    elif form.get("MessageStatus"):
        _sent(session, "sms", form["To"], form["MessageSid"], now)
    elif form.get("From"):
        _known(session, "sms", form["From"])
    for entry in case.content.get("entry", []):
        for event in entry.get("messaging", []):
            if "delivery" in event or "read" in event:
                mids = (event.get("delivery") or {}).get("mids") or ["m_out1"]
                _sent(session, "messenger", event["sender"]["id"], mids[0], now)


def _member(session: Session) -> Member:
    return session.scalars(sa.select(Member)).one()


def _known(session: Session, channel: str, address: str) -> None:
    known = sa.select(ContactPoint).where(ContactPoint.channel == channel, ContactPoint.address == address)
    if session.scalars(known).first() is None:
        session.add(
            ContactPoint(member_id=_member(session).id, channel=channel, address=address, consented_at=LONG_AGO)
        )


def _sent(session: Session, channel: str, address: str, provider_id: str, now: datetime) -> OutboxMessage:
    """A message that the provider took a minute ago and calls `provider_id`."""
    _known(session, channel, address)
    row = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.provider_id == provider_id)).first()
    if row is None:
        row = OutboxMessage(
            lane=f"out:{channel}:{address}",
            dedupe=f"{REPLAYED}:{provider_id}",
            state=OutboxState.SENT,
            channel=channel,
            address=address,
            purpose=Purpose.REPLY,
            rule=REPLAYED,
            body={"text": "Hello"},
            member_id=_member(session).id,
            provider_id=provider_id,
            created_at=now - timedelta(minutes=1),
            sent_at=now - timedelta(minutes=1),
        )
        session.add(row)
        session.flush()
    return row


def _call(session: Session, case: Case, path: str, now: datetime) -> None:
    """A call at the point where this request comes; what earlier requests said about it is forgotten."""
    sid = case.form["CallSid"]
    key = (parse_qs(urlsplit(case.paths[0]).query).get("c") or [sid])[0]
    session.execute(sa.delete(Call))
    message = _sent(session, "voice", case.form["To"], sid, now)
    message.state = OutboxState.SENT
    session.execute(sa.delete(Receipt).where(Receipt.provider_id == sid))
    member = _member(session)
    state = next((state for end, state in CALLS.items() if path.endswith(end)), CallState.PLACED)
    session.add(
        Call(
            key=key,
            sid=sid,
            outbox_id=message.id,
            member_id=member.id,
            msm_id=member.msm_id,
            state=state,
            created_at=now,
            changed_at=now,
        )
    )
