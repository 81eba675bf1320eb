"""``msb staff``."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
import typer

from app.wiring import build
from bot.calls.phones import set_phone
from bot.config import Settings
from bot.model import Staff

cli = typer.Typer(no_args_is_help=True)


@cli.command("list")
def list_staff() -> None:
    """List staff with their phones; calls are put through to these."""
    application = build(Settings())
    with application.db.begin() as session:
        for person in session.scalars(sa.select(Staff).order_by(Staff.email)):
            typer.echo(f"{person.email}\t{person.name}\t{person.phone or 'no phone'}")
    application.close()


@cli.command("phone")
def phone(
    email: Annotated[str, typer.Argument(help="Whose phone it is.")],
    number: Annotated[str, typer.Argument(help='With the country code: +12025550123. Empty ("") removes it.')],
) -> None:
    """Set the phone of a colleague, to which members are put through."""
    application = build(Settings())
    try:
        with application.db.begin() as session:
            person = set_phone(session, email, number, now=application.clock.now())
        typer.echo(f"{person.name}: {person.phone or 'no phone'}")
    finally:
        application.close()
