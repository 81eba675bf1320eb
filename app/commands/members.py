"""``msb members``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.wiring import Application, build
from bot.config import Settings
from bot.errors import ImportRefused
from bot.members.enrol import Enrolled, enrol_all
from bot.members.table import read_members

cli = typer.Typer(no_args_is_help=True)


@cli.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, UTF-8.")],
    check: Annotated[bool, typer.Option(help="Only say what is wrong in the file.")] = False,
) -> None:
    """Take members in from a CSV file: all of them, or none when a line is wrong."""
    application = build(Settings())
    try:
        taken = load(application, file, check=check)
    finally:
        application.close()
    new = sum(one.is_new for one in taken)
    typer.echo(f"{len(taken)} members read." if check else f"{new} members added, {len(taken) - new} updated.")


def load(application: Application, file: Path, *, check: bool = False) -> list[Enrolled]:
    """Reads and enrols a file.

    Raises:
        ImportRefused: with a line for each error; nothing was written.
    """
    now = application.clock.now()
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ImportRefused(f"\n{file.name}: not UTF-8 at byte {error.start}. Save the file as UTF-8.") from error
    parsed = read_members(text, today=now.date())
    if parsed.errors:
        raise ImportRefused("".join(f"\n{file.name}, {error}" for error in parsed.errors))
    if check:
        return [Enrolled(0, is_new=False) for _ in parsed.rows]
    with application.db.begin() as session:
        return enrol_all(session, application.programme, parsed.rows, source=f"import:{file.name}", now=now)
