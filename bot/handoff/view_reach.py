"""How a member is best reached, and when not, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import Absence, ContactPoint, Conversation, HandOff, Member
from bot.outreach import facts, wishes
from bot.outreach.hours import at_local, next_open
from bot.outreach.reach import is_free
from bot.programme.models import Programme

PHONES = ("voice", "sms")
_ABSENCES = sa.select(Absence).where(Absence.member_id == sa.bindparam("member"), Absence.ends_at > sa.bindparam("at"))


@dataclass(frozen=True)
class Reach:
    """`best` is the channel to write on, `why` how that is known: wished, answers, last or only.

    `closed` are the channels that may not be used, with the reason. Until `quiet_until` it is no time of contact
    where the member lives; what staff send goes out all the same. `away_until` is the end of an absence. Both are UTC.
    """

    best: str | None = None
    why: str | None = None
    closed: tuple[tuple[str, str], ...] = ()
    quiet_until: datetime | None = None
    away_until: datetime | None = None
    best_hour: int | None = None


def reach(session: Session, member: Member, programme: Programme, now: datetime) -> Reach:
    """How the member is reached at `now` (UTC)."""
    conversation = session.get(Conversation, member.id)
    points = [point for point in member.contact_points if point.unconfirmed_at is None and point.channel != "voice"]
    best, why = _best(points, member, conversation)
    hours = wishes.hours(programme.hours, member)
    opens = next_open(now, member.zone, hours, facts.closed_for(programme.hours, member))
    wished = member.wishes.get("hour")
    return Reach(
        best=best,
        why=why,
        closed=tuple((point.channel, _closed(point)) for point in points if not is_free(point)),
        quiet_until=opens if opens > now else None,
        away_until=_away(session, member, programme, now),
        best_hour=wished if isinstance(wished, int) else conversation.best_hour if conversation else None,
    )


def phone_of(case: HandOff) -> str | None:
    """The number (E.164) at which whom the case is about can be called; None when we know of none that works.

    A person may call a member who stopped text messages: that is for the person to weigh, so those come last only.
    """
    points = case.member.contact_points if case.member is not None else []
    works = [point for point in points if point.channel in PHONES and point.unusable_at is None]
    works.sort(key=lambda point: (not is_free(point), PHONES.index(point.channel)))
    if works:
        return works[0].address
    return case.address if case.member is None and case.channel in PHONES else None


def _best(
    points: Sequence[ContactPoint], member: Member, conversation: Conversation | None
) -> tuple[str | None, str | None]:
    """Where the member asked to be written to, answers most, or wrote last, if that may be used; else what may."""
    free = [point.channel for point in points if is_free(point)]
    known = (
        (member.wishes.get("channel"), "wished"),
        (conversation.best_channel if conversation else None, "answers"),
        (conversation.channel if conversation else None, "last"),
    )
    for channel, why in known:
        if channel in free:
            return channel, why
    return (free[0], "only" if len(set(free)) == 1 else None) if free else (None, None)


def _closed(point: ContactPoint) -> str:
    if point.opted_out_at is not None:
        return "opted_out"
    if point.unusable_at is not None:
        return "unusable_address"
    return "no_consent"


def _away(session: Session, member: Member, programme: Programme, now: datetime) -> datetime | None:
    until = facts.until(session.scalars(_ABSENCES, {"member": member.id, "at": now}), now)
    said = at_local(member.away_until, programme.hours.start, member.zone) if member.away_until else None
    return max((moment for moment in (until, said) if moment is not None and moment > now), default=None)
