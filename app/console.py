"""The console, put together from the application."""

from __future__ import annotations

from fastapi import FastAPI

from app.wiring import Application
from bot.outreach.reach import Reach
from console.context import Console, Lent
from console.mount import Mounted, mount

AT = "/console"


def console_of(application: Application) -> Console:
    """What the console's pages are made from."""
    return Console(
        application.settings,
        application.db,
        application.clock,
        application.programme,
        Reach(application.channels),
        Lent(),
    )


def add_console(app: FastAPI, application: Application) -> Mounted:
    """Serves it below ``/console``."""
    return mount(app, console_of(application), AT)
