"""``msb channels``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.channel_setup import INBOX, Report, register_all, report_all
from app.replay.run import Replayed, replay
from bot.config import Settings
from channels.registry import EDGES

cli = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@cli.command("check")
def check(as_json: AsJson = False) -> None:
    """Say for each channel, and for the staff's inbox, what is configured, what is missing, and whether the provider
    accepts the credentials."""
    reports = report_all([*EDGES, INBOX], Settings())
    if as_json:
        typer.echo(json.dumps([asdict(report) for report in reports], indent=2, ensure_ascii=False))
    else:
        for report in reports:
            typer.echo(_report_line(report))
    if any(report.is_faulty for report in reports):
        raise typer.Exit(1)


@cli.command("register")
def register(
    channel: Annotated[str, typer.Argument(help="One channel; all that are switched on, when it is left out.")] = "",
) -> None:
    """Tell the providers where our webhooks are, where they have an interface for that."""
    failed = False
    for name, lines, problem in register_all(EDGES, Settings(), channel):
        failed = failed or problem
        for line in lines:
            typer.echo(f"{name}\t{line}", err=problem)
    if failed:
        raise typer.Exit(1)


@cli.command("replay")
def replay_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Recorded requests, JSON.")],
    as_json: AsJson = False,
) -> None:
    """Send recorded requests to a gateway on a scratch database, and compare what it makes of them."""
    done = replay(file)
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in done], indent=2, ensure_ascii=False))
    else:
        for one in done:
            typer.echo(_replay_line(one))
        typer.echo(f"{sum(not one.differs for one in done)} of {len(done)} as expected.")
    if any(one.differs for one in done):
        raise typer.Exit(1)


def _report_line(report: Report) -> str:
    if not report.is_on:
        return f"{report.channel}\toff\tneeds {', '.join(report.missing) or 'nothing more'}"
    missing = f"missing: {', '.join(report.missing)}" if report.missing else "complete"
    verdict = {True: "accepted", False: "REFUSED", None: "not known"}[report.accepted]
    return f"{report.channel}\ton\t{missing}\t{verdict}: {report.words}"


def _replay_line(one: Replayed) -> str:
    made = ", ".join(f"{name}={value}" for name, value in one.made.items())
    expect = ", ".join(f"{name}={value}" for name, value in one.case.expect.items())
    verdict = f"DIFFERS ({'; '.join(one.differs)})" if one.differs else "ok"
    return f"{verdict}\t{one.case.name}\tHTTP {max(one.statuses)}\tmade: {made}\texpect: {expect}"
