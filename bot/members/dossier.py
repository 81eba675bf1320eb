"""Everything that is known of one member, for one page: who, where to reach, how far, what was agreed, what is wrong.

What happened and what was said are pages of their own: `bot.members.timeline`. What will happen is `bot.outreach.plan`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.handoff import risk, view_reach
from bot.handoff.risk import Risk
from bot.members import gather, survey_lines, told, ways
from bot.members.records import (
    AbsenceLine,
    Address,
    Agreed,
    AnswerLine,
    CaseLine,
    DeclinedLine,
    GoalLine,
    GoalNoteLine,
    MergeLine,
    MilestoneLine,
    NoteLine,
    Person,
    StepLine,
    SurveyLine,
    Way,
)
from bot.model import Member
from bot.outreach.plan import plan_of
from bot.outreach.reach import Reach
from bot.plan.model import Plan
from bot.programme.models import Programme

__all__ = [
    "AbsenceLine",
    "Address",
    "Agreed",
    "AnswerLine",
    "CaseLine",
    "DeclinedLine",
    "Dossier",
    "GoalLine",
    "GoalNoteLine",
    "MergeLine",
    "MilestoneLine",
    "NoteLine",
    "Person",
    "StepLine",
    "SurveyLine",
    "Way",
    "dossier",
    "plan",
]

HISTORY = 0


@dataclass(frozen=True)
class Dossier:
    """Everything but what happened; newest first, ways that are under way first."""

    person: Person
    risk: Risk
    reach: view_reach.Reach
    addresses: tuple[Address, ...]
    ways: tuple[Way, ...]
    goals: tuple[GoalLine, ...]
    consents: tuple[Agreed, ...]
    declined: tuple[DeclinedLine, ...]
    surveys: tuple[SurveyLine, ...]
    cases: tuple[CaseLine, ...]
    absences: tuple[AbsenceLine, ...]
    notes: tuple[NoteLine, ...]
    merges: tuple[MergeLine, ...]

    @property
    def open_case_id(self) -> int | None:
        return next((case.case_id for case in self.cases if case.state != "resolved"), None)

    @property
    def paused_until(self) -> datetime | None:
        return next((one.ends_at for one in self.absences if one.is_pause and one.is_now), None)


def dossier(session: Session, programme: Programme, member_id: int, now: datetime) -> Dossier:
    """The member as they are known at `now`. Reads only.

    Raises:
        NotFound: there is no such member.
    """
    member, staff = _member(session, member_id), told.names_of_staff(session)
    return Dossier(
        person=gather.person(session, programme, member, now),
        risk=risk.of(session, programme, member, now),
        reach=view_reach.reach(session, member, programme, now),
        addresses=gather.addresses(session, member),
        ways=ways.of(session, member, staff),
        goals=gather.goals_of(session, member, staff),
        consents=gather.consents(session, member, staff),
        declined=gather.declined(session, member, staff),
        surveys=survey_lines.surveys(session, programme, member),
        cases=gather.cases(session, programme, member),
        absences=gather.absences(session, member, staff, now),
        notes=gather.notes(session, member),
        merges=gather.merges(session, member, staff),
    )


def plan(session: Session, programme: Programme, reach: Reach, member_id: int, now: datetime) -> Plan:
    """What will happen with the member if they stay silent, and what holds it: `bot.plan.model` says what is in it.

    Raises:
        NotFound: there is no such member.
    """
    return plan_of(session, programme, reach, _member(session, member_id), now, history=HISTORY)


def _member(session: Session, member_id: int) -> Member:
    member = session.get(Member, member_id)
    if member is None:
        raise NotFound(f"member {member_id}")
    return member
