"""What a member last answered to surveys, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import Member, SurveyAnswer
from bot.programme.models import Programme
from bot.programme.surveys import SCALES, WHY, band_of

ROWS = 12
SHOWN = 3

_NEWEST = (
    sa.select(SurveyAnswer)
    .where(SurveyAnswer.member_id == sa.bindparam("member"))
    .order_by(SurveyAnswer.id.desc())
    .limit(ROWS)
)


@dataclass(frozen=True)
class Answer:
    """One answer to a survey: a `score` from `lowest` to `highest` of some `kind`, or words, or both.

    `band` is low, middle or high; of an NPS, low is a detractor. `words` of a score are the reason that was given.
    """

    survey: str
    at: datetime
    kind: str | None = None
    score: int | None = None
    lowest: int | None = None
    highest: int | None = None
    band: str | None = None
    words: str | None = None


def answers(session: Session, member: Member, programme: Programme, most: int = SHOWN) -> tuple[Answer, ...]:
    """The last answers, the newest first; a score and the words that belong to it are one."""
    rows = session.scalars(_NEWEST, {"member": member.id}).all()
    reasons = {(row.round_id, row.question): row.text for row in rows if row.question.endswith(WHY)}
    told = [row for row in rows if not _belongs_to_a_score(row, rows)]
    return tuple(_answer(row, reasons.get((row.round_id, row.question + WHY)), programme) for row in told[:most])


def _belongs_to_a_score(row: SurveyAnswer, rows: Sequence[SurveyAnswer]) -> bool:
    score = row.question.removesuffix(WHY)
    return score != row.question and any(other.round_id == row.round_id and other.question == score for other in rows)


def _answer(row: SurveyAnswer, reason: str | None, programme: Programme) -> Answer:
    survey = programme.surveys.get(row.survey)
    name = survey.name if survey is not None else row.survey.replace("_", " ")
    if row.kind is None or row.kind not in SCALES or row.number is None:
        return Answer(name, row.at, row.kind, words=row.text or (str(row.number) if row.number is not None else None))
    lowest, highest = SCALES[row.kind]
    return Answer(name, row.at, row.kind, row.number, lowest, highest, band_of(row.kind, row.number), reason)
