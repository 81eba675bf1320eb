"""One run: everything is started, members write while things go wrong, all comes to rest, and it is counted."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from app.demo.ready import wait_until_ready
from benchmarks.torture import journal
from benchmarks.torture.balancer import balancing
from benchmarks.torture.count import count
from benchmarks.torture.driver import Driver
from benchmarks.torture.events import Calendar, Events
from benchmarks.torture.outside import Outside
from benchmarks.torture.plan import OUTSIDE, ROOT, Plan, Wish, plan
from benchmarks.torture.processes import Supervisor, supervised
from benchmarks.torture.records import Records
from benchmarks.torture.report import Report
from benchmarks.torture.rows import Rows
from benchmarks.torture.script import Script, first_morning
from benchmarks.torture.server import Server, running
from benchmarks.torture.town import prepare
from benchmarks.torture.trouble import Killer, Saboteur, Timekeeper, moved
from benchmarks.torture.watch import Waiting, look, reader
from bot.clock import SharedClock, SystemClock

READY_SECONDS = 120.0
LOOK_SECONDS = 0.5
STILL = 3
"""So many looks in a row must find nothing that waits."""
LONGEST_AUDIT = "90d"
NIGHT = timedelta(hours=16)
"""From late morning to the middle of the night where the members live."""
Say = Callable[[str], None]


class NotReady(Exception):
    """The processes did not come up."""


def torture(wish: Wish, folder: Path, say: Say) -> Report:
    """Runs in `folder`, which must be empty; everything that was started has ended when it returns or raises.

    Raises:
        NotReady: something did not come up at the beginning, or after the last kill.
        NoServer: there is no PostgreSQL for a run that wants one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _database(wish, folder) as (made, server), contextlib.closing(Run(made, server, say)) as one:
        return one.run()


@contextlib.contextmanager
def _database(wish: Wish, folder: Path) -> Iterator[tuple[Plan, Server | None]]:
    if wish.mode == "sqlite":
        yield plan(wish, folder), None
        return
    with running(plan(wish, folder).ports["mail"]) as server:
        server.create("msb", "engine")
        yield plan(wish, folder, server.url("msb"), server.url("engine", "postgresql")), server


