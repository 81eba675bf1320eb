"""The console, put together from the application."""

from __future__ import annotations

from fastapi import FastAPI

from app.commands.queue import jobs_of
from app.demo.anew import starter
from app.doctor.run import examine
from app.engine import Engine
from app.engines import Engines
from app.masking import mask
from app.pictures import measures
from app.wiring import Application
from bot.outreach.reach import Reach
from channels.sms.segments import economical, size
from console.context import Checked, Console, Lent
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
        lent_by(application),
    )


def lent_by(application: Application) -> Lent:
    """What the pages can't do by themselves."""
    dialogue = application.dialogue
    return Lent(
        parts=_parts,
        examine=_examine,
        engine_is_ready=dialogue.is_ready if isinstance(dialogue, Engine | Engines) else None,
        jobs=lambda: jobs_of(application.db),
        mask=mask,
        measure_png=measures.png,
        programme_loaded_at=application.clock.wall(),
        start_over=starter(application),
    )


def _parts(text: str) -> tuple[int, str]:
    found = size(economical(text))
    return found.segments, found.encoding


def _examine(online: bool) -> list[Checked]:
    return [Checked(one.check, str(one.state), one.words, one.remedy) for one in examine(online=online)]


def add_console(app: FastAPI, application: Application) -> Mounted:
    """Serves it below ``/console``."""
    return mount(app, console_of(application), AT)
