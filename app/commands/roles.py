"""``msb gateway | worker | scheduler | actions | engine``: one role as a process of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from app.observing import observed
from app.processes import roles
from app.wiring import build
from bot.config import Settings
from bot.intake.receive import Desk
from bot.outbox.enqueue import LANE_KIND

KINDS = (Desk.MEMBER.value, LANE_KIND, Desk.STAFF.value)
JsonLogs = Annotated[bool, typer.Option("--json-logs", help="Write logs as JSON lines.")]


def gateway(json_logs: JsonLogs = False) -> None:
    """Run the public gateway only (PostgreSQL)."""
    settings = Settings()
    with observed(settings, "gateway", json_logs=json_logs):
        roles.gateway(build(settings))


def worker(
    kinds: Annotated[str, typer.Option(help="The lanes that it drains, with commas.")] = ",".join(KINDS),
    json_logs: JsonLogs = False,
) -> None:
    """Run a worker only: turns of members, deliveries, and what staff do (PostgreSQL)."""
    chosen = [kind.strip() for kind in kinds.split(",")]
    if unknown := sorted(set(chosen) - set(KINDS)):
        raise typer.BadParameter(f"{', '.join(unknown)}: a worker drains {', '.join(KINDS)}")
    settings = Settings()
    with observed(settings, "worker", json_logs=json_logs):
        roles.worker(build(settings), chosen)


def scheduler(json_logs: JsonLogs = False) -> None:
    """Run the ticks only (PostgreSQL)."""
    settings = Settings()
    with observed(settings, "scheduler", json_logs=json_logs):
        roles.scheduler(build(settings))


def actions(json_logs: JsonLogs = False) -> None:
    """Run the private action endpoint only (PostgreSQL)."""
    settings = Settings()
    with observed(settings, "actions", json_logs=json_logs):
        roles.actions(build(settings))


def engine() -> None:
    """Become the dialogue engine."""
    roles.engine()
