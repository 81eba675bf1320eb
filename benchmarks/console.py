"""The console's pages with many members: how long the server takes for each, on SQLite and on PostgreSQL.

``python -m benchmarks.console [--members 100000] [--server URL] [--only WORD ...]``. Without a server only SQLite is
measured; `scripts/postgres.py` gives one. Each page is asked for over HTTP by somebody who is signed in, once to warm
up and then a few times. Prints a line a page, and as the last line everything as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from app.migrate import upgrade
from app.places import ROOT
from app.simulate.carriers import CHANNELS
from benchmarks.console_crowd import fill
from benchmarks.crowd import empty
from benchmarks.planning import StillClock
from bot.access import sessions
from bot.config import Settings
from bot.db import Database
from bot.model import HandOff, JourneyRun, Role, Staff
from bot.outreach.reach import Reach
from bot.programme.loader import load_programme
from bot.programme.models import Programme
from console.access.door import COOKIE
from console.context import Console, Lent
from console.journeys.counts import tallies
from console.mount import Mounted, mount
from tests.support.sandbox_server import serve

MEMBERS, TIMES = 100_000, 5
LIMIT = 0.3
AT = "/console"
ALL = "&segment=early_career&stage=engagement&status=active&risk=low&question=none&order=renewal"
PAGES: Sequence[tuple[str, str]] = (
    ("overview", "/"),
    ("members", "/members"),
    ("members, by a name", "/members?q=ana+made"),
    ("members, by a rare name", "/members?q=made-up+4711"),
    ("members, by a phone", "/members?q=0004711"),
    ("members, nobody", "/members?q=zzz"),
    ("members, by segment", "/members?segment=student"),
    ("members, by stage", "/members?stage=onboarding"),
    ("members, by risk", "/members?risk=high&order=risk"),
    ("members, low risk", "/members?risk=low"),
    ("members, asked", "/members?question=any"),
    ("members, by all", f"/members?q=ana{ALL}"),
    ("members, the last page", "/members?page=1900&order=joined"),
    ("a member", "/members/4711"),
    ("import", "/members/import"),
    ("cases", "/cases"),
    ("a case", "/cases/{case}"),
    ("journeys", "/journeys"),
    ("a journey", "/journeys/onboarding"),
    ("ladders", "/journeys/ladders"),
    ("content", "/journeys/content"),
    ("measures", "/measures"),
    ("a measure", "/measures/onboarding"),
    ("a measure, nps", "/measures/nps"),
    ("operations", "/operations"),
    ("queues", "/operations/queues"),
    ("letters", "/operations/letters"),
    ("auditor", "/operations/auditor"),
    ("log", "/operations/log"),
    ("access", "/access"),
)  # fmt: skip


@dataclass(frozen=True)
class Took:
    """One page on one database, in seconds; `status` is 0 where there was no answer."""

    database: str
    page: str
    path: str
    status: int
    middle: float
    slowest: float
    first: float
    processor: float
    """Of this process, so without PostgreSQL's: what a busy machine does not stretch."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--server", default=os.environ.get("TEST_DATABASE_URL"))
    parser.add_argument("--only", nargs="*", default=[], help="pages whose names hold one of these words")
    parser.add_argument("--filled", help="the URL of a database that was filled before")
    parser.add_argument("--skip-sqlite", action="store_true")
    asked = parser.parse_args(arguments)
    pages = [one for one in PAGES if not asked.only or any(word in one[0] for word in asked.only)]
    with serving() as place:
        if asked.filled:
            return tell(_filled(place, asked.filled, pages))
        servers = {"SQLite": None} if not asked.skip_sqlite else {}
        servers |= {"PostgreSQL": asked.server} if asked.server else {}
        took = [line for name, server in servers.items() for line in measure(place, name, server, asked.members, pages)]
        return tell(took)


def tell(took: Sequence[Took]) -> int:
    """1 if a page did not answer as it should: its figures say nothing."""
    slow = [one for one in took if one.middle > LIMIT]
    named = ", ".join(f"{one.page} ({one.database})" for one in slow)
    print(f"{len(slow)} of {len(took)} over {LIMIT * 1000:.0f} ms: {named}")
    failed = [one for one in took if one.status != 200]
    if failed:
        print("failed: " + ", ".join(f"{one.page} ({one.database}, {one.status})" for one in failed))
    print(json.dumps([vars(one) for one in took]))
    return 1 if failed else 0


