"""The command line `msb`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.api_keys import create_key
from app.commands import (
    audit,
    channels,
    console,
    database,
    doctor,
    events,
    housekeeping,
    journeys,
    measures,
    member_facts,
    member_records,
    members,
    messages,
    nlu,
    plan,
    queue,
    roles,
    simulate,
    staff,
    surveys,
)
from app.observing import observed
from app.wiring import build
from bot.config import Settings
from bot.errors import MsbError

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="The member-success bot.")
cli.add_typer(channels.cli, name="channels", help="Channels to members.")
cli.add_typer(console.cli, name="console", help="The web console, and who comes in.")
cli.add_typer(database.cli, name="db", help="The database's schema.")
cli.add_typer(events.cli, name="events", help="Events of other systems.")
cli.add_typer(housekeeping.cli, name="housekeeping", help="What is kept how long, and what becomes of it then.")
cli.add_typer(members.cli, name="members", help="Members.")
cli.add_typer(nlu.cli, name="nlu", help="How well the assistant understands.")
cli.add_typer(messages.cli, name="outbox", help="Messages that did not get through.")
cli.add_typer(staff.cli, name="staff", help="Staff.")
cli.add_typer(surveys.cli, name="surveys", help="Surveys of members, and of the organisation itself.")
member_facts.add_to(members.cli, staff.cli)
member_records.add_to(members.cli)
cli.add_typer(journeys.cli, name="journeys", help="The programme's content.")
journeys.cli.command("simulate")(simulate.run)
keys = typer.Typer(no_args_is_help=True)
cli.add_typer(keys, name="keys", help="Keys of the programming interface.")


cli.command("audit")(audit.run_audit)
cli.command("doctor")(doctor.doctor)
cli.command("measures")(measures.show)
cli.command("plan")(plan.show)
cli.command("queue")(queue.queue)


@cli.command()
def serve(
    json_logs: Annotated[bool, typer.Option(help="Write logs as JSON lines.")] = False,
) -> None:
    """Run the gateway, the lanes, the ticks and the action endpoint in one process."""
    from app.processes.roles import serve as run

    settings = Settings()
    with observed(settings, "serve", json_logs=json_logs):
        run(build(settings))


cli.command("gateway")(roles.gateway)
cli.command("worker")(roles.worker)
cli.command("scheduler")(roles.scheduler)
cli.command("actions")(roles.actions)
cli.command("engine")(roles.engine)


@cli.command()
def demo(
    headless: Annotated[bool, typer.Option(help="Play stories and print them instead of waiting for you.")] = False,
    story: Annotated[str, typer.Option(help="onboarding, silence, stuck, survey, away, stop, or all.")] = "all",
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its data.")] = Path("var/demo"),
    link: Annotated[bool, typer.Option("--link", help="Only print another link into the demo that runs.")] = False,
) -> None:
    """Show the whole system on this machine, with a sandbox in place of the outside world."""
    from app.demo.link import sign_in_link

    if link:
        typer.echo(sign_in_link(folder))
        raise typer.Exit
    from app.demo.run import run

    raise typer.Exit(run(headless=headless, story=story, folder=folder))


@keys.command("create")
def keys_create(name: Annotated[str, typer.Argument(help="Who will use it.")]) -> None:
    """Make a key and print it; it can't be shown again."""
    application = build(Settings())
    typer.echo(create_key(application, name))
    application.close()


def main() -> None:
    """Errors of ours are told in their own words, without a traceback."""
    try:
        cli()
    except MsbError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from error
