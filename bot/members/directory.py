"""The list of members: whom somebody looks for, and of which kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import risk_rounds
from bot.handoff.cases import IS_UNRESOLVED
from bot.handoff.risk import Level
from bot.members.found import by_text
from bot.members.lines import At, Line, lines
from bot.model import (
    Account,
    CheckIn,
    CheckInKind,
    HandOff,
    JourneyRun,
    JourneyVersion,
    Member,
    MemberRisk,
    MemberStatus,
    Staff,
)
from bot.programme.models import Programme

__all__ = [
    "Asked",
    "At",
    "Choice",
    "Choices",
    "Level",
    "Line",
    "Listing",
    "Order",
    "Stage",
    "Wanted",
    "choices",
    "find",
]

NOBODY = 0
"""As `msm_id` or `account_id`: those who have none."""
MOST = 200
MOST_ACCOUNTS = 500


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


STAGES = {
    Stage.ONBOARDING: "Onboarding",
    Stage.ENGAGEMENT: "Engagement",
    Stage.RENEWAL: "Renewal",
    Stage.WINBACK: "Win-back",
    Stage.NONE: "In no journey",
}
QUESTIONS = {
    Asked.ANY: "Any open question",
    Asked.STEP: "Open question about a step",
    Asked.SURVEY: "Open survey",
    Asked.NONE: "No open question",
}


class Order(StrEnum):
    """`name` is by last name; `risk` the most endangered first; `renewal` the next one first."""

    NAME = "name"
    JOINED = "joined"
    RENEWAL = "renewal"
    RISK = "risk"


@dataclass(frozen=True)
class Wanted:
    """Whom somebody looks for; what is None does not matter. `text`: each word of it begins a word of the name or the
    member number, or an e-mail address or a phone number. Merged records are shown only if `status` asks for them."""

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
    """What can be chosen in the filters; `key` of an account or a colleague is the id, ``0`` for those without."""

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
    where = _conditions(session, programme, wanted)
    ids = sa.select(Member.id).where(*where)
    total = session.scalars(sa.select(sa.func.count()).select_from(Member).where(*where)).one()
    page = _in_order(ids, order).offset(max(skip, 0)).limit(min(most, MOST))
    found = session.scalars(page).all() if total else []
    return Listing(lines(session, programme, found, now), total, risk_rounds.as_of(session))


def choices(session: Session, programme: Programme) -> Choices:
    """What the filters offer."""
    staff = sa.select(Staff.id, Staff.name).where(sa.exists().where(Member.msm_id == Staff.id)).order_by(Staff.name)
    accounts = sa.select(Account.id, Account.name).order_by(Account.name).limit(MOST_ACCOUNTS)
    return Choices(
        segments=tuple(Choice(one.key, one.name) for one in programme.segments),
        stages=tuple(Choice(str(one), STAGES[one]) for one in Stage),
        statuses=tuple(Choice(str(one), one.capitalize()) for one in MemberStatus),
        levels=tuple(Choice(str(one), one.capitalize()) for one in reversed(Level)),
        questions=tuple(Choice(str(one), QUESTIONS[one]) for one in Asked),
        msms=(*_named(session, staff), Choice(str(NOBODY), "Nobody")),
        accounts=(*_named(session, accounts), Choice(str(NOBODY), "No account")),
    )


def _named(session: Session, rows: sa.Select[int, str]) -> Sequence[Choice]:
    return [Choice(str(key), name) for key, name in session.execute(rows)]


def _conditions(session: Session, programme: Programme, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = by_text(wanted.text)
    status = Member.status != MemberStatus.MERGED if wanted.status is None else Member.status == wanted.status
    found.append(status)
    if wanted.segment is not None:
        found.append(Member.segment == wanted.segment)
    for column, key in ((Member.msm_id, wanted.msm_id), (Member.account_id, wanted.account_id)):
        if key is not None:
            found.append(column.is_(None) if key == NOBODY else column == key)
    if wanted.stage is not None:
        found.append(_in_stage(session, programme, wanted.stage))
    if wanted.risk is not None:
        at_risk = Member.id.in_(sa.select(MemberRisk.member_id).where(MemberRisk.level == wanted.risk))
        nobody = Member.id.not_in(sa.select(MemberRisk.member_id))
        found.append(nobody if wanted.risk is Level.LOW else at_risk)
    if wanted.question is not None:
        found.append(_is_asked(wanted.question))
    if wanted.has_case is not None:
        unresolved = sa.select(HandOff.member_id).where(IS_UNRESOLVED, HandOff.member_id.is_not(None))
        found.append(Member.id.in_(unresolved) if wanted.has_case else Member.id.not_in(unresolved))
    return found


def _in_stage(session: Session, programme: Programme, stage: Stage) -> sa.ColumnElement[bool]:
    """By the journeys of the content, and by those that it had when members entered them."""
    # In the very words of the index: only so does SQLite use it.
    under_way = sa.select(JourneyRun.member_id).where(JourneyRun.state == sa.literal_column("'active'"))
    if stage is Stage.NONE:
        return Member.id.not_in(under_way)
    keys = {key for key, journey in programme.journeys.items() if journey.stage == stage.value}
    older = sa.select(JourneyVersion.journey).where(JourneyVersion.body["stage"].as_string() == stage)
    keys.update(session.scalars(older.distinct()))
    return Member.id.in_(under_way.where(JourneyRun.journey.in_(sorted(keys))))


def _is_asked(kind: Asked) -> sa.ColumnElement[bool]:
    kinds = [kind.value] if kind in (Asked.STEP, Asked.SURVEY) else [Asked.STEP.value, Asked.SURVEY.value]
    asked = sa.select(CheckIn.member_id).where(
        CheckIn.state == sa.literal_column("'open'"), CheckIn.kind.in_([CheckInKind(one) for one in kinds])
    )
    return Member.id.not_in(asked) if kind is Asked.NONE else Member.id.in_(asked)


def _in_order(ids: sa.Select[Any], order: Order) -> sa.Select[Any]:
    match order:
        case Order.NAME:
            return ids.order_by(Member.search, Member.id)
        case Order.JOINED:
            return ids.order_by(Member.joined_on.desc(), Member.id.desc())
        case Order.RENEWAL:
            return ids.order_by(Member.renews_on.is_(None), Member.renews_on, Member.id)
    by_weight = ids.outerjoin(MemberRisk, MemberRisk.member_id == Member.id)
    return by_weight.order_by(sa.func.coalesce(MemberRisk.weight, 0).desc(), Member.id)
