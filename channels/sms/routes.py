"""Twilio's webhooks for texts: verify, parse, store, 2xx. Nothing else happens while Twilio waits."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from bot.clock import Times
from bot.intake.receive import accept
from bot.lanes.retry import repeated
from bot.outbox.receipts import record
from channels.edge import Context
from channels.sms import parse
from channels.twilio_routes import XML, handle
from channels.twilio_verify import Form

NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def router(context: Context) -> APIRouter:
    """The two addresses that Twilio calls; reports may also come to one that is named after the channel."""
    routes = APIRouter(prefix="/webhooks/twilio", tags=["webhooks"])

    @routes.post("/sms")
    async def incoming(request: Request) -> Response:
        return await handle(context, request, store_message)

    @routes.post("/status")
    @routes.post("/sms-status")
    async def status(request: Request) -> Response:
        return await handle(context, request, store_report)

    return routes


@repeated
def store_message(context: Context, form: Form) -> tuple[str, Response]:
    """Stores an incoming message; says what became of it."""
    received = parse.message(form)
    with context.db.begin() as session:
        row = accept(session, received, now=context.clock.now(), wall=context.clock.wall())
    return "accepted" if row is not None else "duplicate", Response(NO_REPLY, media_type=XML)


@repeated
def store_report(context: Context, form: Form) -> tuple[str, Response]:
    """Stores a delivery report; says what became of it."""
    report = parse.status(form)
    done = Response(status_code=204)
    if report is None:
        return "ignored", done
    with context.db.begin() as session:
        record(session, report, Times(context.clock.now(), context.clock.wall()))
    return "accepted", done
