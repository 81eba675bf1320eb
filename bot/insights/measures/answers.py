"""Answers to our messages: how many, and how soon, by channel, segment, hour of the day and rung of the ladder."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bot.insights.measures.counts import WAITING, Counts, Tally
from bot.insights.measures.kinds import COHORT, OF_COHORT, Kind, Unit
from bot.insights.measures.sql import epoch, month_name, offsets
from bot.insights.measures.windows import Window
from bot.model import CheckIn, CheckInKind, CheckInState, Member, StepProgress, SurveyAnswer, Touch, TouchState
from bot.programme.models import Programme

WITHIN = timedelta(days=7)
"""Later answers don't count: so a message can be judged once it is that old, and not before."""
CHANNEL, HOUR, RUNG, ABOUT = "channel", "hour", "rung", "about"
STEPS = ((60, 5), (240, 15), (1440, 60))
"""Minutes are rounded up: to 5 in the first hour, 15 up to four hours, an hour in the first day, then half a day."""
HALF_DAY = 720


def count(session: Session, programme: Programme, window: Window, now: datetime) -> Counts:
    """Of the messages that were sent in the window and are seven days old."""
    counts, until = Counts(), min(window.ends, now - WITHIN)
    waiting = sa.select(sa.func.count()).where(
        Touch.state == TouchState.SENT, Touch.sent_at >= max(window.starts, until), Touch.sent_at < window.ends
    )
    if until < window.ends and (young := session.scalars(waiting).one()):
        counts.put("", WAITING, n=young)
    if until <= window.starts:
        return counts
    sent = _sent(window.starts, until)
    _by_way(session, sent, counts)
    _by_hour(session, sent, window, counts)
    _by_cohort(session, sent, counts)
    return counts


def _sent(first: datetime, until: datetime) -> sa.Subquery:
    """Each message with the minutes until its answer; none: it was not answered."""
    answered = _answered_at()
    each = (
        sa.select(Touch.id, Touch.check_in_id, Touch.channel, Touch.rung, Touch.sent_at, CheckIn.kind,
                  Member.segment, Member.time_zone, Member.joined_on, answered.label("answered_at"))
        .join(CheckIn, CheckIn.id == Touch.check_in_id)
        .join(Member, Member.id == Touch.member_id)
        .where(
            Touch.state == TouchState.SENT, Touch.sent_at >= first, Touch.sent_at < until,
            CheckIn.kind != CheckInKind.CELEBRATION,
        )
        .subquery("sent")
    )  # fmt: skip
    later = aliased(Touch)
    overtaken = sa.exists().where(
        later.check_in_id == each.c.check_in_id, later.state == TouchState.SENT,
        later.sent_at > each.c.sent_at, later.sent_at <= each.c.answered_at,
    )  # fmt: skip
    seconds = epoch(each.c.answered_at) - epoch(each.c.sent_at)
    counts = sa.and_(each.c.answered_at >= each.c.sent_at, seconds <= int(WITHIN.total_seconds()), ~overtaken)
    minutes = sa.case((counts, _rounded_up(seconds)), else_=None)
    return sa.select(*each.c, minutes.label("minutes")).subquery("judged")


def _answered_at() -> sa.ColumnElement[Any]:
    """When the member answered: a survey with its first number or word; a step when they said how far they are.

    A step that somebody else told to be done (an event, a colleague) was not answered.
    """
    by_member = sa.exists().where(
        StepProgress.run_id == CheckIn.run_id, StepProgress.step == CheckIn.step,
        StepProgress.source.like("member:%"),
    )  # fmt: skip
    is_closed = sa.and_(
        CheckIn.state == CheckInState.ANSWERED, sa.or_(CheckIn.outcome != "done", CheckIn.outcome.is_(None), by_member)
    )
    first = sa.select(sa.func.min(SurveyAnswer.at)).where(SurveyAnswer.check_in_id == CheckIn.id).scalar_subquery()
    closed = sa.case((is_closed, CheckIn.closed_at), else_=None)
    return sa.case((CheckIn.kind == CheckInKind.SURVEY, sa.func.coalesce(first, closed)), else_=closed)


