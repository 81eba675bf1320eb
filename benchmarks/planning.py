"""Touches planned per second: ``python -m benchmarks.planning [MEMBERS] [DUE] [--database URL]``.

A database is filled with members (10,000) of whom as many check-ins are due (5,000). Then the scheduler's look is run
until nothing is due any more, and after that a look that finds nothing, many times over. Counted are elapsed seconds,
the CPU seconds of this process and of the database's server (where it runs on this machine), and the statements.
Without a URL it is measured on SQLite, and on PostgreSQL too if TEST_DATABASE_URL names one. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.simulate.carriers import CHANNELS
from benchmarks.crowd import NOW, crowd
from bot.db import Database
from bot.model import OutboxMessage
from bot.outreach.due import Look, touch_due
from bot.outreach.reach import Reach
from bot.programme.loader import load_programme
from bot.programme.models import Programme

PROGRAMME = Path(__file__).parents[1] / "journeys"
NO_LIMIT = 10**9
EMPTY_LOOKS = 200
WARM = 50
"""Check-ins that are moved before anything is measured: what a process does once is none of a touch's cost."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What something took: seconds by the clock and of the processors, and statements."""

    seconds: float
    cpu_seconds: float
    server_cpu_seconds: float | None
    statements: int


@dataclass(frozen=True)
class Planned:
    """A look at `due` check-ins of `members`, and looks that find nothing."""

    database: str
    members: int
    due: int
    touches: int
    touches_per_second: float
    cpu_microseconds_per_touch: float
    server_cpu_microseconds_per_touch: float | None
    statements_per_touch: float
    tick_seconds: float
    empty_tick_milliseconds: float
    empty_tick_cpu_milliseconds: float
    empty_tick_statements: float


@dataclass(frozen=True)
class StillClock:
    """The crowd's moment, for both readings."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> datetime:
        return self.moment


def measure(db: Database, programme: Programme, members: int, due: int) -> Planned:
    """Plans everything that is due in a database that `benchmarks.crowd.fill` has filled."""
    before = Look(db, programme, Reach(CHANNELS), StillClock()).move(min(WARM, due // 10))
    loaded = cost_of(db, lambda: look(db, programme))
    with db.begin() as session:
        touches = session.scalars(sa.select(sa.func.count()).select_from(OutboxMessage)).one() - before
    empty = cost_of(db, lambda: [look(db, programme) for _ in range(EMPTY_LOOKS)])
    each = 1e6 / max(1, touches)
    server = loaded.server_cpu_seconds
    return Planned(
        database=db.url.get_backend_name(),
        members=members,
        due=due,
        touches=touches,
        touches_per_second=round(touches / loaded.seconds, 1),
        cpu_microseconds_per_touch=round(loaded.cpu_seconds * each, 1),
        server_cpu_microseconds_per_touch=round(server * each, 1) if server is not None else None,
        statements_per_touch=round(loaded.statements / max(1, touches), 3),
        tick_seconds=round(loaded.seconds, 3),
        empty_tick_milliseconds=round(empty.seconds / EMPTY_LOOKS * 1e3, 3),
        empty_tick_cpu_milliseconds=round(empty.cpu_seconds / EMPTY_LOOKS * 1e3, 3),
        empty_tick_statements=empty.statements / EMPTY_LOOKS,
    )


def look(db: Database, programme: Programme) -> int:
    """One tick of the scheduler."""
    return touch_due(db, programme, Reach(CHANNELS), StillClock(), outbox_limit=NO_LIMIT)


def cost_of(db: Database, work: Callable[[], object]) -> Cost:
    """Runs it and says what it took."""
    statements = 0

    def one_more(*_: Any) -> None:
        nonlocal statements
        statements += 1

    sa.event.listen(db.engine, "before_cursor_execute", one_more)
    server = server_cpu(db)
    started, cpu = time.perf_counter(), time.process_time()
    try:
        work()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", one_more)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    after = server_cpu(db)
    of_server = after - server if after is not None and server is not None else None
    return Cost(seconds, cpu, of_server, statements)


def server_cpu(db: Database) -> float | None:
    """The processors' seconds of PostgreSQL's running processes; None for SQLite, and for a server elsewhere."""
    if db.is_sqlite:
        return None
    with db.begin() as session:
        pid = session.execute(sa.text("select pg_backend_pid()")).scalar_one()
    stats = {one.name: _stat(one) for one in Path("/proc").glob("[0-9]*")}
    mine = stats.get(str(pid))
    if not mine:
        return None
    return sum(int(one[11]) + int(one[12]) for one in stats.values() if one and one[1] == mine[1]) / TICKS


def _stat(process: Path) -> list[str]:
    """What follows the name in a process's state (state, parent, ...); nothing once it has ended."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def run(server: str | None, programme: Programme, members: int, due: int) -> Planned:
    """Fills a database of its own and measures."""
    with tempfile.TemporaryDirectory() as folder, crowd(server, Path(folder), programme, members, due) as db:
        return measure(db, programme, members, due)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("members", nargs="?", type=int, default=10_000)
    parser.add_argument("due", nargs="?", type=int, default=5_000)
    parser.add_argument("--database", help="a PostgreSQL server: postgresql://...; it gets a database of its own")
    options = parser.parse_args()
    server = options.database or os.environ.get("TEST_DATABASE_URL")
    servers = [server] if options.database else [None, server] if server else [None]
    programme = load_programme(PROGRAMME)
    found = [asdict(run(server, programme, options.members, options.due)) for server in servers]
    for name in found[0]:
        print(f"{name:36}", *(f"{one[name]!s:>14}" for one in found))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