class Run:
    """One run of a plan."""

    def __init__(self, made: Plan, server: Server | None, say: Say) -> None:
        self.plan, self.wish, self.server, self.say = made, made.wish, server, say
        self.events, self.script = Events(), Script(made.wish)
        self.db = reader(made.environment["MSB_DATABASE_URL"])
        self.outside = Outside(made.page)
        self.moves: list[tuple[datetime, timedelta]] = []
        self.driver = Driver(made, self.db)

    def close(self) -> None:
        self.outside.close()
        self.db.dispose()

    def run(self) -> Report:
        prepare(self.plan, self.script.people)
        self.moves.append((SystemClock().wall(), SharedClock(self.plan.clock).offset()))
        public, logs = balancing(self.plan.ports["gateway"], self.plan.gateways), self.plan.folder / "logs"
        with public, supervised(logs, self.events, self.plan.specs) as alive:
            self._wait_until_ready()
            self.outside.meet(self.script.people)
            began = time.monotonic()
            self._storm(alive)
            calm = time.monotonic()
            waiting = self._come_to_rest()
            quiet = time.monotonic()
            odd = [*alive.odd, *self._end(alive)]
        records = self._records(waiting, odd)
        return Report(self.wish, records, self.events.all, count(records), calm - began, quiet - calm)

    def _wait_until_ready(self) -> None:
        problem = wait_until_ready(self.plan.page, self.plan.public, READY_SECONDS)
        if problem:
            raise NotReady(f"{problem}; the logs are in {self.plan.folder / 'logs'}")

    def _storm(self, alive: Supervisor) -> None:
        """Members write until the script is through and everybody was killed who shall be."""
        stop, failed = threading.Event(), []
        killer = Killer(self.plan, alive, self.events, self.server)
        saboteur = Saboteur(self.plan, self.events)
        timekeeper = Timekeeper(self.plan, self.events, self.db, self.moves)

        def guarded(work: Callable[[threading.Event], None]) -> None:
            try:
                work(stop)
            except Exception as error:  # noqa: BLE001 - told to the main thread
                failed.append(error)

        works = (killer.run, saboteur.run, timekeeper.run)
        threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        try:
            self.say(f"{self.wish.mode}: {self.wish.members} members write {self.wish.messages} messages ...")
            self.driver.run(self.script.lines(), killer.share, stop)
            threads[0].join()
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        if failed:
            raise failed[0]

    def _come_to_rest(self) -> list[str]:
        """A last day, so that all that was held comes due, and a last night, in which nothing does."""
        self.say(f"{self.wish.mode}: {len(self.driver.written)} messages are written; it comes to rest ...")
        self._wait_until_ready()
        give_up = time.monotonic() + self.wish.patience
        self._wait_for_quiet(give_up)
        morning = first_morning(self.outside.now() + timedelta(days=1))
        moved(self.moves, self.events, self.plan.clock, lambda: self.outside.set_clock(morning))
        self._wait_for_quiet(give_up)
        moved(self.moves, self.events, self.plan.clock, lambda: self.outside.push(NIGHT.total_seconds()))
        waiting, rests = self._wait_for_quiet(give_up)
        return [] if waiting.nothing and rests else [f"{waiting}{'' if rests else ', webhooks'}"]

    def _wait_for_quiet(self, give_up: float) -> tuple[Waiting, bool]:
        still = 0
        while True:
            self.outside.flush()
            waiting, rests = look(self.db, self.outside.now()), self.outside.rests()
            still = still + 1 if waiting.nothing and rests else 0
            if still >= STILL or time.monotonic() > give_up:
                return waiting, rests
            time.sleep(LOOK_SECONDS)

    def _end(self, alive: Supervisor) -> list[str]:
        """Everybody but the outside world, by SIGTERM, in the order in which they depend on each other."""
        order = [spec.name for spec in self.plan.specs if spec.name != OUTSIDE and not spec.name.startswith("engine")]
        engines = [spec.name for spec in self.plan.specs if spec.name.startswith("engine")]
        codes = alive.stop(order) | alive.stop(engines)
        return [f"{name} ended with exit code {code} when it was told to stop" for name, code in codes.items() if code]

    def _records(self, waiting: list[str], odd: list[str]) -> Records:
        entries = journal.read(self.plan.journal)
        with self.db.connect() as connection:
            rows = Rows(connection, Calendar(tuple(self.moves)))
            jobs = [f"{number} jobs are {state}" for state, number in rows.jobs().items()]
            records = Records(
                written=journal.written(entries, self.driver.written), arrived=journal.arrived(entries),
                kept=rows.kept(), sendings=rows.sendings(), touches=rows.touches(), asked=rows.asked(),
                consents=rows.consents(), effects=rows.effects(), waiting=[*waiting, *jobs],
                audit=self._audit(), odd=odd,
            )  # fmt: skip
        self._keep(records)
        return records

    def _keep(self, records: Records) -> None:
        """For whoever looks into what was found: a throw-away database is gone by then."""
        rows = {one.name: getattr(records, one.name) for one in dataclasses.fields(records) if one.name != "_joined"}
        kept = {
            name: [one if isinstance(one, str) else dataclasses.asdict(one) for one in of] for name, of in rows.items()
        }
        done = {"records": kept, "events": [dataclasses.asdict(event) for event in self.events.all]}
        (self.plan.folder / "records.json").write_text(json.dumps(done, default=str), encoding="utf-8")

    def _audit(self) -> list[str]:
        """What the auditor finds in all that was sent."""
        command = [sys.executable, "-m", "app", "audit", "--since", LONGEST_AUDIT, "--json"]
        done = subprocess.run(  # noqa: S603 - our own program
            command, cwd=ROOT, env=dict(self.plan.environment), capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1):
            return [f"msb audit failed: {done.stderr[-500:]}"]
        found = json.loads(done.stdout.strip().splitlines()[-1])["findings"]
        return [f"{one['kind']} {one['subject']}: {one['summary']}" for one in found]
