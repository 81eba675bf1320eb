"""The stream of members through a journey: as wide at each step as the share of them that comes to it."""

from __future__ import annotations

from nicegui import ui

from bot.insights.funnel import Funnel
from bot.programme import navigate
from console.journeys.look import capital, percent


def draw(found: Funnel) -> None:
    """For the eye alone: the table below says the same in numbers."""
    steps = navigate.steps(found.journey)
    reached = [found.steps[step.key].share(found.steps[step.key].reached) for step in steps]
    done = [found.steps[step.key].share(found.steps[step.key].all_done) for step in steps]
    with ui.element("div").classes("j-flow").props("aria-hidden=true"):
        for at, step in enumerate(steps):
            following = min(at + 1, len(steps) - 1)
            with ui.element("div"):
                ui.label(percent(done[at])).classes("t")
                with ui.element("div").classes("j-stream"):
                    _band(reached[at], reached[following], "flow")
                    _band(done[at], done[following], "done")
                ui.label(f"{at + 1} {capital(step.name)}").classes("b msb-muted")
    with ui.row().classes("gap-4 items-center q-mt-xs"):
        for colour, text in (("flow", "came as far as the step"), ("done", "have done it (per cent)")):
            with ui.row().classes("items-center gap-2 no-wrap"):
                ui.element("div").classes("j-swatch").style(f"background: var(--j-{colour})").props("aria-hidden=true")
                ui.label(text).classes("msb-muted text-caption")


def _band(left: float, right: float, colour: str) -> None:
    """From one edge of the cell to the other, around its middle."""
    above, below = (1 - left) * 50, (1 - right) * 50
    shape = f"0 {above:.1f}%, 100% {below:.1f}%, 100% {100 - below:.1f}%, 0 {100 - above:.1f}%"
    ui.element("div").style(f"clip-path: polygon({shape}); background: var(--j-{colour})")
