"""The programming interface: what staff do with a case. The same acts as in Slack, in the name of a colleague.

A call with an ``Idempotency-Key`` is done once: its repetition gets the same answer, whatever has happened since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Self
from uuid import uuid4

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response, status
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from app.api_cases import NO_CASE, CaseId, CaseLine, line_of
from app.api_keys import Caller, Wired
from app.api_members import writable
from bot.errors import NotFound, Refused
from bot.handoff import acts, cases, people, replies, routing
from bot.handoff.act import Act, check_not_anothers
from bot.lanes.put import insert_once
from bot.model import CallOutcome, HandOff, InboxMessage, InboxState, Staff, Team
from bot.outreach.reach import Reach

CHANNEL = "api"
REPLAYED = "Idempotency-Replayed"

Email = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=3, max_length=254)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000), AfterValidator(writable)
]
Aside = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), AfterValidator(writable)]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("there is no such moment in UTC") from None


class ActBody(BaseModel):
    """Who does it."""

    model_config = ConfigDict(extra="forbid")

    by: Annotated[Email, Field(description="E-mail address of the colleague.", examples=["priya.nair@example.org"])]


class NoteBody(ActBody):
    """A private note."""

    text: Words


class ReplyBody(ActBody):
    """Words to the member."""

    text: Words
    way: Annotated[
        str | None, Field(max_length=100, description="A `key` of the case's `ways`; else the last one.")
    ] = None


class SnoozeBody(ActBody):
    """Until when the case rests."""

    until: Annotated[AwareDatetime, AfterValidator(_in_utc)]


class AssignBody(ActBody):
    """To whom the case is given: a colleague, or a team."""

    to: Email | None = None
    team: Team | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.to is None) == (self.team is None):
            raise ValueError("give a colleague (to), or a team")
        return self


class CallBody(ActBody):
    """How a call went that the colleague made."""

    outcome: CallOutcome
    words: Aside = ""


class ResolveBody(ActBody):
    """How it ended. Members don't see it."""

    outcome: Aside = ""
    step_done: bool = False
    follow_up_on: Annotated[date | None, Field(description="The bot asks again on this day, not before.")] = None


Perform = Callable[[Session, Act], object]


class Desk:
    """One act on one case: `desk.do("claim", body, perform)` does it once, in a transaction."""

    def __init__(
        self,
        request: Request,
        response: Response,
        application: Wired,
        case_id: CaseId,
        name: Caller,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
    ) -> None:
        self.application, self.case_id, self.name = application, case_id, name
        self._key, self._response = idempotency_key, response
        self.reach = Reach(application.channels)

    def do(self, what: str, body: ActBody, perform: Perform) -> CaseLine:
        """The case as it stands after the act; of a repetition: as it stood then."""
        clock = self.application.clock
        dedupe = f"api:{self.name}:{self._key or uuid4().hex}"
        try:
            with self.application.db.begin() as session:
                row = self._keep(session, dedupe, what, body)
                if "answer" in row.body:
                    self._response.headers[REPLAYED] = "true"
                    return CaseLine.model_validate(row.body["answer"])
                perform(session, Act(self.case_id, self.colleague(session, body.by), dedupe, clock.now(), clock.wall()))
                session.flush()
                answer = line_of(self.application, session.get_one(HandOff, self.case_id))
                row.body = {**row.body, "answer": answer.model_dump(mode="json")}
                return answer
        except NotFound as missing:
            raise HTTPException(status.HTTP_404_NOT_FOUND, str(missing)) from missing
        except Refused as refused:
            raise HTTPException(status.HTTP_409_CONFLICT, refused.detail or str(refused)) from refused

    def _keep(self, session: Session, dedupe: str, what: str, body: ActBody) -> InboxMessage:
        """The row of this call, which may be there already; 422 when it was another call that had the same key."""
        now = self.application.clock.now()
        call = {"case": self.case_id, "act": what, "digest": _digest(body)}
        insert_once(
            session, InboxMessage, "dedupe", lane=f"api:{self.name}", dedupe=dedupe, state=InboxState.DONE,
            channel=CHANNEL, address=self.name, text="", body={"call": call}, received_at=now, handled_at=now,
            outcome=what,
        )  # fmt: skip
        row = session.scalars(sa.select(InboxMessage).where(InboxMessage.dedupe == dedupe)).one()
        if row.body["call"] != call:
            said = "This Idempotency-Key belongs to another call."
            raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, said)
        return row

    def colleague(self, session: Session, email: str) -> Staff:
        """The colleague with this address: somebody whom we know, or whom the content names; 422 for anybody else."""
        teams = self.application.programme.inbox.teams.values()
        if any(email in (*desk.people, desk.lead, desk.deputy) for desk in teams):
            return routing.colleague(session, email)
        try:
            return people.colleague(session, email)
        except NotFound as missing:
            said = f"There is no colleague with the address {email}."
            raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, said) from missing


