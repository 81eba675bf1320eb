"""Scores of members: the last answer of each in a window."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.insights.measures.counts import Counts, Tally
from bot.insights.measures.kinds import COHORT
from bot.insights.measures.sql import month_name
from bot.insights.measures.windows import Window
from bot.model import Member, SurveyAnswer, SurveyRound

SCORE = "score"


def count(
    session: Session, window: Window, kind: str, questions: Collection[tuple[str, str]] | None, worth: dict[int, int]
) -> Counts:
    """`worth` says what each score adds to the sum. `questions` are (survey, question), None: all of the kind."""
    asked_of = sa.func.coalesce(SurveyRound.segment, Member.segment)
    newest = sa.func.row_number().over(
        partition_by=SurveyAnswer.member_id, order_by=(SurveyAnswer.at.desc(), SurveyAnswer.id.desc())
    )
    each = (
        sa.select(asked_of.label("segment"), month_name(Member.joined_on).label("joined"), SurveyAnswer.number,
                  newest.label("newest"))
        .join(Member, Member.id == SurveyAnswer.member_id)
        .outerjoin(SurveyRound, SurveyRound.id == SurveyAnswer.round_id)
        .where(
            SurveyAnswer.kind == kind,
            SurveyAnswer.at >= window.starts,
            SurveyAnswer.at < window.ends,
            SurveyAnswer.number.in_(list(worth)),
        )
    )  # fmt: skip
    if questions is not None:
        each = each.where(sa.or_(sa.false(), *(
            sa.and_(SurveyAnswer.survey == survey, SurveyAnswer.question == question) for survey, question in questions
        )))  # fmt: skip
    last = each.subquery()
    columns = (last.c.segment, last.c.joined, last.c.number)
    found = sa.select(*columns, sa.func.count()).where(last.c.newest == 1).group_by(*columns)
    counts = Counts()
    for segment, joined, score, many in session.execute(found):
        tally = Tally(many, many * worth[score], many * worth[score] ** 2)
        for key in (("", ""), (COHORT, joined), (SCORE, str(score))):
            counts.at(segment, *key).add(tally)
    return counts
