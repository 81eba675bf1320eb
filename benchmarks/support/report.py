"""What a benchmark found: tables for people, figures for machines, bars with their verdict, pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

START, END = "<!-- bars: written by `make bench` -->", "<!-- end of bars -->"


@dataclass(frozen=True)
class Bar:
    """What a figure has to reach. `measured` is None where this run could not measure it, for the reason in `note`."""

    text: str
    limit: float
    measured: float | None
    at_least: bool = True
    unit: str = "x"
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    @property
    def verdict(self) -> str:
        return {True: "yes", False: "no", None: "not measured"}[self.met]

    @property
    def shown(self) -> str:
        measured = "-" if self.measured is None else f"{number(self.measured)}{_unit(self.unit)}"
        return f"{measured} ({self.note})" if self.note else measured

    @property
    def wanted(self) -> str:
        return f"{'>=' if self.at_least else '<='} {number(self.limit)}{_unit(self.unit)}"

    def as_json(self) -> dict[str, Any]:
        return {"bar": self.text, "limit": self.limit, "at_least": self.at_least, "unit": self.unit,
                "measured": self.measured, "met": self.met, "note": self.note}  # fmt: skip


@dataclass(frozen=True)
class Table:
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def cells(self) -> list[list[str]]:
        return [list(self.header), *([number(cell) for cell in row] for row in self.rows)]


@dataclass(frozen=True)
class Picture:
    """A plot by the name of its file; `draw` gets matplotlib's axes."""

    name: str
    draw: Callable[[Any], None]


@dataclass
class Found:
    """The result of one benchmark."""

    figures: dict[str, Any]
    tables: list[Table] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def number(value: Any) -> str:
    """As many digits as tell something."""
    if not isinstance(value, float):
        return "-" if value is None else str(value)
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def as_text(table: Table) -> str:
    """With aligned columns, for a terminal."""
    cells = table.cells()
    widths = [max(len(row[at]) for row in cells) for at in range(len(table.header))]
    lines = [
        "  ".join(cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(aligned))
        for aligned in (list(zip(row, widths, strict=True)) for row in cells)
    ]
    return "\n".join([table.title, *(f"  {line.rstrip()}" for line in lines)])


def as_markdown(table: Table) -> str:
    head, *rows = table.cells()
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines])


def bars_table(bars: Sequence[Bar]) -> Table:
    rows = [(bar.text, bar.wanted, bar.shown, bar.verdict) for bar in bars]
    return Table("Bars", ("bar", "wanted", "measured", "met?"), rows)


def put_bars(page: Path, bars: Sequence[Bar], when: str) -> None:
    """Rewrites the table between the two markers of a page.

    Raises:
        ValueError: the page has no such markers.
    """
    text = page.read_text(encoding="utf-8")
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"{page} has no markers for the bars")
    table = as_markdown(bars_table(bars))
    page.write_text(f"{before}{START}\n\n{when}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def _unit(unit: str) -> str:
    return unit if unit == "x" else f" {unit}"
