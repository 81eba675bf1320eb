"""``msb journeys simulate``."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app import log
from app.simulate.habits import SHIPPED, load_habits
from app.simulate.run import simulate
from app.simulate.tables import text_of
from app.simulate.wish import START, Wish
from bot.config import Settings
from bot.programme.loader import load_programme


def run(
    members: Annotated[int, typer.Option(min=1, max=100_000, help="How many made-up members.")] = 1000,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days.")] = 90,
    seed: Annotated[int, typer.Option(help="The same number gives the same simulation.")] = 1,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], show_default=str(START), help="The first day.")
    ] = None,
    habits: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, readable=True, help="How members behave, YAML.")
    ] = SHIPPED,
    folder: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Another folder of content than the settings'.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Let made-up members go through the programme, and say what it would send them and what would come of it."""
    programme = load_programme(folder or Settings().programme_dir)
    wish = Wish(members, days, seed, start.date() if start else START)
    with log.quiet():
        report = simulate(programme, load_habits(habits, programme), wish)
    typer.echo(json.dumps(report.as_json(), indent=2) if as_json else text_of(report))
    if not report.is_clean:
        raise typer.Exit(1)
