"""Member satisfaction (MSAT)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from bot.insights.measures import latest
from bot.insights.measures.counts import Counts
from bot.insights.measures.kinds import OF_COHORT, Kind, Unit
from bot.insights.measures.windows import Window
from bot.programme.models import Programme
from bot.programme.surveys import SCALES

LOW, HIGH = SCALES["csat"]
WORTH = {score: score for score in range(LOW, HIGH + 1)}


def count(session: Session, programme: Programme, window: Window, now: datetime) -> Counts:
    """The last answer of each member in the window."""
    return latest.count(session, window, "csat", list(questions(programme)), WORTH)


def questions(programme: Programme) -> Iterator[tuple[str, str]]:
    """Those about the membership itself, as (survey, question): one event or one case says little of it."""
    for key, survey in programme.surveys.items():
        if survey.when.after in ("joined", "renewal"):
            yield from ((key, question.key) for question in survey.questions if question.kind == "csat")


KIND = Kind(
    name="msat",
    title="Member satisfaction (MSAT)",
    definition="The mean of how members rate their membership, from 1 to 5.",
    how=(
        (
            "Counted is the last answer of each member in the period to a question of the kind csat in a survey "
            "that is "
            "about the membership: one that comes so long after joining, or around renewal. Ratings of one event or of "
            "one case are shown with their surveys, and are not in it."
        ),
        "MSAT = the sum of the scores divided by the number of members who answered, rounded to two decimals.",
        (
            "In the chart each month has the last answer of each member in that month; so the months don't add "
            "up to the "
            "period."
        ),
        "An answer counts in the segment that the member belonged to when they were asked.",
    ),
    unit=Unit.SCORE,
    target=Fraction(4),
    reaches=False,
    count=count,
    things="members who answered",
    needs="Answers to a survey about the membership with a question of the kind csat.",
    breakdowns={latest.SCORE: "By score", **OF_COHORT},
    share_whole=frozenset({latest.SCORE}),
    is_additive=False,
    is_survey=True,
)
