"""The phones of staff, to which members are put through."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import NotFound, Refused
from bot.members.fields import FieldRefused, check_phone
from bot.model import Staff


def set_phone(session: Session, email: str, number: str, *, now: datetime) -> Staff:
    """Where members are put through to this colleague; an empty number removes it.

    Raises:
        NotFound: there is no such colleague.
        Refused: it is not a phone number.
    """
    person = session.scalars(sa.select(Staff).where(Staff.email == email.lower())).first()
    if person is None:
        raise NotFound(email)
    try:
        person.phone = check_phone(number.strip()) if number.strip() else None
    except FieldRefused as problem:
        raise Refused(str(problem)) from None
    audit.write(session, now, "staff", "staff.phone", subject=person.email)
    return person
