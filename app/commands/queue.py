"""``msb queue``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from app.wiring import build
from bot.config import Settings
from bot.db import Database
from bot.queues.view import View, look

TABLE = sa.text("select to_regclass('procrastinate_jobs')")
JOBS = sa.text("select queue_name, status::text, count(*) from procrastinate_jobs group by 1, 2 order by 1, 2")
Jobs = dict[str, int]


def queue(as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False) -> None:
    """Show what waits, what is held back and why. It changes nothing."""
    application = build(Settings())
    try:
        with application.db.begin() as session:
            view = look(session, application.times())
        jobs = jobs_of(application.db)
    finally:
        application.close()
    typer.echo(as_data(view, jobs) if as_json else in_words(view, jobs))


def jobs_of(db: Database) -> Jobs:
    """The jobs of Procrastinate by queue and status; none where its tables are not made."""
    if db.is_sqlite:
        return {}
    with db.begin() as session:
        if session.execute(TABLE).scalar_one() is None:
            return {}
        return {f"{name} {status}": count for name, status, count in session.execute(JOBS)}


def in_words(view: View, jobs: Jobs) -> str:
    """A section for each kind of thing that waits; what is empty is not shown."""
    paused = [f"{one.what}: {one.reason}, since {one.since:%Y-%m-%d %H:%M} UTC" for one in view.paused]
    lanes = [
        (one.kind, one.urgency, f"{one.ready} ready", f"{one.in_hand} in hand", f"{one.parked} parked", oldest(one))
        for one in view.lanes
    ]
    inbox = [(one.channel, one.purpose, str(one.count), oldest(one)) for one in view.inbox]
    outbox = [(one.channel, one.purpose, str(one.count), oldest(one)) for one in view.outbox]
    held = [(one.channel, str(one.count), one.why + (f" ({one.error})" if one.error else "")) for one in view.held]
    places = [
        (one.provider, f"an answer {when(one.answer_in)}", f"outreach {when(one.outreach_in)}") for one in view.places
    ]
    sections = {
        "Paused": paused,
        "Lanes": table(lanes),
        "To be read": table(inbox),
        "To be sent": table(outbox),
        "Why it waits": table(held),
        "Next places": table(places),
        "Touches held": table([(reason, str(count)) for reason, count in view.touches.items()]),
        "Jobs": table([(name, str(count)) for name, count in jobs.items()]),
    }
    told = [f"{title}\n" + "\n".join(f"  {line}" for line in lines) for title, lines in sections.items() if lines]
    return "\n\n".join(told) or "Nothing waits."


def as_data(view: View, jobs: Jobs) -> str:
    """One JSON object; lengths of time are seconds, and moments in ISO 8601."""
    return json.dumps({**asdict(view), "jobs": jobs}, default=plain, indent=2, ensure_ascii=False)


def plain(value: Any) -> float | str:
    """What JSON has no kind for."""
    if isinstance(value, timedelta):
        return round(value.total_seconds(), 3)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows in columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def oldest(one: Any) -> str:
    return f"oldest {length(one.oldest)}" if one.oldest else ""


def when(wait: timedelta) -> str:
    return f"in {length(wait)}" if wait >= timedelta(seconds=1) else "at once"


def length(span: timedelta) -> str:
    """A length of time in its two largest units: ``3h 20m``."""
    seconds = round(span.total_seconds())
    units = (("d", seconds // 86400), ("h", seconds // 3600 % 24), ("m", seconds // 60 % 60), ("s", seconds % 60))
    found = [f"{count}{unit}" for unit, count in units if count]
    return " ".join(found[:2]) or "0s"
