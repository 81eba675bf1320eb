"""Which cases a colleague sees first: their own, then those of their teams, by urgency and deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bot.handoff import clocks
from bot.handoff.routing import URGENCY
from bot.model import HandOff, HandOffState, Priority, Staff, Team
from bot.programme.inbox import Inbox

MOST = 300
"""So many cases are put in order at most, the most urgent and the oldest of them."""
_FAR = datetime.max.replace(tzinfo=UTC)
# The state is written into the statement: only so does SQLite use the partial index.
_RESOLVED = sa.bindparam("resolved", HandOffState.RESOLVED, type_=HandOff.state.type, literal_execute=True)
IS_UNRESOLVED = HandOff.state != _RESOLVED
_BY_URGENCY = sa.case({priority: -at for at, priority in enumerate(URGENCY)}, value=HandOff.priority)


@dataclass(frozen=True)
class CaseLine:
    """A case in a list. `due` (UTC) is the target that was missed, or else the next; None while it is snoozed.

    `assignee` is whom it was given to while it is open, and who has it once it is claimed.
    """

    case_id: int
    who: str
    reason: str
    summary: str
    priority: str
    state: str
    team: str
    assignee: str | None
    opened_at: datetime
    due: datetime | None
    is_overdue: bool
    is_waiting: bool
    snoozed_until: datetime | None = None
    waiting_since: datetime | None = None
    member_id: int | None = None


@dataclass(frozen=True)
class Queue:
    """The first of `total` cases."""

    lines: tuple[CaseLine, ...]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.lines)


def teams_of(inbox: Inbox, person: Staff) -> tuple[Team, ...]:
    """The teams in which the content names this colleague; all of them for somebody whom it doesn't name."""
    named = [
        Team(name)
        for name, desk in inbox.teams.items()
        if person.email in {*desk.people, desk.lead, desk.deputy}
    ]  # fmt: skip
    return tuple(named) or tuple(Team)


def mine(session: Session, inbox: Inbox, person: Staff, now: datetime, most: int) -> Queue:
    """The cases that are this colleague's: claimed by them, or given to them."""
    return _queue(session, inbox, HandOff.assignee_id == person.id, now, most)


def of_teams(
    session: Session, inbox: Inbox, teams: tuple[Team, ...], now: datetime, most: int, but: Staff | None = None
) -> Queue:
    """The unresolved cases of these teams; those that are `but`'s are left out."""
    whose: sa.ColumnElement[bool] = HandOff.team.in_(teams)
    if but is not None:
        whose = sa.and_(whose, HandOff.assignee_id.is_distinct_from(but.id))
    return _queue(session, inbox, whose, now, most)


def line(case: HandOff, inbox: Inbox, now: datetime) -> CaseLine:
    """The case as it stands at `now`."""
    deadlines, is_snoozed = clocks.deadlines(case, inbox), clocks.is_snoozed(case, now)
    missed = None if is_snoozed else deadlines.missed_since(now)
    return CaseLine(
        case_id=case.id,
        who=case.member.name if case.member is not None else case.address,
        reason=case.reason,
        summary=case.summary,
        priority=case.priority,
        state=case.state,
        team=case.team,
        assignee=case.assignee.name if case.assignee is not None else None,
        opened_at=case.opened_at,
        due=None if is_snoozed else missed or deadlines.next_after(now),
        is_overdue=missed is not None,
        is_waiting=case.waiting_since is not None,
        snoozed_until=case.snoozed_until if is_snoozed else None,
        waiting_since=case.waiting_since,
        member_id=case.member_id,
    )


def in_order(lines: list[CaseLine]) -> list[CaseLine]:
    """The most urgent first, then by deadline; what is snoozed comes last."""
    return sorted(lines, key=_place)


def _place(one: CaseLine) -> tuple[bool, int, datetime, int]:
    return one.snoozed_until is not None, -URGENCY.index(Priority(one.priority)), one.due or _FAR, one.case_id


def _queue(session: Session, inbox: Inbox, which: sa.ColumnElement[bool], now: datetime, most: int) -> Queue:
    total = session.scalars(sa.select(sa.func.count()).select_from(HandOff).where(which, IS_UNRESOLVED)).one()
    found = (
        sa.select(HandOff)
        .where(which, IS_UNRESOLVED)
        .options(joinedload(HandOff.member), joinedload(HandOff.assignee))
        .order_by(_BY_URGENCY, HandOff.opened_at, HandOff.id)
        .limit(MOST)
    )
    lines = in_order([line(case, inbox, now) for case in session.scalars(found)])
    return Queue(tuple(lines[:most]), total)
