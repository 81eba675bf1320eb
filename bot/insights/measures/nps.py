"""The Net Promoter Score."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from bot.insights.measures import latest
from bot.insights.measures.counts import Counts
from bot.insights.measures.kinds import OF_COHORT, Kind, Unit
from bot.insights.measures.windows import Window
from bot.programme.models import Programme
from bot.programme.surveys import SCALES, band_of

LOW, HIGH = SCALES["nps"]
WORTH = {score: {"low": -1, "middle": 0, "high": 1}[band_of("nps", score)] for score in range(LOW, HIGH + 1)}


def count(session: Session, programme: Programme, window: Window, now: datetime) -> Counts:
    """The last answer of each member in the window."""
    return latest.count(session, window, "nps", None, WORTH)


KIND = Kind(
    name="nps",
    title="Net Promoter Score (NPS)",
    definition="How many more members of a hundred would recommend us (9 or 10) than would not (0 to 6).",
    how=(
        (
            "Counted is the last answer of each member in the period, to any question of the kind nps. So a member who "
            "was asked twice counts once, with what they say now."
        ),
        (
            "NPS = the share of promoters (9, 10) less the share of detractors (0 to 6), times 100: from -100 to 100. "
            "Passives (7, 8) count in the whole alone."
        ),
        (
            "In the chart each month has the last answer of each member in that month; so the months don't add "
            "up to the "
            "period. Only who answered is in it: how many were asked stands with the surveys."
        ),
        "An answer counts in the segment that the member belonged to when they were asked.",
    ),
    unit=Unit.POINTS,
    target=Fraction(50),
    reaches=False,
    count=count,
    things="members who answered",
    needs="Answers to a survey with a question of the kind nps.",
    breakdowns={latest.SCORE: "By score", **OF_COHORT},
    share_whole=frozenset({latest.SCORE}),
    is_additive=False,
    is_survey=True,
)
