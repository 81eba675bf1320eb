"""When a page may write: Meta opens a window each time the member does something in the thread."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import InboxMessage, Purpose
from channels.messenger.parse import CHANNEL

FOR_ALL = timedelta(hours=24)
FOR_PEOPLE = timedelta(days=7)
CLOSED = "window_closed"

# Rows of a thread that are not the member's doing, or that Meta doesn't count.
SILENT = ("staff_echo", "thread_control", "edited")


class Way(Enum):
    """How a message may go: as an answer, as written by a person, or in a template that Meta approved."""

    RESPONSE = "RESPONSE"
    HUMAN_AGENT = "HUMAN_AGENT"
    UTILITY = "UTILITY"


def last_heard(session: Session, address: str) -> datetime | None:
    """When the member last did something in the thread, by Meta's time of it where that is earlier than ours."""
    event = InboxMessage.body["event"].as_string()
    heard = (
        sa.select(InboxMessage.received_at, InboxMessage.body)
        .where(InboxMessage.channel == CHANNEL, InboxMessage.address == address)
        .where(sa.or_(event.is_(None), event.not_in(SILENT)))
        .order_by(InboxMessage.id.desc())
        .limit(1)
    )
    row = session.execute(heard).first()
    if row is None:
        return None
    received: datetime = row.received_at
    at = row.body.get("at")
    return min(received, datetime.fromisoformat(at)) if at else received


def ways(purpose: Purpose, heard: datetime | None, now: datetime, *, has_template: bool) -> tuple[Way, ...]:
    """The ways that are open, best first. The next one serves when Meta says that its window is closed after all."""
    silence = now - heard if heard else None
    open_ways = [Way.RESPONSE] if silence is not None and silence < FOR_ALL else []
    if purpose is Purpose.STAFF_REPLY and silence is not None and silence < FOR_PEOPLE:
        open_ways.append(Way.HUMAN_AGENT)
    if purpose is Purpose.TOUCH and has_template:
        open_ways.append(Way.UTILITY)
    return tuple(open_ways)


def can_reach(session: Session, address: str, now: datetime, *, by_person: bool = False) -> str | None:
    """Why the programme, or a person, may not write to this address at `now` in own words; None when they may."""
    purpose = Purpose.STAFF_REPLY if by_person else Purpose.TOUCH
    return None if ways(purpose, last_heard(session, address), now, has_template=False) else CLOSED
