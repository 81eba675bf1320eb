"""Bringing the database to the present schema."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.db import Database

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(db: Database, revision: str = "head") -> None:
    """Runs the migrations that are missing. SQLite's folder is made if need be."""
    if db.is_sqlite and db.url.database and db.url.database != ":memory:":
        Path(db.url.database).parent.mkdir(parents=True, exist_ok=True)
    with _foreign_keys_at_rest(db), db.engine.connect() as connection:
        command.upgrade(config(connection), revision)


@contextmanager
def _foreign_keys_at_rest(db: Database) -> Iterator[None]:
    """SQLite changes a table by making a new one and dropping the old, which would take all dependent rows with it.

    The switch works outside of transactions only, on the one connection that everything shares.
    """
    if not db.is_sqlite:
        yield
        return
    with contextlib.closing(db.engine.raw_connection()) as raw:
        cursor = raw.cursor()
        cursor.execute("pragma foreign_keys=off")
        try:
            yield
        finally:
            cursor.execute("pragma foreign_keys=on")


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration, on a connection that the caller holds."""
    settings = Config()
    settings.set_main_option("script_location", str(SCRIPTS))
    settings.attributes["connection"] = connection
    return settings
