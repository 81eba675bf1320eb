"""Pages that stay open: whoever is signed out, or may do less than before, does not go on looking."""

from __future__ import annotations

import asyncio

from nicegui import ui

from console.access import door
from console.visit import Visit

SECONDS = 5.0
"""How long a page may still show what it showed after its visitor was signed out."""


def keep_watch(visit: Visit, base: str) -> None:
    """Leads away from the page when its visitor is signed out, and loads it anew when their role is another one."""
    client = ui.context.client
    client.on_exception(_failed)

    async def look() -> None:
        visitor = await asyncio.to_thread(door.visitor_of, visit.console, visit.request)
        if visitor is not None and visitor.role is visit.visitor.role:
            return
        ui.navigate.to(f"{base}/sign-in?out" if visitor is None else f"{base}/")
        await asyncio.sleep(1.0)
        if not client.is_deleted:
            client.delete()

    ui.timer(SECONDS, look, immediate=False)


def _failed(error: Exception) -> None:
    """What breaks after a page was drawn stands in the log; the visitor should not wait for nothing."""
    ui.notify("That failed. What went wrong is in the log of the console.", type="negative")
