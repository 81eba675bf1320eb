"""Staff as the inbox knows them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.model import HandOff, HandOffState, Staff

HIDDEN = "@slack.invalid"


def known(session: Session, slack_user: str) -> Staff | None:
    """The colleague behind a Slack user id, if we have met."""
    return session.scalars(sa.select(Staff).where(Staff.slack_user == slack_user)).first()


def meet(session: Session, *, email: str, name: str, slack_user: str) -> Staff:
    """Joins a Slack user with the colleague of the same e-mail address, who is added if need be.

    A name that was only guessed from the address gives way to `name`, which members read below what staff write. What
    somebody has in hand whose address was hidden until now goes on in their own name.
    """
    person = session.scalars(sa.select(Staff).where(Staff.email == email.lower())).first()
    before = known(session, slack_user)
    if before is not None and before is not person:
        person = _unveil(session, before, person, email)
    if person is None:
        person = Staff(email=email.lower(), name=name)
        session.add(person)
    elif person.slack_user is None and person.name == name_in(email):
        person.name = name
    person.slack_user = slack_user
    session.flush()
    return person


def is_hidden(person: Staff) -> bool:
    """Whether Slack did not tell their address, so that they have one that leads nowhere."""
    return person.email.endswith(HIDDEN)


def _unveil(session: Session, before: Staff, person: Staff | None, email: str) -> Staff:
    if person is None:
        before.email = email.lower()
        return before
    before.slack_user = None
    in_hand = sa.update(HandOff).where(HandOff.assignee_id == before.id, HandOff.state != HandOffState.RESOLVED)
    session.execute(in_hand.values(assignee_id=person.id))
    session.flush()
    return person


def name_in(email: str) -> str:
    """The name that an address seems to hold, until somebody says a better one: "Maria Okafor"."""
    return email.lower().partition("@")[0].replace(".", " ").title()


def colleague(session: Session, email: str) -> Staff:
    """The colleague with this e-mail address.

    Raises:
        NotFound: we have not met.
    """
    person = session.scalars(sa.select(Staff).where(Staff.email == email.lower())).first()
    if person is None:
        raise NotFound(f"a colleague with the address {email}")
    return person
