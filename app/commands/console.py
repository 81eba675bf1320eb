"""``msb console``: the console as a process of its own, and links that sign colleagues in."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.roles import JsonLogs
from app.observing import observed
from app.processes import roles
from app.wiring import build
from bot.access import links
from bot.config import Settings
from bot.model import Role

cli = typer.Typer(no_args_is_help=True)


@cli.command("serve")
def serve(json_logs: JsonLogs = False) -> None:
    """Run the console only (PostgreSQL)."""
    settings = Settings()
    with observed(settings, "console", json_logs=json_logs):
        roles.console(build(settings))


@cli.command("link")
def link(
    email: Annotated[str, typer.Argument(help="Whom it signs in; an unknown address becomes a colleague.")],
    role: Annotated[Role | None, typer.Option(help="Give them this role first.")] = None,
    name: Annotated[str, typer.Option(help="What an unknown colleague is called.")] = "",
) -> None:
    """Print a link that signs a colleague in: once, within 15 minutes."""
    settings = Settings()
    application = build(settings)
    try:
        with application.db.begin() as session:
            token = links.make(session, email, role, application.clock.wall(), name=name)
        typer.echo(links.address(settings, token))
    finally:
        application.close()
