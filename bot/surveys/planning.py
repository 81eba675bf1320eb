"""Rounds planned ahead as rows, so that a tick costs what is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import HandOff, Member, MemberEvent, MemberStatus, RoundState, SurveyRound
from bot.programme.models import Programme, Survey
from bot.progress import dates
from bot.surveys.occasions import Planned, wanted

LAPSED = "lapsed"


def replan(session: Session, programme: Programme, member: Member, now: datetime) -> None:
    """Brings a member's rounds in line with what is known of them; call it after anything about them changed."""
    session.flush()
    rounds = all_rounds(session, member)
    planned = {(one.survey, one.occasion): one for one in rounds if one.state is RoundState.PLANNED}
    for plan in plans(session, programme, member, rounds, now):
        row = planned.pop((plan.survey, plan.name), None)
        if row is None:
            row = SurveyRound(member_id=member.id, survey=plan.survey, occasion=plan.name, state=RoundState.PLANNED)
            session.add(row)
        elif row.due_at == plan.due_at:
            continue  # it may wait for something
        row.due_at, row.reason = plan.due_at, None
        row.look_at = dates.first_asked(session, programme, member, plan.due_at, now)
    for row in planned.values():
        _drop(session, programme.surveys.get(row.survey), row, now)
    for row in rounds:  # a record that was merged, and is on its own again
        if row.state is RoundState.ASKED and row.look_at is None and member.status is not MemberStatus.MERGED:
            row.look_at = now
    session.flush()


def plans(
    session: Session, programme: Programme, member: Member, rounds: Iterable[SurveyRound], now: datetime
) -> list[Planned]:
    """The rounds that the member is to have, without those that are asked or over."""
    known = {(one.survey, one.occasion) for one in rounds if one.state is not RoundState.PLANNED}
    found = wanted(programme, member, _seen(session, programme, member, now), _closed(session, programme, member), now)
    return [plan for plan in found if (plan.survey, plan.name) not in known]


def all_rounds(session: Session, member: Member) -> Sequence[SurveyRound]:
    of_member = sa.select(SurveyRound).where(SurveyRound.member_id == member.id)
    return session.scalars(of_member.order_by(SurveyRound.id)).all()


def waits_for_events(programme: Programme, name: str) -> bool:
    """Whether some survey is asked after events of this name."""
    return any(survey.when.event == name for survey in programme.surveys.values())


def _drop(session: Session, survey: Survey | None, row: SurveyRound, now: datetime) -> None:
    """What waited until it was too late is on record with its reason; what is not wanted any more is not."""
    if survey is not None and row.due_at + survey.lapses <= now:
        row.state, row.reason = RoundState.SKIPPED, row.reason or LAPSED
        row.look_at, row.finished_at = None, now
    else:
        session.delete(row)


def _seen(session: Session, programme: Programme, member: Member, now: datetime) -> Sequence[MemberEvent]:
    """The events after which a survey may still be asked."""
    asking = [survey for survey in programme.surveys.values() if survey.when.event is not None]
    if not asking:
        return ()
    longest = max((survey.when.offset + survey.lapses for survey in asking), default=timedelta())
    recent = sa.select(MemberEvent).where(
        MemberEvent.member_id == member.id,
        MemberEvent.name.in_({survey.when.event for survey in asking}),
        MemberEvent.at > now - longest,
    )
    return session.scalars(recent.order_by(MemberEvent.id)).all()


def _closed(session: Session, programme: Programme, member: Member) -> Sequence[HandOff]:
    if not any(survey.when.after == "case_closed" for survey in programme.surveys.values()):
        return ()
    resolved = sa.select(HandOff).where(HandOff.member_id == member.id, HandOff.resolved_at.is_not(None))
    return session.scalars(resolved.order_by(HandOff.id)).all()
