"""Missed: what should have happened by now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.auditor.findings import Finding, Looked
from bot.auditor.kinds import Kind
from bot.auditor.tools import MOST, UNFINISHED, all_of, at, literally, live, rows_of
from bot.model import (
    CheckIn,
    CheckInState,
    HandOff,
    InboxMessage,
    InboxState,
    JourneyRun,
    Member,
    MemberStatus,
    OutboxMessage,
    PlannedEntry,
    Purpose,
    RunState,
    SurveyRound,
    Touch,
    TouchState,
)

AUDIT_RULE = "audit"
"""The rule of the auditor's own messages: they are not its subject, or each would bring the next."""
QUESTIONS_MAY_WAIT = 4
"""A question in the outbox may wait so many times longer than an answer: it has to pass the provider's rate limit, and
whether it may be sent is asked again in the end."""
STAYS = MemberStatus.MERGED
PRESENT = (MemberStatus.ACTIVE, MemberStatus.LAPSED)


def look(session: Session, now: datetime, late: timedelta) -> Looked:
    """All that is later than `late` (business time)."""
    looked = Looked()
    for check in CHECKS:
        looked.add(check(session, now, late))
    return looked


def _check_ins(session: Session, now: datetime, late: timedelta) -> Looked:
    """Questions, celebrations and surveys whose time came, and nobody looked."""
    overdue = (
        sa.select(CheckIn.id, CheckIn.member_id, CheckIn.step, CheckIn.next_touch_at)
        .join(Member, Member.id == CheckIn.member_id)
        .where(live(CheckIn.state), CheckIn.next_touch_at < now - late, Member.status != STAYS)
        .order_by(CheckIn.next_touch_at)
    )
    return all_of(
        Kind.MISSED_CHECK_IN,
        [
            Finding(
                Kind.MISSED_CHECK_IN, f"check_in:{row.id}", row.member_id,
                f"Check-in {row.id} about {row.step} was to be looked at {at(row.next_touch_at)}.",
            )
            for row in rows_of(session, overdue)
        ],
    )  # fmt: skip


def _touches(session: Session, now: datetime, late: timedelta) -> Looked:
    """A rung that was decided on, without the message that would carry it."""
    carried = sa.select(OutboxMessage.touch_id).where(
        OutboxMessage.state.in_(literally(UNFINISHED)), OutboxMessage.touch_id.is_not(None)
    )
    lost = (
        sa.select(Touch.id, Touch.member_id, Touch.rung, CheckIn.step)
        .join(CheckIn, sa.and_(CheckIn.id == Touch.check_in_id, CheckIn.rung == Touch.rung + 1))
        .where(live(CheckIn.state), CheckIn.state == CheckInState.OPEN, Touch.state == TouchState.QUEUED)
        .where(Touch.changed_at < now - late, Touch.id.not_in(carried))
    )
    return all_of(
        Kind.MISSED_TOUCH,
        [
            Finding(
                Kind.MISSED_TOUCH, f"touch:{row.id}", row.member_id,
                f"Rung {row.rung + 1} about {row.step} is on its way, but no message waits to be sent.",
            )
            for row in rows_of(session, lost)
        ],
    )  # fmt: skip


def _answers(session: Session, now: datetime, late: timedelta) -> Looked:
    """What members wrote, and what staff did in Slack, without an outcome."""
    waiting = (
        sa.select(InboxMessage.id, InboxMessage.member_id, InboxMessage.channel, InboxMessage.received_at)
        .where(InboxMessage.state.in_(literally([InboxState.PENDING])), InboxMessage.received_at < now - late)
        .order_by(InboxMessage.id)
    )
    return all_of(
        Kind.MISSED_ANSWER,
        [
            Finding(
                Kind.MISSED_ANSWER, f"inbox:{row.id}", row.member_id,
                f"Message {row.id} by {row.channel} came {at(row.received_at)} and waits.",
            )
            for row in rows_of(session, waiting)
        ],
    )  # fmt: skip


