"""A process says that it is alive, and takes its leave."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from app.processes.parts import Heart
from app.wiring import Application
from bot.db import Database
from bot.queues import alive
from tests.support.sandbox_clock import StillClock


def roles(db: Database, clock: StillClock) -> list[tuple[str, bool]]:
    with db.begin() as session:
        return [(one.role, one.is_silent) for one in alive.processes(session, clock.wall())]


def test_a_process_is_alive_from_its_start_and_forgotten_at_its_end(db: Database) -> None:
    clock = StillClock()
    heart = Heart(cast("Application", SimpleNamespace(db=db, clock=clock)), "worker")
    heart.start()
    assert roles(db, clock) == [("worker", False)]
    clock.pass_real(alive.SILENT_AFTER * 2)
    assert roles(db, clock) == [("worker", True)]
    heart.stop()
    assert roles(db, clock) == []
