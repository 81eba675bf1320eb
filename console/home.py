"""The first page."""

from __future__ import annotations

from nicegui import ui

from console.pages import Area, Page
from console.visit import Visit


async def build(visit: Visit) -> None:
    """Where to go from here."""
    ui.label(f"Hello {visit.visitor.name}.")


AREA = Area([Page("/", "Overview", build, icon="home")])
