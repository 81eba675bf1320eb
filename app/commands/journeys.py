"""``msb journeys``: is the content right, and what does it look like?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.pictures.layout import lay_out
from app.pictures.mermaid import to_mermaid
from app.pictures.svg import to_png, to_svg
from bot.config import Settings
from bot.errors import Refused
from bot.programme.loader import check_folder, load_programme
from bot.programme.models import Journey, Programme
from bot.programme.navigate import steps

cli = typer.Typer(no_args_is_help=True)


class Form(StrEnum):
    SVG = "svg"
    PNG = "png"
    MERMAID = "mermaid"


ENDING = {Form.SVG: ".svg", Form.PNG: ".png", Form.MERMAID: ".mmd"}


@cli.command()
def validate(
    folder: Annotated[Path | None, typer.Argument(help="The content; left out: that of the settings.")] = None,
) -> None:
    """Say what is wrong in the content, by file and line; exit status 1 when anything is."""
    programme, problems = check_folder(folder or Settings().programme_dir)
    for problem in problems:
        typer.echo(str(problem))
    if programme is None:
        raise typer.Exit(1)
    count = sum(len(steps(journey)) for journey in programme.journeys.values())
    typer.echo(
        f"The programme is complete: {len(programme.segments)} segments, {len(programme.journeys)} journeys with "
        f"{count} steps, {len(programme.ladders)} ladders, {len(programme.surveys)} surveys, "
        f"{len(programme.resources)} resources."
    )


@cli.command()
def draw(
    journey: Annotated[str, typer.Argument(help="Its key; left out: all of them.")] = "",
    segment: Annotated[str, typer.Option(help="Only the rungs that members of this segment get.")] = "",
    form: Annotated[Form | None, typer.Option("--format", help="Left out: by the output's ending, else SVG.")] = None,
    output: Annotated[Path | None, typer.Option(help="A file; for all journeys, a folder.")] = None,
    folder: Annotated[Path | None, typer.Option(help="The content; left out: that of the settings.")] = None,
) -> None:
    """Draw a journey with the ladders that ask about its steps."""
    programme = load_programme(folder or Settings().programme_dir)
    _check(programme, journey, segment)
    chosen = form or _by_ending(output)
    if journey:
        target = output or Path(journey + ENDING[chosen])
        _write(target, _drawn(programme, programme.journeys[journey], segment or None, chosen))
        return
    for key, one in programme.journeys.items():
        _write((output or Path()) / (key + ENDING[chosen]), _drawn(programme, one, segment or None, chosen))


def _check(programme: Programme, journey: str, segment: str) -> None:
    if journey and journey not in programme.journeys:
        raise Refused(f'There is no journey "{journey}". There are: {", ".join(programme.journeys)}.')
    known = [one.key for one in programme.segments]
    if segment and segment not in known:
        raise Refused(f'There is no segment "{segment}". There are: {", ".join(known)}.')


def _by_ending(output: Path | None) -> Form:
    endings = {ending: form for form, ending in ENDING.items()}
    return endings.get(output.suffix.lower() if output else "", Form.SVG)


def _drawn(programme: Programme, journey: Journey, segment: str | None, form: Form) -> bytes:
    if form is Form.MERMAID:
        return to_mermaid(programme, journey, segment).encode()
    picture = lay_out(programme, journey, segment)
    return to_png(picture) if form is Form.PNG else to_svg(picture).encode()


def _write(target: Path, content: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as problem:
        raise Refused(f"{target} can't be written: {problem.strerror}.") from None
    typer.echo(f"{target} ({len(content):,} bytes)")
