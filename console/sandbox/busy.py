"""One thing at a time: the clock, the stories and the way back to the beginning must not get in each other's way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import httpx
from nicegui import ui

from bot.errors import MsbError
from console.sandbox.world import Broken

T = TypeVar("T")


class Busy:
    """Does blocking work in a thread, one piece after the other, and says in `label` what is under way."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self.now = ""

    @property
    def is_on(self) -> bool:
        return bool(self.now)

    async def do(self, what: str, work: Callable[[], T]) -> T:
        """Returns what `work` returned.

        Raises:
            Broken: something did not come to what it should, or the sandbox does not answer.
        """
        async with self._lock:
            self.now = what
            try:
                return await asyncio.to_thread(work)
            except httpx.HTTPError as problem:
                raise Broken(f"the sandbox does not answer ({type(problem).__name__})") from None
            except MsbError as problem:
                raise Broken(problem.detail or str(problem)) from None
            finally:
                self.now = ""


def complain(box: ui.element, problem: Exception) -> None:
    """Says on the page of `box` what went wrong."""
    with box:
        ui.notify(str(problem), type="warning", multi_line=True)
