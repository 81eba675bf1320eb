"""The counts behind the pages of journeys, one each for a database, kept by this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeVar

from nicegui import background_tasks, ui
from sqlalchemy.orm import Session

from bot.db import Database
from bot.handoff import away
from bot.insights import rungs, steps
from bot.insights.rungs import Touches
from bot.insights.steps import Steps
from bot.insights.tally import Counted, Sum, Tally
from bot.insights.today import People, people
from bot.model import JourneyRun, Member, Staff, Touch
from console import look
from console.context import Console
from console.look import moment
from console.visit import Visit

C = TypeVar("C", bound=Sum)


@dataclass(frozen=True)
class Tallies:
    """What is counted of one database."""

    steps: Tally[Steps]
    touches: Tally[Touches]
    people: Tally[People]


LITTLE_TOUCHES = 10_000
"""Of a member there are several, and each is counted quickly."""


def tallies(console: Console) -> Tallies:
    return console.db.kept(Tallies, lambda: _tallies(console.db))


def _tallies(db: Database) -> Tallies:
    return Tallies(
        Tally(db, JourneyRun.id, Steps, steps.look),
        Tally(db, Touch.id, Touches, rungs.look, little=LITTLE_TOUCHES),
        Tally(db, Member.id, People, people),
    )


async def latest(visit: Visit, tally: Tally[C]) -> Counted[C] | None:
    """The count: a new one where there is little to count, else the last one, while the next is begun if it is time.

    None while the very first is being counted.
    """
    times = visit.console.times()
    if await asyncio.to_thread(tally.is_little):
        return await asyncio.to_thread(tally.count, times)
    if tally.is_stale(times.wall) and not tally.is_counting:
        background_tasks.create(asyncio.to_thread(tally.count, times), name="count")
    return tally.last


def counting(tally: Tally[C], redraw: Callable[[], Awaitable[object]]) -> None:
    """In place of numbers: says that they come, and has them drawn when they are there."""
    with ui.row().classes("items-center gap-3 q-pa-md").props("role=status"):
        ui.spinner(size="sm").props("aria-hidden=true")
        ui.label("Counting what there is. The numbers appear here in a moment.")

    async def done() -> None:
        if tally.last is not None:
            timer.deactivate()
            await redraw()

    timer = ui.timer(1.0, done)


async def zone_of(visit: Visit) -> tzinfo:
    """The zone in which whoever looks at a page reads times: that of their team."""

    def read(session: Session) -> tzinfo:
        return away.zone_of(visit.console.programme.inbox, session.get_one(Staff, visit.visitor.staff_id))

    return await visit.read(read)


def as_of(counted: Counted[C], zone: tzinfo) -> None:
    look.muted(f"As of {moment(counted.at, zone)} ({zone}).")
