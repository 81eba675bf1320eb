"""Cases by what somebody asks for: a team, a state, a colleague, or what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bot.handoff.queues import IS_UNRESOLVED, CaseLine, Queue, in_order, line
from bot.model import HandOff, HandOffState, Staff, Team
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
    a target was missed."""

    which: Which = Which.UNRESOLVED
    team: Team | None = None
    assignee: str | None = None
    member_id: int | None = None
    overdue: bool | None = None


def find(session: Session, inbox: Inbox, wanted: Wanted, now: datetime, *, skip: int, most: int) -> Queue:
    """The cases as they stand at `now`: the most urgent first, or, of resolved ones, the last one first."""
    found = sa.select(HandOff).where(*_conditions(wanted))
    found = found.options(joinedload(HandOff.member), joinedload(HandOff.assignee))
    if wanted.which is Which.RESOLVED:
        total = session.scalars(sa.select(sa.func.count()).select_from(found.subquery())).one()
        page = found.order_by(HandOff.resolved_at.desc(), HandOff.id.desc()).offset(skip).limit(most)
        return Queue(tuple(line(case, inbox, now) for case in session.scalars(page)), total)
    lines = [line(case, inbox, now) for case in session.scalars(found.order_by(HandOff.opened_at).limit(MOST))]
    kept = in_order([one for one in lines if _is_due(one, wanted)])
    return Queue(tuple(kept[skip : skip + most]), len(kept))


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    resolved = wanted.which is Which.RESOLVED
    conditions: list[sa.ColumnElement[bool]] = [HandOff.state == HandOffState.RESOLVED if resolved else IS_UNRESOLVED]
    if wanted.which in (Which.OPEN, Which.CLAIMED):
        conditions.append(HandOff.state == HandOffState(wanted.which.value))
    if wanted.team is not None:
        conditions.append(HandOff.team == wanted.team)
    if wanted.member_id is not None:
        conditions.append(HandOff.member_id == wanted.member_id)
    if wanted.assignee == NOBODY:
        conditions.append(HandOff.assignee_id.is_(None))
    elif wanted.assignee is not None:
        whose = sa.select(Staff.id).where(Staff.email == wanted.assignee.lower())
        conditions.append(HandOff.assignee_id == whose.scalar_subquery())
    return conditions


def _is_due(one: CaseLine, wanted: Wanted) -> bool:
    return wanted.overdue is None or one.is_overdue == wanted.overdue
