"""``msb channels``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.replay.run import Replayed, replay

cli = typer.Typer(no_args_is_help=True)


@cli.command("replay")
def replay_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Recorded requests, JSON.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Send recorded requests to a gateway on a scratch database, and compare what it makes of them."""
    done = replay(file)
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in done], indent=2, ensure_ascii=False))
    else:
        for one in done:
            typer.echo(_line(one))
        typer.echo(f"{sum(not one.differs for one in done)} of {len(done)} as expected.")
    if any(one.differs for one in done):
        raise typer.Exit(1)


def _line(one: Replayed) -> str:
    made = ", ".join(f"{name}={value}" for name, value in one.made.items())
    expect = ", ".join(f"{name}={value}" for name, value in one.case.expect.items())
    verdict = f"DIFFERS ({'; '.join(one.differs)})" if one.differs else "ok"
    return f"{verdict}\t{one.case.name}\tHTTP {max(one.statuses)}\tmade: {made}\texpect: {expect}"
