"""Who may get a case, and whose day it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import routing
from bot.model import Absence, HandOff, HandOffState, Staff
from bot.programme.inbox import Inbox, TeamDesk

NINE = time(9)
MOST = 90


@dataclass(frozen=True)
class Colleague:
    """Somebody who may get a case: how many they have that are not resolved, and until when (UTC) they are away."""

    staff_id: int
    name: str
    cases: int
    away_until: datetime | None


def who_may_have(session: Session, inbox: Inbox, now: datetime) -> list[Colleague]:
    """The people of the content's teams; without teams, everybody whom we know. By name, in three statements."""
    emails = list(dict.fromkeys(email for desk in inbox.teams.values() for email in (*desk.people, desk.lead)))
    if emails:
        people = [routing.colleague(session, email) for email in emails]
    else:
        people = list(session.scalars(sa.select(Staff).order_by(Staff.name).limit(MOST)))
    ids = [person.id for person in people]
    counted = sa.select(HandOff.assignee_id, sa.func.count()).where(
        HandOff.assignee_id.in_(ids), HandOff.state != HandOffState.RESOLVED
    )
    busy = {row[0]: row[1] for row in session.execute(counted.group_by(HandOff.assignee_id))}
    absent = sa.select(Absence.staff_id, sa.func.max(Absence.ends_at)).where(
        Absence.staff_id.in_(ids), Absence.starts_at <= now, Absence.ends_at > now
    )
    away: dict[int | None, datetime] = {row[0]: row[1] for row in session.execute(absent.group_by(Absence.staff_id))}
    found = [Colleague(one.id, one.name, busy.get(one.id, 0), away.get(one.id)) for one in people]
    return sorted(found, key=lambda one: (one.away_until is not None, one.name))


def day_of(inbox: Inbox, staff: Staff, case: HandOff) -> tuple[ZoneInfo, time]:
    """The time zone of a colleague's team and when its day begins; that of the case's team for who is in none."""
    own = next((desk for desk in inbox.teams.values() if _is_in(staff, desk)), None)
    desk = own or routing.desk_of(inbox, case.team)
    return (desk.hours.zone, desk.hours.start) if desk is not None else (ZoneInfo("UTC"), NINE)


def _is_in(staff: Staff, desk: TeamDesk) -> bool:
    return staff.email in (*desk.people, desk.lead, desk.deputy)
