"""All measures at a glance: a card each."""

from __future__ import annotations

from nicegui import ui
from sqlalchemy.orm import Session

from bot.insights.measures import measure, store, surveys, wording
from bot.insights.measures.catalogue import MEASURES
from bot.insights.measures.figures import Verdict
from bot.insights.measures.measure import Measure
from bot.insights.measures.surveys import Results
from console import shell, tables
from console.measures import choice, look
from console.measures.choice import Chosen
from console.visit import Visit


async def build(visit: Visit) -> None:
    """Draws the page."""
    look.begin()
    chosen = choice.of(visit)
    choice.draw(visit, chosen, "/measures")
    measures, results = await visit.read(lambda session: read(session, visit, chosen))
    look.as_of(measures[0].counted_at)
    with ui.element("ul").classes("mm-cards q-pl-none").style("list-style: none"):
        for one in measures:
            with ui.element("li"):
                _card(visit, one, chosen)
    look.section("Surveys")
    _surveys(visit, results, chosen)


def read(session: Session, visit: Visit, chosen: Chosen) -> tuple[list[Measure], list[Results]]:
    """What the page shows, of what was counted."""
    programme, now = visit.console.programme, visit.console.clock.now()
    counted = store.read_all(session, list(MEASURES.values()), now, chosen.months)
    found = [measure.of(kind, programme, counted[name], chosen.segment) for name, kind in MEASURES.items()]
    return found, surveys.read(session, programme, list(programme.surveys), chosen.months)


def _card(visit: Visit, one: Measure, chosen: Chosen) -> None:
    kind, found = one.kind, one.found
    with ui.card().props("flat bordered").classes("w-full h-full gap-1"):
        ui.link(kind.title, f"{shell.base(visit)}/measures/{kind.name}{chosen.to_query()}").classes(
            "text-subtitle1 text-weight-medium"
        )
        if one.verdict is Verdict.NO_DATA:
            look.verdict(one)
            ui.label(f"Needed: {kind.needs}").classes("msb-muted text-body2")
            if one.waiting:
                ui.label(f"{wording.number(one.waiting)} {kind.waiting}").classes("msb-muted text-caption")
            return
        ui.label(wording.value_in(kind, found)).classes("mm-value" if not found.is_hidden else "text-body1")
        if kind.unit in ("points", "score", "per_100"):
            ui.label(wording.NAMED[kind.unit]).classes("msb-muted text-caption")
        look.verdict(one)
        look.spark(one)
        for fact in _facts(one):
            ui.label(fact).classes("msb-muted text-caption")


def _facts(one: Measure) -> list[str]:
    kind, found = one.kind, one.found
    told = [f"n = {wording.number(found.n)} {kind.things}"]
    if kind.target is not None and found.low is not None:
        told.append(
            f"95 % interval {wording.margin(kind, found)}" + (", which holds the target" * one.is_within_margin)
        )
    if kind.timed and found.median is not None:
        told.append(f"{kind.timed.lower()}: median {wording.span(found.median)}")
    return told


def _surveys(visit: Visit, results: list[Results], chosen: Chosen) -> None:
    if not results:
        ui.label("The content has no surveys. Add them in surveys.yml.").classes("msb-muted")
        return
    rows: list[list[tables.Cell]] = []
    for one in results:
        group = next((group for group in one.segments if group.segment == chosen.segment), None)
        shown = one.whole if chosen.segment is None else group
        asked, responded = (shown.asked, shown.responded) if shown is not None else (0, 0)
        rate = shown.rate if shown is not None else None
        target = f"{shell.base(visit)}/measures/surveys/{one.key}{chosen.to_query()}"
        rows.append([_link(one.name, target), wording.number(asked), wording.number(responded),
                     f"{wording.rounded(rate * 100, 1)} %" if rate is not None else wording.NOTHING])  # fmt: skip
    tables.table(
        "Surveys",
        (("Survey", False), ("Asked", True), ("Answered", True), ("Response", True)),
        rows,
        shows_caption=False,
    )


def _link(words: str, target: str) -> tables.Cell:
    return lambda: ui.link(words, target)
