"""Browsers that are signed in. Times are real ones (UTC)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from bot import audit
from bot.model import ConsoleSession, Staff

LASTS = timedelta(hours=12)
"""After it a colleague signs in again, whatever they do meanwhile."""
NOTED = timedelta(minutes=5)
"""How exactly it is known when they were last seen."""


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, staff: Staff, way: str, wall: datetime) -> str:
    """Signs them in; returns the token that their browser keeps."""
    token = secrets.token_urlsafe(32)
    session.add(
        ConsoleSession(
            digest=digest(token), staff_id=staff.id, way=way, created_at=wall, seen_at=wall, expires_at=wall + LASTS
        )
    )
    audit.write(session, wall, f"console:{staff.email}", "console.signed_in", subject=staff.email, way=way)
    return token


def who(session: Session, token: str, wall: datetime) -> Staff | None:
    """Whoever is signed in with this token, and may still come in; notes that they are there."""
    found = session.scalars(
        sa.select(ConsoleSession)
        .join(ConsoleSession.staff)
        .options(contains_eager(ConsoleSession.staff))
        .where(ConsoleSession.digest == digest(token), ConsoleSession.ended_at.is_(None))
    ).first()
    if found is None or found.expires_at <= wall or found.staff.role is None:
        return None
    if found.seen_at <= wall - NOTED:
        found.seen_at = wall
    return found.staff


def end(session: Session, token: str, wall: datetime) -> None:
    """Signs this browser out."""
    found = session.scalars(
        sa.select(ConsoleSession).where(ConsoleSession.digest == digest(token), ConsoleSession.ended_at.is_(None))
    ).first()
    if found is not None:
        _end(session, [found], wall, f"console:{found.staff.email}")


def end_one(session: Session, session_id: int, wall: datetime, actor: str) -> bool:
    """An admin signs one browser out; False: it was out already."""
    return end_all(session, ConsoleSession.id == session_id, wall, actor) > 0


def end_of(session: Session, staff_id: int, wall: datetime, actor: str) -> int:
    """Signs a colleague out everywhere; returns how many browsers that were."""
    return end_all(session, ConsoleSession.staff_id == staff_id, wall, actor)


def end_all(session: Session, which: sa.ColumnElement[bool], wall: datetime, actor: str) -> int:
    """Signs out every browser of these that is still in."""
    found = session.scalars(sa.select(ConsoleSession).where(which, ConsoleSession.ended_at.is_(None))).all()
    _end(session, found, wall, actor)
    return len(found)


def _end(session: Session, found: Iterable[ConsoleSession], wall: datetime, actor: str) -> None:
    for one in found:
        one.ended_at = wall
        audit.write(session, wall, actor, "console.signed_out", subject=one.staff.email, way=one.way)
