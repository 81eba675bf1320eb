"""``msb events``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from app.wiring import Application, build
from bot.config import Settings
from bot.errors import ImportRefused
from bot.events import take
from bot.events.event import Event
from bot.events.table import read_events
from bot.events.take import Outcome

cli = typer.Typer(no_args_is_help=True)


@cli.callback()
def events() -> None:
    """What other systems saw members do."""


@cli.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, UTF-8.")],
    check: Annotated[bool, typer.Option(help="Only say what is wrong in the file.")] = False,
) -> None:
    """Take events in from a CSV file: all of them, or none when a line is wrong."""
    application = build(Settings())
    try:
        parsed = parse(application, file)
        typer.echo(f"{len(parsed)} events read." if check else load(application, file, parsed))
    finally:
        application.close()


def parse(application: Application, file: Path) -> list[tuple[int, Event]]:
    """The events of a file, each with its line.

    Raises:
        ImportRefused: with a line for each error.
    """
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ImportRefused(f"\n{file.name}: not UTF-8 at byte {error.start}. Save the file as UTF-8.") from error
    parsed = read_events(text, now=application.clock.now())
    if parsed.errors:
        raise ImportRefused("".join(f"\n{file.name}, {error}" for error in parsed.errors))
    return parsed.events


def load(application: Application, file: Path, events: list[tuple[int, Event]]) -> str:
    """Takes the events in, the oldest first, in one transaction; returns what became of them, in words.

    Raises:
        ImportRefused: an id is that of another event that is known already; nothing was written.
    """
    now, source = application.clock.now(), f"import:{file.name}"
    refused, outcomes = [], Counter[Outcome]()
    with application.db.begin() as session:
        for line, event in sorted(events, key=lambda pair: pair[1].at):
            taken = take.take(session, application.programme, event, source=source, now=now)
            outcomes[taken.outcome] += 1
            if taken.outcome is Outcome.REFUSED:
                refused.append((line, taken.why))
        if refused:
            raise ImportRefused("".join(f"\n{file.name}, line {line}, {why}" for line, why in sorted(refused)))
    return (
        f"{outcomes[Outcome.RECORDED]} events recorded, {outcomes[Outcome.DUPLICATE]} known already, "
        f"{outcomes[Outcome.UNKNOWN_MEMBER]} of nobody we know (kept until they are enrolled)."
    )
