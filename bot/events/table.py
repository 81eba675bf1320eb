"""A file of events (CSV text) as checked events. Nothing here touches the database.

Required columns: ``id, name, at``, and at least one of ``member_number, email, phone``, one of them filled in.
Optional: ``property_...`` for whatever else is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.events import event
from bot.events.event import WHO, Event
from bot.sheet import Cells, Columns, RowError, read

PROPERTY = "property_"
REQUIRED = ("id", "name", "at")
COLUMNS = Columns(rows="events", required=REQUIRED, optional=tuple(WHO), prefixes=(PROPERTY,))


@dataclass(frozen=True)
class Parsed:
    """The good events with the lines they are on, and everything that is wrong; import only without errors."""

    events: list[tuple[int, Event]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def read_events(text: str, *, now: datetime) -> Parsed:
    """Checks a whole file. `now` tells what is in the future."""
    parsed = Parsed()
    seen: dict[str, int] = {}
    for cells in read(text, COLUMNS, parsed.errors):
        found = _read(cells, now)
        if found is None:
            continue
        first = seen.setdefault(found.id, cells.line)
        if first != cells.line:
            cells.refuse("id", f'"{found.id}" is already on line {first}', "Keep one of the two, or correct the id.")
            continue
        parsed.events.append((cells.line, found))
    return parsed


def _read(cells: Cells, now: datetime) -> Event | None:
    values = {column: cells.take(column, str) for column in (*REQUIRED, *WHO) if cells.has(column)}
    found = event.read({**values, "properties": cells.starting(PROPERTY)}, now)
    if isinstance(found, list):
        for wrong in found:
            cells.refuse(wrong.field, wrong.problem, wrong.remedy)
        return None
    return found if cells.are_good else None
