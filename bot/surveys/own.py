"""The organisation asks itself: how well its own staff say that it does member success, and how that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import Refused
from bot.model import SelfAssessmentAnswer, Staff
from bot.programme.surveys import SelfAssessment

LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True)
class Scored:
    """A statement in one quarter (its first day): the mean of what colleagues said, each counted with their last."""

    statement: str
    quarter: date
    mean: Fraction
    colleagues: int


def record(session: Session, assessment: SelfAssessment, staff: Staff, given: Mapping[str, int], now: datetime) -> None:
    """Keeps what a colleague says of each statement, from 1 to 5.

    Raises:
        Refused: an answer is missing, off the scale, or to a statement that there is not.
    """
    keys = [statement.key for statement in assessment.statements]
    for key, number in given.items():
        if key not in keys:
            raise Refused(f'There is no statement "{key}".')
        if not LOWEST <= number <= HIGHEST:
            raise Refused(f"{key}: {number} is not a number from {LOWEST} to {HIGHEST}.")
    missing = [key for key in keys if key not in given]
    if missing:
        raise Refused(f"No answer to: {', '.join(missing)}.")
    session.add_all(SelfAssessmentAnswer(staff_id=staff.id, statement=key, number=given[key], at=now) for key in keys)
    audit.write(session, now, staff.email, "self_assessment.answered")


def over_time(session: Session, assessment: SelfAssessment) -> list[Scored]:
    """Each statement by quarter (UTC), in the order of the content and of time; statements that are gone come last."""
    last: dict[tuple[str, date, int], int] = {}
    for row in session.scalars(sa.select(SelfAssessmentAnswer).order_by(SelfAssessmentAnswer.id)):
        last[row.statement, quarter_of(row.at), row.staff_id] = row.number
    grouped: dict[tuple[str, date], list[int]] = {}
    for (statement, quarter, _staff), number in last.items():
        grouped.setdefault((statement, quarter), []).append(number)
    order = [statement.key for statement in assessment.statements]
    order += sorted({statement for statement, _ in grouped} - set(order))
    ordered = sorted(grouped, key=lambda pair: (order.index(pair[0]), pair[1]))
    return [
        Scored(statement, quarter, Fraction(sum(numbers), len(numbers)), len(numbers))
        for statement, quarter in ordered
        for numbers in [grouped[statement, quarter]]
    ]


def quarter_of(moment: datetime) -> date:
    """The first day of the calendar quarter."""
    return date(moment.year, 3 * ((moment.month - 1) // 3) + 1, 1)
