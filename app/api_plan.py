"""The programming interface: the plan of a member."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, status
from pydantic import BaseModel, ConfigDict, Field

from app.api_keys import Caller, Wired
from bot.model import Member
from bot.outreach.plan import MOST_DAYS, MOST_HISTORY, plan_of
from bot.outreach.reach import Reach
from bot.plan.model import Kind


class Body(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class HeldBody(Body):
    """What holds a message back; `until` is when it is looked at again, empty when it waits for a colleague."""

    reason: Annotated[str, Field(examples=["quiet_hours"])]
    words: str
    until: datetime | None


class SkippedBody(Body):
    """A rung that is left out."""

    rung: int
    modality: str
    reason: Annotated[str, Field(examples=["no_address"])]
    words: str


class ComingBody(Body):
    """A message or a call, a case for a team, or the end of a question, if the member stays silent."""

    at: Annotated[datetime | None, Field(description="Empty: when a colleague is done. After `until`: not before.")]
    kind: Kind
    why: str
    journey: str | None
    step: Annotated[str, Field(description="The name of the step, the milestone or the survey.")]
    also: Annotated[str | None, Field(description="A second step in the same message.")]
    rung: int | None
    rungs: int | None
    modality: str | None
    channel: str | None
    address: Annotated[str | None, Field(description="Its last four characters.", examples=["...0143"])]
    sender: str | None
    text: str | None
    team: str | None
    holds: list[HeldBody]
    skips: list[SkippedBody]


class EntryBody(Body):
    """A journey that the member will enter."""

    at: datetime
    journey: str
    occasion: str
    why: str


class AskingBody(Body):
    """A survey that the member will be asked, or that is left out."""

    at: datetime
    survey: str
    why: str
    is_asked: Annotated[bool, Field(description="False: it will be left out.")]
    reason: Annotated[str | None, Field(description="What it waits for, or why it is left out.")]


class WayBody(Body):
    """A journey that is under way."""

    journey: str
    entered_at: datetime
    lapses_at: datetime | None
    in_hand: str | None
    ahead: list[str]


class HappenedBody(Body):
    """One thing that happened; for messages also the channel, the text and the rule that sent it."""

    at: datetime
    what: str
    why: str | None
    channel: str | None
    text: str | None
    rule: str | None


class PlanBody(Body):
    """What will happen from `at` until `until` if the member stays silent, and what happened before. Times are UTC."""

    member_id: int
    member: str
    time_zone: str
    at: datetime
    until: datetime
    coming: list[ComingBody]
    is_cut: Annotated[bool, Field(description="There was more to tell than fits.")]
    entries: Annotated[list[EntryBody], Field(description="Journeys that the member will enter.")]
    surveys: Annotated[list[AskingBody], Field(description="Surveys that are planned.")]
    ways: Annotated[list[WayBody], Field(description="Journeys that are under way.")]
    history: Annotated[list[HappenedBody], Field(description="The newest last.")]


router = APIRouter(prefix="/api/v1/members/{member_id}", tags=["members"])


@router.get("/plan", responses={404: {"description": "There is no such member."}})
def read_plan(
    application: Wired,
    _name: Caller,
    member_id: Annotated[int, Path(ge=1, le=2**62, description="As `POST /api/v1/members` returned it.")],
    days: Annotated[int, Query(ge=0, le=MOST_DAYS, description="How far to look ahead.")] = MOST_DAYS,
    history: Annotated[int, Query(ge=0, le=MOST_HISTORY, description="How much of the past to tell.")] = 100,
) -> PlanBody:
    """What the programme will do with this member, when, through which channel, in which words, and why."""
    reach, now = Reach(application.channels), application.clock.now()
    with application.db.begin() as session:
        member = session.get(Member, member_id)
        if member is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no member {member_id}.")
        found = plan_of(session, application.programme, reach, member, now, days=days, history=history)
        return PlanBody.model_validate(found)
