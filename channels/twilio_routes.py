"""What every webhook of Twilio goes through: verify, store in one short transaction, answer, count."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from channels.edge import Context
from channels.twilio_verify import Form, verified_form
from channels.webhook import Unacceptable, count

log = logging.getLogger(__name__)

PROVIDER = "twilio"
XML = "text/xml"

Store = Callable[[Context, Form], tuple[str, Response]]


async def handle(context: Context, request: Request, store: Store) -> Response:
    """Gives the form of a genuine request to `store`, which says what became of it and how to answer.

    Twilio by itself repeats a request only when it can't connect. So that it also repeats one that met a database
    failure (503), end the webhook's address with ``#rc=3&rp=5xx,ct,rt``.
    """
    try:
        form = await verified_form(request, context.settings)
        result, response = await run_in_threadpool(store, context, form)
    except Unacceptable as problem:
        return count(PROVIDER, problem.result, Response(status_code=problem.status))
    except SQLAlchemyError:
        log.exception("a webhook of Twilio could not be stored")
        return count(PROVIDER, "unavailable", Response(status_code=503))
    return count(PROVIDER, result, response)
