"""What staff see of a member, as plain values: on the card of a case, and when they ask for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import risk
from bot.handoff.risk import Risk
from bot.handoff.view_answers import Answer, answers
from bot.handoff.view_reach import Reach, reach
from bot.members import goals
from bot.model import GoalNote, Member, MemberStatus, StepState
from bot.programme.models import Programme
from bot.programme.navigate import progress, step_of
from bot.progress import runs


@dataclass(frozen=True)
class Person:
    """Who it is. `local_time` is the member's own, at the moment of the view."""

    name: str
    segment: str
    account: str | None
    joined_on: date
    msm: str | None
    local_time: datetime
    number: str | None = None
    status: str = str(MemberStatus.ACTIVE)
    renews_on: date | None = None

    @property
    def renews_in(self) -> timedelta | None:
        """From the member's today until the day of renewal."""
        return self.renews_on - self.local_time.date() if self.renews_on else None


@dataclass(frozen=True)
class Position:
    """Where the member stands in a journey; `open_step` is the name of the step in hand, with its `state`.

    `said` are the member's own words about that step, `since` is when its state changed.
    """

    journey: str
    done: int
    total: int
    milestones: tuple[str, ...]
    open_step: str | None
    state: str = str(StepState.PENDING)
    since: datetime | None = None
    said: str | None = None


@dataclass(frozen=True)
class Wanted:
    """What the member wants from the membership, and the last that was noted about it."""

    text: str
    percent: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class MemberView:
    """Everything that staff see of one member."""

    person: Person
    position: Position | None
    reach: Reach
    risk: Risk
    goal: Wanted | None = None
    answers: tuple[Answer, ...] = ()


def member_view(session: Session, member: Member, programme: Programme, now: datetime) -> MemberView:
    """The member as they are known at `now` (UTC). Reads only, in a fixed number of statements."""
    return MemberView(
        person=_person(member, programme, now),
        position=_position(session, member.id),
        reach=reach(session, member, programme, now),
        risk=risk.of(session, programme, member, now),
        goal=_goal(session, member),
        answers=answers(session, member, programme),
    )


def _person(member: Member, programme: Programme, now: datetime) -> Person:
    names = {segment.key: segment.name for segment in programme.segments}
    return Person(
        name=member.name,
        segment=names.get(member.segment) or member.segment.replace("_", " "),
        account=member.account.name if member.account else None,
        joined_on=member.joined_on,
        msm=member.msm.name if member.msm else None,
        local_time=now.astimezone(member.zone),
        number=member.number,
        status=str(member.status),
        renews_on=member.renews_on,
    )


def _position(session: Session, member_id: int) -> Position | None:
    standing = runs.newest(session, member_id)
    if standing is None:
        return None
    done = {key for key, step in standing.progress.items() if step.state is StepState.DONE}
    at, ahead = progress(standing.journey, done), standing.current
    reached = tuple(milestone.name for milestone in at.reached)
    if ahead is None:
        return Position(standing.journey.name, at.done, at.total, reached, None)
    known = standing.progress[ahead.key]
    said = known.evidence if (known.source or "").startswith("member:") else None
    name = step_of(standing.journey, ahead.key).name
    return Position(standing.journey.name, at.done, at.total, reached, name, str(known.state), known.changed_at, said)


_NOTES = sa.select(GoalNote).where(GoalNote.goal_id == sa.bindparam("goal")).order_by(GoalNote.id.desc()).limit(1)


def _goal(session: Session, member: Member) -> Wanted | None:
    goal = goals.present(session, member.id)
    if goal is None:
        return None
    note = session.scalars(_NOTES, {"goal": goal.id}).first()
    return Wanted(goal.text, note.percent if note else None, note.text if note else None)
