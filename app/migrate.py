"""Bringing the database to the present schema."""

from __future__ import annotations

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
    with db.engine.connect() as connection:
        command.upgrade(config(connection), revision)


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration, on a connection that the caller holds."""
    settings = Config()
    settings.set_main_option("script_location", str(SCRIPTS))
    settings.attributes["connection"] = connection
    return settings
