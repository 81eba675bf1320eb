"""The programming interface, about one member: the goal, classes of messages, absences, and steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, HTTPException, Path, status
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from app.api_keys import Wired, caller
from bot.errors import NotFound, Refused
from bot.members import absences, goals, preferences, progress_by_staff
from bot.members.absences import Days
from bot.members.consent import Evidence
from bot.members.progress_by_staff import Mark
from bot.model import Absence, GoalEnd, Member, MemberStatus
from bot.programme.base import Declinable
from bot.programme.models import Programme
from bot.progress.steps import Said


def writable(words: str) -> str:
    if "\0" in words:  # PostgreSQL keeps none
        raise ValueError("a NUL character can't be kept")
    return words


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(writable)]


@dataclass(frozen=True)
class Desk:
    """One act on one member, who is held until it is written."""

    session: Session
    programme: Programme
    member: Member
    source: str
    now: datetime


class Open:
    """Opens the desk of the member whom the path names: `with open_() as at`."""

    def __init__(
        self,
        application: Wired,
        member_id: Annotated[int, Path(ge=1, le=2**62, description="As `POST /api/v1/members` returned it.")],
        name: Annotated[str, Depends(caller)],
    ) -> None:
        self._application, self._member_id, self._source = application, member_id, f"api:{name}"

    @contextmanager
    def __call__(self) -> Iterator[Desk]:
        now = self._application.clock.now()
        try:
            with self._application.db.begin() as session:
                yield Desk(session, self._application.programme, self._member(session), self._source, now)
        except NotFound as missing:
            raise HTTPException(status.HTTP_404_NOT_FOUND, str(missing)) from missing
        except Refused as refused:
            raise HTTPException(status.HTTP_409_CONFLICT, str(refused)) from refused

    def _member(self, session: Session) -> Member:
        member = session.get(Member, self._member_id, with_for_update=True)
        if member is None:
            raise NotFound(f"member {self._member_id}")
        if member.status is MemberStatus.MERGED:
            raise Refused(f"Member {member.id} is part of another record now.")
        return member


Opened = Annotated[Open, Depends()]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NoteBody(BaseModel):
    """What was noted about a goal."""

    at: datetime
    percent: int | None
    text: str | None
    source: str


class GoalBody(BaseModel):
    """A goal; `ended_at` and `end` are empty while it is the present one."""

    text: str
    source: str
    set_at: datetime
    ended_at: datetime | None
    end: GoalEnd | None
    notes: list[NoteBody]


class Goals(BaseModel):
    """The present goal, and all goals, the first one first."""

    goal: str | None
    history: list[GoalBody]


class GoalChange(Body):
    """One of three: another goal (`text`), its end, or how far the member is (`percent`, `note`)."""

    text: Annotated[Words | None, Field(examples=["Find a mentor by summer"])] = None
    end: Literal["reached", "dropped"] | None = None
    percent: Annotated[int | None, Field(ge=0, le=100)] = None
    note: Words | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        progress = self.percent is not None or self.note is not None
        if sum((self.text is not None, self.end is not None, progress)) != 1:
            raise ValueError("give a text, or an end, or progress (percent, note)")
        return self


class Preference(Body):
    """Whether a member wants messages of one class, or surveys."""

    message_class: Declinable
    wanted: bool
    wording: Annotated[Words, Field(description="How the member said so, for the ledger of consent.")] = "api"


class Preferences(BaseModel):
    """The classes that the member declines."""

    declined: list[str]


class NewAbsence(Body):
    """Whole days in the member's time zone, both included."""

    first_day: date
    last_day: date
    note: Words | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("last_day is before first_day")
        return self


class AbsenceBody(BaseModel):
    """From `starts_at` until just before `ends_at`."""

    id: int
    starts_at: datetime
    ends_at: datetime
    source: str
    note: str | None


class StepChange(Body):
    """What became of a step; `open`: it is to be asked again."""

    state: Mark
    words: Annotated[Words | None, Field(description="How you know.")] = None


class StepBody(BaseModel):
    """Where the member stands now; `next` is the step in hand."""

    journey: str
    step: str
    state: str
    next: str | None


router = APIRouter(prefix="/api/v1/members/{member_id}", tags=["members"])


@router.get("/goal")
def read_goal(open_: Opened) -> Goals:
    """What the member wants to reach, and wanted before."""
    with open_() as at:
        return _goals(at)


@router.put("/goal")
def change_goal(change: GoalChange, open_: Opened) -> Goals:
    """Sets another goal, ends the present one, or notes how far the member is."""
    with open_() as at:
        if change.text is not None:
            goals.set_goal(at.session, at.member, change.text, at.source, at.now)
        elif change.end is not None:
            goals.end_goal(at.session, at.member, GoalEnd(change.end), at.source, at.now)
        else:
            goals.note_progress(at.session, at.member, change.percent, change.note, at.source, at.now)
        return _goals(at)


@router.put("/preferences")
def prefer(preference: Preference, open_: Opened) -> Preferences:
    """Notes that the member declines a class of messages, or wants it again. `transactional` can't be declined."""
    with open_() as at:
        evidence = Evidence(at.source, preference.wording)
        if preference.wanted:
            preferences.accept(at.session, at.member, preference.message_class, evidence, at.now)
        else:
            preferences.decline(at.session, at.programme, at.member, preference.message_class, evidence, at.now)
        return Preferences(declined=sorted(preferences.declined(at.session, at.member.id)))


@router.get("/absences")
def list_absences(open_: Opened) -> list[AbsenceBody]:
    """The absences that last or begin within a year."""
    with open_() as at:
        return [_absence(one) for one in absences.of(at.session, at.member, at.now, at.now + absences.AHEAD)]


@router.post("/absences", status_code=status.HTTP_201_CREATED)
def add_absence(new: NewAbsence, open_: Opened) -> AbsenceBody:
    """Nothing is sent to the member on these days."""
    with open_() as at:
        starts, ends = Days(new.first_day, new.last_day).moments(at.member.zone)
        return _absence(absences.add(at.session, at.member, starts, ends, at.source, new.note, at.now))


@router.delete("/absences/{absence_id}", status_code=status.HTTP_204_NO_CONTENT)
def remove_absence(absence_id: Annotated[int, Path(ge=1, le=2**62)], open_: Opened) -> None:
    """Forgets an absence."""
    with open_() as at:
        absences.remove(at.session, at.member, absence_id, at.source, at.now)


@router.put("/steps/{step}")
def mark_step(step: Annotated[str, Path(max_length=64)], change: StepChange, open_: Opened) -> StepBody:
    """Marks a step of the journey under way that has it."""
    with open_() as at:
        said = Said(at.source, change.words)
        standing = progress_by_staff.mark(at.session, at.programme, at.member, step, change.state, said, at.now)
        state, ahead = standing.progress[step].state, standing.current
        return StepBody(journey=standing.journey.key, step=step, state=state, next=ahead.key if ahead else None)


def _goals(at: Desk) -> Goals:
    told = goals.history(at.session, at.member.id)
    return Goals(goal=at.member.goal, history=[_goal(one) for one in told])


def _goal(told: goals.Told) -> GoalBody:
    found = told.goal
    notes = [NoteBody(at=one.at, percent=one.percent, text=one.text, source=one.source) for one in told.notes]
    return GoalBody(text=found.text, source=found.source, set_at=found.set_at, ended_at=found.ended_at, end=found.end,
                    notes=notes)  # fmt: skip


def _absence(one: Absence) -> AbsenceBody:
    return AbsenceBody(id=one.id, starts_at=one.starts_at, ends_at=one.ends_at, source=one.source, note=one.note)
