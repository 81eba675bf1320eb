"""The public gateway: providers' webhooks, the programming interface, health and metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from app import (
    api,
    api_case_acts,
    api_cases,
    api_events,
    api_member_data,
    api_members,
    api_plan,
    api_surveys,
    confirm,
)
from app.operations import operations_router
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
    gateway.include_router(api_member_data.router)
    gateway.include_router(api_events.router)
    gateway.include_router(api_plan.router)
    gateway.include_router(api_surveys.router)
    gateway.include_router(api_cases.router)
    gateway.include_router(api_case_acts.router)
    gateway.include_router(confirm.router)
    gateway.include_router(operations_router(application))
    _add_hardening(gateway)
    gateway.add_middleware(WatchedWebhooks)
    return gateway


def _add_hardening(gateway: FastAPI) -> None:
    @gateway.middleware("http")
    async def harden(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        return response
