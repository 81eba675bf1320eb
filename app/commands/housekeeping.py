"""``msb housekeeping``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import Times, make_clock
from bot.config import Settings
from bot.db import Database
from bot.housekeeping import archive, overview, tidy
from bot.housekeeping.keeping import RULES, Keeping, Kind, read_keeping

cli = typer.Typer(no_args_is_help=True)
SHOWN = 12


@cli.command()
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")] = False,
) -> None:
    """Empty or delete now what has had its time. The scheduler does this every hour."""
    settings = Settings()
    keeping, db = read_keeping(settings.keep), Database(settings.database_url)
    try:
        if dry_run:
            counted = overview.waiting(db, keeping, _times(settings))
            typer.echo("\n".join(told({kind: counted[kind] for kind in Kind if counted[kind]}, "would be")))
            return
        report = tidy.run(db, keeping, _times(settings), settings.archive_dir)
        typer.echo("\n".join(told({kind: report.removed[kind] for kind in Kind if report.removed[kind]}, "were")))
        if report.unfinished:
            typer.echo(f"{report.unfinished} tables have more: the next run goes on.")
    finally:
        db.close()


@cli.command()
def show() -> None:
    """What is kept how long, how much has had its time, and how large the tables are."""
    settings = Settings()
    keeping, db = read_keeping(settings.keep), Database(settings.database_url)
    try:
        counted = overview.waiting(db, keeping, _times(settings))
        typer.echo("\n".join(kept(keeping, counted)))
        typer.echo(f"\nArchive: {settings.archive_dir or 'none'}\n")
        typer.echo("\n".join(table(overview.sizes(db)[:SHOWN])))
    finally:
        db.close()


@cli.command("archive-show")
def archive_show(file: Annotated[Path, typer.Argument(help="A file of MSB_ARCHIVE_DIR.", exists=True)]) -> None:
    """Print the rows of an archive, one JSON object a line."""
    for row in archive.read(file):
        typer.echo(json.dumps(row, ensure_ascii=False))


def told(counts: dict[Kind, int], verb: str) -> Iterator[str]:
    """How many rows of each class."""
    for kind, count in counts.items():
        yield f"{kind}: {count} {verb} {RULES[kind].then}"
    if not counts:
        yield "Nothing has had its time."


def kept(keeping: Keeping, counted: dict[Kind, int]) -> Iterator[str]:
    """A line for each class."""
    yield f"{'class':16}{'kept':>10}{'had its time':>14}  then"
    for kind, rule in RULES.items():
        length = keeping.lengths.get(kind)
        yield f"{kind:16}{f'{length.days} days' if length else 'for ever':>10}{counted[kind]:>14}  {rule.then}"


def table(sizes: list[overview.Size]) -> Iterator[str]:
    """The largest tables."""
    yield f"{'table':24}{'rows':>12}{'MB':>10}{'dead':>10}{'in place':>10}"
    for one in sizes:
        megabytes = "-" if one.bytes is None else f"{one.bytes / 1e6:.1f}"
        share = f"{one.in_place / one.updates:.0%}" if one.updates else "-"
        yield f"{one.table:24}{one.rows:>12}{megabytes:>10}{one.dead:>10}{share:>10}"


def _times(settings: Settings) -> Times:
    clock = make_clock(settings.clock)
    return Times(clock.now(), clock.wall())
