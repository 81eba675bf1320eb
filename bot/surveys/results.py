"""What surveys came to: every answer as it was given, and figures. Figures are exact fractions; who shows them rounds.

An answer counts in the segment that its member belonged to when they were asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import Member, RoundState, SurveyAnswer, SurveyRound
from bot.programme.models import Survey
from bot.programme.surveys import SCALES, band_of
from bot.surveys.path import BETWEEN

UNASKED = "unasked"
"""The survey of numbers that nobody asked for."""
NOBODY = ""
"""The segment of an answer that belongs to no round."""


@dataclass(frozen=True)
class Row:
    """One answer. `round` is the number of the round, `question` the key; times are UTC."""

    id: int
    member_number: str | None
    segment: str
    survey: str
    question: str
    kind: str | None
    number: int | None
    text: str | None
    asked_at: datetime | None
    answered_at: datetime
    channel: str | None
    round: int | None


def answers(
    session: Session,
    *,
    survey: str | None = None,
    since: datetime | None = None,
    after: int = 0,
    most: int | None = None,
) -> list[Row]:
    """Answers in the order in which they came; `after` is the id of the last one of the page before."""
    query = (
        sa.select(SurveyAnswer, Member.number, Member.segment, SurveyRound.segment)
        .join(Member, Member.id == SurveyAnswer.member_id)
        .outerjoin(SurveyRound, SurveyRound.id == SurveyAnswer.round_id)
        .where(SurveyAnswer.id > after)
        .order_by(SurveyAnswer.id)
    )
    if survey is not None:
        query = query.where(SurveyAnswer.survey == survey)
    if since is not None:
        query = query.where(SurveyAnswer.at >= since)
    if most is not None:
        query = query.limit(most)
    return [_row(kept, number, then or now) for kept, number, now, then in session.execute(query)]


def _row(kept: SurveyAnswer, number: str | None, segment: str) -> Row:
    return Row(
        id=kept.id,
        member_number=number,
        segment=segment,
        survey=kept.survey,
        question=kept.question,
        kind=kept.kind,
        number=kept.number,
        text=kept.text,
        asked_at=kept.asked_at,
        answered_at=kept.at,
        channel=kept.channel,
        round=kept.round_id,
    )


@dataclass(frozen=True)
class Figures:
    """What the answers to one question come to; shares are fractions of 1, an NPS of 100.

    `top` is the share of the highest score, `top_two` that of the two highest; `nps` is there for that kind alone.
    `counts` has each score, or each choice, that was given.
    """

    question: str
    kind: str
    answers: int
    mean: Fraction | None = None
    top: Fraction | None = None
    top_two: Fraction | None = None
    nps: Fraction | None = None
    promoters: int | None = None
    passives: int | None = None
    detractors: int | None = None
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """One survey, in one segment or (`segment` is None) in all. `asked`: rounds of which a question reached the member;
    `responded`: those with at least one answer; `rate` is their share."""

    survey: str
    segment: str | None
    asked: int
    responded: int
    rate: Fraction | None
    states: dict[str, int]
    questions: tuple[Figures, ...]


def summaries(session: Session, key: str, survey: Survey | None, since: datetime | None = None) -> list[Summary]:
    """Of all members, and then of each segment that was asked. `since`: rounds that were asked from then on."""
    started = sa.select(SurveyRound).where(SurveyRound.survey == key, SurveyRound.started_at.is_not(None))
    if since is not None:
        started = started.where(SurveyRound.started_at >= since)
    rounds = session.scalars(started.order_by(SurveyRound.id)).all()
    in_rounds = {row.id: row for row in rounds}
    given = [row for row in answers(session, survey=key) if row.round in in_rounds]
    segments: list[str | None] = [None, *sorted({row.segment or NOBODY for row in rounds})]
    return [_summary(key, survey, segment, rounds, given) for segment in segments]


def _summary(
    key: str, survey: Survey | None, segment: str | None, rounds: Sequence[SurveyRound], given: Sequence[Row]
) -> Summary:
    asked = [one for one in rounds if segment is None or (one.segment or NOBODY) == segment]
    ids = {one.id for one in asked}
    rows = [row for row in given if row.round in ids]
    responded = len({row.round for row in rows})
    states = Counter(str(one.state) for one in asked)
    return Summary(
        survey=key,
        segment=segment,
        asked=len(asked),
        responded=responded,
        rate=_share(responded, len(asked)),
        states={str(state): states[state] for state in RoundState if states[state]},
        questions=tuple(_figures(question, kind, rows) for question, kind in _questions(survey, rows)),
    )


def _questions(survey: Survey | None, rows: Iterable[Row]) -> list[tuple[str, str]]:
    """In the order of the content, then those that it has no more."""
    order = [key for question in survey.questions for key in question.keys] if survey is not None else []
    kinds = {row.question: row.kind or "text" for row in rows}
    known = [key for key in order if key in kinds]
    return [(key, kinds[key]) for key in [*known, *sorted(kinds.keys() - set(order))]]


def _figures(question: str, kind: str, rows: Iterable[Row]) -> Figures:
    own = [row for row in rows if row.question == question]
    scores = [row.number for row in own if row.number is not None]
    if kind in SCALES and scores:
        return score_figures(question, kind, scores)
    words = [choice for row in own if kind in ("single", "multiple") for choice in (row.text or "").split(BETWEEN)]
    return Figures(question, kind, len(own), counts=dict(sorted(Counter(words).items())))


def score_figures(question: str, kind: str, scores: Sequence[int]) -> Figures:
    """An NPS is the share of promoters less that of detractors, times 100: from -100 to 100."""
    total, highest = len(scores), SCALES[kind][1]
    bands = Counter(band_of(kind, score) for score in scores)
    is_nps = kind == "nps"
    return Figures(
        question=question,
        kind=kind,
        answers=total,
        mean=Fraction(sum(scores), total),
        top=_share(scores.count(highest), total),
        top_two=_share(sum(score >= highest - 1 for score in scores), total),
        nps=Fraction(100 * (bands["high"] - bands["low"]), total) if is_nps else None,
        promoters=bands["high"] if is_nps else None,
        passives=bands["middle"] if is_nps else None,
        detractors=bands["low"] if is_nps else None,
        counts={str(score): count for score, count in sorted(Counter(scores).items())},
    )


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
