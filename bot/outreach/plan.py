"""The plan of one member: what will happen if they stay silent, and why; what has happened, and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.model import Member
from bot.outreach import facts
from bot.outreach.reach import Reach
from bot.plan import journeys, surveys
from bot.plan.foresee import Foresight
from bot.plan.history import Teller
from bot.plan.model import Coming, Entry, Plan, Way
from bot.plan.wording import entry_words
from bot.plan.world import World, copy_of
from bot.programme.models import Programme
from bot.progress.runs import Standing

__all__ = ["MOST_DAYS", "MOST_ENTRIES", "MOST_HISTORY", "Coming", "Plan", "plan_of"]

MOST_DAYS = 60
MOST_ENTRIES = 50
MOST_HISTORY = 1000


def plan_of(
    session: Session,
    programme: Programme,
    reach: Reach,
    member: Member,
    now: datetime,
    *,
    days: int = MOST_DAYS,
    entries: int = MOST_ENTRIES,
    history: int = 100,
) -> Plan:
    """Looks ahead on copies with the functions that will decide; reads only, and nothing is sent or written.

    Ahead are at most `days` (60) days and `entries` (50) things, back at most `history` (1000).
    """
    until = now + timedelta(days=min(days, MOST_DAYS))
    world = copy_of(facts.load(session, programme, reach, [member.id], now)[member.id], reach)
    ways = tuple(_way(standing) for standing in world.active())
    before = surveys.planned(world)
    ahead = Foresight(world)
    is_cut = ahead.look_ahead(until, min(entries, MOST_ENTRIES))
    return Plan(
        member_id=member.id,
        member=member.name,
        time_zone=member.time_zone,
        at=now,
        until=until,
        coming=tuple(ahead.coming),
        is_cut=is_cut,
        entries=tuple(_entries(world)),
        surveys=tuple(surveys.to_come(world, before)),
        ways=ways,
        history=Teller(session, programme, member).newest(min(history, MOST_HISTORY)),
    )


def _entries(world: World) -> list[Entry]:
    planned = [(plan.due_at, plan) for plan in world.planned]
    return [
        Entry(at, plan.journey.name, plan.name, f"It begins {entry_words(plan.journey.entry)}.")
        for at, plan in sorted((*world.entered, *planned), key=lambda pair: pair[0])
    ]


def _way(standing: Standing) -> Way:
    in_hand, rest = journeys.ahead(standing)
    run, name = standing.run, in_hand.name if in_hand is not None else None
    return Way(standing.journey.name, run.entered_at, run.lapses_at, name, tuple(step.name for step in rest))
