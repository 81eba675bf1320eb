"""What a case's card shows, as plain values: the edge that draws it asks nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.members import match as matching
from bot.model import CheckIn, EntryKind, HandOff, InboxMessage, JourneyRun, Member, RunState, Touch
from bot.programme.models import Journey, Programme
from bot.programme.navigate import next_step, progress


@dataclass(frozen=True)
class TouchLine:
    """One attempt to reach the member."""

    at: datetime
    channel: str
    sender: str
    state: str
    reason: str | None


@dataclass(frozen=True)
class Position:
    """Where the member stands in a journey; `open_step` is the name of the step in hand."""

    journey: str
    done: int
    total: int
    milestones: tuple[str, ...]
    open_step: str | None


@dataclass(frozen=True)
class Person:
    """Who the case is about. `local_time` is the member's own, at the moment of the view."""

    name: str
    segment: str
    account: str | None
    joined_on: date
    msm: str | None
    local_time: datetime
    away_until: date | None


@dataclass(frozen=True)
class CaseView:
    """Everything on the card."""

    case_id: int
    state: str
    reason: str
    priority: str
    team: str
    summary: str
    channel: str
    address: str
    opened_at: datetime
    assignee: str | None
    outcome: str | None
    person: Person | None
    position: Position | None
    touches: tuple[TouchLine, ...]
    last_messages: tuple[tuple[datetime, str], ...]
    notes: int
    is_matched: bool = False
    """Whether staff said who wrote, which can be taken back."""


def view(session: Session, case: HandOff, programme: Programme, now: datetime) -> CaseView:
    """The case as it is at `now`."""
    return CaseView(
        case_id=case.id,
        state=case.state,
        reason=case.reason,
        priority=case.priority,
        team=case.team,
        summary=case.summary,
        channel=case.channel,
        address=case.address,
        opened_at=case.opened_at,
        assignee=case.assignee.name if case.assignee else None,
        outcome=case.outcome,
        person=_person(case.member, now) if case.member else None,
        position=_position(session, case.member_id) if case.member_id else None,
        touches=_touches(session, case.check_in_id) if case.check_in_id else (),
        last_messages=_last_messages(session, case),
        notes=sum(entry.kind is EntryKind.NOTE for entry in case.entries),
        is_matched=matching.of_case(session, case) is not None,
    )


def _person(member: Member, now: datetime) -> Person:
    return Person(
        name=member.name,
        segment=member.segment.replace("_", " "),
        account=member.account.name if member.account else None,
        joined_on=member.joined_on,
        msm=member.msm.name if member.msm else None,
        local_time=now.astimezone(member.zone),
        away_until=member.away_until,
    )


def _position(session: Session, member_id: int) -> Position | None:
    newest = sa.select(JourneyRun).where(JourneyRun.member_id == member_id).order_by(
        (JourneyRun.state != RunState.ACTIVE), JourneyRun.id.desc()
    )  # fmt: skip
    run = session.scalars(newest.limit(1)).first()
    if run is None:
        return None
    journey = Journey.model_validate(run.pinned.body)
    done = {step.step for step in run.steps if step.state == "done"}
    at, ahead = progress(journey, done), next_step(journey, done)
    reached = tuple(milestone.name for milestone in at.reached)
    return Position(journey.name, at.done, at.total, reached, ahead.name if ahead else None)


def _touches(session: Session, check_in_id: int) -> tuple[TouchLine, ...]:
    check_in = session.get_one(CheckIn, check_in_id)
    return tuple(_line(touch) for touch in check_in.touches)


def _line(touch: Touch) -> TouchLine:
    return TouchLine(touch.sent_at or touch.changed_at, touch.channel, touch.sender, touch.state, touch.reason)


def _last_messages(session: Session, case: HandOff, most: int = 3) -> tuple[tuple[datetime, str], ...]:
    whose = (
        InboxMessage.member_id == case.member_id
        if case.member_id
        else sa.and_(InboxMessage.channel == case.channel, InboxMessage.address == case.address)
    )
    rows = session.scalars(sa.select(InboxMessage).where(whose).order_by(InboxMessage.id.desc()).limit(most))
    return tuple((row.received_at, row.text) for row in reversed(rows.all()))
