"""Structured logs on standard error: one line an event, without what members write."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up(*, as_json: bool = False) -> None:
    """Routes the standard library's logging through structlog; `as_json` for machines, plain lines for people."""
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer], foreign_pre_chain=shared
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("apscheduler", "httpx", "httpcore", "twilio", "slack_bolt", "slack_sdk", "alembic", "sanic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It logs every answer that it can't read, and with it what members write.
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
