"""Links that sign a colleague in, once. Times are real ones (UTC)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.access.sessions import digest
from bot.config import Settings
from bot.errors import NotFound, Refused
from bot.model import Role, SignInLink, Staff

LASTS = timedelta(minutes=15)


def make(
    session: Session, email: str, role: Role | None, wall: datetime, *, name: str = "", actor: str = "command"
) -> str:
    """Makes a link for that colleague, who gets the role if one is named; returns its token.

    Who is not known yet becomes a colleague (`name`): the first administrator comes in this way.

    Raises:
        NotFound: nobody has this address, and no role is named.
        Refused: they have no role, and none is named; or it is no address.
    """
    staff = _colleague(session, email, role, name)
    if role is not None and staff.role is not role:
        audit.write(
            session, wall, actor, "console.role", subject=staff.email, before=staff.role, after=role, way="command"
        )
        staff.role = role
    if staff.role is None:
        raise Refused(f"{staff.email} has no role in the console. Give one: --role viewer, manager or admin.")
    token = secrets.token_urlsafe(32)
    session.add(SignInLink(digest=digest(token), staff_id=staff.id, created_at=wall, expires_at=wall + LASTS))
    audit.write(session, wall, actor, "console.link", subject=staff.email)
    return token


def address(settings: Settings, token: str, next_page: str = "") -> str:
    """Where a browser takes this link; `next_page` is the console's own that comes after it, such as ``/sandbox``."""
    base = settings.console_url.rstrip("/") or f"http://127.0.0.1:{settings.gateway_port}/console"
    return f"{base}/sign-in/{token}" + (f"?{urlencode({'next': next_page})}" if next_page else "")


def whose(session: Session, token: str, wall: datetime) -> Staff | None:
    """Whom this link would sign in now. Looking uses nothing up: scanners of mail open links too."""
    found = _live(session, token, wall)
    return found.staff if found is not None and found.staff.role is not None else None


def use(session: Session, token: str, wall: datetime) -> Staff | None:
    """The colleague whom it signs in; from now on it signs in nobody. None: it is used, too old, or none of ours."""
    found = _live(session, token, wall)
    if found is None or found.staff.role is None:
        return None
    taken = session.execute(
        sa.update(SignInLink).where(SignInLink.id == found.id, SignInLink.used_at.is_(None)).values(used_at=wall)
    )
    return found.staff if taken.rowcount else None  # type: ignore[attr-defined]


def _live(session: Session, token: str, wall: datetime) -> SignInLink | None:
    found = session.scalars(
        sa.select(SignInLink).where(SignInLink.digest == digest(token), SignInLink.used_at.is_(None))
    ).first()
    return found if found is not None and found.expires_at > wall else None


def _colleague(session: Session, email: str, role: Role | None, name: str) -> Staff:
    address = email.strip()
    found = session.scalars(sa.select(Staff).where(sa.func.lower(Staff.email) == address.lower())).first()
    if found is not None:
        return found
    if role is None:
        raise NotFound(f"No colleague has the address {address}. To let them in, name a role.")
    person, _, domain = address.partition("@")
    if not person or not domain or any(sign.isspace() for sign in address):
        raise Refused(f"{address} is no e-mail address.")
    staff = Staff(name=name.strip() or person.replace(".", " ").title(), email=address)
    session.add(staff)
    session.flush()
    return staff
