"""The numbers of the map as a table."""

from __future__ import annotations

from nicegui import ui

from bot.insights.funnel import Funnel, StepFigures
from bot.insights.steps import Place, Who
from bot.programme import navigate
from console import tables
from console.journeys.look import capital, days, number

COLUMNS = (
    ("Step", False), ("Came to it", True), ("Done", True), ("told", True), ("seen", True), ("by staff", True),
    ("Passed over", True), ("Not asked yet", True), ("Open", True), ("Overdue", True), ("Stuck", True),
    ("Ended here", True), ("Not there yet", True), ("Typically after", True),
)  # fmt: skip


def draw(found: Funnel) -> None:
    """Each step, then those that only earlier versions have."""
    steps = navigate.steps(found.journey)
    rows = [row(f"{at}. {capital(step.name)}", found.steps[step.key]) for at, step in enumerate(steps, start=1)]
    rows += [row(f"{one.key} (other versions only)", one) for one in found.gone]
    ui.label("Step by step").classes("text-h6 q-mt-md").props("role=heading aria-level=2")
    tables.table("Members on each step, each counted once", COLUMNS, rows)
    ui.label(
        "Overdue: first asked a week ago or longer, and no answer. Stuck: said so, or did not answer any rung, and a "
        "person looks after it. Ended here: the journey ended for them while it was this step's turn."
    ).classes("msb-muted text-caption")


def row(name: str, one: StepFigures) -> list[tables.Cell]:
    here, done = one.here, one.done
    figures = (
        one.reached, one.all_done, done.get(Who.MEMBER, 0), done.get(Who.EVENT, 0),
        done.get(Who.STAFF, 0) + done.get(Who.BOT, 0), one.skipped, here.get(Place.COMING, 0), here.get(Place.OPEN, 0),
        here.get(Place.OVERDUE, 0), here.get(Place.STUCK, 0), one.stopped, one.not_yet,
    )  # fmt: skip
    return [name, *(number(figure) for figure in figures), days(one.days)]
