"""Tables of figures: real ones, which scroll sideways in a box of their own, by keyboard too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from nicegui import ui

Cell = str | Callable[[], object]

STYLE = """
:root { --msb-rule: #cfd6de; } .body--dark { --msb-rule: #3a444f; }
.msb-scroll { width: 100%; overflow-x: auto; }
.msb-figures { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
.msb-figures caption { text-align: left; padding: 0 0 .4rem; }
.msb-figures th { text-align: left; font-weight: 600; font-size: .8rem; vertical-align: bottom; }
.msb-figures th, .msb-figures td { padding: .4rem .55rem; border-bottom: 1px solid var(--msb-rule); }
.msb-figures th[scope=row] { font-size: .875rem; min-width: 5.6rem; vertical-align: middle; }
.msb-figures td.n, .msb-figures th.n { text-align: right; white-space: nowrap; }
"""


@contextmanager
def scroll(label: str) -> Iterator[ui.element]:
    """A box of its own that scrolls sideways."""
    with ui.element("div").classes("msb-scroll").props("tabindex=0 role=region") as box:
        box.props["aria-label"] = label
        yield box


def table(
    caption: str, columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Cell]], *, shows_caption: bool = True
) -> None:
    """`columns`: name, and whether it holds numbers; the first cell of each row names the row."""
    with scroll(caption), ui.element("table").classes("msb-figures"):
        if shows_caption:
            with ui.element("caption").classes("msb-muted"):
                ui.label(caption)
        with ui.element("thead"), ui.element("tr"):
            for name, is_number in columns:
                with ui.element("th").props("scope=col").classes("n" if is_number else ""):
                    ui.label(name)
        with ui.element("tbody"):
            for row in rows:
                with ui.element("tr"):
                    _row(columns, row)


def _row(columns: Sequence[tuple[str, bool]], row: Sequence[Cell]) -> None:
    for at, ((_, is_number), cell) in enumerate(zip(columns, row, strict=True)):
        box = ui.element("td") if at else ui.element("th").props("scope=row")
        with box.classes("n" if is_number else ""):
            if isinstance(cell, str):
                ui.label(cell)
            else:
                cell()
