"""One visit of a page: who looks, at what, and what they do there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from nicegui import ui
from sqlalchemy.orm import Session
from starlette.requests import Request

from bot.errors import MsbError
from bot.model import Role
from console.access import door
from console.access.visitor import Visitor
from console.context import Console

T = TypeVar("T")


@dataclass(frozen=True)
class Visit:
    """`path` are the parts that the page's route names, `query` what stands behind the question mark."""

    console: Console
    visitor: Visitor
    request: Request

    @property
    def path(self) -> dict[str, str]:
        return dict(self.request.path_params)

    @property
    def query(self) -> dict[str, str]:
        return dict(self.request.query_params)

    def may(self, role: Role) -> bool:
        return self.visitor.role.may(role)

    async def read(self, look: Callable[[Session], T]) -> T:
        """Looks into the database, in a thread: the loop goes on meanwhile."""
        return await asyncio.to_thread(self.console.within, look)

    async def act(self, role: Role, work: Callable[[Session], T], done: str = "") -> T | None:
        """Does it in a transaction, if they are still signed in and may; says what came of it.

        Returns what `work` returned; None when it was refused, for a reason that is shown.
        """
        visitor = await asyncio.to_thread(door.visitor_of, self.console, self.request)
        if visitor is None:
            ui.notify("You are signed out. Sign in again.", type="warning")
            return None
        if not visitor.role.may(role):
            ui.notify(f"That needs the role {role}.", type="warning")
            return None
        try:
            result = await asyncio.to_thread(self.console.within, work)
        except MsbError as refused:
            ui.notify(refused.detail or str(refused), type="warning", multi_line=True)
            return None
        if done:
            ui.notify(done, type="positive")
        return result