def _deliveries(session: Session, now: datetime, late: timedelta) -> Looked:
    created = OutboxMessage.created_at
    is_question = OutboxMessage.purpose == Purpose.TOUCH
    too_long = sa.or_(
        sa.and_(~is_question, created < now - late), sa.and_(is_question, created < now - late * QUESTIONS_MAY_WAIT)
    )
    waiting = (
        sa.select(OutboxMessage.id, OutboxMessage.member_id, OutboxMessage.channel, OutboxMessage.state, created)
        .where(OutboxMessage.state.in_(literally(UNFINISHED)), too_long, OutboxMessage.rule != AUDIT_RULE)
        .order_by(OutboxMessage.id)
    )
    return all_of(
        Kind.MISSED_DELIVERY,
        [
            Finding(
                Kind.MISSED_DELIVERY, f"outbox:{row.id}", row.member_id,
                f"Message {row.id} by {row.channel} is {row.state} since {at(row.created_at)}.",
            )
            for row in rows_of(session, waiting)
        ],
    )  # fmt: skip


def _entries(session: Session, now: datetime, late: timedelta) -> Looked:
    overdue = (
        sa.select(PlannedEntry.id, PlannedEntry.member_id, PlannedEntry.journey, PlannedEntry.due_at)
        .join(Member, Member.id == PlannedEntry.member_id)
        .where(PlannedEntry.due_at < now - late, Member.status.in_(PRESENT))
        .order_by(PlannedEntry.due_at)
    )
    return all_of(
        Kind.MISSED_ENTRY,
        [
            Finding(
                Kind.MISSED_ENTRY, f"planned_entry:{row.id}", row.member_id,
                f"The journey {row.journey} was to begin {at(row.due_at)}.",
            )
            for row in rows_of(session, overdue)
        ],
    )  # fmt: skip


def _ends(session: Session, now: datetime, late: timedelta) -> Looked:
    lapsed = (
        sa.select(JourneyRun.id, JourneyRun.member_id, JourneyRun.journey, JourneyRun.lapses_at)
        .join(Member, Member.id == JourneyRun.member_id)
        .where(JourneyRun.state.in_(literally([RunState.ACTIVE])), JourneyRun.lapses_at < now - late)
        .where(Member.status != STAYS)
        .order_by(JourneyRun.lapses_at)
        .limit(MOST)
    )
    return all_of(
        Kind.MISSED_END,
        [
            Finding(
                Kind.MISSED_END, f"run:{row.id}", row.member_id,
                f"The journey {row.journey} was to end {at(row.lapses_at)}.",
            )
            for row in rows_of(session, lapsed)
        ],
    )  # fmt: skip


def _surveys(session: Session, now: datetime, late: timedelta) -> Looked:
    """Surveys that were to be asked, put off or closed. One that waits its turn has a time to come."""
    overdue = (
        sa.select(SurveyRound.id, SurveyRound.member_id, SurveyRound.survey, SurveyRound.look_at)
        .join(Member, Member.id == SurveyRound.member_id)
        .where(SurveyRound.look_at < now - late, Member.status != STAYS)
        .order_by(SurveyRound.look_at)
    )
    return all_of(
        Kind.MISSED_SURVEY,
        [
            Finding(
                Kind.MISSED_SURVEY, f"survey_round:{row.id}", row.member_id,
                f"The survey {row.survey} was to be looked at {at(row.look_at)}.",
            )
            for row in rows_of(session, overdue)
        ],
    )  # fmt: skip


def _cases(session: Session, now: datetime, late: timedelta) -> Looked:
    """Cases that were to be given away, reminded of or shown anew."""
    overdue = (
        sa.select(HandOff.id, HandOff.member_id, HandOff.look_at)
        .where(HandOff.look_at < now - late)
        .order_by(HandOff.look_at)
    )
    return all_of(
        Kind.MISSED_REMINDER,
        [
            Finding(
                Kind.MISSED_REMINDER, f"case:{row.id}", row.member_id,
                f"Case {row.id} was to be looked at {at(row.look_at)}.",
            )
            for row in rows_of(session, overdue)
        ],
    )  # fmt: skip


CHECKS: tuple[Callable[[Session, datetime, timedelta], Looked], ...] = (
    _check_ins, _touches, _answers, _deliveries, _entries, _ends, _surveys, _cases,
)  # fmt: skip
