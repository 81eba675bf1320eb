"""First replies: how long a member waits for a word of a person, in the team's working time."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import routing
from bot.insights.measures.counts import WAITING, Counts, Tally
from bot.insights.measures.kinds import Kind, Unit
from bot.insights.measures.windows import Window
from bot.model import HandOff, HandOffReason, HandOffState, Member, Priority, Team
from bot.programme.models import Programme

REASON, TEAM, PRIORITY, WORDLESS = "reason", "team", "priority", "wordless"
STEPS = ((60, 1), (240, 5), (1440, 15))
"""Minutes are rounded up: to one in the first hour, to 5 up to four hours, to 15 in the first day, then to an hour."""
HOUR = 60


class Case(NamedTuple):
    """What is read of a case."""

    segment: str
    reason: HandOffReason
    team: Team
    priority: Priority
    opened_at: datetime
    first_reply_at: datetime | None
    state: HandOffState


def count(session: Session, programme: Programme, window: Window, now: datetime) -> Counts:
    """Of the cases that were opened in the window."""
    found = (
        sa.select(sa.func.coalesce(Member.segment, ""), HandOff.reason, HandOff.team, HandOff.priority,
                  HandOff.opened_at, HandOff.first_reply_at, HandOff.state)
        .outerjoin(Member, Member.id == HandOff.member_id)
        .where(HandOff.opened_at >= window.starts, HandOff.opened_at < window.ends)
    )  # fmt: skip
    counts = Counts()
    for row in session.execute(found):
        case = Case(*row)
        tally = judge(case, programme, now)
        if tally is None:
            wordless = case.state is HandOffState.RESOLVED
            counts.put(case.segment, WORDLESS if wordless else WAITING, n=1)
            continue
        for key in (("", ""), (REASON, case.reason), (TEAM, case.team), (PRIORITY, case.priority)):
            counts.at(case.segment, key[0], str(key[1])).add(tally)
    return counts


def rounded_up(seconds: int) -> int:
    """In minutes."""
    step = next((step for upto, step in STEPS if seconds <= upto * 60), HOUR)
    return -(-seconds // (step * 60)) * step


def judge(case: Case, programme: Programme, now: datetime) -> Tally | None:
    """One case, and whether it was answered within its target; None: it can't be said, or not yet."""
    time = routing.time_of(programme.inbox, case.team, case.priority)
    target = programme.inbox.targets.get(case.priority.value)
    limit = target.first_reply if target is not None else None
    if case.first_reply_at is not None:
        waited = time.between(case.opened_at, case.first_reply_at)
        met = limit is None or waited <= limit
        tally = Tally(1, int(met), int(met))
        tally.minutes[rounded_up(int(waited.total_seconds()))] += 1
        return tally
    if case.state is HandOffState.RESOLVED or limit is None:
        return None
    return Tally(1, 0, 0) if time.between(case.opened_at, now) > limit else None


KIND = Kind(
    name="first-reply",
    title="First reply within target",
    definition="The share of cases in which the member has a word of a person within the target of the case.",
    how=(
        (
            "Counted are cases, in the month in which they were opened: from the opening to the first reply of a "
            "colleague, written or spoken, in working time of the team (its hours, weekdays and holidays; around "
            "the clock "
            "where the content says so). A time during which a case was snoozed is counted too."
        ),
        (
            "The target is that of the case's priority in `inbox.yml`. A case without a reply counts as missed "
            "as soon as "
            "its target is past; before that it counts neither way."
        ),
        "A case that was resolved without a word to the member is left out: there may have been nothing to say.",
        (
            "Median and 90th percentile are of the cases that were answered: the smallest time within which "
            "half, or nine "
            "of ten, were answered. Times are rounded up: to the minute in the first hour, to 5 up to four "
            "hours, to 15 "
            "in the first day, then to the hour."
        ),
        "A case counts in the segment that the member belongs to now.",
    ),
    unit=Unit.SHARE,
    reaches=False,
    count=count,
    things="cases",
    needs="Cases that a colleague has answered.",
    breakdowns={PRIORITY: "By priority", REASON: "By reason", TEAM: "By team"},
    waiting="cases that wait for a first reply, within their target",
    timed="Time to the first reply",
    least_months=3,
)
