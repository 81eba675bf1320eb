"""What a process tells of itself: its log, its version, and its traces if the settings ask for them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from app import log, telemetry
from bot import metrics
from bot.config import Settings

said = logging.getLogger(__name__)


@contextmanager
def observed(settings: Settings, role: str, *, json_logs: bool = False) -> Iterator[None]:
    """The block is a process in that role; what it has not told yet is told at its end."""
    log.set_up(as_json=json_logs or settings.log_json, level=settings.log_level, secrets=log.secrets_of(settings))
    version = telemetry.product_version()
    metrics.info.labels(version, role).set(1)
    stop_tracing = telemetry.set_up(settings, role)
    said.info("started", extra={"role": role, "version": version})
    try:
        yield
    finally:
        said.info("stopped", extra={"role": role})
        stop_tracing()
