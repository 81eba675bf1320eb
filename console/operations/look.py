"""What the pages of operations share: the way between them, tables that scroll in a box of their own, moments."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from nicegui import ui

from bot.plan.wording import span
from console import shell
from console.look import STYLE as SHARED
from console.visit import Visit

T = TypeVar("T")

PAGES = (
    ("/operations", "Health"),
    ("/operations/queues", "Queues"),
    ("/operations/letters", "Set aside"),
    ("/operations/doctor", "Doctor"),
    ("/operations/auditor", "Auditor"),
    ("/operations/log", "Log"),
    ("/operations/settings", "Data and settings"),
)
STYLE = """
.msb-box { width: 100%; overflow-x: auto; }
.msb-table { width: 100%; border-collapse: collapse; }
.msb-table caption { text-align: left; }
.msb-table th { text-align: left; font-weight: 600; white-space: nowrap; }
.msb-table th, .msb-table td { padding: .35rem .75rem .35rem 0; vertical-align: top; }
.msb-table tbody tr { border-top: 1px solid rgba(127, 127, 127, .3); }
.msb-table .msb-wrap { overflow-wrap: break-word; min-width: 4rem; }
.msb-table .msb-tag .msb-wrap { white-space: nowrap; }
.msb-number { text-align: right !important; font-variant-numeric: tabular-nums; }
.msb-way { padding: .35rem .75rem; border-radius: 6px; }
.msb-way:hover { background: rgba(127, 127, 127, .12); }
a.msb-way.msb-at, a.msb-way.msb-at:hover { background: #1b5e7b; color: #fff !important; font-weight: 600; }
"""
ZONE = "Times are in UTC."


def begin(visit: Visit, here: str) -> None:
    """The way to the other pages, with this one marked."""
    ui.add_css(SHARED + STYLE)
    with ui.element("nav").props('aria-label="Operations"').classes("w-full"), ui.row().classes("gap-1"):
        for path, name in PAGES:
            link = ui.link(name, f"{shell.base(visit)}{path}")
            link.classes("msb-way no-underline" + (" msb-at" if path == here else ""))
            if path == here:
                link.props("aria-current=page")


@contextmanager
def table(name: str, columns: Sequence[str], numbers: Sequence[str] = ()) -> Iterator[None]:
    """A plain table; what is drawn within are its rows. Those of `numbers` stand to the right."""
    box = ui.element("div").classes("msb-box").props(f'role=region tabindex=0 aria-label="{name}"')
    with box, ui.element("table").classes("msb-table"):
        with ui.element("thead"), ui.element("tr"):
            for column in columns:
                head = ui.element("th").props("scope=col").classes("msb-number" if column in numbers else "")
                with head:
                    ui.label(column)
        with ui.element("tbody"):
            yield


@contextmanager
def row() -> Iterator[None]:
    with ui.element("tr"):
        yield


@contextmanager
def cell(*, number: bool = False, head: bool = False) -> Iterator[None]:
    drawn = ui.element("th" if head else "td").classes("msb-number" if number else "msb-wrap")
    with drawn.props("scope=row") if head else drawn:
        yield


def cells(*texts: str, numbers: Sequence[int] = ()) -> None:
    """Plain texts in cells of their own; those at `numbers` stand to the right."""
    for at, text in enumerate(texts):
        with cell(number=at in numbers):
            ui.label(text)


def ago(at: datetime | None, now: datetime) -> str:
    """Like ``3 minutes ago``; a dash for what never was."""
    if at is None:
        return "\u2013"
    length = now - at
    return f"{brief(length)} ago" if length >= timedelta(minutes=1) else "just now"


def brief(length: timedelta) -> str:
    """In the largest unit, seconds included."""
    if length < timedelta(minutes=1):
        return f"{round(length.total_seconds())} s"
    return span(length).partition(" and ")[0]


def moment(at: datetime) -> str:
    """Like ``24 Nov 2026, 15:00``, in UTC; it breaks after the day alone."""
    here = at.astimezone(UTC)
    return f"{here.day}\u00a0{here:%b}\u00a0{here:%Y}, {here:%H:%M}"


async def in_thread(work: Callable[[], T]) -> T:
    """Does it without holding up other pages."""
    return await asyncio.to_thread(work)
