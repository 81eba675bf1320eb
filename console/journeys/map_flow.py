"""The stream of members through a journey: as wide at each step as the share of them that comes to it."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from bot.insights.funnel import Funnel
from bot.programme import navigate
from console.journeys.look import capital, percent


def draw(found: Funnel) -> None:
    """For the eye alone: the table below says the same in numbers."""
    steps = navigate.steps(found.journey)
    figures = [found.steps[step.key] for step in steps]
    with ui.element("div").classes("w-full").props("aria-hidden=true"):
        with ui.element("div").classes("j-flow"):
            for one in figures:
                ui.label(percent(one.share(one.all_done))).classes("t")
        with ui.element("div").classes("j-stream"):
            _band([one.share(one.reached) for one in figures], "flow")
            _band([one.share(one.all_done) for one in figures], "done")
        with ui.element("div").classes("j-flow"):
            for at, step in enumerate(steps, start=1):
                ui.label(f"{at} {capital(step.name)}").classes("b msb-muted")
    with ui.row().classes("gap-4 items-center q-mt-xs"):
        for colour, text in (("flow", "came as far as the step"), ("done", "have done it (per cent)")):
            with ui.row().classes("items-center gap-2 no-wrap"):
                ui.element("div").classes("j-swatch").style(f"background: var(--j-{colour})").props("aria-hidden=true")
                ui.label(text).classes("msb-muted text-caption")


def _band(shares: Sequence[float], colour: str) -> None:
    """One shape around the middle line: at the middle of each step's place as high as its share."""
    places = [0.0, *((at + 0.5) / len(shares) for at in range(len(shares))), 1.0]
    heights = [shares[0], *shares, shares[-1]]
    above = [f"{100 * x:.2f}% {50 * (1 - share):.2f}%" for x, share in zip(places, heights, strict=True)]
    below = [f"{100 * x:.2f}% {50 * (1 + share):.2f}%" for x, share in zip(places, heights, strict=True)]
    shape = ", ".join([*above, *reversed(below)])
    ui.element("div").style(f"clip-path: polygon({shape}); background: var(--j-{colour})")
