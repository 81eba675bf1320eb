"""A worker: Procrastinate's loop, started again when the database was away, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import procrastinate

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""Where a notification got lost, and for jobs that were deferred: they come up to so much later."""
STALLED_SECONDS = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0


class Worker:
    """Takes jobs of some queues; `concurrency` says how many lanes of each are drained at the same time."""

    def __init__(self, app: procrastinate.App, concurrency: Mapping[str, int]) -> None:
        self.app, self.concurrency = app, concurrency
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Takes no more jobs; those in hand are finished. To be called in the loop's own thread."""
        self._stop.set()

    async def run(self) -> None:
        """Returns after `stop`."""
        loop = asyncio.get_running_loop()
        threads = ThreadPoolExecutor(sum(self.concurrency.values()) + 2, thread_name_prefix="lane")
        loop.set_default_executor(threads)
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            started = loop.time()
            try:
                await self._until_stopped()
            except Exception as error:  # noqa: BLE001 - whatever it was: the database comes back, and so does the worker
                log.warning("the worker starts again: %s", type(error).__name__)
            if loop.time() - started > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _until_stopped(self) -> None:
        """One life of the workers: it ends by `stop`, or when one of them fails."""
        async with self.app.open_async():
            workers = [asyncio.create_task(self._work(queue, most)) for queue, most in self.concurrency.items()]
            keeper = asyncio.create_task(self._forget_lost_jobs())
            stopped = asyncio.create_task(self._stop.wait())
            tasks = [*workers, keeper]
            try:
                await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (*tasks, stopped):
                    task.cancel()
                results = await asyncio.gather(*tasks, return_exceptions=True)
            for result in results:
                if isinstance(result, Exception):
                    raise result

    async def _work(self, queue: str, most: int) -> None:
        """Cancelled, it finishes the jobs in hand."""
        await self.app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=most,
            delete_jobs="always",
            fetch_job_polling_interval=POLL_SECONDS,
            abort_job_polling_interval=3600.0,
            stalled_worker_timeout=STALLED_SECONDS,
            install_signal_handlers=False,
        )

    async def _forget_lost_jobs(self) -> None:
        """Jobs that died with their worker: their lanes are found by the sweep, so nothing needs them any more."""
        while True:
            await asyncio.sleep(STALLED_SECONDS)
            for job in await self.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
                await self.app.job_manager.finish_job(job, procrastinate.jobs.Status.FAILED, delete_job=True)
