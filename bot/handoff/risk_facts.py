"""What the risk of members is told from: of many members in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import (
    CallOutcome,
    CheckIn,
    CheckInKind,
    CheckInState,
    ContactPoint,
    Conversation,
    HandOff,
    HandOffReason,
    JourneyRun,
    Member,
    MemberStatus,
    RunState,
    StepState,
    SurveyAnswer,
    Touch,
)
from bot.outreach.reach import is_free
from bot.programme.models import Programme
from bot.programme.navigate import step_of, steps
from bot.programme.surveys import SCALES, Band, band_of
from bot.progress import runs

LOOK_BACK = timedelta(days=120)
"""How long a silence, a complaint and the wish to leave are remembered."""
SCORES_COUNT = timedelta(days=180)


@dataclass(frozen=True)
class Unanswered:
    """A question without an answer: `messages` were sent about it since `asked_at`; `is_over`: nobody asks any more."""

    asked_at: datetime
    messages: int
    is_over: bool


@dataclass(frozen=True)
class Score:
    """The member's last score of one kind, on a scale from `lowest` to `highest`; `survey` is the survey's name."""

    kind: str
    survey: str
    number: int
    lowest: int
    highest: int
    band: Band
    at: datetime


@dataclass(frozen=True)
class BlockedStep:
    name: str
    since: datetime


@dataclass(frozen=True)
class OpenRun:
    """A journey that is under way: its name, how many of its steps are not over, and where the member is stuck."""

    journey: str
    open_steps: int
    blocked: tuple[BlockedStep, ...] = ()


@dataclass(frozen=True)
class Brought:
    """The newest case with some reason."""

    case_id: int
    opened_at: datetime


@dataclass
class Facts:
    """One member."""

    zone: ZoneInfo
    status: MemberStatus = MemberStatus.ACTIVE
    renews_on: date | None = None
    lapsed_on: date | None = None
    is_reachable: bool = True
    last_heard: datetime | None = None
    unanswered: list[Unanswered] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    runs: list[OpenRun] = field(default_factory=list)
    cases: dict[HandOffReason, Brought] = field(default_factory=dict)

    def day(self, moment: datetime) -> date:
        """The member's local day."""
        return moment.astimezone(self.zone).date()

    def today(self, now: datetime) -> date:
        return self.day(now)


def load(session: Session, programme: Programme, members: Collection[Member], now: datetime) -> Mapping[int, Facts]:
    """The facts by member id. Reads only."""
    known = {member.id: Facts(member.zone, member.status, member.renews_on, member.lapsed_on) for member in members}
    if not known:
        return known
    ids: dict[str, Any] = {"ids": list(known), "since": now - LOOK_BACK}
    for member_id, heard in session.execute(_HEARD, ids):
        known[member_id].last_heard = heard
    for row in session.execute(_UNANSWERED, ids):
        over = row.state is not CheckInState.OPEN
        known[row.member_id].unanswered.append(Unanswered(row.first_at, row.messages, over))
    for case in session.execute(_CASES, ids):
        known[case.member_id].cases[case.reason] = Brought(case.id, case.opened_at)
    _add_scores(session, programme, known, now)
    _add_runs(session, known)
    free: set[int] = {point.member_id for point in session.scalars(_POINTS, ids) if is_free(point)}
    for member_id, facts in known.items():
        facts.is_reachable = member_id in free
    return known


def _add_scores(session: Session, programme: Programme, known: dict[int, Facts], now: datetime) -> None:
    """The newest score of each kind: a good one takes back a bad one."""
    newest: dict[tuple[int, str], Score] = {}
    for row in session.scalars(_SCORES, {"ids": list(known), "since": now - SCORES_COUNT}):
        if row.kind is not None and row.kind in SCALES and row.number is not None:
            survey = programme.surveys.get(row.survey)
            name = survey.name if survey is not None else row.survey.replace("_", " ")
            band = band_of(row.kind, row.number)
            newest[row.member_id, row.kind] = Score(row.kind, name, row.number, *SCALES[row.kind], band, row.at)
    for (member_id, _kind), score in newest.items():
        known[member_id].scores.append(score)


def _add_runs(session: Session, known: dict[int, Facts]) -> None:
    by_member: defaultdict[int, list[int]] = defaultdict(list)
    for run_id, member_id in session.execute(_RUNS, {"ids": list(known)}):
        by_member[member_id].append(run_id)
    runs.load(session, [run_id for ids in by_member.values() for run_id in ids])
    for member_id, ids in by_member.items():
        known[member_id].runs = [_open_run(runs.standing(session, run_id)) for run_id in ids]


def _open_run(standing: runs.Standing) -> OpenRun:
    """A journey that is complete by one of its steps has no open steps, whatever was passed over."""
    left = 0 if standing.is_complete else sum(step.key not in standing.done for step in steps(standing.journey))
    keys = {step.key for step in steps(standing.journey)}
    blocked = tuple(
        BlockedStep(step_of(standing.journey, key).name, progress.changed_at)
        for key, progress in standing.progress.items()
        if progress.state is StepState.BLOCKED and key in keys
    )
    return OpenRun(standing.journey.name, left, blocked)


# Built once: building a statement costs more than running it.
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_SINCE = sa.bindparam("since", type_=CheckIn.created_at.type)
_HEARD = sa.select(Conversation.member_id, Conversation.last_message_at).where(Conversation.member_id.in_(_IDS))
_UNANSWERED = (
    sa.select(
        CheckIn.id,
        CheckIn.member_id,
        CheckIn.state,
        sa.func.min(Touch.sent_at).label("first_at"),
        sa.func.count(Touch.id).label("messages"),
    )
    .join(Touch, sa.and_(Touch.check_in_id == CheckIn.id, Touch.sent_at.is_not(None), Touch.channel != "voice"))
    .where(
        CheckIn.member_id.in_(_IDS),
        CheckIn.kind != CheckInKind.CELEBRATION,
        CheckIn.state.in_((CheckInState.OPEN, CheckInState.EXPIRED, CheckInState.HANDED_OFF)),
        CheckIn.created_at > _SINCE,
        # Who picked up the phone and could not be put through was not silent.
        sa.func.coalesce(CheckIn.outcome, "") != str(CallOutcome.MSM_NOT_REACHED),
    )
    .group_by(CheckIn.id, CheckIn.member_id, CheckIn.state)
    .order_by(CheckIn.id)
)
_CASES = (
    sa.select(HandOff.id, HandOff.member_id, HandOff.reason, HandOff.opened_at)
    .where(HandOff.member_id.in_(_IDS), HandOff.opened_at > _SINCE)
    .where(HandOff.reason.in_((HandOffReason.LEAVING, HandOffReason.COMPLAINT)))
    .order_by(HandOff.id)
)
_SCORES = (
    sa.select(SurveyAnswer)
    .where(SurveyAnswer.member_id.in_(_IDS), SurveyAnswer.at > _SINCE, SurveyAnswer.number.is_not(None))
    .order_by(SurveyAnswer.id)
)
_RUNS = (
    sa.select(JourneyRun.id, JourneyRun.member_id)
    .where(JourneyRun.member_id.in_(_IDS), JourneyRun.state == RunState.ACTIVE)
    .order_by(JourneyRun.id)
)
_POINTS = sa.select(ContactPoint).where(ContactPoint.member_id.in_(_IDS), ContactPoint.unconfirmed_at.is_(None))
