"""Showing what changed without taking the place away from whoever reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from nicegui import ui

SECONDS = 3.0
"""Between two looks whether anything changed."""
MINUTE = timedelta(minutes=1)
"""After which lengths of time have other words."""


async def keeping_focus(redraw: Callable[[], object]) -> None:
    """Redraws; the keyboard stays on what it was on, if that has an id and is still there."""
    try:
        focused = await ui.run_javascript("document.activeElement?.id || ''", timeout=2.0)
    except TimeoutError:  # the browser is busy or gone: what it shows matters more than where the keyboard was
        focused = ""
    redraw()
    if focused:
        name = json.dumps(str(focused))
        ui.run_javascript(f"document.getElementById({name})?.focus({{preventScroll: true}})")
