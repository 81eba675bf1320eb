"""A simulation of the shipped programme: ``python -m benchmarks.simulate [MEMBERS] [DAYS] [--statements]``.

Members, messages and answers go through the real planner, policy and auditor on SQLite in memory. Times are seconds; on
a machine with other work the CPU's, of all processes together, count for more than elapsed ones. With `--statements`
the statements of the databases are counted, and all parts are simulated in one process. The last line is JSON.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.simulate.habits import SHIPPED, load_habits
from app.simulate.run import simulate
from app.simulate.wish import Wish
from app.simulate.world import World
from bot.programme.loader import load_programme

PROGRAMME = Path(__file__).parents[1] / "journeys"


class Statements:
    """Counts the statements of worlds' databases."""

    count = 0

    def watch(self, world: World) -> None:
        sa.event.listen(world.db.engine, "before_cursor_execute", self._one_more)

    def _one_more(self, *_: Any) -> None:
        self.count += 1


def _cpu() -> float:
    """Seconds of this process and of those that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> None:
    logging.getLogger("bot").setLevel(logging.ERROR)
    counts = "--statements" in sys.argv
    numbers = [int(one) for one in sys.argv[1:] if one != "--statements"]
    members, days = (numbers + [1000, 90][len(numbers) :])[:2]
    programme, statements = load_programme(PROGRAMME), Statements()
    habits = load_habits(SHIPPED, programme)
    started, cpu = time.perf_counter(), _cpu()
    report = simulate(programme, habits, Wish(members, days), watch=statements.watch if counts else None)
    seconds, cpu_seconds = time.perf_counter() - started, _cpu() - cpu
    touches = max(1, report.touches)
    print(json.dumps({
        "members": members,
        "days": days,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu_seconds, 1),
        "touches": report.touches,
        "messages_of_members": report.messages_of_members,
        "touches_per_second": round(touches / seconds, 1),
        "cpu_microseconds_per_touch": round(cpu_seconds / touches * 1e6),
        "statements_per_touch": round(statements.count / touches, 1) if counts else None,
        "breaches": len(report.findings),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
