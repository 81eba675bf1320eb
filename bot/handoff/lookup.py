"""Everything that a colleague is told of a member whom they ask for: who, how far, what comes next, and their case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.handoff import cases, queues
from bot.handoff.queues import CaseLine
from bot.handoff.view_member import MemberView, member_view
from bot.model import Member
from bot.outreach.plan import plan_of
from bot.outreach.reach import Reach
from bot.plan.model import Plan
from bot.programme.models import Programme

DAYS, COMING, HISTORY = 30, 5, 5


@dataclass(frozen=True)
class Found:
    """One member at a moment; `case` is the one that is not resolved."""

    member_id: int
    view: MemberView
    plan: Plan
    case: CaseLine | None


def look_up(session: Session, programme: Programme, reach: Reach, member: Member, now: datetime) -> Found:
    """Reads only."""
    case = cases.unresolved(session, f"member:{member.id}")
    return Found(
        member_id=member.id,
        view=member_view(session, member, programme, now),
        plan=plan_of(session, programme, reach, member, now, days=DAYS, entries=COMING, history=HISTORY),
        case=queues.line(case, programme.inbox, now) if case is not None else None,
    )
