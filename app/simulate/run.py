"""One simulation from its beginning to its report, on a database in memory, without the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.simulate import report
from app.simulate.habits import Habits, check
from app.simulate.report import Frame, Report
from app.simulate.world import World
from bot.db import Database
from bot.model import Base
from bot.programme.models import Programme

IN_MEMORY = "sqlite://"
START = date(2027, 1, 4)
"""A Monday. Not today, so that a seed means the same simulation tomorrow."""


@dataclass(frozen=True)
class Wish:
    """How much is to be simulated."""

    members: int = 1000
    days: int = 90
    seed: int = 1
    start: date = START


def simulate(
    programme: Programme, habits: Habits, wish: Wish, *, watch: Callable[[World], None] | None = None
) -> Report:
    """Lets made-up members go through the programme. `watch` sees the world before time begins.

    Raises:
        HabitsRefused: the habits are for segments that the programme does not have.
    """
    check(habits, programme)
    programme = programme.model_copy(update={"surveys": {}})  # made-up members have no opinions
    db = Database(IN_MEMORY)
    try:
        Base.metadata.create_all(db.engine)
        world = World(db, programme, habits, members=wish.members, start=wish.start, seed=wish.seed)
        if watch is not None:
            watch(world)
        world.run(wish.days)
        frame = Frame(wish.members, wish.days, wish.seed, wish.start, world.replies.said)
        with db.begin() as session:
            return report.make(session, programme, frame, world.findings.values())
    finally:
        db.close()
