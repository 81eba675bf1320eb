"""What is looked at: a segment and a period, chosen on the page and kept in its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from nicegui import ui

from bot.insights.measures import names, windows
from bot.programme.models import Programme
from console import shell
from console.visit import Visit

ALL = "All members"


@dataclass(frozen=True)
class Chosen:
    """`segment` None: all members. `months`: the present one and those before it."""

    segment: str | None = None
    months: int = windows.DEFAULT

    def to_query(self) -> str:
        """With its question mark; empty for what is shown anyway."""
        values: dict[str, object] = {}
        if self.segment is not None:
            values["segment"] = self.segment
        if self.months != windows.DEFAULT:
            values["months"] = self.months
        return f"?{urlencode(values)}" if values else ""

    def whom(self, programme: Programme) -> str:
        return names.segment(programme, self.segment).lower() if self.segment is not None else ALL.lower()


def of(visit: Visit) -> Chosen:
    """As the address says; what makes no sense is left out."""
    known = {segment.key for segment in visit.console.programme.segments}
    segment, months = visit.query.get("segment"), visit.query.get("months", "")
    wanted = int(months) if months.isdecimal() and len(months) < 4 else 0
    return Chosen(segment if segment in known else None, wanted if wanted in windows.PERIODS else windows.DEFAULT)


def draw(visit: Visit, chosen: Chosen, path: str) -> None:
    """The two choices; another one is another address."""
    programme = visit.console.programme
    segments = {"": ALL, **{one.key: one.name for one in programme.segments}}
    periods = {count: f"Last {count} months" for count in windows.PERIODS}

    def go(**changes: Any) -> None:
        ui.navigate.to(f"{shell.base(visit)}{path}{replace(chosen, **changes).to_query()}")

    with ui.row().classes("gap-3 items-center"):
        ui.select(
            segments,
            label="Segment",
            value=chosen.segment or "",
            on_change=lambda event: go(segment=event.value or None),
        ).props("dense outlined options-dense").classes("min-w-48")
        ui.select(
            periods, label="Period", value=chosen.months, on_change=lambda event: go(months=event.value)
        ).props("dense outlined options-dense").classes("min-w-40")  # fmt: skip
