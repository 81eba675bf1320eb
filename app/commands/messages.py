"""``msb outbox``."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
import typer

from app.wiring import build
from bot.config import Settings
from bot.errors import NotFound
from bot.model import OutboxMessage, OutboxState
from bot.outbox.again import send_again

cli = typer.Typer(no_args_is_help=True)

ASIDE = (OutboxState.DEAD, OutboxState.FAILED, OutboxState.UNKNOWN)


@cli.command("list")
def list_aside(limit: Annotated[int, typer.Option(min=1, max=1000)] = 50) -> None:
    """List messages that failed, were set aside, or whose fate nobody knows, newest first."""
    application = build(Settings())
    with application.db.begin() as session:
        aside = sa.select(OutboxMessage).where(OutboxMessage.state.in_(ASIDE)).order_by(OutboxMessage.id.desc())
        for row in session.scalars(aside.limit(limit)):
            typer.echo(f"{row.id}\t{row.state}\t{row.channel}\t{row.rule}\t{row.attempts} tries\t{row.error}")
    application.close()


@cli.command("retry")
def retry(message: Annotated[int, typer.Argument(help="The message's number, from `msb outbox list`.")]) -> None:
    """Send a failed or dead message again. One whose fate is unknown may have arrived: it is refused."""
    application = build(Settings())
    with application.db.begin() as session:
        row = session.get(OutboxMessage, message, with_for_update=True)
        if row is None:
            raise NotFound(f"message {message}")
        send_again(session, row, application.times())
    typer.echo(f"Message {message} is in the outbox again.")
    application.close()
