"""Hand-offs: how often a person is brought in, and why."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.insights.measures import population
from bot.insights.measures.counts import Counts
from bot.insights.measures.kinds import COHORT, OF_COHORT, Kind, Unit
from bot.insights.measures.sql import month_name
from bot.insights.measures.windows import Window
from bot.model import HandOff, Member
from bot.programme.models import Programme

REASON, TEAM, STRANGERS = "reason", "team", ""


def count(session: Session, programme: Programme, window: Window, now: datetime) -> Counts:
    """Cases that were opened in the window, which is a month, and members at its beginning."""
    counts = Counts()
    if window.first > now.date():
        return counts
    for segment, many in population.members_on(session, window.first).items():
        counts.put(segment, n=many)
    of_segment = sa.func.coalesce(Member.segment, STRANGERS).label("of_segment")
    joined = month_name(Member.joined_on).label("joined")
    columns = (of_segment, joined, HandOff.reason, HandOff.team)
    found = (
        sa.select(*columns, sa.func.count())
        .outerjoin(Member, Member.id == HandOff.member_id)
        .where(HandOff.opened_at >= window.starts, HandOff.opened_at < window.ends)
        .group_by(*columns)
    )
    for of, cohort, reason, team, many in session.execute(found):
        counts.put(of, k=many)
        counts.put(of, REASON, str(reason), k=many)
        counts.put(of, TEAM, str(team), k=many)
        if cohort is not None:
            counts.put(of, COHORT, cohort, k=many)
    return counts


KIND = Kind(
    name="hand-offs",
    title="Hand-offs to a person",
    definition="How often a case is opened for a person, for a hundred members and month.",
    how=(
        (
            "Counted are cases, in the month in which they were opened, for whichever reason. Only months that "
            "are over "
            "count, so a period ends with the last month. What a member "
            "writes in a "
            "case that is open is no new case; one that is opened again is not counted again."
        ),
        population.HOW,
        (
            "The rate is the number of cases divided by the members at the beginning of each month, times 100; over "
            "several months the sum of one divided by the sum of the other. Cases of people whom nobody has "
            "enrolled are "
            'in the whole, under "no segment".'
        ),
        "A member counts in the segment that they belong to now.",
    ),
    unit=Unit.PER_100,
    reaches=False,
    count=count,
    things="members at the beginning of the months",
    needs="A case: somebody who asks for a person, or who does not answer to the end of a ladder.",
    breakdowns={REASON: "By reason", TEAM: "By team", **OF_COHORT},
    share_whole=frozenset({REASON, TEAM, COHORT}),
    whole_months=True,
    least_months=2,
)
