"""Members who may be lost, the most endangered first. Only those with a sign are looked at, so that it costs little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from bot.handoff import risk
from bot.handoff.risk import RENEWAL_NEAR, Level, Risk
from bot.handoff.risk_facts import LOOK_BACK, SCORES_COUNT
from bot.model import (
    CheckIn,
    CheckInState,
    HandOff,
    HandOffReason,
    JourneyRun,
    Member,
    MemberStatus,
    RunState,
    StepProgress,
    StepState,
    SurveyAnswer,
)
from bot.programme.models import Programme
from bot.programme.surveys import SCALES, band_of

MOST_LOOKED_AT = 200
BROUGHT = (HandOffReason.LEAVING, HandOffReason.COMPLAINT)
OVER = (CheckInState.EXPIRED, CheckInState.HANDED_OFF)
LOW = {kind: [score for score in range(scale[0], scale[1] + 1) if band_of(kind, score) == "low"]
       for kind, scale in SCALES.items()}  # fmt: skip


@dataclass(frozen=True)
class RiskLine:
    """One member, with the day of renewal where it is known."""

    member_id: int
    name: str
    msm: str | None
    renews_on: date | None
    risk: Risk


@dataclass(frozen=True)
class AtRisk:
    """The first of those at high or medium risk. `is_all`: nobody with a sign was left unlooked at."""

    lines: tuple[RiskLine, ...]
    high: int
    medium: int
    is_all: bool
    is_own: bool
    """Whether only the members of one Member Success Manager were looked at."""

    @property
    def more(self) -> int:
        return self.high + self.medium - len(self.lines)


def at_risk(session: Session, programme: Programme, now: datetime, most: int, msm_id: int | None = None) -> AtRisk:
    """Members at risk at `now`: those of one colleague, or of all if `msm_id` is None or nobody's manager.

    Looks closely at `MOST_LOOKED_AT` members at most, those with the most kinds of signs. Whoever merely has no address
    that may be used is not among them, and neither is whoever has lapsed or left: they are lost already.
    """
    own = msm_id if msm_id is not None and _has_members(session, msm_id) else None
    found = _with_signs(session, now, own)
    members = session.scalars(
        sa.select(Member).where(Member.id.in_(found[:MOST_LOOKED_AT])).options(joinedload(Member.msm))
    ).all()
    risks = risk.of_many(session, programme, members, now)
    lines = [RiskLine(one.id, one.name, one.msm.name if one.msm else None, one.renews_on, risks[one.id])
             for one in members if risks[one.id].level is not Level.LOW]  # fmt: skip
    lines.sort(key=_place)
    high = sum(one.risk.level is Level.HIGH for one in lines)
    return AtRisk(
        lines=tuple(lines[:most]),
        high=high,
        medium=len(lines) - high,
        is_all=len(found) <= MOST_LOOKED_AT,
        is_own=own is not None,
    )


def _place(one: RiskLine) -> tuple[bool, int, int, int]:
    serious = sum(reason.is_serious for reason in one.risk.reasons)
    return one.risk.level is not Level.HIGH, -serious, -len(one.risk.reasons), one.member_id


def _has_members(session: Session, msm_id: int) -> bool:
    own = sa.select(Member.id).where(Member.msm_id == msm_id, Member.status == MemberStatus.ACTIVE)
    return session.scalars(own.limit(1)).first() is not None


def _with_signs(session: Session, now: datetime, msm_id: int | None) -> Sequence[int]:
    """Ids of members with a sign, those with the most kinds of signs first; one more than are looked at, at most."""
    signs = sa.union_all(*_signs(now)).subquery()
    kinds = sa.func.count(sa.distinct(signs.c.kind))
    found = (
        sa.select(Member.id)
        .join(signs, signs.c.member_id == Member.id)
        .where(Member.status == MemberStatus.ACTIVE)
        .group_by(Member.id)
        .order_by(kinds.desc(), Member.id)
        .limit(MOST_LOOKED_AT + 1)
    )
    return session.scalars(found if msm_id is None else found.where(Member.msm_id == msm_id)).all()


def _signs(now: datetime) -> list[sa.Select[Any]]:
    """What `bot.handoff.risk` may count as a sign, as cheaply as the tables can tell it."""
    today = now.date()
    near = (Member.renews_on >= today - timedelta(days=1), Member.renews_on <= today + RENEWAL_NEAR)
    low = sa.or_(*(sa.and_(SurveyAnswer.kind == kind, SurveyAnswer.number.in_(LOW[kind])) for kind in LOW))
    reminded = sa.and_(CheckIn.state == CheckInState.OPEN, CheckIn.rung >= risk.REMINDED)
    over = sa.and_(CheckIn.state.in_(OVER), CheckIn.closed_at >= now - LOOK_BACK)
    return [
        _sign("renewal", Member.id).where(*near),
        _sign("brought", HandOff.member_id).where(HandOff.reason.in_(BROUGHT), HandOff.opened_at >= now - LOOK_BACK),
        _sign("silent", CheckIn.member_id).where(sa.or_(reminded, over)),
        _sign("score", SurveyAnswer.member_id).where(low, SurveyAnswer.at >= now - SCORES_COUNT),
        _sign("blocked", JourneyRun.member_id)
        .join(StepProgress, StepProgress.run_id == JourneyRun.id)
        .where(JourneyRun.state == RunState.ACTIVE, StepProgress.state == StepState.BLOCKED),
    ]


def _sign(kind: str, whose: InstrumentedAttribute[Any]) -> sa.Select[Any]:
    return sa.select(whose.label("member_id"), sa.literal(kind).label("kind"))
