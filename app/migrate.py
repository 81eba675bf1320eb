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

LOCK = 20_260_101
"""Any number that nobody else in this database uses for an advisory lock."""
SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(db: Database, revision: str = "head") -> None:
    """Runs the migrations that are missing. SQLite's folder is made if need be."""
    if db.is_sqlite and db.url.database and db.url.database != ":memory:":
        Path(db.url.database).parent.mkdir(parents=True, exist_ok=True)
    with _foreign_keys_at_rest(db), db.engine.connect() as connection, _one_at_a_time(db, connection):
        command.upgrade(config(connection), revision)


@contextmanager
def _one_at_a_time(db: Database, connection: sa.Connection) -> Iterator[None]:
    """Of several machines that start at once one migrates, for as long as it takes; the others wait for it."""
    if db.is_sqlite:
        yield
        return
    connection.exec_driver_sql("set statement_timeout = 0")
    connection.exec_driver_sql("set idle_in_transaction_session_timeout = 0")
    connection.execute(sa.select(sa.func.pg_advisory_lock(LOCK)))
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))
        connection.invalidate()  # its time-out is not what others expect


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
