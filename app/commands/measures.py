"""``msb measures``: what a member-success team is measured by."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from app.wiring import Application, build
from bot.config import Settings
from bot.errors import NotFound, Refused
from bot.insights.measures import measure, store, windows, wording
from bot.insights.measures.catalogue import MEASURES
from bot.insights.measures.figures import Verdict
from bot.insights.measures.measure import Measure

PERIODS = ", ".join(map(str, windows.PERIODS))


def show(
    months: Annotated[int, typer.Option(help=f"Over so many months, this one among them: {PERIODS}.")] = 12,
    segment: Annotated[str | None, typer.Option(metavar="KEY", help="Of members of this segment.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the months.")] = False,
) -> None:
    """Print each measure with its target. What is due to be counted again is counted first."""
    if months not in windows.PERIODS:
        raise Refused(f"Give one of {PERIODS} months.")
    application = build(Settings())
    try:
        found = read(application, months, segment)
    finally:
        application.close()
    if as_json:
        typer.echo(json.dumps([as_dict(one) for one in found], indent=2))
        return
    for one in found:
        typer.echo(line(one))


def read(application: Application, months: int, segment: str | None) -> list[Measure]:
    """The measures, as they are now."""
    programme = application.programme
    if segment is not None and segment not in {one.key for one in programme.segments}:
        raise NotFound(f"a segment {segment}; there are: {', '.join(one.key for one in programme.segments)}")
    application.count_measures()
    with application.db.begin() as session:
        counted = store.read_all(session, list(MEASURES.values()), application.clock.now(), months)
    return [measure.of(kind, programme, counted[name], segment) for name, kind in MEASURES.items()]


def line(one: Measure) -> str:
    """One measure to read."""
    kind = one.kind
    if one.verdict is Verdict.NO_DATA:
        return f"{kind.title}: no data yet. Needed: {kind.needs}"
    target = f" ({wording.target(kind)})" if kind.target is not None else ""
    told = f"{kind.title}: {wording.value_in(kind, one.found)}; {wording.VERDICTS[one.verdict].lower()}{target}"
    median = f"; median {wording.span(one.found.median)}" if one.found.median is not None else ""
    return f"{told}; n = {wording.number(one.found.n)} {kind.things}{median}"


def as_dict(one: Measure) -> dict[str, Any]:
    """One measure for programs: shares are fractions of 1, what is hidden is null."""
    found, target = one.found, one.kind.target
    return {
        "measure": one.kind.name,
        "segment": one.segment,
        "value": _number(found.value),
        "low_95": found.low,
        "high_95": found.high,
        "n": found.n if not found.is_hidden else None,
        "target": _number(target),
        "verdict": str(one.verdict),
        "median_minutes": found.median,
        "p90_minutes": found.p90,
        "counted_at": one.counted_at.isoformat() if one.counted_at is not None else None,
        "months": {name: _number(value.value) for name, value in one.months},
    }


def _number(value: Any) -> float | None:
    return round(float(value), 6) if value is not None else None