def _rounded_up(seconds: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    def to(step: int) -> sa.ColumnElement[int]:
        return sa.cast((seconds + (step * 60 - 1)) // (step * 60) * step, sa.Integer)

    return sa.case(*((seconds <= upto * 60, to(step)) for upto, step in STEPS), else_=to(HALF_DAY))


def _by_way(session: Session, sent: sa.Subquery, counts: Counts) -> None:
    columns = (sent.c.segment, sent.c.channel, sent.c.rung, sent.c.kind, sent.c.minutes)
    for segment, channel, rung, kind, minutes, many in session.execute(
        sa.select(*columns, sa.func.count()).group_by(*columns)
    ):
        tally = _tally(minutes, many)
        for key in (("", ""), (CHANNEL, channel), (RUNG, f"{rung + 1}"), (ABOUT, str(kind))):
            counts.at(segment, *key).add(tally)


def _by_hour(session: Session, sent: sa.Subquery, window: Window, counts: Counts) -> None:
    """The hour is the member's own, by their time zone of today."""
    zone = offsets(session.scalars(sa.select(Member.time_zone).distinct()), window)
    at = epoch(sent.c.sent_at)
    hour = sa.cast((at + zone.c.ahead) % 86_400 // 3600, sa.Integer).label("hour")
    columns = (sent.c.segment, hour, sent.c.minutes)
    found = (
        sa.select(*columns, sa.func.count())
        .join(zone, sa.and_(zone.c.zone == sent.c.time_zone, at >= zone.c.since, at < zone.c.until))
        .group_by(*columns)
    )
    for segment, of_day, minutes, many in session.execute(found):
        counts.at(segment, HOUR, f"{of_day:02}").add(_tally(minutes, many))


def _by_cohort(session: Session, sent: sa.Subquery, counts: Counts) -> None:
    joined = month_name(sent.c.joined_on).label("joined")
    columns = (sent.c.segment, joined)
    found = sa.select(*columns, sa.func.count(), sa.func.count(sent.c.minutes)).group_by(*columns)
    for segment, cohort, many, answered in session.execute(found):
        counts.put(segment, COHORT, cohort, n=many, k=answered)


def _tally(minutes: int | None, many: int) -> Tally:
    answered = many if minutes is not None else 0
    tally = Tally(many, answered, answered)
    if minutes is not None:
        tally.minutes[int(minutes)] += many
    return tally


KIND = Kind(
    name="answers",
    title="Answer rate",
    definition=f"The share of our messages that a member answers within {WITHIN.days} days, and before the next one.",
    how=(
        ("Counted are the messages (and calls) of a ladder that were sent, in the month in which they were sent: "
        "questions about steps, and surveys. Celebrations ask nothing and are left out."),
        (f"Answered: the member said how far they are, or gave an answer of the survey, within {WITHIN.days} days, and "
        "no later message about the same question had been sent before. So an answer belongs to one message alone. "
        "That a step is done does not count when an event or a colleague told it."),
        f"Messages of the last {WITHIN.days} days count neither way: they may still be answered.",
        ("The time is from sending to the answer, rounded up: to 5 minutes in the first hour, to 15 up to four hours, "
        "to the hour in the first day, then to half a day. The median is that of the answered ones."),
        ("The hour is that of the member's own time zone when the message was sent. A member counts in the segment "
        "that they belong to now."),
        "A question that shared a message with another is counted with that one.",
    ),
    unit=Unit.SHARE,
    reaches=False,
    count=count,
    things="messages",
    needs=f"Messages to members that are {WITHIN.days} days old.",
    breakdowns={CHANNEL: "By channel", RUNG: "By rung of the ladder", HOUR: "By hour of the day (the member's own)",
                ABOUT: "By what was asked", **OF_COHORT},
    waiting=f"messages of the last {WITHIN.days} days",
    timed="Time to answer",
    least_months=2,
)  # fmt: skip
