"""The list of members: whom somebody looks for, and of which kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.handoff.risk import Level, Reason
from bot.model import CheckInKind, MemberStatus
from bot.programme.models import Programme

NOBODY = 0
"""As `msm_id` or `account_id`: those who have none."""
MOST = 200


class Stage(StrEnum):
    """Of a journey that is under way; `none`: in no journey."""

    ONBOARDING = "onboarding"
    ENGAGEMENT = "engagement"
    RENEWAL = "renewal"
    WINBACK = "winback"
    NONE = "none"


class Asked(StrEnum):
    """Whether a question waits for the member's answer, and of which kind."""

    ANY = "any"
    STEP = str(CheckInKind.STEP)
    SURVEY = str(CheckInKind.SURVEY)
    NONE = "none"


class Order(StrEnum):
    """`name` is by last name; `risk` the most endangered first; `renewal` the next one first."""

    NAME = "name"
    JOINED = "joined"
    RENEWAL = "renewal"
    RISK = "risk"


@dataclass(frozen=True)
class Wanted:
    """Whom somebody looks for; what is None does not matter. `text`: each word of it begins a word of the name or the
    member number, or an e-mail address or a phone number. Merged records are shown only where `status` asks for them."""

    text: str = ""
    segment: str | None = None
    stage: Stage | None = None
    status: MemberStatus | None = None
    risk: Level | None = None
    question: Asked | None = None
    has_case: bool | None = None
    msm_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True)
class At:
    """Where a member stands in a journey that is under way: names of the journey and of the step in hand."""

    journey: str
    stage: str
    step: str | None


@dataclass(frozen=True)
class Line:
    """One member of the list, as they are now. `segment` is the segment's name, `asked` what they were asked and have
    not answered, `case_id` the case that is not resolved, `paused_until` the end of a pause or another absence."""

    member_id: int
    number: str | None
    name: str
    segment: str
    status: str
    joined_on: date
    renews_on: date | None
    account: str | None
    msm: str | None
    at: tuple[At, ...]
    risk: Level
    reasons: tuple[Reason, ...]
    asked: str | None
    asked_since: datetime | None
    case_id: int | None
    heard_at: datetime | None
    paused_until: datetime | None


@dataclass(frozen=True)
class Listing:
    """A page of the list and how many there are in all.

    `risk_as_of`: the filter and the order by risk go by what was found at that moment at the latest (the lines show the
    risk as it is now); None while the members have not been looked at yet.
    """

    lines: tuple[Line, ...]
    total: int
    risk_as_of: datetime | None


@dataclass(frozen=True)
class Choice:
    key: str
    name: str


@dataclass(frozen=True)
class Choices:
    """What can be chosen in the filters; `key` of an account or a colleague is the id. Merged into one query each."""

    segments: tuple[Choice, ...]
    stages: tuple[Choice, ...]
    statuses: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    questions: tuple[Choice, ...]
    msms: tuple[Choice, ...]
    accounts: tuple[Choice, ...]


def find(
    session: Session,
    programme: Programme,
    wanted: Wanted,
    now: datetime,
    *,
    order: Order = Order.NAME,
    skip: int = 0,
    most: int = 50,
) -> Listing:
    """The members who are wanted, at most `most` (200) after the first `skip`. Reads only."""
    raise NotImplementedError


def choices(session: Session, programme: Programme) -> Choices:
    """What the filters offer."""
    raise NotImplementedError
