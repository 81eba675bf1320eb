"""The programming interface: what members answered to surveys, and what it comes to."""

from __future__ import annotations

from datetime import date, datetime, time
from fractions import Fraction
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Path, Query, status
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.api_keys import Caller, Wired
from app.wiring import Application
from bot.programme.models import Survey
from bot.surveys import results

MOST = 1000


def _decimal(value: object) -> object:
    return float(value) if isinstance(value, Fraction) else value


Number = Annotated[float | None, BeforeValidator(_decimal)]


class Body(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FiguresBody(Body):
    """What the answers to one question come to."""

    question: str
    kind: str
    answers: int
    mean: Number
    top: Annotated[Number, Field(description="Share of the highest score, 0 to 1.")]
    top_two: Annotated[Number, Field(description="Share of the two highest scores, 0 to 1.")]
    nps: Annotated[Number, Field(description="% promoters (9, 10) less % detractors (0 to 6): -100 to 100.")]
    promoters: int | None
    passives: int | None
    detractors: int | None
    counts: Annotated[dict[str, int], Field(description="How often each score or choice was given.")]


class SummaryBody(Body):
    """One survey, of everybody (`segment` is empty) or of one segment."""

    survey: str
    segment: str | None
    asked: Annotated[int, Field(description="Rounds of which a question reached the member.")]
    responded: Annotated[int, Field(description="Those with at least one answer.")]
    rate: Annotated[Number, Field(description="`responded` as a share of `asked`, 0 to 1.")]
    states: dict[str, int]
    questions: list[FiguresBody]


class AnswerBody(Body):
    """One answer. `round` tells which answers belong together; times are UTC."""

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


class AnswersBody(BaseModel):
    """A page of answers, the oldest first; `next` is the `after` of the next page, empty at the end."""

    answers: list[AnswerBody]
    next: int | None


router = APIRouter(prefix="/api/v1/surveys/{key}", tags=["surveys"])
Key = Annotated[str, Path(max_length=64, description="The survey's key in the content.", examples=["day_90"])]
Since = Annotated[date | None, Query(description="From this day on (UTC).")]
MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such survey."}}


@router.get("/summary", responses=MISSING)
def read_summary(application: Wired, _name: Caller, key: Key, since: Since = None) -> list[SummaryBody]:
    """The figures of a survey: first of all members, then of each segment that was asked."""
    survey = _survey(application, key)
    with application.db.begin() as session:
        found = results.summaries(session, key, survey, midnight(since))
    return [SummaryBody.model_validate(one) for one in found]


@router.get("/answers", responses=MISSING)
def read_answers(
    application: Wired,
    _name: Caller,
    key: Key,
    since: Since = None,
    after: Annotated[int, Query(ge=0, le=2**62, description="`next` of the page before.")] = 0,
    most: Annotated[int, Query(ge=1, le=MOST, description="How many on a page.")] = 100,
) -> AnswersBody:
    """Every answer to a survey as it was given, page by page."""
    _survey(application, key)
    with application.db.begin() as session:
        found = results.answers(session, survey=key, since=midnight(since), after=after, most=most + 1)
    page = [AnswerBody.model_validate(one) for one in found[:most]]
    return AnswersBody(answers=page, next=page[-1].id if len(found) > most else None)


def midnight(day: date | None) -> datetime | None:
    """The moment at which a day begins in UTC."""
    return datetime.combine(day, time(), ZoneInfo("UTC")) if day is not None else None


def _survey(application: Application, key: str) -> Survey | None:
    """The survey; None for numbers that nobody asked for, which are kept under a name of their own."""
    survey = application.programme.surveys.get(key)
    if survey is None and key != results.UNASKED:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no survey {key[:64]}.")
    return survey
