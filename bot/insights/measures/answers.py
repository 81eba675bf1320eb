"""Answers to our messages: how many, and how soon, by channel, segment, hour of the day and rung of the ladder."""

from __future__ import annotations

from collections.abc import Iterator
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
    if until <= window.starts or session.scalars(_any(window.starts, until)).first() is None:
        return counts
    for what, segment, labels, tally in _found(session, window, until):
        if what == COHORT:
            counts.put(segment, COHORT, labels[0], n=tally.n, k=tally.k)
        elif what == HOUR:
            counts.at(segment, HOUR, f"{int(labels[0]):02}").add(tally)
        else:
            for key in (("", ""), *zip((CHANNEL, RUNG, ABOUT), labels, strict=True)):
                counts.at(segment, *key).add(tally)
    return counts


def _any(first: datetime, until: datetime) -> sa.Select[int]:
    """Looked at before the statement, which is costly to make, is made for an empty window."""
    return sa.select(Touch.id).where(Touch.sent_at >= first, Touch.sent_at < until).limit(1)


def _found(session: Session, window: Window, until: datetime) -> Iterator[tuple[str, str, tuple[str, str, str], Tally]]:
    """Everything in one statement: each message is judged once, and then counted in three ways."""
    zone = offsets(session.scalars(sa.select(Member.time_zone).distinct()), window)
    sent = _judged(_sent(window.starts, until), zone)
    nothing, no_minutes = sa.literal("", sa.Text), sa.null()
    way = (sent.c.channel, sa.cast(sent.c.rung + 1, sa.Text), sa.cast(sent.c.kind, sa.Text), sent.c.minutes)
    ways = (
        (ABOUT, way),
        (HOUR, (sa.cast(sent.c.hour, sa.Text), nothing, nothing, sent.c.minutes)),
        (COHORT, (sent.c.joined, nothing, nothing, no_minutes)),
    )  # fmt: skip
    answered = sa.func.count(sent.c.minutes)
    selects = [
        sa.select(sa.literal(what, sa.Text), sent.c.segment, *columns, sa.func.count(), answered).group_by(
            sent.c.segment, *(column for column in columns if column is not nothing and column is not no_minutes)
        )
        for what, columns in ways
    ]
    for what, segment, one, two, three, minutes, many, of_these in session.execute(sa.union_all(*selects)):
        tally = Tally(many, of_these, of_these)
        if minutes is not None:
            tally.minutes[int(minutes)] += many
        yield what, segment, (one, two, three), tally


def _sent(first: datetime, until: datetime) -> sa.CTE:
    """Each message, and when its question was answered. Kept aside: else each use would look the answer up again."""
    each = (
        sa.select(Touch.check_in_id, Touch.channel, Touch.rung, Touch.sent_at, CheckIn.kind, Member.segment,
                  Member.time_zone, month_name(Member.joined_on).label("joined"), _answered_at().label("answered_at"))
        .join(CheckIn, CheckIn.id == Touch.check_in_id)
        .join(Member, Member.id == Touch.member_id)
        .where(
            Touch.state == TouchState.SENT, Touch.sent_at >= first, Touch.sent_at < until,
            CheckIn.kind != CheckInKind.CELEBRATION,
        )
        .cte("found")
        .prefix_with("materialized")
    )  # fmt: skip
    seconds = epoch(each.c.sent_at).label("sent_second"), epoch(each.c.answered_at).label("answered_second")
    return sa.select(*each.c, *seconds).cte("sent").prefix_with("materialized")


def _judged(sent: sa.CTE, zone: sa.CTE) -> sa.CTE:
    """Each message with the minutes until its answer (none: it has none), and the member's hour when it was sent."""
    later = aliased(Touch)
    overtaken = sa.exists().where(
        later.check_in_id == sent.c.check_in_id, later.state == TouchState.SENT,
        later.sent_at > sent.c.sent_at, later.sent_at <= sent.c.answered_at,
    )  # fmt: skip
    at, seconds = sent.c.sent_second, sent.c.answered_second - sent.c.sent_second
    is_answer = sa.and_(seconds >= 0, seconds <= int(WITHIN.total_seconds()), ~overtaken)
    minutes = sa.case((sent.c.answered_at.is_(None), None), (is_answer, _rounded_up(seconds)), else_=None)
    hour = sa.cast((at + zone.c.ahead) % 86_400 // 3600, sa.Integer)
    return (
        sa.select(sent.c.segment, sent.c.channel, sent.c.rung, sent.c.kind, sent.c.joined, minutes.label("minutes"),
                  hour.label("hour"))
        .join(zone, sa.and_(zone.c.zone == sent.c.time_zone, at >= zone.c.since, at < zone.c.until))
        .cte("judged")
        .prefix_with("materialized")
    )  # fmt: skip


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
    slice_days=5,
    least_months=2,
)  # fmt: skip
