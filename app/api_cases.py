"""The programming interface: cases, as staff see them. What they do with them is in `app.api_case_acts`."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, status
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy.orm import Session

from app.api_keys import Caller, Wired
from app.wiring import Application
from bot.errors import NotFound
from bot.handoff import listing, replies
from bot.handoff.listing import Wanted, Which
from bot.handoff.queues import line
from bot.handoff.view import CaseView, view
from bot.model import HandOff, Team
from bot.outreach.reach import Reach

MOST = 200
_VIEW: TypeAdapter[CaseView] = TypeAdapter(CaseView)

CaseId = Annotated[int, Path(ge=1, le=2**62, description="As the card and the list name it.")]


class Body(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CaseLine(Body):
    """A case in a list. Times are UTC.

    `due`: the target that was missed, or else the next one; empty while the case is snoozed. `is_waiting`: the member
    waits for a word of a person.
    """

    case_id: int
    who: str
    reason: str
    summary: str
    priority: str
    state: str
    team: str
    assignee: Annotated[str | None, Field(description="To whom it was given; once it is claimed: who has it.")]
    opened_at: datetime
    due: datetime | None
    is_overdue: bool
    is_waiting: bool
    snoozed_until: datetime | None


class CaseList(BaseModel):
    """The cases of one page, and how many there are in all."""

    cases: list[CaseLine]
    total: int


class WayBody(Body):
    """Where the member can be written to. `hindrance` says why not; `key` chooses this way for a reply."""

    key: str
    channel: str
    address: str
    is_last: bool
    hindrance: str | None


class EntryBody(Body):
    """What was said or done in a case, in order. Only a `reply` was ever meant for the member."""

    id: int
    kind: str
    author: str
    text: str
    at: datetime


class CaseBody(BaseModel):
    """A case with all that its card in Slack shows (`card`), and the ways to the member."""

    case: CaseLine
    card: dict[str, Any]
    ways: list[WayBody]


router = APIRouter(prefix="/api/v1/cases", tags=["cases"])
NO_CASE: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such case."}}


@router.get("")
def list_cases(
    application: Wired,
    _name: Caller,
    state: Annotated[Which, Query(description="`unresolved`: open or claimed.")] = Which.UNRESOLVED,
    team: Team | None = None,
    assignee: Annotated[str | None, Query(max_length=254, description="An e-mail address, or `nobody`.")] = None,
    member_id: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    overdue: Annotated[bool | None, Query(description="Only cases of which a target was missed, or none was.")] = None,
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> CaseList:
    """The most urgent first, then by when they are due; resolved ones the last one first."""
    wanted = Wanted(state, team, assignee, member_id, overdue)
    with application.db.begin() as session:
        inbox, now = application.programme.inbox, application.clock.now()
        found = listing.find(session, inbox, wanted, now, skip=skip, most=limit)
    return CaseList(cases=[CaseLine.model_validate(one) for one in found.lines], total=found.total)


@router.get("/{case_id}", responses=NO_CASE)
def read_case(application: Wired, _name: Caller, case_id: CaseId) -> CaseBody:
    """One case, as its card shows it."""
    with application.db.begin() as session:
        case = find(session, case_id)
        return CaseBody(
            case=line_of(application, case),
            card=_card(view(session, case, application.programme, application.clock.now())),
            ways=ways_of(application, session, case),
        )


@router.get("/{case_id}/entries", responses=NO_CASE)
def list_entries(application: Wired, _name: Caller, case_id: CaseId) -> list[EntryBody]:
    """Its whole history: events, private notes, replies, and what the member wrote."""
    with application.db.begin() as session:
        return [EntryBody.model_validate(entry) for entry in find(session, case_id).entries]


def find(session: Session, case_id: int) -> HandOff:
    """The case, not locked; 404 when there is none."""
    case = session.get(HandOff, case_id)
    if case is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(NotFound(f"case {case_id}")))
    return case


def line_of(application: Application, case: HandOff) -> CaseLine:
    """The case as it stands now."""
    return CaseLine.model_validate(line(case, application.programme.inbox, application.clock.now()))


def ways_of(application: Application, session: Session, case: HandOff) -> list[WayBody]:
    """Where the member can be written to now, and why not elsewhere."""
    found = replies.ways(session, Reach(application.channels), case, application.clock.now())
    return [WayBody.model_validate(way) for way in found]


def _card(seen: CaseView) -> dict[str, Any]:
    content: dict[str, Any] = _VIEW.dump_python(seen, mode="json")
    return {field.name: content[field.name] for field in fields(seen)}
