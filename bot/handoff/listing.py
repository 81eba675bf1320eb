"""Cases by what somebody asks for: a team, a state, a colleague, or what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bot.handoff.queues import IS_UNRESOLVED, CaseLine, Queue, in_order, line, teams_of
from bot.model import CaseEntry, HandOff, HandOffReason, HandOffState, Staff, Team
from bot.programme.inbox import Inbox

MOST = 2000
"""So many unresolved cases are put in order at most, the oldest of them."""
NOBODY = "nobody"


class Which(StrEnum):
    """States of cases, and all that are not resolved."""

    UNRESOLVED = "unresolved"
    OPEN = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Wanted:
    """Which cases. `assignee` is an e-mail address, or ``nobody``; None: anybody's. `overdue`: only, or not, such that
    a target was missed; `snoozed`: only those that rest, or not. `teams`: of any of these; empty: of all."""

    which: Which = Which.UNRESOLVED
    team: Team | None = None
    assignee: str | None = None
    member_id: int | None = None
    overdue: bool | None = None
    reason: HandOffReason | None = None
    snoozed: bool | None = None
    teams: tuple[Team, ...] = ()


@dataclass(frozen=True)
class Counts:
    """How many unresolved cases there are; those that rest are counted as `snoozed` alone."""

    mine: int
    teams: int
    unassigned: int
    everybody: int
    snoozed: int


def counts(session: Session, inbox: Inbox, person: Staff, now: datetime) -> Counts:
    """As this colleague sees them; in one statement."""
    rests = HandOff.snoozed_until > now
    awake = sa.or_(HandOff.snoozed_until.is_(None), HandOff.snoozed_until <= now)
    which = (
        sa.and_(awake, HandOff.assignee_id == person.id),
        sa.and_(awake, HandOff.team.in_(teams_of(inbox, person))),
        sa.and_(awake, HandOff.assignee_id.is_(None)),
        awake,
        rests,
    )
    found = sa.select(*(sa.func.coalesce(sa.func.sum(sa.case((one, 1), else_=0)), 0) for one in which))
    return Counts(*session.execute(found.where(IS_UNRESOLVED)).one())


def edition(session: Session) -> tuple[int, int]:
    """Changes when a case is opened, or something is done or written in one."""
    last = (sa.select(sa.func.max(model.id)).scalar_subquery() for model in (HandOff, CaseEntry))
    newest, entry = session.execute(sa.select(*last)).one()
    return newest or 0, entry or 0


def find(session: Session, inbox: Inbox, wanted: Wanted, now: datetime, *, skip: int, most: int) -> Queue:
    """The cases as they stand at `now`: the most urgent first, or, of resolved ones, the last one first."""
    found = sa.select(HandOff).where(*_conditions(wanted, now))
    found = found.options(joinedload(HandOff.member), joinedload(HandOff.assignee))
    if wanted.which is Which.RESOLVED:
        total = session.scalars(sa.select(sa.func.count()).select_from(found.subquery())).one()
        page = found.order_by(HandOff.resolved_at.desc(), HandOff.id.desc()).offset(skip).limit(most)
        return Queue(tuple(line(case, inbox, now) for case in session.scalars(page)), total)
    lines = [line(case, inbox, now) for case in session.scalars(found.order_by(HandOff.opened_at).limit(MOST))]
    kept = in_order([one for one in lines if _is_due(one, wanted)])
    return Queue(tuple(kept[skip : skip + most]), len(kept))


def _conditions(wanted: Wanted, now: datetime) -> list[sa.ColumnElement[bool]]:
    resolved = wanted.which is Which.RESOLVED
    conditions: list[sa.ColumnElement[bool]] = [HandOff.state == HandOffState.RESOLVED if resolved else IS_UNRESOLVED]
    if wanted.which in (Which.OPEN, Which.CLAIMED):
        conditions.append(HandOff.state == HandOffState(wanted.which.value))
    if wanted.team is not None:
        conditions.append(HandOff.team == wanted.team)
    if wanted.member_id is not None:
        conditions.append(HandOff.member_id == wanted.member_id)
    if wanted.teams:
        conditions.append(HandOff.team.in_(wanted.teams))
    if wanted.reason is not None:
        conditions.append(HandOff.reason == wanted.reason)
    if wanted.snoozed is not None:
        rests = sa.func.coalesce(HandOff.snoozed_until > now, sa.false())
        conditions.append(rests if wanted.snoozed else sa.not_(rests))
    if wanted.assignee == NOBODY:
        conditions.append(HandOff.assignee_id.is_(None))
    elif wanted.assignee is not None:
        whose = sa.select(Staff.id).where(Staff.email == wanted.assignee.lower())
        conditions.append(HandOff.assignee_id == whose.scalar_subquery())
    return conditions


def _is_due(one: CaseLine, wanted: Wanted) -> bool:
    return wanted.overdue is None or one.is_overdue == wanted.overdue
