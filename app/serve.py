"""The application process: public gateway, private action endpoint, lanes and ticks, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from app.actions_api import create_actions_app
from app.gateway import create_gateway
from app.wiring import Application
from bot.lanes.dispatcher import release_leases
from channels import registry
from inbox import socket_mode
from scheduler.ticks import make_scheduler

log = logging.getLogger(__name__)


class QuietServer(uvicorn.Server):
    """A uvicorn server whose signals are handled by whoever runs it: here two of them share one process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(application: Application) -> None:
    """Runs until SIGINT or SIGTERM; then takes no more requests, finishes the lanes in hand, and returns."""
    settings = application.settings
    if application.db.is_sqlite:
        release_leases(application.db)
    dispatcher, scheduler = application.dispatcher(), make_scheduler(application.ticks())
    actions = create_actions_app(application.performer, settings.actions_token.get_secret_value())
    servers = [
        _server(create_gateway(application), settings.gateway_host, settings.gateway_port),
        _server(actions, settings.actions_host, settings.actions_port),
    ]
    services = registry.services(application)
    if (socket := socket_mode.service(application)) is not None:
        services.append(socket)
    dispatcher.start()
    scheduler.start()
    for service in services:
        service.start()
    try:
        asyncio.run(_run(servers))
    finally:
        for service in services:
            service.stop()
        scheduler.shutdown(wait=True)
        dispatcher.stop()
        application.close()


def _server(app: ASGIApp, host: str, port: int) -> QuietServer:
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=10, lifespan="off"
    )
    return QuietServer(config)


async def _run(servers: list[QuietServer]) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        await asyncio.gather(*(server.serve() for server in servers))
    finally:
        stop()
