"""What a member was asked in surveys, and answered."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.members.records import AnswerLine, SurveyLine
from bot.model import Member, SurveyAnswer, SurveyRound
from bot.programme.models import Programme
from bot.programme.surveys import SCALES, WHY, band_of

MOST = 200


def surveys(session: Session, programme: Programme, member: Member) -> tuple[SurveyLine, ...]:
    """What was asked and answered, the newest first; then numbers that nobody asked for."""
    rounds = sa.select(SurveyRound).where(SurveyRound.member_id == member.id).order_by(SurveyRound.due_at.desc())
    mine = sa.select(SurveyAnswer).where(SurveyAnswer.member_id == member.id).order_by(SurveyAnswer.id)
    answers: defaultdict[int | None, list[SurveyAnswer]] = defaultdict(list)
    for answer in session.scalars(mine):
        answers[answer.round_id].append(answer)
    found = [_survey(programme, row, answers.pop(row.id, [])) for row in session.scalars(rounds.limit(MOST))]
    alone = [one for left in answers.values() for one in left]
    return (*found, *(_unasked(programme, answer) for answer in reversed(alone)))


def _survey(programme: Programme, row: SurveyRound, answers: list[SurveyAnswer]) -> SurveyLine:
    return SurveyLine(
        round_id=row.id,
        survey=row.survey,
        name=_survey_name(programme, row.survey),
        occasion=row.occasion,
        state=str(row.state),
        reason=row.reason.replace("_", " ") if row.reason else None,
        due_at=row.due_at,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        channel=row.channel,
        answers=tuple(_answer(programme, one) for one in answers),
    )


def _unasked(programme: Programme, answer: SurveyAnswer) -> SurveyLine:
    name = _survey_name(programme, answer.survey)
    told = (_answer(programme, answer),)
    return SurveyLine(
        None, answer.survey, name, "", "answered", None, None, answer.asked_at, answer.at, answer.channel, told
    )


def _survey_name(programme: Programme, key: str) -> str:
    survey = programme.surveys.get(key)
    return survey.name if survey is not None else key.replace("_", " ")


def _answer(programme: Programme, row: SurveyAnswer) -> AnswerLine:
    survey = programme.surveys.get(row.survey)
    asked = {question.key: question.ask for question in survey.questions} if survey is not None else {}
    scale = SCALES.get(row.kind) if row.kind is not None else None
    score = row.number if scale is not None else None
    return AnswerLine(
        question=asked.get(row.question) or _why(asked, row.question),
        score=score,
        lowest=scale[0] if scale else None,
        highest=scale[1] if scale else None,
        band=str(band_of(row.kind, score)) if row.kind and score is not None else None,
        words=row.text or (str(row.number) if row.number is not None and scale is None else None),
        at=row.at,
    )


def _why(asked: dict[str, str], question: str) -> str:
    """What asks for the reason of a score is called by the score's question."""
    score = question.removesuffix(WHY)
    return f"{asked[score]} (why)" if score in asked else question.replace("_", " ")
