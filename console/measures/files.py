"""What can be downloaded: measures and surveys as CSV, a measure's chart as PNG."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import TextIO

from starlette.responses import PlainTextResponse, Response

from bot.insights.measures import chart, surveys, table
from bot.insights.measures.catalogue import MEASURES
from console.measures import choice, page
from console.visit import Visit


async def csv(visit: Visit) -> Response:
    """A measure with its months and groups."""
    kind = MEASURES.get(visit.path["name"])
    if kind is None:
        return PlainTextResponse("There is no such measure.", status_code=404)
    one = await page.load(visit, kind, choice.of(visit))
    return _file(f"{kind.name}.csv", lambda file: table.write(file, one))


async def png(visit: Visit) -> Response:
    """Its chart."""
    kind, draw = MEASURES.get(visit.path["name"]), visit.console.lent.measure_png
    if kind is None or draw is None:
        return PlainTextResponse("There is no such picture.", status_code=404)
    chosen, programme = choice.of(visit), visit.console.programme
    one = await page.load(visit, kind, chosen)
    found = chart.of(one, programme.organisation.name, chosen.whom(programme))
    drawn = await asyncio.to_thread(draw, found)
    return Response(drawn, media_type="image/png", headers=_named(f"{kind.name}.png"))


async def survey_csv(visit: Visit) -> Response:
    """A survey's figures: no names, and no words of members."""
    programme, key, chosen = visit.console.programme, visit.path["key"], choice.of(visit)
    if key not in programme.surveys:
        return PlainTextResponse("There is no such survey.", status_code=404)
    found = (await visit.read(lambda session: surveys.read(session, programme, [key], chosen.months)))[0]
    return _file(f"survey-{key}.csv", lambda file: table.write_survey(file, found))


def _file(name: str, write: Callable[[TextIO], None]) -> Response:
    file = io.StringIO(newline="")
    write(file)
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=_named(name))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
