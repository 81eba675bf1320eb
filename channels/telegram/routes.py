"""Telegram's webhook: verify, parse, store, an empty 200.

The body stays empty because Telegram executes a method that is named in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from bot.intake.receive import accept
from bot.lanes.retry import repeated
from channels.edge import Context
from channels.telegram import parse
from channels.telegram.client import BACKGROUND, acknowledge
from channels.telegram.verify import HEADER, is_genuine
from channels.webhook import Unacceptable, answered, check_room, parse_object, read_body

PATH = "/webhooks/telegram"
BODY_LIMIT = 512 * 1024
JSON_TYPE = "application/json"


def router(context: Context) -> APIRouter:
    """The address that Telegram calls."""
    routes = APIRouter(tags=["webhooks"])

    @routes.post(PATH)
    async def update(request: Request) -> Response:
        return await answered("telegram", lambda: _receive(context, request), Response())

    return routes


async def _receive(context: Context, request: Request) -> str:
    secret = context.settings.telegram_secret_token.get_secret_value()
    if not is_genuine(secret, request.headers.get(HEADER)):
        raise Unacceptable(403, "forged")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON_TYPE:
        raise Unacceptable(400, "malformed")
    content = parse_object(await read_body(request, BODY_LIMIT))
    return await run_in_threadpool(store, context, content, may_come_again=True)


@repeated
def store(context: Context, content: Mapping[str, Any], *, may_come_again: bool = False) -> str:
    """Stores an update, says what became of it, and lets a pressed button come to rest.

    Raises:
        Unacceptable: 400 when it isn't an update; 503 while there is no room, for one that may come again.
    """
    incoming = parse.incoming(content)
    if incoming is None:
        return "ignored"
    if may_come_again:
        check_room(context, [incoming])
    with context.db.begin() as session:
        row = accept(session, incoming, now=context.clock.now(), wall=context.clock.wall())
    if query := incoming.body.get("query"):
        BACKGROUND.spawn(acknowledge(context.settings, query), context.settings.send_timeout_seconds)
    return "accepted" if row is not None else "duplicate"
