"""The row of a round while it is asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.conversation.memory import conversation_of
from bot.model import LIVE, CheckIn, OutboxMessage, Question, RoundState, SurveyAnswer, SurveyRound
from bot.programme.models import Programme
from bot.surveys import path
from bot.surveys.path import Ask, Given

QUESTION_OF = {
    "nps": Question.SURVEY_SCORE,
    "csat": Question.SURVEY_SCORE,
    "ces": Question.SURVEY_SCORE,
    "single": Question.SURVEY_CHOICE,
    "multiple": Question.SURVEY_CHOICE,
    "text": Question.SURVEY_TEXT,
}
"""What is open in the conversation while a question of this kind is."""


def of_check_in(session: Session, check_in_id: int) -> SurveyRound | None:
    """The round that a check-in asks for."""
    asked = sa.select(SurveyRound).where(SurveyRound.check_in_id == check_in_id)
    return session.scalars(asked.order_by(SurveyRound.id.desc()).limit(1)).first()


def under_way(session: Session, member_id: int) -> SurveyRound | None:
    """The round of which the member has been sent a question, and may still answer."""
    asked = (
        sa.select(SurveyRound)
        .join(CheckIn, CheckIn.id == SurveyRound.check_in_id)
        .where(
            SurveyRound.member_id == member_id,
            SurveyRound.state == RoundState.ASKED,
            SurveyRound.started_at.is_not(None),
            CheckIn.state.in_(LIVE),
            CheckIn.rung > 0,
        )
    )
    return session.scalars(asked.order_by(SurveyRound.started_at.desc()).limit(1)).first()


def given(session: Session, row: SurveyRound) -> dict[str, Given]:
    """The answers so far, by the key of their question."""
    kept = sa.select(SurveyAnswer).where(SurveyAnswer.round_id == row.id).order_by(SurveyAnswer.id)
    return {answer.question: Given(answer.number, answer.text) for answer in session.scalars(kept)}


def in_hand(session: Session, programme: Programme, check_in: CheckIn) -> Ask:
    """The question that a survey's check-in asks now: the first, unless the member has come further."""
    survey = programme.surveys[check_in.step]
    row = of_check_in(session, check_in.id)
    found = path.find(survey, row.question, given(session, row)) if row is not None else None
    return found or path.first(survey)


def all_in_hand(session: Session, programme: Programme, check_ins: Collection[CheckIn]) -> dict[int, Ask]:
    """The same for many check-ins, in two statements; each is of a survey that the content has."""
    ids = [check_in.id for check_in in check_ins]
    asked = sa.select(SurveyRound).where(SurveyRound.check_in_id.in_(ids)).order_by(SurveyRound.id)
    rows = {row.check_in_id: row for row in session.scalars(asked)}  # the newest of each
    answers: dict[int, dict[str, Given]] = {row.id: {} for row in rows.values()}
    kept = sa.select(SurveyAnswer).where(SurveyAnswer.round_id.in_(answers)).order_by(SurveyAnswer.id)
    for answer in session.scalars(kept) if answers else ():
        answers[answer.round_id or 0][answer.question] = Given(answer.number, answer.text)
    found = {}
    for check_in in check_ins:
        survey, row = programme.surveys[check_in.step], rows.get(check_in.id)
        ask = path.find(survey, row.question, answers[row.id]) if row is not None else None
        found[check_in.id] = ask or path.first(survey)
    return found


def take_in_hand(row: SurveyRound, ask: Ask) -> None:
    row.question, row.kind, row.unclear = ask.key, ask.kind, 0


def sent(session: Session, message: OutboxMessage, check_in: CheckIn, times: Times) -> None:
    """A question of the survey has reached the member: what they write next is its answer."""
    row = of_check_in(session, check_in.id)
    if row is None or row.kind is None:
        return
    row.started_at, row.channel = row.started_at or times.now, message.channel
    conversation = conversation_of(session, check_in.member_id)
    conversation.question = QUESTION_OF[row.kind]
    conversation.data = open_data(row, [str(choice) for choice in message.body.get("choices") or []])
    conversation.asked_at, conversation.channel, conversation.address = times.now, message.channel, message.address


def open_data(row: SurveyRound, choices: list[str] | tuple[str, ...]) -> dict[str, object]:
    """What the conversation remembers of the question in hand."""
    return {
        "check_in": row.check_in_id,
        "round": row.id,
        "kind": row.kind,
        **({"choices": list(choices)} if QUESTION_OF[row.kind or "text"] is Question.SURVEY_CHOICE else {}),
    }


def look_again(session: Session, check_in: CheckIn, now: datetime) -> None:
    """The check-in is over: the next tick sees to the round."""
    row = of_check_in(session, check_in.id)
    if row is not None and row.state is RoundState.ASKED:
        row.look_at = now
