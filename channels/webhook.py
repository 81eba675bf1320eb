"""What all webhooks have in common: bounded bodies, one kind of refusal, and a count of what became of each request."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect

from bot import metrics
from bot.intake.receive import Incoming
from bot.queues.room import RETRY_AFTER_SECONDS, must_wait
from channels.edge import Context

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[str]]


class Unacceptable(Exception):
    """A request that is answered with `status` and leaves no trace but the count of its `result`."""

    def __init__(self, status: int, result: str) -> None:
        super().__init__(result)
        self.status, self.result = status, result


async def read_body(request: Request, limit: int) -> bytes:
    """The body; never more than `limit` bytes and one chunk of it are in memory.

    Raises:
        Unacceptable: 413, or 400 when the connection is lost on the way.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise Unacceptable(413, "too_large")
    except ClientDisconnect:
        raise Unacceptable(400, "malformed") from None
    return bytes(body)


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body.

    Raises:
        Unacceptable: 400 when it isn't UTF-8, not JSON, not an object, or nested beyond all measure.
    """
    try:
        content = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unacceptable(400, "malformed") from None
    if not isinstance(content, dict):
        raise Unacceptable(400, "malformed")
    return content


def check_room(context: Context, messages: Sequence[Incoming]) -> None:
    """For a provider that brings again what we don't take.

    Raises:
        Unacceptable: 503 while too much waits to be read.
    """
    if must_wait(context.db, context.clock, context.settings.inbox_limit, messages):
        raise Unacceptable(503, "full")


async def answered(provider: str, work: Work, done: Response) -> Response:
    """Does `work`, which returns what became of the request: `done` then, 503 when the database failed."""
    try:
        result = await work()
    except Unacceptable as problem:
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if problem.status == 503 else None
        return count(provider, problem.result, Response(status_code=problem.status, headers=headers))
    except SQLAlchemyError:
        log.exception("a webhook of %s could not be stored", provider)
        return count(provider, "unavailable", Response(status_code=503))
    return count(provider, result, done)


def count(provider: str, result: str, response: Response) -> Response:
    """Counts what became of a request, and hands its answer on."""
    metrics.webhooks.labels(provider, result).inc()
    return response
