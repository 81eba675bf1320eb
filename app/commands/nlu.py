"""``msb nlu``: how well the assistant understands, on files of examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from app.nlu import measure
from app.nlu.tables import tables
from bot.config import Settings
from bot.programme.loader import load_programme

cli = typer.Typer(no_args_is_help=True)
File = Annotated[Path, typer.Argument(metavar="FILE", help="Tab-separated, UTF-8, one header line.")]

MOST_ERRORS = 60
"""Wrong rows in the table; the JSON has all of them."""


@cli.callback()
def nlu() -> None:
    """Measure how well the assistant understands. The last line is the result as JSON."""


@cli.command()
def evaluate(file: File) -> None:
    """Intents of messages with no open question. Columns: text, intent."""
    tell(measure.evaluate, file, "per_intent")


@cli.command()
def answers(file: File) -> None:
    """Answers to an open question. Columns: context, text, meaning."""
    tell(measure.answers, file, "per_context")


@cli.command()
def dates(file: File) -> None:
    """Dates and absences. Columns: now, text, kind, start, end."""
    tell(measure.read_dates, file, "per_kind")


@cli.command()
def keywords(file: File) -> None:
    """STOP, START and HELP. Columns: text, expect."""
    tell(measure.read_keywords, file, "per_keyword")


@cli.command("tables")
def write_tables(
    file: Annotated[Path, typer.Argument(help="The file of the training data.")] = Path("data/nlu/content.yml"),
) -> None:
    """Write the names of steps and topics into the training data; train anew afterwards."""
    settings = Settings()
    file.write_text(tables(load_programme(settings.programme_dir)), encoding="utf-8")
    typer.echo(f"{file} is written. Train the model anew: make train")


def tell(measured: Callable[[Path], dict[str, Any]], file: Path, per: str) -> None:
    """Prints a table to read, and as the last line the result."""
    result = measured(file)
    for line in (*_totals(result), *_classes(result[per]), *_errors(result["errors"])):
        typer.echo(line)
    typer.echo(json.dumps(result, ensure_ascii=False))


def _totals(result: dict[str, Any]) -> Iterator[str]:
    """Every figure that stands alone."""
    yield ", ".join(f"{name} {value}" for name, value in result.items() if isinstance(value, int | float))


def _classes(classes: dict[str, dict[str, float]]) -> Iterator[str]:
    columns = list(next(iter(classes.values())))
    width = max(len(name) for name in classes)
    yield ""
    yield " ".join(["".ljust(width), *(column.rjust(9) for column in columns)])
    for name, figures in classes.items():
        yield " ".join([name.ljust(width), *(_figure(figures[column]).rjust(9) for column in columns)])


def _figure(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _errors(errors: list[dict[str, Any]]) -> Iterator[str]:
    if errors:
        yield f"\n{len(errors)} wrong:"
    for error in errors[:MOST_ERRORS]:
        context = f" [{error['context']}]" if "context" in error else ""
        yield f"  line {error['line']}{context} {error['text']!r}: expected {error['expected']}, found {error['found']}"
    if len(errors) > MOST_ERRORS:
        yield f"  ... and {len(errors) - MOST_ERRORS} more"
