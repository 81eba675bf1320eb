"""What stands around a member's message, in one statement: most messages come to nothing special."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff.cases import IS_UNRESOLVED
from bot.members import consent
from bot.model import (
    CheckIn,
    CheckInState,
    ContactPoint,
    Conversation,
    HandOff,
    HandOffState,
    InboxMessage,
)


@dataclass(frozen=True)
class Around:
    """The conversation, if it has begun, and where the message came from, if that is a member's.

    `may_have_case`: a case is open, or was resolved lately. `may_climb`: a question is open that climbs a ladder. They
    say whether it is worth looking, and locking; what is found then decides.
    """

    conversation: Conversation | None
    point: ContactPoint | None
    may_have_case: bool
    may_climb: bool


_WHOSE: sa.BindParameter[int] = sa.bindparam("whose")
_OPEN_CASE = sa.exists().where(HandOff.subject == sa.bindparam("about"), IS_UNRESOLVED)
_ENDED_CASE = sa.exists().where(
    HandOff.member_id == _WHOSE,
    HandOff.state == HandOffState.RESOLVED,
    HandOff.resolved_at > sa.bindparam("since", type_=HandOff.resolved_at.type),
)
_CLIMBS = sa.exists().where(CheckIn.member_id == _WHOSE, CheckIn.state == CheckInState.OPEN, CheckIn.rung > 0)
_FROM_HERE = sa.and_(
    ContactPoint.channel == sa.bindparam("at_channel"), ContactPoint.address == sa.bindparam("at_address")
)
_AROUND = (
    sa.select(Conversation, ContactPoint, sa.or_(_OPEN_CASE, _ENDED_CASE), _CLIMBS)
    .outerjoin(ContactPoint, _FROM_HERE)
    .where(Conversation.member_id == _WHOSE)
)


def look(session: Session, item: InboxMessage, since: datetime) -> Around:
    """For a message of a known member, who is locked. A case that was resolved after `since` counts."""
    about = {"whose": item.member_id, "about": f"member:{item.member_id}", "since": since}
    row = session.execute(_AROUND, {**about, "at_channel": item.channel, "at_address": item.address}).first()
    if row is None:  # the member's first message
        return Around(None, consent.find(session, item.channel, item.address), may_have_case=True, may_climb=True)
    return Around(*row)
