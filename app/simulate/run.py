"""One simulation from its beginning to its report, on databases in memory, without the network."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.simulate import report, tally, workers
from app.simulate.habits import Habits, check
from app.simulate.report import Report
from app.simulate.tally import Tally
from app.simulate.wish import Part, Wish, parts_of
from app.simulate.world import World
from bot.db import Database
from bot.model import Base
from bot.programme.models import Programme

IN_MEMORY = "sqlite://"

Watch = Callable[[World], None]


def simulate(programme: Programme, habits: Habits, wish: Wish, *, watch: Watch | None = None) -> Report:
    """Lets made-up members go through the programme.

    Many members are simulated in parts, each in a process of its own. `watch` sees each part's world before time
    begins; with it, all parts are simulated in this process, with the same report.

    Raises:
        HabitsRefused: the habits are for segments that the programme does not have.
        NoEnd: the work at one moment has no end.
        PartLost: a process ended without a result.
    """
    check(habits, programme)
    programme = programme.model_copy(update={"surveys": {}})  # made-up members have no opinions
    parts, work = parts_of(wish, habits), partial(live_through, programme, habits, wish)
    if watch is not None or len(parts) == 1:
        return report.make(wish, tally.merged([work(part, watch=watch) for part in parts]))
    return report.make(wish, tally.merged(workers.each(work, parts)))


def live_through(programme: Programme, habits: Habits, wish: Wish, part: Part, *, watch: Watch | None = None) -> Tally:
    """One part, on a database of its own."""
    db = Database(IN_MEMORY)
    try:
        Base.metadata.create_all(db.engine)
        world = World(db, programme, habits, wish, part)
        if watch is not None:
            watch(world)
        world.run(wish.days)
        with db.begin() as session:
            return tally.take(session, world.replies.said, world.findings.values())
    finally:
        db.close()
