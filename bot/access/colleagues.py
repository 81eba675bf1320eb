"""Colleagues and what they may do in the console. Times are real ones (UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.access import sessions
from bot.errors import NotFound, Refused
from bot.model import ConsoleSession, Role, Staff


@dataclass(frozen=True)
class Colleague:
    """One line of the list. `last_at` and `last_way`: when and how they last came in, as far as it is still kept."""

    staff_id: int
    name: str
    email: str
    role: Role | None
    last_at: datetime | None
    last_way: str
    open_sessions: int


@dataclass(frozen=True)
class OpenSession:
    """A browser that is signed in."""

    session_id: int
    way: str
    since: datetime
    seen_at: datetime


def listed(session: Session, wall: datetime, *, sought: str = "", skip: int = 0, most: int = 50) -> list[Colleague]:
    """Those who may come in first, then by name; `sought` is part of a name or an address."""
    is_open = _is_open(wall)
    last = (
        sa.select(
            ConsoleSession.staff_id,
            sa.func.max(ConsoleSession.id).label("latest"),
            sa.func.sum(sa.case((is_open, 1), else_=0)).label("open"),
        )
        .group_by(ConsoleSession.staff_id)
        .subquery()
    )
    found = session.execute(
        sa.select(Staff, last.c.open, ConsoleSession.created_at, ConsoleSession.way)
        .outerjoin(last, last.c.staff_id == Staff.id)
        .outerjoin(ConsoleSession, ConsoleSession.id == last.c.latest)
        .where(_is_sought(sought))
        .order_by(Staff.role.is_(None), sa.func.lower(Staff.name), Staff.id)
        .offset(skip)
        .limit(most)
    )
    return [
        Colleague(staff.id, staff.name, staff.email, staff.role, at, way or "", int(count or 0))
        for staff, count, at, way in found
    ]


def counted(session: Session, sought: str = "") -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Staff).where(_is_sought(sought))) or 0


def colleague(session: Session, staff_id: int, wall: datetime) -> tuple[Colleague, list[OpenSession]]:
    """One of them with their open sessions, the newest first.

    Raises:
        NotFound: there is nobody with this id.
    """
    staff = _staff(session, staff_id)
    mine = ConsoleSession.staff_id == staff_id
    ids_first = sa.select(ConsoleSession).order_by(ConsoleSession.id.desc())
    last = session.scalars(ids_first.where(mine).limit(1)).first()
    found = session.scalars(ids_first.where(mine, _is_open(wall)))
    opened = [OpenSession(one.id, one.way, one.created_at, one.seen_at) for one in found]
    at, way = (last.created_at, last.way) if last is not None else (None, "")
    return Colleague(staff.id, staff.name, staff.email, staff.role, at, way, len(opened)), opened


def give_role(session: Session, staff_id: int, role: Role | None, wall: datetime, actor: str) -> None:
    """What they may do from now on; without a role they are signed out everywhere.

    Raises:
        NotFound: there is nobody with this id.
        Refused: nobody would be left who gives roles.
    """
    # Two admins who take each other's role at the same time would leave none: they wait for each other here.
    admins = session.scalars(
        sa.select(Staff.id).where(Staff.role == Role.ADMIN).order_by(Staff.id).with_for_update()
    ).all()
    staff = _staff(session, staff_id)
    before = staff.role
    if role is before:
        return
    if before is Role.ADMIN and not set(admins) - {staff_id}:
        raise Refused(f"{staff.name} is the last admin. Make somebody else an admin first.")
    staff.role = role
    audit.write(session, wall, actor, "console.role", subject=staff.email, before=before, after=role)
    if role is None:
        sessions.end_of(session, staff_id, wall, actor)


def _staff(session: Session, staff_id: int) -> Staff:
    found = session.get(Staff, staff_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such colleague.")
    return found


def _is_open(wall: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(ConsoleSession.ended_at.is_(None), ConsoleSession.expires_at > wall)


def _is_sought(sought: str) -> sa.ColumnElement[bool]:
    if not sought.strip():
        return sa.true()
    part = sought.strip()
    return sa.or_(Staff.name.icontains(part, autoescape=True), Staff.email.icontains(part, autoescape=True))
