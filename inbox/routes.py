"""Slack's webhooks: verify, parse, store, 200, well within the three seconds that Slack waits."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.intake.receive import Incoming, accept
from inbox import parse
from inbox.context import Context
from inbox.verify import Unacceptable, check_signed, read_body

log = logging.getLogger(__name__)

Handled = tuple[str, Response]


def router(context: Context) -> APIRouter:
    """The two addresses that Slack calls."""
    routes = APIRouter(prefix="/webhooks/slack", tags=["webhooks"])

    @routes.post("/events")
    async def events(request: Request) -> Response:
        return await _handle(context, request, on_event)

    @routes.post("/interactions")
    async def interactions(request: Request) -> Response:
        return await _handle(context, request, on_interaction)

    return routes


def on_event(context: Context, text: str) -> Handled:
    """Answers an event; says what became of it."""
    envelope = parse.load(text)
    if envelope.get("type") == "url_verification":
        return "challenge", JSONResponse({"challenge": str(envelope.get("challenge", ""))})
    if envelope.get("type") == "app_rate_limited":
        log.error("Slack withholds events: more than it delivers in an hour")
    if parse.is_revoked(envelope):
        log.error("the Slack app was uninstalled, or its token revoked: staff can't be reached any more")
    return _store(context, parse.from_event(envelope, context.settings.slack_channel)), Response()


def on_interaction(context: Context, text: str) -> Handled:
    """Answers an interaction; says what became of it. An empty 200 closes a dialog."""
    return _store(context, parse.from_interaction(parse.interaction(text))), Response()


def _store(context: Context, incoming: Incoming | None) -> str:
    if incoming is None:
        return "ignored"
    with context.db.begin() as session:
        row = accept(session, incoming, now=context.clock.now(), wall=context.clock.wall())
    return "accepted" if row is not None else "duplicate"


async def _handle(context: Context, request: Request, answer: Callable[[Context, str], Handled]) -> Response:
    secret = context.settings.slack_signing_secret.get_secret_value()
    try:
        text = check_signed(secret, context.clock, await read_body(request), request.headers)
        result, response = await run_in_threadpool(answer, context, text)
    except Unacceptable as problem:
        result, response = problem.result, Response(status_code=problem.status)
    except SQLAlchemyError:
        log.exception("a webhook of Slack could not be stored")
        result, response = "unavailable", Response(status_code=503)
    metrics.webhooks.labels("slack", result).inc()
    return response
