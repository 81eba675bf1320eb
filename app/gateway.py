"""The public gateway: providers' webhooks, the programming interface, health and metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app import api, api_case_acts, api_cases, api_events, api_members, api_plan, api_surveys, confirm
from app.engine import Engine
from app.watched_webhooks import WatchedWebhooks
from app.wiring import Application
from channels import registry
from inbox.routes import router as inbox_router

DESCRIPTION = "Webhooks of the providers, and the interface for the organisation's own systems."


def create_gateway(application: Application) -> FastAPI:
    """The ASGI application of the public port; it never calls the engine or a provider while a webhook waits."""
    gateway = FastAPI(title="Member success bot", version=api.VERSION, description=DESCRIPTION)
    for router in registry.routers(application):
        gateway.include_router(router)
    if application.settings.slack_is_on:
        gateway.include_router(inbox_router(application))
    gateway.state.application = application
    gateway.include_router(api.router)
    gateway.include_router(api_members.router)
    gateway.include_router(api_events.router)
    gateway.include_router(api_plan.router)
    gateway.include_router(api_surveys.router)
    gateway.include_router(api_cases.router)
    gateway.include_router(api_case_acts.router)
    gateway.include_router(confirm.router)
    _add_health(gateway, application)
    _add_hardening(gateway)
    gateway.add_middleware(WatchedWebhooks)
    return gateway


def _add_health(gateway: FastAPI, application: Application) -> None:
    @gateway.get("/healthz", tags=["operations"], response_class=PlainTextResponse)
    async def healthz() -> str:
        """The process runs."""
        return "ok"

    @gateway.get("/readyz", tags=["operations"])
    async def readyz() -> Response:
        """Whether messages can be accepted (the database) and answered (the engine)."""
        parts = await run_in_threadpool(_parts, application)
        # Without the engine messages are accepted and kept, so only the database decides.
        return JSONResponse(parts, 200 if parts["database"] == "ok" else 503)

    @gateway.get("/metrics", tags=["operations"], response_class=PlainTextResponse)
    def metrics() -> Response:
        """Counters of each stage for Prometheus, and what waits at this moment."""
        application.measure()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _parts(application: Application) -> dict[str, str]:
    try:
        with application.db.begin() as session:
            session.execute(sa.text("select 1 from member limit 1"))
        database = "ok"
    except sa.exc.SQLAlchemyError as error:
        database = type(error).__name__
    dialogue = application.dialogue
    ready = not isinstance(dialogue, Engine) or dialogue.is_ready()
    return {"database": database, "engine": "ok" if ready else "not ready"}


def _add_hardening(gateway: FastAPI) -> None:
    @gateway.middleware("http")
    async def harden(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response
