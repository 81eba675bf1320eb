"""Browsers that are signed in. Times are real ones (UTC)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import ConsoleSession, Staff

LASTS = timedelta(hours=12)
"""After it a colleague signs in again, whatever they do meanwhile."""


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
    return token


def who(session: Session, token: str, wall: datetime) -> Staff | None:
    """Whoever is signed in with this token, and may still come in."""
    found = session.scalars(
        sa.select(ConsoleSession).where(ConsoleSession.digest == digest(token), ConsoleSession.ended_at.is_(None))
    ).first()
    if found is None or found.expires_at <= wall or found.staff.role is None:
        return None
    return found.staff


def end(session: Session, token: str, wall: datetime) -> None:
    """Signs this browser out."""
    session.execute(
        sa.update(ConsoleSession)
        .where(ConsoleSession.digest == digest(token), ConsoleSession.ended_at.is_(None))
        .values(ended_at=wall)
    )
