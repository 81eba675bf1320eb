"""Tables whose rows change often are set up for it, by the migrations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.migrate import upgrade
from bot.db import Database
from bot.model import Base
from tests.support.databases import empty_database


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("migrated")
    with empty_database("postgresql", folder) as url:
        db = Database(url)
        upgrade(db)
        yield db
        db.close()


def options(db: Database, table: str) -> dict[str, str]:
    """What is set for a table."""
    with db.engine.connect() as connection:
        found = sa.text("select unnest(reloptions) from pg_class where oid = cast(:name as regclass)")
        pairs = connection.execute(found, {"name": table}).scalars()
        return dict(pair.split("=", 1) for pair in pairs)


@pytest.mark.parametrize("table", ["lane", "rate", "inbox_message", "procrastinate_jobs"])
def test_rows_that_change_in_their_place_have_room_for_it(migrated: Database, table: str) -> None:
    assert int(options(migrated, table)["fillfactor"]) < 90


@pytest.mark.parametrize("table", ["lane", "rate", "inbox_message", "outbox_message", "procrastinate_jobs"])
def test_dead_rows_are_cleared_away_before_there_are_many(migrated: Database, table: str) -> None:
    assert float(options(migrated, table)["autovacuum_vacuum_scale_factor"]) <= 0.05


def test_every_reference_to_what_housekeeping_deletes_is_found_by_an_index() -> None:
    """Without one each row that is deleted reads the whole table that may refer to it."""
    deleted = {"inbox_message", "outbox_message", "check_in", "touch", "hand_off", "survey_round"}
    missing = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in deleted and not _is_found(table, column)
    ]
    assert missing == []


def _is_found(table: sa.Table, column: sa.Column[object]) -> bool:
    firsts = [next(iter(index.columns)) for index in table.indexes]
    uniques = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint | sa.PrimaryKeyConstraint)]
    return any(first is column for first in [*firsts, *(next(iter(one.columns)) for one in uniques)])