def _filled(place: Place, url: str, pages: Sequence[tuple[str, str]]) -> list[Took]:
    db = Database(url)
    try:
        return look(place, url.partition(":")[0], db, load_programme(ROOT / "journeys"), pages)
    finally:
        db.close()


def measure(place: Place, name: str, server: str | None, members: int, pages: Sequence[tuple[str, str]]) -> list[Took]:
    programme = load_programme(ROOT / "journeys")
    with tempfile.TemporaryDirectory(prefix="msb-console-") as folder, empty(server, Path(folder)) as url:
        db = Database(url)
        try:
            started = time.perf_counter()
            upgrade(db)
            fill(db, programme, members)
            print(f"{name}: {members:,} members written in {time.perf_counter() - started:.0f} s", flush=True)
            return look(place, name, db, programme, pages)
        finally:
            db.close()


@contextmanager
def serving() -> Iterator[Place]:
    """NiceGUI is one per process, and so is its server: it shows one database after the other."""
    app = FastAPI()
    mounted = mount(app, cast("Console", None), AT)
    with serve(app) as address:
        yield Place(mounted, address)


@dataclass(frozen=True)
class Place:
    """Where pages are served."""

    mounted: Mounted
    address: str

    def show(self, db: Database, programme: Programme) -> str:
        """From now on that database; returns the cookie of somebody who may do everything."""
        clock = StillClock()
        settings = Settings(_env_file=None, console_url=f"http://127.0.0.1{AT}")
        self.mounted.console = Console(settings, db, clock, programme, Reach(CHANNELS), Lent())
        with db.begin() as session:
            staff = session.get_one(Staff, 1)
            staff.role = Role.ADMIN
            return sessions.begin(session, staff, "link", clock.wall())

    def settle(self) -> None:
        """Waits for what is counted in the background, at most a minute: the database goes next."""
        kept = tallies(self.mounted.console)
        for _ in range(600):
            if not any(one.is_counting for one in (kept.steps, kept.touches, kept.people)):
                return
            time.sleep(0.1)


def _ask(url: str, token: str) -> int:
    """The status of the answer; 0 where there is none."""
    try:
        return httpx.get(url, headers={"Cookie": f"{COOKIE}={token}"}, timeout=120).status_code
    except httpx.HTTPError:
        return 0


def look(place: Place, name: str, db: Database, programme: Programme, pages: Sequence[tuple[str, str]]) -> list[Took]:
    with db.begin() as session:
        case = session.scalars(sa.select(HandOff.id).where(HandOff.state != "resolved").limit(1)).first() or 1
        run = session.scalars(sa.select(sa.func.count()).select_from(JourneyRun)).one()
    print(f"{name}: {run:,} journeys entered", flush=True)
    token = place.show(db, programme)
    found = [_timed(name, page, path, f"{place.address}{AT}{path.format(case=case)}", token) for page, path in pages]
    place.settle()
    return found


def _timed(name: str, page: str, path: str, url: str, token: str) -> Took:
    times, spent, status = [], [], 0
    for _ in range(TIMES + 1):
        started, busy = time.perf_counter(), time.process_time()
        status = _ask(url, token)
        times.append(time.perf_counter() - started)
        spent.append(time.process_time() - busy)
    took = Took(name, page, path, status, statistics.median(times[1:]), max(times[1:]), times[0],
                statistics.median(spent[1:]))  # fmt: skip
    mark = " <-- over" if took.middle > LIMIT else ""
    told = (took.middle, took.processor, took.slowest, took.first)
    middle, processor, slowest, first = (round(seconds * 1000) for seconds in told)
    print(f"{name:10} {page:26} {status} {middle:6} ms, processor {processor:6}, slowest {slowest:6}, "
          f"first {first:6}{mark}", flush=True)  # fmt: skip
    return took


if __name__ == "__main__":
    sys.exit(main())
