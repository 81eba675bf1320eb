"""What runs in the background of a process: lanes, ticks, edges that ask for their messages, and the server's clock."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from app.processes.process import Part
from app.wiring import Application
from bot.lanes.dispatcher import release_leases
from bot.queues import alive
from channels import registry
from inbox import socket_mode
from scheduler.ticks import Tick, make_scheduler, run_tick
from taskqueue.worker import Worker

log = logging.getLogger(__name__)


class Ticks:
    """APScheduler with a table of ticks."""

    def __init__(self, ticks: Sequence[Tick]) -> None:
        self._scheduler = make_scheduler(ticks)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)


class Heart:
    """Notes every half minute that this process is alive; one that stops as it should is forgotten at once."""

    def __init__(self, application: Application, role: str) -> None:
        self._application = application
        self._name = alive.name_of(role, socket.gethostname(), os.getpid())
        self._tick = Tick("alive", alive.EVERY.total_seconds(), self._beat)
        self._scheduler = make_scheduler([self._tick])

    def start(self) -> None:
        run_tick(self._tick)
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)
        try:
            with self._application.db.begin() as session:
                alive.leave(session, self._name)
        except sa.exc.SQLAlchemyError as error:  # it is found silent then, and forgotten in a day
            log.warning("the end of this process was not noted: %s", type(error).__name__)

    def _beat(self) -> None:
        with self._application.db.begin() as session:
            alive.beat(session, self._name, self._application.clock.wall())


class QueueWorker:
    """Procrastinate's worker, in a thread with a loop of its own."""

    def __init__(self, application: Application, kinds: Collection[str]) -> None:
        assert application.tasks is not None
        workers = application.workers()
        self._worker = Worker(application.tasks, {kind: workers[kind] for kind in workers if kind in kinds})
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="queue", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._worker.stop)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._worker.run())


class SingleOwner:
    """The lanes of a SQLite file that only this process has open: whoever held a lease before is gone."""

    def __init__(self, application: Application, kinds: Collection[str]) -> None:
        self._application = application
        self._dispatcher = application.dispatcher(kinds)

    def start(self) -> None:
        if self._application.db.is_sqlite:
            release_leases(self._application.db)
        self._dispatcher.start()

    def stop(self) -> None:
        self._dispatcher.stop()


def lanes(application: Application, kinds: Collection[str]) -> Part:
    """Whatever drains the lanes of these kinds."""
    return SingleOwner(application, kinds) if application.tasks is None else QueueWorker(application, kinds)


def askers(application: Application) -> list[Part]:
    """Edges that fetch their messages themselves, or listen on a port of their own."""
    parts: list[Part] = list(registry.services(application))
    if (socket := socket_mode.service(application)) is not None:
        parts.append(socket)
    return parts
