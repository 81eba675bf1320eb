"""``msb surveys``: what members answered, what it comes to, and what staff say of the organisation itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.api_surveys import midnight
from app.wiring import Application, build
from bot.config import Settings
from bot.errors import ImportRefused, NotFound, Refused
from bot.handoff import people
from bot.programme.models import Programme, SelfAssessment
from bot.surveys import own, results, table
from bot.surveys.results import Figures, Summary

cli = typer.Typer(no_args_is_help=True)

Key = Annotated[str | None, typer.Option("--survey", metavar="KEY", help="Only this survey.")]
Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], metavar="DAY", help="From then on.")]


@contextmanager
def opened() -> Iterator[tuple[Application, Session]]:
    application = build(Settings())
    try:
        with application.db.begin() as session:
            yield application, session
    finally:
        application.close()


@cli.command("list")
def list_surveys() -> None:
    """List the surveys of the content, and how many members each has reached."""
    with opened() as (application, session):
        for key, survey in application.programme.surveys.items():
            whole = results.summaries(session, key, survey)[0]
            typer.echo(f"{key}\t{survey.name}\t{whole.asked} asked, {whole.responded} answered")


@cli.command()
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, writable=True, help="Where to write; CSV, UTF-8.")],
    survey: Key = None,
    since: Since = None,
) -> None:
    """Write every answer into a CSV file, one a line."""
    with opened() as (application, session):
        _check(application.programme, survey)
        found = results.answers(session, survey=survey, since=midnight(since.date() if since else None))
        with file.open("w", encoding="utf-8", newline="") as out:
            typer.echo(f"{table.write(out, found)} answers written.")


@cli.command()
def summary(survey: Key = None, since: Since = None) -> None:
    """Print the figures of each survey: in all, and by segment."""
    with opened() as (application, session):
        _check(application.programme, survey)
        for key, content in application.programme.surveys.items():
            if survey in (None, key):
                start = midnight(since.date() if since else None)
                for line in lines(content.name, results.summaries(session, key, content, start)):
                    typer.echo(line)


@cli.command("self-assess")
def self_assess(
    by: Annotated[str | None, typer.Option("--by", help="Your e-mail address: answer the statements.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", exists=True, dir_okay=False, help='Answers, a line each: "goal_known 4".')
    ] = None,
) -> None:
    """Print the statements on the organisation's own work and how their score changes; with --by, answer them."""
    with opened() as (application, session):
        assessment = application.programme.self_assessment
        if assessment is None:
            raise Refused("The content has no `self_assessment:`.")
        if by is not None:
            person = people.colleague(session, by)
            given = parse(file) if file is not None else _ask(assessment)
            own.record(session, assessment, person, given, application.clock.now())
        for line in scores(assessment, own.over_time(session, assessment)):
            typer.echo(line)


def _check(programme: Programme, key: str | None) -> None:
    if key is not None and key not in programme.surveys and key != results.UNASKED:
        raise NotFound(f"a survey {key}; there are: {', '.join(programme.surveys)}")


def _ask(assessment: SelfAssessment) -> dict[str, int]:
    typer.echo(f"{assessment.name}: from {own.LOWEST} (not at all) to {own.HIGHEST} (fully).")
    return {one.key: typer.prompt(one.text, type=int) for one in assessment.statements}


def parse(file: Path) -> dict[str, int]:
    """The answers in a file: the key of a statement and a number on each line; ``#`` begins a comment.

    Raises:
        ImportRefused: a line is not one of these.
    """
    given: dict[str, int] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), start=1):
        words = line.partition("#")[0].replace(":", " ").replace(",", " ").split()
        if not words:
            continue
        if len(words) != 2 or not words[1].isdecimal() or words[0] in given:
            raise ImportRefused(f"\n{file.name}, line {number}: write the key of a statement, once, and a number.")
        given[words[0]] = int(words[1])
    return given


def scores(assessment: SelfAssessment, found: list[own.Scored]) -> Iterator[str]:
    """Each statement with its score in each quarter."""
    by_statement: dict[str, list[own.Scored]] = {}
    for one in found:
        by_statement.setdefault(one.statement, []).append(one)
    texts = {statement.key: statement.text for statement in assessment.statements}
    yield assessment.name
    for key in [*texts, *(key for key in by_statement if key not in texts)]:
        yield f"{key}: {texts.get(key, 'not asked any more')}"
        for one in by_statement.get(key, ()):
            quarter = f"{one.quarter.year} Q{(one.quarter.month + 2) // 3}"
            yield f"  {quarter}  {shown(one.mean)}  ({one.colleagues} answered)"


def lines(name: str, found: list[Summary]) -> Iterator[str]:
    """The figures of one survey to read."""
    for one in found:
        who = f"  {one.segment}" if one.segment is not None else f"{name} ({one.survey})"
        rate = f", {shown(one.rate * 100)} %" if one.rate is not None else ""
        yield f"{who}: {one.asked} asked, {one.responded} answered{rate}"
        for figures in one.questions:
            yield f"    {_figures(figures)}"


def _figures(one: Figures) -> str:
    told = [f"{one.question} ({one.kind}): {one.answers} answers"]
    if one.nps is not None:
        told.append(f"NPS {shown(one.nps)}")
        told.append(f"{one.promoters} promoters, {one.passives} passives, {one.detractors} detractors")
    elif one.mean is not None and one.top is not None and one.top_two is not None:
        told.append(f"mean {shown(one.mean, 2)}")
        told.append(f"highest score {shown(one.top * 100)} %, two highest {shown(one.top_two * 100)} %")
    elif one.counts:
        told.append(", ".join(f"{choice} {count}" for choice, count in one.counts.items()))
    return "; ".join(told)


def shown(value: Fraction, places: int = 1) -> str:
    """A fraction with a fixed number of decimals, half a unit away from zero."""
    unit = 10**places
    size = (abs(value) * unit * 2 + 1) // 2
    sign = "-" if value < 0 and size else ""
    return f"{sign}{size // unit}.{size % unit:0{places}}"
