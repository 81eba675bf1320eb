"""Which processes are alive: each notes from time to time that it is. All times are elapsed time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.lanes.put import upsert
from bot.model import Bookmark

EVERY = timedelta(seconds=30)
SILENT_AFTER = timedelta(minutes=2)
FORGOTTEN_AFTER = timedelta(days=1)
_PREFIX = "process:"


@dataclass(frozen=True)
class Process:
    """One process: which role it plays, on which machine, under which number there; `seen_at` is its last sign."""

    role: str
    host: str
    number: str
    seen_at: datetime
    is_silent: bool


def name_of(role: str, host: str, number: int) -> str:
    """By which a process is known."""
    return f"{_PREFIX}{role}:{host}:{number}"


def beat(session: Session, name: str, wall: datetime) -> None:
    """Notes that this process is alive, and forgets those that have been silent for a day."""
    row = upsert(session, Bookmark).values(name=name, at=wall)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": wall}))
    gone = sa.delete(Bookmark).where(Bookmark.name.startswith(_PREFIX), Bookmark.at < wall - FORGOTTEN_AFTER)
    session.execute(gone)


def leave(session: Session, name: str) -> None:
    """The process ends as it should: nobody is to wonder where it is."""
    session.execute(sa.delete(Bookmark).where(Bookmark.name == name))


def processes(session: Session, wall: datetime) -> list[Process]:
    """All that were alive within a day, by role and machine."""
    found = sa.select(Bookmark).where(Bookmark.name.startswith(_PREFIX), Bookmark.at >= wall - FORGOTTEN_AFTER)
    return [_process(row, wall) for row in session.scalars(found.order_by(Bookmark.name))]


def _process(row: Bookmark, wall: datetime) -> Process:
    role, _, rest = row.name.removeprefix(_PREFIX).partition(":")
    host, _, number = rest.rpartition(":")
    return Process(role, host, number, row.at, row.at < wall - SILENT_AFTER)
