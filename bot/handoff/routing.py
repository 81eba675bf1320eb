"""Whose case it is: the team by content, then the member's own Member Success Manager, or whoever has the fewest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff.people import name_in
from bot.handoff.working_time import ALWAYS, WorkingTime
from bot.lanes.put import insert_once
from bot.model import Absence, HandOff, HandOffReason, HandOffState, Priority, Staff, Team
from bot.programme.inbox import Inbox, TeamDesk

URGENCY = [Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT]


@dataclass(frozen=True)
class Routed:
    """Which team a case is for, and how urgent it is."""

    team: Team
    priority: Priority


def route(inbox: Inbox, reason: HandOffReason, segment: str | None, team: Team, priority: Priority) -> Routed:
    """The first route that fits; without one, the `team` that the bot would choose. A route only makes more urgent.

    `segment` is None for somebody who is no member: only routes that name no segment fit.
    """
    for one in inbox.routes:
        if (not one.reasons or reason in one.reasons) and (not one.segments or segment in one.segments):
            least = Priority(one.priority) if one.priority is not None else priority
            return Routed(Team(one.team), max(priority, least, key=URGENCY.index))
    return Routed(team, priority)


def desk_of(inbox: Inbox, team: Team) -> TeamDesk | None:
    """The team as the content has it, if it has."""
    return inbox.teams.get(team.value)


def channel_of(inbox: Inbox, team: Team, otherwise: str) -> str:
    """The Slack channel of a team's cards; `otherwise` is that of the settings."""
    desk = desk_of(inbox, team)
    return desk.slack_channel if desk is not None and desk.slack_channel is not None else otherwise


def channels_of(inbox: Inbox, otherwise: str) -> frozenset[str]:
    """All Slack channels in which there are cards; `otherwise` is that of the settings, where old ones may be."""
    return frozenset({otherwise, *(desk.slack_channel for desk in inbox.teams.values() if desk.slack_channel)})


def time_of(inbox: Inbox, team: Team, priority: Priority) -> WorkingTime:
    """The working time in which a case's clocks go."""
    target, desk = inbox.targets.get(priority.value), desk_of(inbox, team)
    if desk is None or (target is not None and target.around_the_clock):
        return ALWAYS
    return WorkingTime(desk.hours)


def colleague(session: Session, email: str) -> Staff:
    """The colleague of the content with this address, who is added if need be."""
    return colleagues(session, [email])[0]


def colleagues(session: Session, emails: Sequence[str]) -> list[Staff]:
    """The same for several, in their order and in one statement, unless somebody has to be added."""
    met = sa.select(Staff).where(Staff.email.in_(emails))
    known = {person.email: person for person in session.scalars(met)}
    for email in emails:
        if email not in known:
            insert_once(session, Staff, "email", email=email, name=name_in(email))
            known[email] = session.scalars(sa.select(Staff).where(Staff.email == email)).one()
    return [known[email] for email in emails]


def is_absent(session: Session, person: Staff, now: datetime) -> bool:
    """Whether a calendar, a colleague or they themselves say that they are away now."""
    away = sa.select(Absence.id).where(
        Absence.staff_id == person.id, Absence.starts_at <= now, Absence.ends_at > now
    )  # fmt: skip
    return session.scalars(away.limit(1)).first() is not None


def choose(session: Session, inbox: Inbox, case: HandOff, now: datetime, but: Collection[int] = ()) -> Staff | None:
    """Who of the team is to get the case now; None while nobody is there.

    The member's own MSM comes first, then who has the fewest unresolved cases, then whose last one came longest ago.
    `but` are ids of colleagues who are passed over.
    """
    desk = desk_of(inbox, case.team)
    if desk is None or not time_of(inbox, case.team, case.priority).is_open(now):
        return None
    people = colleagues(session, list(dict.fromkeys(desk.people)))
    away = _absent(session, people, now)
    present = [person for person in people if person.id not in away and person.id not in but]
    own = case.member.msm_id if case.member is not None else None
    for person in present:
        if person.id == own:
            return person
    return _least_busy(session, present)


def _absent(session: Session, people: Sequence[Staff], now: datetime) -> set[int | None]:
    ids = [person.id for person in people]
    away = sa.select(Absence.staff_id).where(
        Absence.staff_id.in_(ids), Absence.starts_at <= now, Absence.ends_at > now
    )  # fmt: skip
    return set(session.scalars(away))


def _least_busy(session: Session, people: Sequence[Staff]) -> Staff | None:
    if not people:
        return None
    unresolved = sa.func.count().filter(HandOff.state != HandOffState.RESOLVED)
    loads = (
        sa.select(HandOff.assignee_id, unresolved, sa.func.max(HandOff.id))
        .where(HandOff.assignee_id.in_([person.id for person in people]))
        .group_by(HandOff.assignee_id)
    )
    load = {who: (count, newest) for who, count, newest in session.execute(loads)}
    return min(people, key=lambda person: load.get(person.id, (0, 0)))
