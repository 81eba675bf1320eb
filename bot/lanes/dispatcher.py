"""The engine for one process: threads that drain lanes, woken when a transaction has put work there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

import sqlalchemy as sa

from bot.db import Database
from bot.lanes.drain import Drainer
from bot.lanes.put import Wake
from bot.model import Lane

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
FAULT_SECONDS = 1.0


class Dispatcher:
    """Runs drainers in threads, `workers` of them for each kind."""

    def __init__(self, db: Database, drainers: dict[str, tuple[Drainer, int]]) -> None:
        self.db, self.drainers = db, drainers
        self._bells = {kind: threading.Semaphore(0) for kind in drainers}
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        self.db.after_commit = self.wake
        for kind, (drainer, workers) in self.drainers.items():
            for n in range(workers):
                thread = threading.Thread(target=self._work, args=(kind, drainer), name=f"{kind}-{n}", daemon=True)
                thread.start()
                self._threads.append(thread)

    def wake(self, wakes: Mapping[str, Wake]) -> None:
        """Rings once for each lane, so that no more workers look than there are lanes; a poll finds the parked ones."""
        for one in wakes.values():
            if one.kind in self._bells:
                self._bells[one.kind].release()

    def stop(self, timeout: float = 20.0) -> None:
        """Lets each worker finish the row in hand."""
        self._stop.set()
        for kind, (_, workers) in self.drainers.items():
            self._bells[kind].release(workers)
        for thread in self._threads:
            thread.join(timeout)

    def _work(self, kind: str, drainer: Drainer) -> None:
        bell = self._bells[kind]
        while not self._stop.is_set():
            try:
                worked = drainer.run_one()
            except Exception:
                log.exception("a worker failed and goes on", extra={"kind": kind})
                self._stop.wait(FAULT_SECONDS)
                continue
            if worked:
                bell.acquire(blocking=False)  # what it took was rung for
            else:
                bell.acquire(timeout=POLL_SECONDS)


def release_leases(db: Database) -> None:
    """Frees every lane at once: only for the single process that owns a SQLite file, when it starts."""
    with db.begin() as session:
        session.execute(sa.update(Lane).where(Lane.lease_until.is_not(None)).values(lease_until=None))
