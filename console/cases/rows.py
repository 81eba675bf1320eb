"""The rows of the inbox: a case in a line on a desk, and in a few on a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from nicegui import ui

from bot.handoff.queues import CaseLine
from bot.handoff.words import reason, sentence
from console.cases import words
from console.look import Tone, tag

STYLE = """
.msb-cases { list-style: none; margin: 0; padding: 0; width: 100%; }
.msb-case { display: grid; gap: .15rem 1rem; padding: .6rem .75rem; border-left: 4px solid transparent;
  grid-template-columns: minmax(0, 5fr) minmax(0, 3fr) minmax(0, 3fr); align-items: start; }
.msb-case + .msb-case { border-top: 1px solid rgba(127, 127, 127, .3); }
.msb-case:hover { background: rgba(127, 127, 127, .07); }
.msb-case-late { border-left-color: #b3261e; } .body--dark .msb-case-late { border-left-color: #ffa79f; }
.msb-tray { padding: .35rem .75rem; border-radius: 6px; color: inherit; }
.msb-tray:hover { background: rgba(127, 127, 127, .12); }
a.msb-here.msb-tray, a.msb-here.msb-tray:hover { background: #1b5e7b; color: #fff !important; font-weight: 600; }
.msb-one { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 100%; }
@media (max-width: 700px) { .msb-case { grid-template-columns: minmax(0, 1fr); } .msb-one { white-space: normal; }
  .msb-times { flex-direction: row; flex-wrap: wrap; column-gap: .75rem; align-items: center; } }
"""
URGENT: dict[str, tuple[str, Tone]] = {"urgent": ("priority_high", "bad"), "high": ("keyboard_arrow_up", "warn")}


@dataclass(frozen=True)
class Seen:
    """By whose clock and from where rows are drawn. `team` names a team, `link` leads to a case."""

    now: datetime
    zone: ZoneInfo
    team: Callable[[str], str]
    link: Callable[[int], str]


def draw(lines: Sequence[CaseLine], seen: Seen) -> None:
    """The cases as a list."""
    with ui.element("ul").classes("msb-cases"):
        for line in lines:
            _row(line, seen)


def _row(line: CaseLine, seen: Seen) -> None:
    late = " msb-case-late" if line.is_overdue else ""
    with ui.element("li").classes(f"msb-case{late}"):
        with ui.column().classes("gap-0 min-w-0"):
            with ui.row().classes("items-center gap-x-2 gap-y-0 max-w-full"):
                name = ui.link(line.who, seen.link(line.case_id)).classes("text-weight-bold msb-wrap")
                name.props(f"id=case-{line.case_id}")
                if line.priority in URGENT:
                    icon, tone = URGENT[line.priority]
                    tag(sentence(line.priority), tone, icon)
            ui.label(reason(line.reason)).classes("msb-wrap")
            if line.summary:
                ui.label(" ".join(line.summary.split())).classes("msb-muted text-caption msb-one")
        with ui.column().classes("gap-0 min-w-0 msb-times"):
            ui.label(words.waits(line, seen.now)).classes("msb-wrap")
            _due(line, seen)
        with ui.column().classes("gap-0 min-w-0"):
            ui.label(words.whose(line)).classes("msb-wrap")
            opened = f"case {line.case_id}, opened {words.short(seen.now - line.opened_at)} ago"
            ui.label(f"{seen.team(line.team)}, {opened}").classes("msb-muted text-caption msb-wrap")


def _due(line: CaseLine, seen: Seen) -> None:
    said = words.due(line, seen.now, seen.zone)
    if not said:
        return
    if line.is_overdue:
        tag(said, "bad", "schedule")
    else:
        ui.label(said).classes("msb-muted text-caption msb-wrap")
