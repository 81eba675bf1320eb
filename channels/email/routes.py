"""What the gateway offers for e-mail: a webhook for incoming messages, and the page behind unsubscribe links."""

from __future__ import annotations

import hmac
import logging

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Times
from bot.config import Settings
from bot.lanes.retry import repeated
from channels.edge import Context
from channels.email import pages
from channels.email.intake import take, unsubscribe
from channels.email.letter import Envelope, Malformed, read
from channels.email.send import STOP_PATH
from channels.email.signing import Signing
from channels.webhook import Unacceptable, count, read_body

log = logging.getLogger(__name__)

PROVIDER = "email"
FORM_LIMIT = 10_000


def router(context: Context) -> APIRouter:
    """The addresses that mail hosts, mail programs and members call."""
    routes = APIRouter(tags=["webhooks"])

    @routes.post("/webhooks/email/inbound")
    async def inbound(request: Request) -> Response:
        try:
            check_token(request, context.settings)
            content = await read_body(request, context.settings.email_limit_bytes)
            result = await run_in_threadpool(receive, context, content, envelope_of(request))
        except Malformed:
            return count(PROVIDER, "malformed", Response(status_code=400))
        except Unacceptable as problem:
            return count(PROVIDER, problem.result, Response(status_code=problem.status))
        except SQLAlchemyError:
            log.exception("an e-mail could not be stored")
            return count(PROVIDER, "unavailable", Response(status_code=503))
        return count(PROVIDER, result, Response(status_code=204))

    @routes.get(f"{STOP_PATH}/{{token}}")
    async def ask(token: str) -> Response:
        return pages.ask() if Signing(context.settings).read_link(token) else pages.unknown()

    @routes.post(f"{STOP_PATH}/{{token}}")
    async def stop(token: str, request: Request) -> Response:
        try:
            await read_body(request, FORM_LIMIT)
            result = await run_in_threadpool(store_stop, context, token)
        except Unacceptable as problem:
            return count(PROVIDER, problem.result, Response(status_code=problem.status))
        except SQLAlchemyError:
            log.exception("an unsubscription could not be stored")
            return count(PROVIDER, "unavailable", pages.later())
        return count(PROVIDER, result, pages.unknown() if result == "forged" else pages.done())

    return routes


@repeated
def receive(context: Context, content: bytes, envelope: Envelope) -> str:
    """Reads and stores a raw message; returns what became of it.

    Raises:
        Malformed: it is none that can be read.
    """
    letter = read(content, envelope)
    with context.db.begin() as session:
        return take(session, context.settings, letter, _times(context))


@repeated
def store_stop(context: Context, token: str) -> str:
    """Stores that somebody wants no more e-mails; returns what became of it."""
    link = Signing(context.settings).read_link(token)
    if link is None:
        return "forged"
    with context.db.begin() as session:
        return unsubscribe(session, link, _times(context))


def check_token(request: Request, settings: Settings) -> None:
    """Before the body is read.

    Raises:
        Unacceptable: 403.
    """
    expected = settings.email_inbound_token.get_secret_value()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    genuine = hmac.compare_digest(given.strip().encode("utf-8", "replace"), expected.encode("utf-8"))
    if not expected or scheme.lower() != "bearer" or not genuine:
        raise Unacceptable(403, "forged")


def envelope_of(request: Request) -> Envelope:
    """What the mail host says of the envelope, in headers that it may leave out."""
    sender = request.headers.get("x-envelope-from")
    recipients = request.headers.get("x-envelope-to", "")
    return Envelope(
        sender=None if sender is None else sender.strip("<> ").lower(),
        recipients=tuple(part.strip("<> ") for part in recipients.split(",") if part.strip()),
    )


def _times(context: Context) -> Times:
    return Times(context.clock.now(), context.clock.wall())
