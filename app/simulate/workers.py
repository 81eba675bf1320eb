"""Parts of a simulation in processes of their own, as many at once as there are CPUs."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from bot.errors import MsbError

P = TypeVar("P")
R = TypeVar("R")

NEW_OBJECTS = 50_000
"""So many new objects before the collector looks: a transaction makes thousands that are soon gone by themselves."""


class PartLost(MsbError):
    """A process ended without a result, as when memory runs out."""


def each(work: Callable[[P], R], parts: Sequence[P]) -> list[R]:
    """What `work` returns for each of the parts, in their order. `work` and what it returns must be picklable.

    Each part has a process and a pipe of its own, so that one that dies can't hold up what others share.

    Raises:
        PartLost: a process ended without a result.

    What `work` raises is raised here. Then, as on Ctrl-C, all processes are ended at once.
    """
    context, level = multiprocessing.get_context("spawn"), logging.getLogger("bot").level
    waiting, results = deque(enumerate(parts)), dict[int, R]()
    running: dict[Connection, tuple[int, BaseProcess]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                at, part = waiting.popleft()
                ours, theirs = context.Pipe(duplex=False)
                child = context.Process(target=_alone, args=(theirs, level, work, part), daemon=True)
                child.start()
                theirs.close()  # ours ends when the process does
                running[ours] = at, child
            for ready in wait(list(running)):
                assert isinstance(ready, Connection)
                at, process = running.pop(ready)
                results[at] = _result(ready, process)
    finally:
        for connection, (_at, process) in running.items():
            process.kill()
            _close(connection, process)
    return [results[at] for at in range(len(parts))]


def _result(connection: Connection, process: BaseProcess) -> Any:
    try:
        succeeded, value = connection.recv()
    except EOFError:
        raise PartLost("A process of the simulation ended before its part was done.") from None
    finally:
        _close(connection, process)
    if not succeeded:
        raise value
    return value


def _close(connection: Connection, process: BaseProcess) -> None:
    connection.close()
    process.join()


def _alone(results: Connection, level: int, work: Callable[[P], R], part: P) -> None:
    """Ctrl-C is the first process's; it ends this one. When the first is killed, this one ends by itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("bot").setLevel(level)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 50)
    try:
        said: tuple[bool, object] = (True, work(part))
    except Exception as error:  # noqa: BLE001 - it is raised again in the first process
        said = (False, error)
    results.send(said)
    results.close()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
