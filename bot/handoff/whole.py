"""A case with everything that whoever tends to it needs before them: more than a card in Slack has room for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bot.errors import NotFound
from bot.handoff import replies, suggest, timeline
from bot.handoff.queues import CaseLine, line
from bot.handoff.replies import Way
from bot.handoff.timeline import Timeline
from bot.handoff.view import CaseView, view
from bot.handoff.view_reach import phone_of
from bot.model import HandOff, HandOffState
from bot.outreach.reach import Reach
from bot.programme.models import Programme

EARLIER = 10


@dataclass(frozen=True)
class EarlierCase:
    """Another case about the same person."""

    case_id: int
    reason: str
    state: str
    opened_at: datetime
    assignee: str | None
    outcome: str | None
    follow_up_on: date | None


@dataclass(frozen=True)
class Whole:
    """A case at a moment. `holder` is the number of the colleague who has claimed it, 0 while nobody has.

    `edition` changes whenever there is something new to see.
    """

    view: CaseView
    line: CaseLine
    team: str
    holder: int
    ways: tuple[Way, ...]
    timeline: Timeline
    earlier: tuple[EarlierCase, ...]
    suggestions: tuple[str, ...]
    phone: str | None
    member_id: int | None
    edition: tuple[object, ...]

    @property
    def case_id(self) -> int:
        return self.view.case_id


def whole(
    session: Session, programme: Programme, reach: Reach, case_id: int, now: datetime, most: int = timeline.LAST
) -> Whole:
    """Reads only; `most` lines of what was said and done.

    Raises:
        NotFound: there is no such case.
    """
    case = session.get(HandOff, case_id)
    if case is None:
        raise NotFound(f"case {case_id}")
    seen, ways = view(session, case, programme, now), replies.ways(session, reach, case, now)
    return Whole(
        view=seen,
        line=line(case, programme.inbox, now),
        team=str(case.team),
        holder=(case.assignee_id or 0) if case.state is HandOffState.CLAIMED else 0,
        ways=ways,
        timeline=timeline.timeline(session, case, programme, most),
        earlier=tuple(_earlier(session, case)),
        suggestions=suggest.suggestions(seen, ways),
        phone=phone_of(case),
        member_id=case.member_id,
        edition=timeline.edition(session, case),
    )


def edition(session: Session, case_id: int) -> tuple[object, ...]:
    """As `Whole.edition`; empty when the case is gone."""
    case = session.get(HandOff, case_id)
    return timeline.edition(session, case) if case is not None else ()


def _earlier(session: Session, case: HandOff) -> list[EarlierCase]:
    """The newest first."""
    whose = HandOff.member_id == case.member_id if case.member_id is not None else HandOff.subject == case.subject
    rows = sa.select(HandOff).where(whose, HandOff.id != case.id).options(joinedload(HandOff.assignee))
    return [
        EarlierCase(
            one.id, one.reason, one.state, one.opened_at, one.assignee.name if one.assignee else None, one.outcome,
            one.follow_up_on,
        )
        for one in session.scalars(rows.order_by(HandOff.id.desc()).limit(EARLIER))
    ]  # fmt: skip
