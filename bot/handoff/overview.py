"""What a colleague sees when they open the app: their cases, their teams' queue, members at risk, today's figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.handoff import at_risk, away, figures, queues
from bot.handoff.at_risk import AtRisk
from bot.handoff.figures import Figures
from bot.handoff.queues import Queue
from bot.model import Staff
from bot.programme.models import Programme

MINE, TEAMS, MEMBERS = 8, 10, 8
"""How much of each list is shown."""


@dataclass(frozen=True)
class Overview:
    """As things stand at `at` (UTC). `teams` are names, `zone` is theirs; `away_until` (UTC): the colleague is away."""

    at: datetime
    zone: ZoneInfo
    name: str
    teams: tuple[str, ...]
    mine: Queue
    queue: Queue
    members: AtRisk
    today: Figures
    away_until: datetime | None = None


def overview(session: Session, programme: Programme, person: Staff, now: datetime) -> Overview:
    """Reads only, in a fixed number of statements, however many members and cases there are."""
    inbox, zone = programme.inbox, away.zone_of(programme.inbox, person)
    teams = queues.teams_of(inbox, person)
    lasting = [one for one in away.coming(session, person, now) if one.starts_at <= now]
    return Overview(
        at=now,
        zone=zone,
        name=person.name,
        teams=tuple(desk.name for team in teams if (desk := inbox.teams.get(team.value)) is not None),
        mine=queues.mine(session, inbox, person, now, MINE),
        queue=queues.of_teams(session, inbox, teams, now, TEAMS, but=person),
        members=at_risk.at_risk(session, programme, now, MEMBERS, person.id),
        today=figures.of(session, inbox, teams, figures.day_of(now, zone), now),
        away_until=max((one.ends_at for one in lasting), default=None),
    )
