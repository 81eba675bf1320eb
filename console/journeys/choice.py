"""Whose numbers are shown: chosen on the page, kept in its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from nicegui import ui

from bot.insights.funnel import Chosen, Version
from bot.programme.models import Programme

EVERYBODY = "Everybody"


def of_query(query: Mapping[str, str]) -> Chosen:
    """As the address says; what makes no sense is left out."""
    joined = query.get("joined") or None
    if joined is not None and not _is_month(joined):
        joined = None
    return Chosen(query.get("segment") or None, joined, query.get("version") or None)


def to_query(chosen: Chosen) -> str:
    """With its question mark; empty for everybody."""
    values = {"segment": chosen.segment, "joined": chosen.joined, "version": chosen.version}
    told = urlencode({name: value for name, value in values.items() if value})
    return f"?{told}" if told else ""


def draw(
    programme: Programme,
    chosen: Chosen,
    months: Sequence[str],
    versions: Sequence[Version],
    change: Callable[..., object],
) -> None:
    """A row of choices; `change` is called with what is chosen anew."""
    segments = {segment.key: segment.name for segment in programme.segments}
    if chosen.segment:
        segments.setdefault(chosen.segment, chosen.segment)
    listed = [*months, *([chosen.joined] if chosen.joined and chosen.joined not in months else [])]
    with ui.row().classes("gap-3 items-center w-full"):
        _select("Segment", segments, chosen.segment, lambda value: change(segment=value))
        _select("Joined in", {month: _month(month) for month in listed}, chosen.joined,
                lambda value: change(joined=value))  # fmt: skip
        if len(versions) > 1:
            named = {one.digest: f"{one.number}{', the present one' if one.is_current else ''}" for one in versions}
            _select("Version", named, chosen.version, lambda value: change(version=value), everybody="All versions")
        if chosen != Chosen():
            ui.button("Show everybody", icon="close").props("flat dense no-caps").on_click(
                lambda: change(segment=None, joined=None, version=None)
            )


def _select(
    label: str,
    options: Mapping[str, str],
    value: str | None,
    change: Callable[[str | None], object],
    everybody: str = EVERYBODY,
) -> None:
    shown = {"": everybody, **options}
    chosen = value if value in shown else ""
    ui.select(shown, value=chosen, label=label, on_change=lambda event: change(event.value or None)).props(
        "dense outlined options-dense"
    ).classes("min-w-40")


def _is_month(text: str) -> bool:
    year, _, month = text.partition("-")
    return year.isdecimal() and len(year) == 4 and month.isdecimal() and len(month) == 2 and 1 <= int(month) <= 12


def _month(text: str) -> str:
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    year, _, month = text.partition("-")
    return f"{names[int(month) - 1]} {year}"
