"""Staff as the inbox knows them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.model import Staff


def known(session: Session, slack_user: str) -> Staff | None:
    """The colleague behind a Slack user id, if we have met."""
    return session.scalars(sa.select(Staff).where(Staff.slack_user == slack_user)).first()


def meet(session: Session, *, email: str, name: str, slack_user: str) -> Staff:
    """Joins a Slack user with the colleague of the same e-mail address, who is added if need be."""
    person = session.scalars(sa.select(Staff).where(Staff.email == email.lower())).first()
    if person is None:
        person = Staff(email=email.lower(), name=name)
        session.add(person)
    person.slack_user = slack_user
    session.flush()
    return person


def colleague(session: Session, email: str) -> Staff:
    """The colleague with this e-mail address.

    Raises:
        NotFound: we have not met.
    """
    person = session.scalars(sa.select(Staff).where(Staff.email == email.lower())).first()
    if person is None:
        raise NotFound(f"a colleague with the address {email}")
    return person
