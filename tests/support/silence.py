"""A member who stays silent: what their plan foretells, and what happens when the clock is pushed through it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model import LIVE, CheckIn, HandOff, JourneyRun, Member, OutboxMessage, PlannedEntry, Purpose, RunState
from bot.outreach.plan import Plan, plan_of
from bot.plan.model import Kind
from bot.progress import entries
from tests.support.house import House

Line = tuple[datetime, str, str | None]
TOUCHES = OutboxMessage.purpose == Purpose.TOUCH


def plan(house: House, **limits: Any) -> Plan:
    """Ana's plan as things stand."""
    with house.db.begin() as session:
        member = session.scalars(sa.select(Member).where(Member.first_name == "Ana")).one()
        return plan_of(session, house.programme, house.reach(), member, house.clock.now(), **limits)


def foretold(found: Plan) -> list[Line]:
    """Messages and cases: when, through which channel or for which team, in which words."""
    told = [
        (one.at, f"case:{one.team}", None) if one.kind is Kind.CASE else (one.at, one.channel or "", one.text)
        for one in found.coming
        if one.at is not None and one.at <= found.until and one.kind is not Kind.END
    ]
    return sorted(told, key=_order)


def lived(house: House, until: datetime) -> list[Line]:
    """Pushes the clock from one moment at which something is due to the next; what then really happened."""
    were_sent, were_cases = len(house.outbox(TOUCHES)), len(house.cases())
    go_on(house)
    for _ in range(1000):
        at = next_due(house)
        if at is None or at > until:
            break
        house.clock.set(max(at, house.clock.now()))
        go_on(house)
    sent = house.outbox(TOUCHES)[were_sent:]
    messages = [(row.sent_at or row.created_at, row.channel, row.body["text"]) for row in sent]
    cases = [(case.opened_at, f"case:{case.team}", None) for case in house.cases()[were_cases:]]
    return sorted([*messages, *cases], key=_order)


def _order(line: Line) -> tuple[datetime, str]:
    return line[0], line[1]


def go_on(house: House) -> None:
    """Does what is due now, journeys and messages."""
    entries.enter_due(house.db, house.programme, house.clock)
    house.settle()
    entries.enter_due(house.db, house.programme, house.clock)
    house.settle()


def next_due(house: House) -> datetime | None:
    """When something is due next; None when nothing is, or when a case holds everything."""
    with house.db.begin() as session:
        moments = [
            session.scalars(sa.select(sa.func.min(CheckIn.next_touch_at)).where(CheckIn.state.in_(LIVE))).one(),
            session.scalars(
                sa.select(sa.func.min(JourneyRun.lapses_at)).where(JourneyRun.state == RunState.ACTIVE)
            ).one(),
            session.scalars(sa.select(sa.func.min(PlannedEntry.due_at))).one(),
        ]
        is_held = session.scalars(sa.select(HandOff.id)).first() is not None
    return None if is_held else min(filter(None, moments), default=None)
