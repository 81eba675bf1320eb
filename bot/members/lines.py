"""What the list of members shows of each: of a page of them in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bot.bulk import among
from bot.handoff import risk
from bot.handoff.cases import IS_UNRESOLVED
from bot.handoff.risk import Level, Reason
from bot.model import (
    Absence,
    CheckIn,
    CheckInKind,
    CheckInState,
    Conversation,
    HandOff,
    JourneyRun,
    Member,
    RunState,
)
from bot.outreach import facts
from bot.outreach.hours import at_local
from bot.programme.models import Programme
from bot.progress import runs


@dataclass(frozen=True)
class At:
    """Where a member stands in a journey that is under way: names of the journey and of the step in hand."""

    journey: str
    stage: str
    step: str | None


@dataclass(frozen=True)
class Line:
    """One member of the list, as they are now. `segment` is the segment's name, `asked` what they were asked and have
    not answered, `case_id` the case that is not resolved, `paused_until` the end of a pause or another absence."""

    member_id: int
    number: str | None
    name: str
    segment: str
    status: str
    joined_on: date
    renews_on: date | None
    account: str | None
    msm: str | None
    at: tuple[At, ...]
    risk: Level
    reasons: tuple[Reason, ...]
    asked: str | None
    asked_since: datetime | None
    case_id: int | None
    heard_at: datetime | None
    paused_until: datetime | None


def lines(session: Session, programme: Programme, ids: Sequence[int], now: datetime) -> tuple[Line, ...]:
    """A line for each of these members, in their order."""
    if not ids:
        return ()
    some = sa.select(Member).where(Member.id.in_(ids)).options(joinedload(Member.account), joinedload(Member.msm))
    members = {member.id: member for member in session.scalars(some)}
    risks = risk.of_many(session, programme, members.values(), now)
    at, asked = _standings(session, ids), _asked(session, programme, ids)
    cases = dict(session.execute(_CASES, {"ids": ids}).tuples().all())
    heard = dict(session.execute(_HEARD, {"ids": ids}).tuples().all())
    away = _away(session, programme, members, now)
    names = {segment.key: segment.name for segment in programme.segments}
    return tuple(
        Line(
            member_id=member.id,
            number=member.number,
            name=member.name,
            segment=names.get(member.segment) or member.segment.replace("_", " "),
            status=str(member.status),
            joined_on=member.joined_on,
            renews_on=member.renews_on,
            account=member.account.name if member.account else None,
            msm=member.msm.name if member.msm else None,
            at=at.get(member.id, ()),
            risk=risks[member.id].level,
            reasons=risks[member.id].reasons,
            asked=asked[member.id][0] if member.id in asked else None,
            asked_since=asked[member.id][1] if member.id in asked else None,
            case_id=cases.get(member.id),
            heard_at=heard.get(member.id),
            paused_until=away.get(member.id),
        )
        for member in (members[key] for key in ids if key in members)
    )


_CASES = sa.select(HandOff.member_id, HandOff.id).where(among(HandOff.member_id), IS_UNRESOLVED)
_HEARD = sa.select(Conversation.member_id, Conversation.last_message_at).where(among(Conversation.member_id))
_RUNS = sa.select(JourneyRun.id, JourneyRun.member_id).where(
    among(JourneyRun.member_id), JourneyRun.state == RunState.ACTIVE
)
_ASKED = (
    sa.select(CheckIn)
    .where(
        among(CheckIn.member_id), CheckIn.state == CheckInState.OPEN, CheckIn.kind != CheckInKind.CELEBRATION
    )
    .order_by(CheckIn.id.desc())
)  # fmt: skip
_ABSENCES = sa.select(Absence).where(among(Absence.member_id), Absence.ends_at > sa.bindparam("now"))


def _standings(session: Session, ids: Collection[int]) -> Mapping[int, tuple[At, ...]]:
    rows = session.execute(_RUNS, {"ids": ids}).all()
    runs.load(session, [row.id for row in rows])
    found: defaultdict[int, tuple[At, ...]] = defaultdict(tuple)
    for row in rows:
        standing = runs.standing(session, row.id)
        step = standing.current
        found[row.member_id] += (At(standing.journey.name, standing.journey.stage, step.name if step else None),)
    return found


def _asked(session: Session, programme: Programme, ids: Collection[int]) -> Mapping[int, tuple[str, datetime | None]]:
    """The question that was asked first, by the name of what it is about."""
    found = {}
    for check_in in session.scalars(_ASKED, {"ids": ids}):
        found[check_in.member_id] = (about(session, programme, check_in), check_in.opened_at)
    return found


def about(session: Session, programme: Programme, check_in: CheckIn) -> str:
    """The name of a survey or a step; its key if the content has it no more."""
    key = check_in.step
    if check_in.run_id is None:
        survey = programme.surveys.get(key)
        return survey.name if survey is not None else key.replace("_", " ")
    journey = runs.standing(session, check_in.run_id).journey
    names = {milestone.key: milestone.name for milestone in journey.milestones}
    names |= {step.key: step.name for milestone in journey.milestones for step in milestone.steps}
    return names.get(key, key.replace("_", " "))


def _away(
    session: Session, programme: Programme, members: Mapping[int, Member], now: datetime
) -> Mapping[int, datetime]:
    absences: defaultdict[int, list[Absence]] = defaultdict(list)
    for absence in session.scalars(_ABSENCES, {"ids": list(members), "now": now}):
        absences[absence.member_id or 0].append(absence)
    found = {}
    for key, member in members.items():
        ends = facts.until(absences[key], now) if key in absences else None
        said = at_local(member.away_until, programme.hours.start, member.zone) if member.away_until else None
        until = max((one for one in (ends, said) if one is not None and one > now), default=None)
        if until is not None:
            found[key] = until
    return found
