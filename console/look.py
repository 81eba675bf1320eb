"""What pages have in common: tags that say more than their colour, cards, and words for times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from nicegui import ui

from bot.handoff import words as wording
from bot.plan.wording import span

Tone = Literal["good", "warn", "bad", "info", "plain"]

STYLE = """
.msb-tag { display: inline-flex; align-items: center; gap: .25rem; border: 1px solid currentColor; font-size: .75rem; }
.msb-tag { border-radius: 999px; padding: .05rem .5rem; line-height: 1.4; max-width: 100%; }
.msb-good { color: #1b6e36; } .body--dark .msb-good { color: #86d8a1; }
.msb-warn { color: #8a5300; } .body--dark .msb-warn { color: #f2bd6b; }
.msb-bad { color: #b3261e; } .body--dark .msb-bad { color: #ffa79f; }
.msb-info { color: #1b5e7b; } .body--dark .msb-info { color: #8cc8e6; }
.msb-plain { color: #4b5563; } .body--dark .msb-plain { color: #b6bfc9; }
.msb-wrap { overflow-wrap: anywhere; min-width: 0; white-space: pre-line; }
.body--dark input[type=date] { color-scheme: dark; }
.msb-card { width: 100%; padding: 1rem; gap: .5rem; }
.msb-banner { width: 100%; padding: .6rem .9rem; border-left: 4px solid currentColor; border-radius: 4px; }
.msb-banner { background: rgba(127, 127, 127, .08); }
.msb-banner .msb-text { color: #1f2937; } .body--dark .msb-banner .msb-text { color: #e8edf2; }
"""
CHANNEL_ICONS = {
    "sms": "sms", "email": "mail", "voice": "call", "telegram": "send", "messenger": "forum", "slack": "tag",
}  # fmt: skip
RISKS: dict[str, tuple[str, Tone, str]] = {
    "high": ("priority_high", "bad", "High risk"),
    "medium": ("warning_amber", "warn", "Medium risk"),
    "low": ("check", "good", "Low risk"),
}
STATUSES: dict[str, tuple[Tone, str]] = {
    "active": ("good", "Active"), "lapsed": ("warn", "Lapsed"), "left": ("bad", "Has left"), "merged": ("plain",
    "Merged"),
}  # fmt: skip


@dataclass(frozen=True)
class Local:
    """Times as they are where the member lives, looked at `now`."""

    zone: ZoneInfo
    now: datetime

    def moment(self, at: datetime) -> str:
        """Like ``Tue 3 Nov, 14:05``; with the year if it is another one."""
        here = at.astimezone(self.zone)
        year = "" if here.year == self.now.year else f" {here.year}"
        return f"{here:%a} {here.day} {here:%b}{year}, {here:%H:%M}"

    def day(self, at: datetime) -> str:
        return day(at.astimezone(self.zone).date())

    def short(self, at: datetime) -> str:
        """The day, with the year if it is another one."""
        here = at.astimezone(self.zone)
        return f"{here.day} {here:%b}" + ("" if here.year == self.now.year else f" {here.year}")

    def near(self, at: datetime) -> str:
        return near(at, self.now)


def day(on: date) -> str:
    """Like ``3 Nov 2026``."""
    return f"{on.day} {on:%b %Y}"


def moment(at: datetime, zone: tzinfo, now: datetime | None = None) -> str:
    """Like ``Tue 24 Nov, 15:00``, with the year when it is not that of `now`; of today only the time."""
    local = at.astimezone(zone)
    here = now.astimezone(zone) if now is not None else None
    if here is not None and here.date() == local.date():
        return f"today, {local:%H:%M}"
    year = f" {local.year}" if here is not None and here.year != local.year else ""
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def near(at: datetime, now: datetime) -> str:
    """How far from now: ``in 3 days``, ``2 hours ago``; the largest unit will do."""
    length = abs(at - now)
    if length < timedelta(minutes=1):
        return "now"
    told = span(length).partition(" and ")[0]
    return f"in {told}" if at > now else f"{told} ago"


def words(value: str) -> str:
    """A named value as words, with a capital letter."""
    return wording.sentence(wording.words(value))


def tag(text: str, tone: Tone = "plain", icon: str | None = None) -> ui.element:
    """A small mark. Its meaning is in the words; the colour only helps to find it."""
    with ui.element("span").classes(f"msb-tag msb-{tone}") as drawn:
        if icon:
            ui.icon(icon, size="14px").props("aria-hidden=true")
        ui.label(text).classes("msb-wrap")
    return drawn


def risk_tag(level: str) -> ui.element:
    icon, tone, text = RISKS[level]
    return tag(text, tone, icon)


@contextmanager
def card(title: str, *, level: int = 2) -> Iterator[ui.card]:
    """A part of a page with its heading."""
    with ui.card().props("flat bordered").classes("msb-card") as drawn:
        heading(title, level)
        yield drawn


def heading(text: str, level: int = 2) -> ui.label:
    size = "text-subtitle1 text-weight-medium" if level == 2 else "text-subtitle2"
    return ui.label(text).classes(f"{size} msb-wrap").props(f"role=heading aria-level={level}")


def banner(text: str, tone: Tone, icon: str, link: tuple[str, str] | None = None) -> None:
    """Something that has to be known before anything else is read; `link` is its text and where it leads."""
    with ui.row().classes(f"msb-banner msb-{tone} items-center no-wrap gap-3"):
        ui.icon(icon, size="sm").props("aria-hidden=true")
        with ui.row().classes("items-center gap-x-3 gap-y-0"):
            ui.label(text).classes("msb-text msb-wrap")
            if link is not None:
                ui.link(*link)


def muted(text: str) -> ui.label:
    return ui.label(text).classes("msb-muted text-caption msb-wrap")


def facts(pairs: list[tuple[str, str | None]]) -> None:
    """Names and values; those without a value are left out."""
    with ui.element("dl").classes("grid gap-x-4 gap-y-1 w-full").style("grid-template-columns: minmax(6rem, auto) 1fr"):
        for name, value in pairs:
            if value:
                with ui.element("dt").classes("msb-muted"):
                    ui.label(name)
                with ui.element("dd").classes("msb-wrap"):
                    ui.label(value)
