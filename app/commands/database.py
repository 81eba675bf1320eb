"""``msb db``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer
from alembic import command

from app import migrate
from app.backup import save
from bot.clock import Times, make_clock
from bot.config import Settings
from bot.db import Database
from bot.outbox.after_restore import distrust

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


@cli.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Save the whole database to a file, while it is in use."""
    save(sa.make_url(Settings().database_url), file)
    typer.echo(f"Saved {file.stat().st_size / 1e6:.1f} MB to {file}. It holds what members wrote: keep it safe.")


@cli.command()
def restored() -> None:
    """After a restore, before anything runs: look up what waited at the providers instead of sending it again."""
    settings = Settings()
    db, clock = Database(settings.database_url), make_clock(settings.clock)
    with db.begin() as session:
        doubted = distrust(session, Times(clock.now(), clock.wall()))
    db.close()
    typer.echo(f"{doubted} waiting messages will be looked up at their providers before any of them is sent.")
