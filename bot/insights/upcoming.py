"""What happens next by itself, and whether what is due is done: for whoever pushes the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.clock import Times
from bot.model import CheckIn, HandOff, JourneyRun, Lane, PlannedEntry, SurveyRound

SOON = timedelta(seconds=5)
"""A lane that is parked for longer (elapsed time) waits for a provider that fails: that may take for ever."""


@dataclass(frozen=True)
class Upcoming:
    """Something that is looked at when its time has come; `what` says what it is in words."""

    at: datetime
    what: str
    member_id: int | None


def next_event(session: Session, now: datetime) -> Upcoming | None:
    """The earliest stored deadline after `now`, of whatever kind; None when nothing is to come.

    What is due already is no event any more: it is being done.
    """
    found = (_first(session, kind, now) for kind in _KINDS)
    return min((one for one in found if one is not None), key=lambda one: one.at, default=None)


def is_at_rest(session: Session, times: Times) -> bool:
    """Whether everything that is due has been done: no deadline has passed, and no lane is ready or in hand."""
    late = (sa.exists().where(kind.at <= times.now, *kind.where) for kind in _KINDS)
    busy = sa.exists().where(Lane.due_at.is_not(None), Lane.due_at <= times.wall + SOON)
    return not session.scalar(sa.select(sa.or_(busy, *late)))


@dataclass(frozen=True)
class _Kind:
    what: str
    at: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
    member: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    where: tuple[sa.TextClause, ...] = ()


# The conditions are those of the partial indexes, to the letter: only so are these used on either database.
_LIVE, _ACTIVE = sa.text("state in ('scheduled', 'open')"), sa.text("state = 'active'")
_KINDS = (
    _Kind("a question is looked at", CheckIn.next_touch_at, CheckIn.member_id, (_LIVE,)),
    _Kind("a journey begins", PlannedEntry.due_at, PlannedEntry.member_id),
    _Kind("a journey is over", JourneyRun.lapses_at, JourneyRun.member_id, (_ACTIVE,)),
    _Kind("a survey is looked at", SurveyRound.look_at, SurveyRound.member_id),
    _Kind("a case is looked at", HandOff.look_at, HandOff.member_id),
)


def _first(session: Session, kind: _Kind, now: datetime) -> Upcoming | None:
    row = session.execute(
        sa.select(kind.at, kind.member).where(kind.at > now, *kind.where).order_by(kind.at).limit(1)
    ).first()
    return Upcoming(row[0], kind.what, row[1]) if row is not None and row[0] is not None else None
