"""Parts of a simulation in processes of their own, as many at once as there are CPUs."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from bot.errors import MsbError

P = TypeVar("P")
R = TypeVar("R")

NEW_OBJECTS = 50_000
"""So many new objects before the collector looks: a transaction makes thousands that are soon gone by themselves."""


class PartLost(MsbError):
    """A process ended without a result, as when memory runs out."""


def each(work: Callable[[P], R], parts: Sequence[P]) -> list[R]:
    """What `work` returns for each of the parts, in their order. `work` and what it returns must be picklable.

    Raises:
        PartLost: a process ended without a result.

    What `work` raises is raised here. Then, as on Ctrl-C, all processes are ended at once.
    """
    others, level = multiprocessing.active_children(), logging.getLogger("bot").level
    context, count = multiprocessing.get_context("spawn"), min(len(parts), os.cpu_count() or 1)
    with ProcessPoolExecutor(count, context, initializer=_settle_in, initargs=(level,)) as pool:
        try:
            futures = [pool.submit(_alone, work, part) for part in parts]
            for done in as_completed(futures):
                done.result()
            return [future.result() for future in futures]
        except BaseException as error:  # leaving the block waits for them to be gone
            for child in multiprocessing.active_children():
                if child not in others:
                    child.terminate()
            if isinstance(error, BrokenProcessPool):
                raise PartLost("A process of the simulation ended before its part was done.") from error
            raise


def _alone(work: Callable[[P], R], part: P) -> R:
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 50)
    return work(part)


def _settle_in(level: int) -> None:
    """Ctrl-C is the first process's; it ends this one. When the first is killed, this one ends by itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("bot").setLevel(level)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
