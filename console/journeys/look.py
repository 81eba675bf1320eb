"""What the pages of journeys have in common: the links between them, tables, figures, bars, and their colours."""

from __future__ import annotations

from collections.abc import Mapping

from nicegui import ui

from bot.programme import words
from bot.programme.models import Variant
from console import shell, tables
from console.look import STYLE as SHARED
from console.visit import Visit

STAGES = {"onboarding": "Onboarding", "engagement": "Engagement", "renewal": "Renewal", "winback": "Win-back"}
PARTS = (("/journeys", "Journeys"), ("/journeys/ladders", "Ladders"), ("/journeys/content", "Content"))

STYLE = """
:root { --j-told: #1b5e7b; --j-seen: #4f9dbb; --j-staff: #8a5a86; --j-bot: #64748b; --j-skip: #a3adb8; }
:root { --j-open: #e3b04b; --j-late: #c2570c; --j-stuck: #b3261e; --j-left: #3f4752; --j-none: #e5e9ee; }
:root { --j-card: #ffffff; --j-line: #cfd6de; --j-column: #f4f6f9; --j-flow: #cfe3ec; --j-done: #3d87a6; }
.body--dark { --j-told: #5fb3d3; --j-seen: #a8d8ea; --j-staff: #c9a0c4; --j-bot: #94a3b8; --j-skip: #6b7785; }
.body--dark { --j-open: #e3b04b; --j-late: #f08a3c; --j-stuck: #ff8078; --j-left: #c3cad3; --j-none: #333c46; }
.body--dark { --j-card: #1d2329; --j-line: #3a444f; --j-column: #171c21; --j-flow: #22495a; --j-done: #4a9fc2; }
.j-tabs { display: flex; gap: 1.25rem; border-bottom: 1px solid var(--j-line); width: 100%; margin-bottom: .5rem; }
.j-tabs a { padding: .4rem .1rem; text-decoration: none; border-bottom: 3px solid transparent; }
.j-tabs a[aria-current] { border-color: currentColor; font-weight: 600; }
.j-figure { min-width: 5.5rem; }
.j-figure .v { font-size: 1.5rem; line-height: 1.15; font-weight: 600; font-variant-numeric: tabular-nums; }
.j-bar { display: flex; height: 10px; width: 100%; border-radius: 5px; overflow: hidden; background: var(--j-none); }
.j-bar > div { min-width: 2px; }
.j-swatch { width: 12px; height: 12px; border-radius: 3px; flex: none; }
.j-letter { width: 20px; height: 20px; border-radius: 4px; font-size: .75rem; font-weight: 700; flex: none; }
.j-letter { display: inline-flex; align-items: center; justify-content: center; color: #fff !important; }
.j-letter { text-decoration: none; }
.j-ladder { border: 1px solid var(--j-line); border-radius: 8px; }
ol.j-plain, ul.j-plain { list-style: none; margin: 0; padding: 0; }
"""


def begin(visit: Visit, here: str) -> None:
    """The style, and the links to the other pages of journeys."""
    ui.add_css(SHARED + tables.STYLE + STYLE)
    with ui.element("nav").classes("j-tabs").props('aria-label="Journeys"'):
        for path, name in PARTS:
            link = ui.link(name, f"{shell.base(visit)}{path}")
            if path == here:
                link.props("aria-current=page")


def figure(value: str, name: str, *, tone: str = "") -> None:
    """One number with what it is of."""
    with ui.column().classes("j-figure gap-0"):
        ui.label(value).classes(f"v {tone}")
        ui.label(name).classes("msb-muted text-caption")


def bar(parts: Mapping[str, int], total: int, told: str) -> None:
    """Shares of a whole, by the names of colours; `told` says the same in words."""
    with ui.element("div").classes("j-bar").props("role=img") as drawn:
        drawn._props["aria-label"] = told
        for colour, count in parts.items():
            if count and total:
                ui.element("div").style(f"width: {100 * count / total:.2f}%; background: var(--j-{colour})")


def ladder(visit: Visit, key: str) -> str:
    """Where a ladder is told of."""
    return f"{shell.base(visit)}/journeys/ladders?ladder={key}"


def ending(variant: Variant) -> str:
    """What comes after the last rung, as a sentence."""
    if variant.then is None:
        return "If nobody answers, it ends quietly."
    return f"If nobody answers, {words.TEAMS[variant.then.team]} takes over, with {variant.then.priority} priority."


def capital(name: str) -> str:
    """A noun phrase of the content, where it stands alone."""
    return name[:1].upper() + name[1:]


def percent(share: float) -> str:
    """Whole per cent; nothing is told as none or all that isn't."""
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{share:.0%}".replace("%", " %")


def number(count: int) -> str:
    return f"{count:,}"


def days(count: int | None) -> str:
    if count is None:
        return "-"
    return "same day" if count == 0 else f"{count} day{'s' * (count != 1)}"


def hours(count: int | None) -> str:
    """Up to two days in hours, then in days."""
    if count is None:
        return "-"
    if count == 0:
        return "under 1 h"
    return f"{count} h" if count < 48 else f"{count // 24} days"
