"""A row in each table that refers to one member, with a word in every place where words can stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from bot.db import Database, Moment
from bot.model import Base

WORD = "canary-4711"
KEY = 7
"""The id of each row: none that a sequence gives soon."""
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
OURS = {
    ("audit_entry", "action"), ("check_in", "message_class"), ("consent_event", "channel"), ("hand_off", "channel"),
    ("inbox_message", "channel"), ("link_token", "channel"), ("outbox_message", "channel"), ("outbox_message", "rule"),
    ("contact_point", "channel"), ("member", "time_zone"), ("member", "language"), ("member", "segment"),
    ("journey_run", "version"), ("consent_event", "message_class"), ("lane", "kind"),
}  # fmt: skip
"""Columns that hold names of ours, never anybody's words."""
FIXED: Mapping[tuple[str, str], Any] = {
    ("member", "time_zone"): "Europe/London",
    ("inbox_message", "state"): "done",
    ("outbox_message", "state"): "sent",
    ("outbox_message", "purpose"): "reply",
    ("hand_off", "state"): "resolved",
    ("lane", "key"): f"out:our-channel:{WORD}",
    ("lane", "lease_until"): None,
    ("merge", "undone_at"): AT,
    ("merge", "kind"): "match",
    ("merge", "other_id"): None,
    ("absence", "staff_id"): None,
    ("journey_run", "version"): "v1",
}


def plant(db: Database, skip: tuple[str, ...]) -> set[str]:
    """Writes the rows, with the id `KEY` each, those of `skip` without the word; returns the tables that have it."""
    planted = set()
    with db.begin() as session:
        for table in Base.metadata.sorted_tables:
            row = {column.name: _value(table, column, planting=table.name not in skip) for column in table.columns}
            session.execute(table.insert().values(row))
            if WORD in json.dumps(row, default=str):
                planted.add(table.name)
    return planted


def _value(table: sa.Table, column: sa.Column[Any], *, planting: bool) -> Any:
    place = (table.name, column.name)
    if place in FIXED:
        return FIXED[place]
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return None if target.table is table else ("v1" if target.name == "digest" else KEY)
    kind, said = column.type, WORD if planting and place not in OURS else f"our-{column.name}"[:30]
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class)) if kind.enum_class is not None else kind.enums[0]
    if column.name == "digest" and table.name == "journey_version":
        return "v1"
    if isinstance(kind, sa.JSON):
        return {"said": said}
    if isinstance(kind, Moment):
        return AT
    python = kind.python_type
    plain: dict[type, Any] = {int: KEY, bool: False, str: said, date: AT.date(), float: 1.0}
    return plain[python]


def found_in(db: Database, word: str = WORD) -> list[str]:
    """The columns, over the whole database, in which it stands."""
    found = []
    tables = sa.MetaData()
    with db.engine.connect() as connection:
        tables.reflect(connection)
        for table in tables.tables.values():
            for row in connection.execute(sa.select(table)).mappings():
                found += [f"{table.name}.{name}" for name, value in row.items() if word in str(value)]
    return found
