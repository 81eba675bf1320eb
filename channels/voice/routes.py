"""Twilio's webhooks about calls. Each is verified, decided upon in one short transaction, and answered with TwiML.

A request about a call that is in no book hears an apology: it may be one of another installation with our account.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import ImmutableMultiDict

from bot.calls import book, progress
from bot.calls.progress import Next
from bot.clock import Times
from bot.lanes.retry import repeated
from bot.model import Call
from bot.outbox.receipts import record
from bot.programme.models import Programme
from channels import twilio_codes as codes
from channels.edge import Context
from channels.twilio_routes import XML, handle
from channels.twilio_verify import Form
from channels.voice import parse
from channels.voice.addresses import PREFIX
from channels.voice.parse import Heard
from channels.voice.speech import speak

log = logging.getLogger(__name__)

Decide = Callable[[Session, Programme, Call, Heard, Times], Next]


def router(context: Context) -> APIRouter:
    """The addresses that Twilio calls while a call lasts, and the one for what becomes of it."""
    routes = APIRouter(prefix=PREFIX, tags=["webhooks"])
    for name, decide in DECISIONS.items():
        _add(routes, context, name, decide)

    @routes.post("/status")
    async def status(request: Request) -> Response:
        query = ImmutableMultiDict(request.query_params.multi_items())
        return await handle(context, request, lambda edge, form: _store_status(edge, query, form))

    return routes


def _add(routes: APIRouter, context: Context, name: str, decide: Decide) -> None:
    @routes.post(f"/{name}", name=f"voice {name}")
    async def instruct(request: Request) -> Response:
        query = ImmutableMultiDict(request.query_params.multi_items())
        return await handle(context, request, lambda edge, form: _instruct(edge, parse.heard(query, form), decide))


@repeated
def _instruct(context: Context, heard: Heard, decide: Decide) -> tuple[str, Response]:
    times = Times(context.clock.now(), context.clock.wall())
    with context.db.begin() as session:
        call = book.find(session, heard.key, heard.sid)
        if call is None:
            return "unknown_call", _xml(speak(context.settings, Next.FAULT, None))
        if not heard.of_msm:
            call.sid = call.sid or heard.sid
        programme = context.programme
        if heard.error:
            step = _faulted(session, programme, call, heard, times)
        else:
            step = decide(session, programme, call, heard, times)
        return "accepted", _xml(speak(context.settings, step, call))


def _faulted(session: Session, programme: Programme, call: Call, heard: Heard, times: Times) -> Next:
    """Twilio asks the fallback address, because it could not go on with what another one said."""
    code = int(heard.error) if heard.error.isascii() and heard.error.isdigit() else None
    words = f"{codes.explain(code).words} (Twilio {heard.error})"
    log.error("Twilio could not go on with a call: %s", words, extra={"call": call.id})
    return progress.faulted(session, programme, call, words, times)


@repeated
def _store_status(context: Context, query: Form, form: Form) -> tuple[str, Response]:
    heard, done = parse.heard(query, form), Response(status_code=204)
    times = Times(context.clock.now(), context.clock.wall())
    with context.db.begin() as session:
        call = book.find(session, heard.key, heard.sid)
        if heard.of_msm:
            if call is not None and heard.status in parse.WORDS:
                progress.msm_leg_ended(call, heard.status)
            return "accepted" if call is not None else "unknown_call", done
        report = parse.report(form)
        if report is not None:
            record(session, report, times)
        if call is None:
            return "unknown_call", done
        call.sid = call.sid or heard.sid
        if heard.status in parse.FINAL:
            progress.ended(session, context.programme, call, heard.status, times)
    return "accepted" if report is not None else "ignored", done


def _xml(document: str) -> Response:
    return Response(document, media_type=XML)


DECISIONS: dict[str, Decide] = {
    "connect": lambda session, programme, call, heard, times: progress.answered(
        session, programme, call, heard.answered_by, times
    ),
    "accept": lambda session, programme, call, heard, times: progress.pressed(
        session, programme, call, heard.digits, heard.attempt, times
    ),
    "whisper": lambda _session, _programme, call, _heard, _times: progress.msm_answered(call),
    "whisper-accept": lambda _session, _programme, call, heard, times: progress.msm_pressed(call, heard.digits, times),
    "dial-done": lambda session, programme, call, heard, times: progress.dial_done(
        session, programme, call, heard.dial_status, heard.bridged, times
    ),
}
