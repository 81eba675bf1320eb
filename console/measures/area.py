"""The pages of this part."""

from __future__ import annotations

from nicegui import ui

from console.pages import Area, Page
from console.visit import Visit


async def build(visit: Visit) -> None:
    """Draws the page."""
    ui.label(f"Nothing here yet, {visit.visitor.name}.")


AREA = Area([Page("/measures", "Measures", build, icon="insights")])
