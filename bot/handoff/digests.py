"""The week of a team in figures, told once, on Monday morning in the team's own zone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Clock, Times
from bot.db import Database
from bot.handoff import at_risk, desk, figures
from bot.handoff.figures import Figures
from bot.model import OutboxMessage, Purpose, Team
from bot.outbox.enqueue import Message, enqueue
from bot.programme.inbox import TeamDesk
from bot.programme.models import Programme

KIND = "digest"
MONDAY, FROM = 0, time(9)
WEEK = timedelta(days=7)
NAMED = 5


@dataclass(frozen=True)
class Members:
    """What members did in the week, and who may be lost: `named` are the most endangered. `is_all`: everybody with a
    sign was looked at."""

    steps: int
    journeys: int
    high: int
    medium: int
    is_all: bool
    named: tuple[str, ...]


@dataclass(frozen=True)
class Digest:
    """One team's week. `days` are cases opened and resolved from Monday to Sunday; spans are seconds of working time.

    `opened_before` and the like are of the week before. `members` is there for the team that looks after members.
    """

    team: str
    name: str
    week: str
    first: date
    opened: int
    answered: int
    resolved: int
    first_reply: float | None
    unresolved: int
    unclaimed: int
    overdue: int
    opened_before: int
    resolved_before: int
    first_reply_before: float | None
    days: tuple[tuple[int, int], ...]
    members: Members | None = None

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.opened or self.resolved or self.answered or self.unresolved or self.members)

    def dump(self) -> dict[str, Any]:
        """As the outbox keeps it."""
        return {**asdict(self), "first": self.first.isoformat()}

    @classmethod
    def load(cls, body: dict[str, Any]) -> Self:
        """Raises: KeyError, TypeError, ValueError: it isn't ours."""
        values = {name: body[name] for name in cls.__dataclass_fields__}
        members = values["members"]
        return cls(
            **{
                **values,
                "first": date.fromisoformat(values["first"]),
                "days": tuple((int(opened), int(resolved)) for opened, resolved in values["days"]),
                "members": Members(**{**members, "named": tuple(members["named"])}) if members else None,
            }
        )


def tell_due(db: Database, programme: Programme, clock: Clock) -> int:
    """Writes the digests that are due into the outbox; returns how many. Later than Monday is too late."""
    now, written = clock.now(), 0
    for key, team_desk in programme.inbox.teams.items():
        first = _week_to_tell(team_desk, now)
        if first is None:
            continue
        with db.begin() as session:
            written += _tell(session, programme, Team(key), first, Times(now, clock.wall()))
    return written


def of_week(session: Session, programme: Programme, team: Team, first: date, now: datetime) -> Digest:
    """The week that begins on the Monday `first`, as it looks at `now`. Reads only."""
    team_desk = programme.inbox.teams[team.value]
    zone, until, year = team_desk.hours.zone, first + WEEK, first.isocalendar()
    span = figures.days(first, until, zone)
    week = figures.of(session, programme.inbox, [team], span, now)
    before = figures.of(session, programme.inbox, [team], figures.days(first - WEEK, first, zone), now)
    done = figures.progress(session, span) if team is Team.MEMBER_SUCCESS else None
    risk = at_risk.at_risk(session, programme, now, NAMED) if done is not None else None
    return Digest(
        team=team.value,
        name=team_desk.name,
        week=f"{year.year}-W{year.week:02}",
        first=first,
        opened=week.opened,
        answered=week.answered,
        resolved=week.resolved,
        first_reply=_seconds(week),
        unresolved=week.unresolved,
        unclaimed=week.unclaimed,
        overdue=week.overdue,
        opened_before=before.opened,
        resolved_before=before.resolved,
        first_reply_before=_seconds(before),
        days=tuple(figures.by_day(session, [team], first, until, zone)),
        members=Members(
            done.steps, done.journeys, risk.high, risk.medium, risk.is_all, tuple(line.name for line in risk.lines)
        )
        if done is not None and risk is not None
        else None,
    )


def _seconds(found: Figures) -> float | None:
    return found.first_reply.total_seconds() if found.first_reply is not None else None


def _week_to_tell(team_desk: TeamDesk, now: datetime) -> date | None:
    """The Monday with which the week began that is to be told of now."""
    local = now.astimezone(team_desk.hours.zone)
    is_time = local.weekday() == MONDAY and local.time() >= FROM
    return local.date() - WEEK if is_time else None


def _tell(session: Session, programme: Programme, team: Team, first: date, times: Times) -> int:
    year = first.isocalendar()
    dedupe = f"{KIND}:{team.value}:{year.year}-W{year.week:02}"
    if session.scalars(sa.select(OutboxMessage.id).where(OutboxMessage.dedupe == dedupe)).first() is not None:
        return 0
    digest = of_week(session, programme, team, first, times.now)
    if digest.is_quiet:
        return 0
    message = Message(
        channel=desk.CHANNEL,
        address=f"team:{team.value}",
        purpose=Purpose.STAFF,
        rule=f"hand_off:{KIND}",
        dedupe=dedupe,
        body={"kind": KIND, **digest.dump()},
    )
    return int(enqueue(session, message, now=times.now, wall=times.wall) is not None)
