"""Empty databases for tests: SQLite files, and databases of their own on a PostgreSQL server."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.model import Base

KINDS = ("sqlite", "postgresql")


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a database with nothing in it. Skips when there is no PostgreSQL (TEST_DATABASE_URL names one)."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'test.db'}"
        return
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        pytest.skip("TEST_DATABASE_URL names no PostgreSQL")
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    name = f"msb_{uuid.uuid4().hex}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.execute(sa.text(f'create database "{name}"'))
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f'drop database "{name}" with (force)'))


@contextmanager
def sqlite_with_tables(folder: Path) -> Iterator[Database]:
    """A SQLite database with all tables and no rows."""
    with empty_database("sqlite", folder) as url:
        db = Database(url)
        Base.metadata.create_all(db.engine)
        yield db
        db.close()
