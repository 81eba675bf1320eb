"""The people of the tests. Everybody lives in New York unless a test says otherwise.

Ana is enrolled, Ben said stop, Chi is a stranger, Dee is away, Eve gave no consent, Fay's number does not work,
Gus has left. Maria and Jonas are staff; Maria looks after all of them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.members import consent
from bot.members.enrol import enrol
from bot.members.table import MemberRow
from bot.model import ContactPoint, Member, MemberStatus, Staff
from bot.programme.models import Programme

NUMBERS = {
    name: f"+1202555010{n}" for n, name in enumerate(("Ana", "Ben", "Chi", "Dee", "Eve", "Fay", "Gus", "Hal", "Ida"))
}
CHI = NUMBERS["Chi"]
RETURN = date(2026, 12, 1)
MARIA, JONAS = "maria@example.org", "jonas@example.org"


def row(name: str, **changes: Any) -> MemberRow:
    """A member's line as the file or the interface gives it; joined two days before the tests begin."""
    values: dict[str, Any] = {
        "line": 2,
        "member_number": f"no-{name}",
        "first_name": name,
        "last_name": "Smith",
        "email": None,
        "phone": NUMBERS[name],
        "time_zone": "America/New_York",
        "language": "en",
        "account": None,
        "joined_on": date(2026, 11, 22),
        "consent_sms": name != "Eve",
        "consent_source": "form",
        "msm": MARIA,
        "traits": {},
        **changes,
    }
    return MemberRow(**values)


def bring(session: Session, programme: Programme, name: str, now: datetime, **changes: Any) -> Member:
    """Enrols one of the cast, in the state that they are known for."""
    member = session.get_one(Member, enrol(session, programme, row(name, **changes), source="test", now=now).member_id)
    at = point(session, name)
    match name:
        case "Ben":
            consent.withdraw(session, at, consent.Evidence("keyword", "STOP"), now)
        case "Dee":
            member.away_until = RETURN
        case "Fay":
            at.unusable_at, at.unusable_reason = now - timedelta(days=1), "no such number"
        case "Gus":
            member.status = MemberStatus.LEFT
    session.flush()
    return member


def point(session: Session, name: str) -> ContactPoint:
    return session.scalars(sa.select(ContactPoint).where(ContactPoint.address == NUMBERS[name])).one()


def colleague(session: Session, email: str = MARIA) -> Staff:
    """A member of staff, who need not have been met before."""
    found = session.scalars(sa.select(Staff).where(Staff.email == email)).first()
    if found is None:
        found = Staff(email=email, name=email.partition("@")[0].title())
        session.add(found)
        session.flush()
    return found
