"""From when a member's steps and journeys count, and at which hour they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from bot.model import Conversation, Member
from bot.outreach.best_time import aim
from bot.outreach.hours import at_local
from bot.programme.models import Programme
from bot.programme.navigate import Starts
from bot.progress.runs import Standing

MORNING = time(9)
"""Dates of the records have no hour: they count from this one, local time."""


def moment_of(member: Member, day: date) -> datetime:
    """The moment (UTC) from which a date in a member's record counts."""
    return at_local(day, MORNING, member.zone)


def starts_of(standing: Standing, member: Member, previous_at: datetime | None) -> Starts:
    """What the due times of a run's steps count from."""
    renewal = standing.run.anchor_on or member.renews_on
    return Starts(
        joined=moment_of(member, member.joined_on),
        entered=standing.run.entered_at,
        previous_step=previous_at or standing.run.entered_at,
        renewal=moment_of(member, renewal) if renewal else None,
        dates={name: moment_of(member, day) for name, day in _days(member.dates).items()},
    )


def at_best(session: Session, programme: Programme, member: Member, moment: datetime) -> datetime:
    """`moment`, moved to the hour that the member asked for, else at which they answer best, else the programme's."""
    return best_of(programme, member, session.get(Conversation, member.id), moment)


def best_of(programme: Programme, member: Member, conversation: Conversation | None, moment: datetime) -> datetime:
    """The same for a member whose conversation is known; None: they have none."""
    learned = conversation.best_hour if conversation is not None else None
    hour = member.wishes.get("hour", learned)
    return aim(moment, time(hour) if hour is not None else programme.hours.best, member.zone)


def first_asked(session: Session, programme: Programme, member: Member, due: datetime, now: datetime) -> datetime:
    """When a step that is due at `due` is asked: at the member's best hour, at once when it is overdue."""
    return max(at_best(session, programme, member, due), now) if due > now else now


def before_end(moment: datetime, expires_at: datetime | None) -> datetime:
    """`moment`, or the end of the question if that comes first; None stands for a question without an end."""
    return min(moment, expires_at) if expires_at is not None else moment


def _days(dates: Mapping[str, Any]) -> dict[str, date]:
    return {name: date.fromisoformat(str(day)) for name, day in dates.items() if day}
