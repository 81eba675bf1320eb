"""The scheduler's look at surveys: what is due is asked, unless it has to wait; what is over is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.clock import Clock, Times
from bot.db import Database
from bot.model import (
    LIVE,
    CheckIn,
    CheckInKind,
    CheckInState,
    Member,
    MemberStatus,
    RoundState,
    SurveyRound,
)
from bot.programme.models import Programme, Survey
from bot.surveys import budget, ending, path, rounds
from bot.surveys.occasions import is_for
from bot.surveys.planning import LAPSED, all_rounds

BATCH = 50
AFTER_LAPSE = timedelta(hours=1)
"""The ladder closes a check-in when its time is over; a round that is looked at before that is looked at again then."""


def ask_due(db: Database, programme: Programme, clock: Clock, *, batches: int = 200) -> int:
    """Looks at every round whose time has come; returns how many. Any number may run at once."""
    moved = 0
    for _ in range(batches):
        with db.begin() as session:
            count = _batch(session, programme, Times(clock.now(), clock.wall()))
        moved += count
        if not count:
            break
    return moved


def _batch(session: Session, programme: Programme, times: Times) -> int:
    due = sa.select(SurveyRound).where(SurveyRound.look_at <= times.now).order_by(SurveyRound.look_at, SurveyRound.id)
    found = session.scalars(due.limit(BATCH).with_for_update(skip_locked=True)).all()
    members = _locked(session, {row.member_id for row in found})
    held = [(row, members[row.member_id]) for row in found if row.member_id in members]
    for row, member in held:
        look(session, programme, member, row, times)
    return len(held)


def _locked(session: Session, ids: set[int]) -> dict[int, Member]:
    """A member who is just writing is locked by whoever answers them: the next tick has time."""
    if not ids:
        return {}
    free: Sequence[Member] = session.scalars(
        sa.select(Member)
        .where(Member.id.in_(ids))
        .order_by(Member.id)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    return {member.id: member for member in free}


def look(session: Session, programme: Programme, member: Member, row: SurveyRound, times: Times) -> None:
    """Decides one round; afterwards it is looked at later, or never again."""
    if row.state is RoundState.PLANNED:
        _decide(session, programme, member, row, times.now)
    elif row.state is RoundState.ASKED:
        _follow(session, programme, member, row, times)
    else:
        row.look_at = None


def _decide(session: Session, programme: Programme, member: Member, row: SurveyRound, now: datetime) -> None:
    survey = programme.surveys.get(row.survey)
    why_not = unfit(survey, member)
    if survey is None or why_not is not None:
        _skip(session, row, why_not or GONE, now)
        return
    expires, before = row.due_at + survey.lapses, budget.had(all_rounds(session, member))
    wait = budget.wait_for(programme, row.survey, before, now)
    if now >= expires or (wait is not None and wait.until >= expires):
        _skip(session, row, wait.reason if wait is not None else row.reason or LAPSED, now)
    elif wait is not None:
        row.look_at, row.reason = wait.until, wait.reason
    else:
        _ask(session, survey, member, row, expires, now)


GONE, NOT_A_MEMBER, OTHER_SEGMENT = "survey_gone", "member_left", "segment_changed"


def unfit(survey: Survey | None, member: Member) -> str | None:
    """Why this member is not asked this survey at all."""
    if survey is None:
        return GONE
    if member.status is not MemberStatus.ACTIVE:
        return NOT_A_MEMBER
    return None if is_for(survey, member) else OTHER_SEGMENT


def _skip(session: Session, row: SurveyRound, reason: str, now: datetime) -> None:
    row.state, row.reason, row.look_at, row.finished_at = RoundState.SKIPPED, reason, None, now
    audit.write(session, now, "bot", "survey.skipped", member_id=row.member_id, subject=f"survey:{row.survey}",
                reason=reason)  # fmt: skip


def _ask(session: Session, survey: Survey, member: Member, row: SurveyRound, expires: datetime, now: datetime) -> None:
    """The ladder asks, and knows what stands against it."""
    check_in = new_check_in(member, row, survey, now, expires, now)
    session.add(check_in)
    session.flush()
    row.state, row.asked_at, row.segment, row.reason = RoundState.ASKED, now, member.segment, None
    row.check_in_id, row.look_at = check_in.id, expires
    rounds.take_in_hand(row, path.first(survey))
    audit.write(session, now, "bot", "survey.asked", member_id=member.id, subject=f"survey:{row.survey}",
                reason=row.occasion)  # fmt: skip


def new_check_in(
    member: Member, row: SurveyRound, survey: Survey, at: datetime, expires: datetime, now: datetime
) -> CheckIn:
    """A check-in that asks a survey from `at` on, until it expires."""
    return CheckIn(
        member_id=member.id, kind=CheckInKind.SURVEY, step=row.survey, message_class=survey.message_class,
        state=CheckInState.SCHEDULED, round=1, rung=0, next_touch_at=min(at, expires), expires_at=expires,
        created_at=now,
    )  # fmt: skip


def _follow(session: Session, programme: Programme, member: Member, row: SurveyRound, times: Times) -> None:
    """A round that is asked: over when its check-in is."""
    check_in = session.get(CheckIn, row.check_in_id) if row.check_in_id is not None else None
    if check_in is None or check_in.state not in LIVE:
        ending.settle(session, programme, member, row, times)
    elif member.status is MemberStatus.MERGED:
        row.look_at = None  # it waits for the merge to be undone
    else:
        row.look_at = max(check_in.expires_at or times.now, times.now + AFTER_LAPSE)
