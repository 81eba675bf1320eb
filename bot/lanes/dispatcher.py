"""The engine for one machine: threads that drain lanes, woken when a transaction has put work there."""

from __future__ import annotations

import logging
import threading

import sqlalchemy as sa

from bot.db import Database
from bot.lanes.drain import Drainer
from bot.model import Lane

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5


class Dispatcher:
    """Runs drainers in threads, `workers` of them for each kind."""

    def __init__(self, db: Database, drainers: dict[str, tuple[Drainer, int]]) -> None:
        self.db, self.drainers = db, drainers
        self._wake = {kind: threading.Event() for kind in drainers}
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        self.db.after_commit = self.kick
        for kind, (drainer, workers) in self.drainers.items():
            for n in range(workers):
                thread = threading.Thread(target=self._work, args=(kind, drainer), name=f"{kind}-{n}", daemon=True)
                thread.start()
                self._threads.append(thread)

    def kick(self, kinds: set[str]) -> None:
        for kind in kinds & self._wake.keys():
            self._wake[kind].set()

    def stop(self, timeout: float = 20.0) -> None:
        """Lets each worker finish the lane in hand."""
        self._stop.set()
        self.kick(set(self._wake))
        for thread in self._threads:
            thread.join(timeout)

    def _work(self, kind: str, drainer: Drainer) -> None:
        wake = self._wake[kind]
        while not self._stop.is_set():
            try:
                worked = drainer.run_one()
            except Exception:
                log.exception("a worker failed and goes on", extra={"kind": kind})
                worked = False
            if not worked and not self._stop.is_set():
                wake.wait(POLL_SECONDS)
                wake.clear()


def release_leases(db: Database) -> None:
    """Frees every lane at once: only for the single process that owns a SQLite file, when it starts."""
    with db.begin() as session:
        session.execute(sa.update(Lane).where(Lane.lease_until.is_not(None)).values(lease_until=None))
