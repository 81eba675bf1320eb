"""Structured logs on standard error: one line an event, without what members write and without who they are.

Each line of work says by `correlation` what it is about (`bot/correlation.py`), so that one search shows all that came
of a message.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

import sqlalchemy as sa
import structlog
from pydantic import SecretStr
from structlog.types import EventDict, Processor, WrappedLogger

from app.masking import mask_event
from bot import correlation, tracing
from bot.config import Settings

NOISY = (
    "alembic", "apscheduler", "httpcore", "httpx", "opentelemetry", "procrastinate", "rasa_sdk", "sanic", "slack_bolt",
    "slack_sdk", "twilio", "urllib3",
)  # fmt: skip
SHORTEST_SECRET = 8
"""A shorter secret is a word that may stand anywhere."""


def set_up(
    *, as_json: bool = False, level: str = "INFO", secrets: Sequence[str] = (), stream: TextIO | None = None
) -> None:
    """Routes the standard library's logging through structlog; `as_json` for machines, plain lines for people.

    `secrets` are what must not be seen in a line, whatever it looks like.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(as_json, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    # It logs every answer that it can't read, and with it what members write.
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)


@contextmanager
def quiet(name: str = "bot", level: int = logging.ERROR) -> Iterator[None]:
    """Meanwhile, the loggers below `name` tell of nothing less than `level`; what runs afterwards tells all again."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.setLevel(before)


def secrets_of(settings: Settings) -> list[str]:
    """Every secret that the settings hold, and the database's password."""
    values = [getattr(settings, name) for name in type(settings).model_fields]
    found = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    found.append(str(sa.make_url(settings.database_url).password or ""))
    return sorted({secret for secret in found if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True)


def _formatter(as_json: bool, secrets: Sequence[str]) -> logging.Formatter:
    def masked(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return mask_event(event, secrets)

    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _add_correlation,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        masked,
        renderer,
    ]
    return structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=shared)


def _add_correlation(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What the work in hand is about, unless the line says so itself, and the trace that it belongs to."""
    if not event.get("correlation"):
        event.pop("correlation", None)
        if about := correlation.current():
            event["correlation"] = about
    if trace := tracing.current():
        event["trace_id"] = trace.split("-")[1]
    return event
