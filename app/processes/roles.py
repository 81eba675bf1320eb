"""The roles. On one machine `serve` plays them all; on many each is a process of its own, as often as is needed."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp

from app.actions_api import create_actions_app
from app.gateway import create_gateway
from app.operations import create_operations_app
from app.places import ROOT, engine_python
from app.processes import parts
from app.processes.process import Part, QuietServer, listen, run
from app.wiring import Application
from bot.errors import MsbError

CONSOLE = "/console"


class OneProcessOnly(MsbError):
    """SQLite has one writer: run `msb serve`, or set MSB_DATABASE_URL to a PostgreSQL for separate processes."""


def serve(application: Application) -> None:
    """All roles but the engine in one process."""
    background = [
        parts.lanes(application, application.drainers),
        parts.Ticks(application.ticks()),
        *parts.askers(application),
    ]
    _run(application, "serve", background, [_everything_public(application), _actions(application)])


def console(application: Application) -> None:
    """Serves the console. A page's state lives in the process that drew it."""
    _needs_many(application)
    app = create_operations_app(application)
    app.add_api_route("/", lambda: RedirectResponse(f"{CONSOLE}/"), include_in_schema=False)
    _add_console(app, application)
    settings = application.settings
    server = listen(app, settings.console_host, settings.console_port, has_life=True)
    _run(application, "console", [_own_ticks(application)], [server])


def gateway(application: Application) -> None:
    """Takes in what providers and the organisation's systems send."""
    _needs_many(application)
    _run(application, "gateway", [_own_ticks(application), *parts.askers(application)], [_public(application)])


def worker(application: Application, kinds: Collection[str]) -> None:
    """Drains lanes of these kinds."""
    _needs_many(application)
    _run(application, "worker", [parts.lanes(application, kinds), _own_ticks(application)], [_operations(application)])


def scheduler(application: Application) -> None:
    """Runs the ticks. A second one only stands by: ticks take what no other has taken."""
    _needs_many(application)
    _run(application, "scheduler", [parts.Ticks(application.ticks())], [_operations(application)])


def actions(application: Application) -> None:
    """Serves the engine's actions."""
    _needs_many(application)
    app = create_operations_app(application)
    app.mount("/", _actions_app(application))
    settings = application.settings
    _run(application, "actions", [_own_ticks(application)], [listen(app, settings.actions_host, settings.actions_port)])


def engine() -> None:
    """Becomes the dialogue engine, which has an environment of its own.

    Raises:
        NotSetUp: it is not installed here.
    """
    python = str(engine_python())
    path = os.pathsep.join(filter(None, [str(ROOT / "engine"), os.environ.get("PYTHONPATH")]))
    os.chdir(Path(ROOT))
    os.execve(python, [python, "-m", "msb_engine", "serve"], {**os.environ, "PYTHONPATH": path})  # noqa: S606 - no shell


def _run(application: Application, role: str, background: list[Part], servers: list[QuietServer]) -> None:
    application.agree_on_time()
    try:
        run([parts.Heart(application, role), *background], servers)
    finally:
        application.close()


def _needs_many(application: Application) -> None:
    if application.db.is_sqlite:
        raise OneProcessOnly


def _own_ticks(application: Application) -> Part:
    """What each process does for itself, whoever runs the scheduler."""
    return parts.Ticks(application.own_ticks())


def _public(application: Application) -> QuietServer:
    settings = application.settings
    return listen(create_gateway(application), settings.gateway_host, settings.gateway_port)


def _everything_public(application: Application) -> QuietServer:
    """The gateway, with the console if it is on."""
    settings, app = application.settings, create_gateway(application)
    if settings.console:
        _add_console(app, application)
    return listen(app, settings.gateway_host, settings.gateway_port, has_life=settings.console)


def _add_console(app: FastAPI, application: Application) -> None:
    """Only a process that serves it pays for it: a second of its start, and 30 MB."""
    from app.console import add_console

    add_console(app, application)


def _actions(application: Application) -> QuietServer:
    settings = application.settings
    return listen(_actions_app(application), settings.actions_host, settings.actions_port)


def _actions_app(application: Application) -> ASGIApp:
    return create_actions_app(application.performer, application.settings.actions_token.get_secret_value())


def _operations(application: Application) -> QuietServer:
    settings = application.settings
    return listen(create_operations_app(application), settings.ops_host, settings.ops_port)
