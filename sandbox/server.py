"""Puts the sandbox together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.clock import Clock, make_clock
from sandbox import (
    control_calls,
    control_handsets,
    control_people,
    control_slack,
    control_slack_app,
    control_world,
)
from sandbox.faults import FaultMiddleware
from sandbox.mail import control as mail_control
from sandbox.mail.server import MailServer
from sandbox.messenger import api as messenger_api
from sandbox.messenger import control as messenger_control
from sandbox.messenger.errors import GraphRefusal
from sandbox.oidc import api as oidc_api
from sandbox.oidc.provider import Provider
from sandbox.settings import SandboxSettings
from sandbox.slack import api as slack_api
from sandbox.slack import files as slack_files
from sandbox.slack import members as slack_members
from sandbox.slack import response_url
from sandbox.slack import sockets as slack_sockets
from sandbox.slack.errors import SlackRefusal
from sandbox.telegram import api as telegram_api
from sandbox.telegram import control as telegram_control
from sandbox.twilio import api as twilio_api
from sandbox.twilio.errors import TwilioRefusal
from sandbox.twilio.voice import api as voice_api
from sandbox.world import World

WORDS = """This is the sandbox: the providers of text messages, calls, mail, chats and Slack, in miniature.
Its page is a part of the console: {console}/sandbox
Programs talk to it as sandbox/README.md says; the schema of its control interface is at /openapi.json.
"""


class SandboxApp(FastAPI):
    """The faults stand before everything else, because they need the connection itself."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await FaultMiddleware(super().__call__, self.state.world.faults)(scope, receive, send)


def create_app(settings: SandboxSettings | None = None, clock: Clock | None = None) -> FastAPI:
    """The whole sandbox. Tests may give a clock of their own; it must be served by uvicorn for the faults."""
    settings = settings or SandboxSettings()
    world = World(settings, clock or make_clock(settings.clock))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        world.courier.start()
        mail = MailServer(world)
        await mail.start()
        yield
        await mail.stop()
        await world.courier.stop()

    app = SandboxApp(title="Sandbox", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.world = world
    app.state.oidc = Provider(
        world.clock,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        (f"{settings.console_url.rstrip('/')}/sign-in/oidc/callback",),
    )
    app.add_exception_handler(TwilioRefusal, twilio_api.answer_refusal)
    app.add_exception_handler(GraphRefusal, messenger_api.answer_refusal)
    app.add_exception_handler(SlackRefusal, control_slack.answer_refusal)
    for router in (
        twilio_api.router,
        voice_api.router,
        slack_api.router,
        slack_files.router,
        slack_sockets.router,
        response_url.router,
        slack_members.router,
        messenger_api.router,
        messenger_control.router,
        telegram_api.router,
        telegram_control.router,
        mail_control.router,
        oidc_api.router,
        control_world.router,
        control_people.router,
        control_handsets.router,
        control_slack.router,
        control_slack_app.router,
        control_calls.router,
    ):
        app.include_router(router)

    @app.get("/", include_in_schema=False)
    async def where_the_page_is() -> PlainTextResponse:
        return PlainTextResponse(WORDS.format(console=settings.console_url.rstrip("/")))

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, bool]:
        return {"ok": True}

    return app
