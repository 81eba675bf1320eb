"""Real databases for the unit tests: SQLite files, and one PostgreSQL database that is emptied between tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.model import Base
from tests.support.databases import KINDS, empty_database, sqlite_with_tables
from tests.support.house import House


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all tests of this process, with all tables."""
    with empty_database("postgresql", tmp_path_factory.mktemp("postgresql")) as url:
        db = Database(url)
        Base.metadata.create_all(db.engine)
        yield db
        db.close()


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables, of each kind."""
    if request.param == "postgresql":
        shared: Database = request.getfixturevalue("postgresql")
        yield shared
        _empty(shared)
        return
    with sqlite_with_tables(tmp_path) as db:
        yield db


@pytest.fixture
def house(db: Database) -> House:
    """`bot/` on that database, with Ana enrolled and nothing sent yet."""
    made = House(db)
    made.bring("Ana")
    return made


def _empty(db: Database) -> None:
    db.after_commit = None
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with db.engine.begin() as connection:
        connection.execute(sa.text(f"truncate {names} restart identity cascade"))
