"""Machines are upgraded one by one, so old code runs on the new schema: a migration adds only what it bears."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from app.migrate import config, upgrade
from bot.db import Database
from tests.support.databases import KINDS, empty_database

FIRST = "0004"
"""The schema from which the first machines are upgraded one by one."""
Schema = dict[tuple[str, str], dict[str, Any]]


def revisions() -> list[str]:
    """From the first one on, in order."""
    found = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions("base", "heads")]
    return sorted(revision for revision in found if revision >= FIRST)


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with empty_database(request.param, tmp_path) as url:
        db = Database(url)
        yield db
        db.close()


def columns(db: Database) -> Schema:
    inspector = sa.inspect(db.engine)
    return {
        (table, str(column["name"])): dict(column)
        for table in inspector.get_table_names()
        if not table.startswith("procrastinate_")
        for column in inspector.get_columns(table)
    }


def test_nothing_that_old_code_uses_goes_away_and_nothing_new_is_asked_of_it(empty: Database) -> None:
    upgrade(empty, FIRST)
    before = columns(empty)
    for revision in revisions()[1:]:
        upgrade(empty, revision)
        after = columns(empty)
        assert not before.keys() - after.keys(), f"{revision} takes away what old code reads"
        old_tables = {table for table, _ in before}
        demanding = [
            key
            for key, column in after.items()
            if key not in before and key[0] in old_tables and not column["nullable"] and column["default"] is None
        ]
        assert not demanding, f"{revision} adds what old code does not fill in"
        stricter = [key for key in before if before[key]["nullable"] and not after[key]["nullable"]]
        assert not stricter, f"{revision} demands what old code may leave out"
        before = after


def test_every_migration_can_be_taken_back(empty: Database) -> None:
    from alembic import command

    upgrade(empty)
    with empty.engine.connect() as connection:
        command.downgrade(config(connection), FIRST)
    upgrade(empty)
