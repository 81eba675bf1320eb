"""The addresses that Slack calls for one app: verify, parse, store, 200, well within its three seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.clock import Clock
from bot.db import Database
from bot.intake.receive import Incoming, accept
from bot.lanes.retry import repeated
from bot.queues.room import is_full, must_wait
from slackkit import payloads
from slackkit.payloads import Payload
from slackkit.verify import Unacceptable, check_signed, read_body

log = logging.getLogger(__name__)

TRY, LAST_TRY = "X-Slack-Retry-Num", "3"
"""Slack tries at once, after a minute and after five more; then it gives up."""

Handled = tuple[str, Response]
Read = Callable[[Payload], Incoming | None]


class Context(Protocol):
    """Where requests are stored, and when."""

    @property
    def db(self) -> Database: ...

    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True)
class Door:
    """One app of ours. `name` is its provider's label in the metrics; `who` can't be reached when the app is lost.

    `event`, `interaction` and `command` say what of a payload is kept, if anything. For what makes no sense they raise
    Unacceptable. An app without slash commands has no `command`. While more than `limit` messages wait to be read,
    Slack is asked to bring an event again, but for its last try; without a limit every event is taken.
    """

    name: str
    path: str
    secret: str
    who: str
    event: Read
    interaction: Read
    command: Read | None = None
    limit: int | None = None


def router(context: Context, door: Door) -> APIRouter:
    """``<path>/events`` and ``<path>/interactions``, and ``<path>/commands`` for an app that has some."""
    routes = APIRouter(prefix=door.path, tags=["webhooks"])

    @routes.post("/events")
    async def events(request: Request) -> Response:
        is_last = request.headers.get(TRY) == LAST_TRY
        return await _handle(context, door, request, _on_event if is_last else _on_event_that_may_come_again)

    @routes.post("/interactions")
    async def interactions(request: Request) -> Response:
        return await _handle(context, door, request, _on_interaction)

    if door.command is not None:

        @routes.post("/commands")
        async def commands(request: Request) -> Response:
            return await _handle(context, door, request, _on_command)

    return routes


def take_event(context: Context, door: Door, envelope: Payload) -> str:
    """Stores what an event holds for us; says in one word what became of it."""
    if envelope.get("type") == "app_rate_limited":
        log.error("Slack withholds events: more than it delivers in an hour")
    result = store(context, door.event(envelope)) or payloads.what_it_was(envelope)
    if result in payloads.LOST.values():
        log.error("the Slack app was uninstalled, or its token revoked: %s can't be reached any more", door.who)
    return result


def take_interaction(context: Context, door: Door, payload: Payload) -> str:
    """Stores what an interaction holds for us; says in one word what became of it."""
    return store(context, door.interaction(payload)) or payloads.what_it_was(payload)


def take_command(context: Context, door: Door, payload: Payload) -> str:
    """Stores a slash command; says in one word what became of it."""
    incoming = door.command(payload) if door.command is not None else None
    return store(context, incoming) or "ignored"


@repeated
def store(context: Context, incoming: Incoming | None) -> str | None:
    if incoming is None:
        return None
    with context.db.begin() as session:
        row = accept(session, incoming, now=context.clock.now(), wall=context.clock.wall())
    return "accepted" if row is not None else "duplicate"


def _on_event(context: Context, door: Door, text: str) -> Handled:
    envelope = payloads.load(text)
    if envelope.get("type") == "url_verification":
        return "challenge", JSONResponse({"challenge": str(envelope.get("challenge", ""))})
    return take_event(context, door, envelope), Response()


def _on_event_that_may_come_again(context: Context, door: Door, text: str) -> Handled:
    if door.limit is not None and is_full(context.db, context.clock, door.limit):
        incoming = door.event(payloads.load(text))
        if incoming is not None and must_wait(context.db, context.clock, door.limit, [incoming]):
            raise Unacceptable(503, "full")
    return _on_event(context, door, text)


def _on_interaction(context: Context, door: Door, text: str) -> Handled:
    """An empty 200 closes a dialog."""
    return take_interaction(context, door, payloads.interaction(text)), Response()


def _on_command(context: Context, door: Door, text: str) -> Handled:
    """An empty 200 shows nothing: the answer follows by the command's ``response_url``."""
    return take_command(context, door, payloads.form(text)), Response()


async def _handle(
    context: Context, door: Door, request: Request, answer: Callable[[Context, Door, str], Handled]
) -> Response:
    try:
        text = check_signed(door.secret, context.clock, await read_body(request), request.headers)
        result, response = await run_in_threadpool(answer, context, door, text)
    except Unacceptable as problem:
        result, response = problem.result, Response(status_code=problem.status)
    except SQLAlchemyError:
        log.exception("a webhook of Slack could not be stored")
        result, response = "unavailable", Response(status_code=503)
    metrics.webhooks.labels(door.name, result).inc()
    return response
