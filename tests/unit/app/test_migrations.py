"""The migrations make exactly the tables of the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.migrate import upgrade
from bot.db import Database
from bot.model import Base
from tests.support.databases import KINDS, empty_database

Described = dict[str, object]


@pytest.fixture(params=KINDS)
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with empty_database(request.param, tmp_path) as url:
        db = Database(url)
        upgrade(db)
        yield db
        db.close()


def described(db: Database) -> Described:
    """Indexes with their conditions and constraints, which a comparison of metadata passes over."""
    found: Described = {}
    inspector = sa.inspect(db.engine)
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "indexes": sorted(
                (str(index["name"]), tuple(map(str, index["column_names"])), bool(index["unique"]), _condition(index))
                for index in inspector.get_indexes(table)
            ),
            "unique": sorted(
                (str(one["name"]), tuple(one["column_names"])) for one in inspector.get_unique_constraints(table)
            ),
            "checks": sorted((str(one["name"]), str(one["sqltext"])) for one in inspector.get_check_constraints(table)),
            "foreign": sorted(
                (str(one["name"]), one["referred_table"], str(one["options"]))
                for one in inspector.get_foreign_keys(table)
            ),
            "columns": {str(one["name"]): (str(one["type"]), one["nullable"]) for one in inspector.get_columns(table)},
        }
    return found


def _condition(index: object) -> str:
    assert isinstance(index, dict)
    options = index.get("dialect_options", {})
    return str(options.get("sqlite_where", options.get("postgresql_where")))


def test_nothing_is_left_to_migrate(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_make_what_the_models_make(migrated: Database, db: Database) -> None:
    if migrated.is_sqlite is not db.is_sqlite:
        pytest.skip("each kind is compared with its own")
    assert described(migrated) == described(db)


def test_upgrading_again_changes_nothing(migrated: Database) -> None:
    before = described(migrated)
    upgrade(migrated)
    assert described(migrated) == before
