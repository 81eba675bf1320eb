"""Twilio's webhooks: verify, parse, store, 2xx. Nothing else happens while Twilio waits.

Twilio by itself repeats a request only when it can't connect. So that it also repeats one that met a database failure
(503), end the webhook's address with ``#rc=3&rp=5xx,ct,rt``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.clock import Times
from bot.intake.receive import accept
from bot.outbox.receipts import record
from channels.edge import Context
from channels.sms import parse
from channels.twilio_verify import Unacceptable, verified_form

log = logging.getLogger(__name__)

NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

Store = Callable[[Context, Mapping[str, str]], str]


def router(context: Context) -> APIRouter:
    """The two addresses that Twilio calls."""
    routes = APIRouter(prefix="/webhooks/twilio", tags=["webhooks"])

    @routes.post("/sms")
    async def incoming(request: Request) -> Response:
        return await _handle(context, request, store_message, Response(NO_REPLY, media_type="text/xml"))

    @routes.post("/status")
    async def status(request: Request) -> Response:
        return await _handle(context, request, store_report, Response(status_code=204))

    return routes


def store_message(context: Context, form: Mapping[str, str]) -> str:
    """Stores an incoming message; returns what became of it."""
    received = parse.message(form)
    with context.db.begin() as session:
        row = accept(session, received, now=context.clock.now(), wall=context.clock.wall())
    return "accepted" if row is not None else "duplicate"


def store_report(context: Context, form: Mapping[str, str]) -> str:
    """Stores a delivery report; returns what became of it."""
    report = parse.status(form)
    if report is None:
        return "ignored"
    with context.db.begin() as session:
        record(session, report, Times(context.clock.now(), context.clock.wall()))
    return "accepted"


async def _handle(context: Context, request: Request, store: Store, done: Response) -> Response:
    try:
        form = await verified_form(request, context.settings)
        result = await run_in_threadpool(store, context, form)
    except Unacceptable as problem:
        return _count(problem.result, Response(status_code=problem.status))
    except SQLAlchemyError:
        log.exception("a webhook of Twilio could not be stored")
        return _count("unavailable", Response(status_code=503))
    return _count(result, done)


def _count(result: str, response: Response) -> Response:
    metrics.webhooks.labels("twilio", result).inc()
    return response