def _digest(body: ActBody) -> str:
    content: Any = body.model_dump(mode="json")
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


Opened = Annotated[Desk, Depends()]
router = APIRouter(
    prefix="/api/v1/cases/{case_id}",
    tags=["cases"],
    responses={**NO_CASE, 409: {"description": "It can't be done in the present state; `detail` says why."}},
)


@router.post("/claim")
def claim(body: ActBody, desk: Opened) -> CaseLine:
    """The conversation is this colleague's from here on."""
    return desk.do("claim", body, acts.claim)


@router.post("/note")
def note(body: NoteBody, desk: Opened) -> CaseLine:
    """Keeps a private note."""
    return desk.do("note", body, lambda session, act: acts.note(session, act, body.text))


@router.post("/reply")
def reply(body: ReplyBody, desk: Opened) -> CaseLine:
    """Sends words to the member; an open case is claimed by it."""

    def perform(session: Session, act: Act) -> None:
        case = cases.get(session, act.case_id)
        check_not_anothers(case, act.staff)
        to = replies.way_to(session, desk.reach, case, act.now, body.way, text=body.text)
        acts.reply(session, act, body.text, to=to)

    return desk.do("reply", body, perform)


@router.post("/snooze")
def snooze(body: SnoozeBody, desk: Opened) -> CaseLine:
    """The case rests until then, or until the member writes."""
    programme, until = desk.application.programme, body.until
    return desk.do("snooze", body, lambda session, act: acts.snooze(session, act, until, programme))


@router.post("/unsnooze")
def unsnooze(body: ActBody, desk: Opened) -> CaseLine:
    """The case rests no longer."""
    return desk.do("unsnooze", body, acts.unsnooze)


@router.post("/assign")
def assign(body: AssignBody, desk: Opened) -> CaseLine:
    """Gives the case to a colleague, or back to a team."""

    def perform(session: Session, act: Act) -> None:
        if body.to is not None:
            acts.assign(session, act, desk.colleague(session, body.to))
        elif body.team is not None:
            acts.give_to_team(session, act, body.team)

    return desk.do("assign", body, perform)


@router.post("/call")
def call(body: CallBody, desk: Opened) -> CaseLine:
    """Keeps how a call went that the colleague made; an open case is claimed by it."""
    return desk.do("call", body, lambda session, act: acts.call_logged(session, act, body.outcome, body.words))


@router.post("/resolve")
def resolve(body: ResolveBody, desk: Opened) -> CaseLine:
    """Closes the case and gives the conversation back to the bot."""

    def perform(session: Session, act: Act) -> None:
        programme = desk.application.programme
        acts.resolve(session, act, body.outcome, programme, step_done=body.step_done, follow_up_on=body.follow_up_on)

    return desk.do("resolve", body, perform)


@router.post("/reopen")
def reopen(body: ActBody, desk: Opened) -> CaseLine:
    """The case goes on, and is this colleague's."""
    return desk.do("reopen", body, acts.reopen)
