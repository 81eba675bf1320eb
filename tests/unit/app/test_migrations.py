"""The migrations make exactly the tables of the models, and lose nothing of what is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

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


def is_of_the_models(table: str) -> bool:
    return table != "alembic_version" and not table.startswith("procrastinate_")


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name is None or is_of_the_models(name)


def described(db: Database) -> Described:
    """Indexes with their conditions and constraints, which a comparison of metadata passes over."""
    found: Described = {}
    inspector = sa.inspect(db.engine)
    for table in sorted(filter(is_of_the_models, inspector.get_table_names())):
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
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_make_what_the_models_make(migrated: Database, db: Database) -> None:
    if migrated.is_sqlite is not db.is_sqlite:
        pytest.skip("each kind is compared with its own")
    assert described(migrated) == described(db)


def test_upgrading_again_changes_nothing(migrated: Database) -> None:
    before = described(migrated)
    upgrade(migrated)
    assert described(migrated) == before


PAST = "2026-11-20 12:00:00+00:00"
TOUCH: dict[str, object] = {
    "check_in_id": 1, "member_id": 1, "channel": "sms", "sender": "programme", "state": "sent", "attempt": 1,
    "sent_at": PAST, "changed_at": PAST,
}  # fmt: skip
ROWS: tuple[tuple[str, dict[str, object]], ...] = (
    ("staff", {"id": 1, "name": "Maria", "email": "maria@example.org"}),
    (
        "member",
        {
            "id": 1, "number": "FI-1", "first_name": "Ana", "last_name": "Souza", "segment": "student",
            "traits": {"stage": "student"}, "time_zone": "Europe/London", "language": "en",
            "joined_on": date(2026, 11, 19), "status": "active", "msm_id": 1, "created_at": PAST,
        },
    ),
    ("contact_point", {"id": 1, "member_id": 1, "channel": "sms", "address": "+12025550143", "consented_at": PAST}),
    (
        "consent_event",
        {
            "id": 1, "member_id": 1, "channel": "sms", "address": "+12025550143", "kind": "granted",
            "source": "form", "wording": "yes", "at": PAST,
        },
    ),
    ("conversation", {"member_id": 1, "question": "check_in", "data": {"step": "form"}}),
    ("journey_version", {"digest": "abc", "journey": "onboarding", "body": {"key": "x"}, "first_seen_at": PAST}),
    (
        "journey_run",
        {
            "id": 1, "member_id": 1, "journey": "onboarding", "occasion": "joined", "version": "abc",
            "state": "active", "entered_at": PAST,
        },
    ),
    ("step_progress", {"id": 1, "run_id": 1, "step": "form", "state": "pending", "changed_at": PAST}),
    (
        "check_in",
        {
            "id": 1, "member_id": 1, "run_id": 1, "step": "form", "round": 1, "state": "open", "rung": 2,
            "ladder": {"rungs": []}, "next_touch_at": PAST, "created_at": PAST,
        },
    ),
    ("touch", {**TOUCH, "id": 1, "rung": 0}),
    ("touch", {**TOUCH, "id": 2, "rung": 1}),
)  # fmt: skip
"""What a member has who was asked and has not answered; every other table refers to these."""


@pytest.fixture(params=KINDS)
def first_tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database as the first migration left it, in use."""
    with empty_database(request.param, tmp_path) as url:
        db = Database(url)
        upgrade(db, "0001")
        tables = sa.MetaData()
        tables.reflect(db.engine)
        with db.engine.begin() as connection:
            for name, row in ROWS:
                values = {key: datetime.fromisoformat(PAST) if value == PAST else value for key, value in row.items()}
                connection.execute(tables.tables[name].insert().values(**values))
        yield db
        db.close()


def kept(db: Database) -> dict[str, list[dict[str, object]]]:
    """The rows of every table, without columns that are empty."""
    tables = sa.MetaData()
    tables.reflect(db.engine)
    with db.engine.connect() as connection:
        return {
            name: [
                {key: value for key, value in row.items() if value is not None}
                for row in connection.execute(sa.select(table)).mappings()
            ]
            for name, table in tables.tables.items()
            if name != "alembic_version"
        }


def test_an_upgrade_loses_nothing_of_a_member_who_is_being_asked(first_tables: Database) -> None:
    before = kept(first_tables)
    assert {name: len(rows) for name, rows in before.items() if rows} == Counter(name for name, _ in ROWS)
    upgrade(first_tables)
    after = kept(first_tables)
    for name, rows in before.items():
        for old, new in zip(rows, after[name], strict=True):
            assert {**new, **old} == new, name
    [check_in] = after["check_in"]
    assert (check_in["kind"], check_in["message_class"]) == ("step", "relationship")
    assert after["member"][0]["dates"] in ({}, "{}")


def test_foreign_keys_are_in_force_after_an_upgrade(first_tables: Database) -> None:
    upgrade(first_tables)
    if first_tables.is_sqlite:
        with first_tables.engine.connect() as connection:
            assert connection.exec_driver_sql("pragma foreign_key_check").all() == []
    orphan = sa.text("update touch set check_in_id = 99 where id = 1")
    with pytest.raises(IntegrityError), first_tables.engine.begin() as connection:
        connection.execute(orphan)
    with first_tables.engine.begin() as connection:
        connection.execute(sa.text("delete from member where id = 1"))
    left = {name for name, rows in kept(first_tables).items() if rows}
    assert left == {"staff", "journey_version", "consent_event"}
