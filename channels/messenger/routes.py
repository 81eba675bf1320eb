"""Meta's webhook: verify, parse, store, 200. Nothing else happens while Meta waits."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from channels.edge import Context
from channels.messenger.receive import store
from channels.messenger.verify import check_handshake, verified_payload
from channels.webhook import answered

PROVIDER = "messenger"


def router(context: Context) -> APIRouter:
    """The address that Meta calls: by GET to verify it, by POST to tell what happened."""
    routes = APIRouter(prefix="/webhooks/messenger", tags=["webhooks"])

    @routes.get("")
    async def handshake(request: Request) -> Response:
        async def work() -> str:
            check_handshake(context.settings, request.query_params)
            return "handshake"

        return await answered(PROVIDER, work, PlainTextResponse(request.query_params.get("hub.challenge", "")))

    @routes.post("")
    async def notified(request: Request) -> Response:
        async def work() -> str:
            payload = await verified_payload(request, context.settings)
            return await run_in_threadpool(store, context, payload)

        return await answered(PROVIDER, work, PlainTextResponse("EVENT_RECEIVED"))

    return routes
