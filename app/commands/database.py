"""``msb db``."""

from __future__ import annotations

from typing import Annotated

import typer
from alembic import command

from app import migrate
from bot.config import Settings
from bot.db import Database

cli = typer.Typer(no_args_is_help=True)


@cli.command()
def upgrade() -> None:
    """Bring the database to the present schema."""
    db = Database(Settings().database_url)
    migrate.upgrade(db)
    db.close()


@cli.command()
def revision(title: Annotated[str, typer.Argument(help="What changes.")]) -> None:
    """Write a migration for what the models have and the database doesn't (for developers)."""
    db = Database(Settings().database_url)
    with db.engine.connect() as connection:
        command.revision(migrate.config(connection), title, autogenerate=True)
    db.close()
