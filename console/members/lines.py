"""The lines of a file and what each would do: filtered by that, and paged."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from bot.members.preview import Fate, LinePreview
from console import look, shell
from console.look import Tone
from console.visit import Visit

PER_PAGE = 25
FATES: dict[Fate, tuple[str, Tone, str]] = {
    Fate.ERROR: ("error", "bad", "Errors"),
    Fate.NEW: ("person_add", "good", "New"),
    Fate.CHANGES: ("edit", "info", "Changed"),
    Fate.UNCHANGED: ("check", "plain", "As they are"),
}
ONE = {Fate.ERROR: "Error", Fate.NEW: "New", Fate.CHANGES: "Changed", Fate.UNCHANGED: "As it is"}
SHOWN = 8
"""So many changes of one line are told."""


class Lines:
    """Errors come first: they are what has to be put right."""

    def __init__(self, visit: Visit, lines: Sequence[LinePreview]) -> None:
        self.visit, self.lines = visit, lines
        self.count = {fate: sum(line.fate is fate for line in lines) for fate in FATES}
        self.fate = Fate.ERROR if self.count[Fate.ERROR] else None
        self.page = 1

    def draw(self) -> None:
        self.shown = ui.column().classes("w-full gap-2")
        self._draw()

    def _turn(self, page: int) -> None:
        self.page = page
        self._draw()

    def _choose(self, fate: Fate | None) -> None:
        self.fate, self.page = fate, 1
        self._draw()

    def _draw(self) -> None:
        fitting = [line for line in self.lines if self.fate in (None, line.fate)]
        pages = max(1, -(-len(fitting) // PER_PAGE))
        first = (self.page - 1) * PER_PAGE
        self.shown.clear()
        with self.shown:
            self._filters()
            with ui.element("ol").classes("w-full").style("list-style: none; margin: 0; padding: 0"):
                for line in fitting[first : first + PER_PAGE]:
                    self._line(line)
            if pages > 1:
                self._pager(pages)

    def _filters(self) -> None:
        told: list[tuple[Fate | None, str]] = [(None, f"All {len(self.lines):,}")]
        told += [(fate, f"{FATES[fate][2]} {self.count[fate]:,}") for fate in FATES]
        with ui.row().classes("gap-2").props('role=group aria-label="Which lines to show"'):
            for fate, text in told:
                chosen = fate is self.fate
                button = ui.button(text, on_click=lambda fate=fate: self._choose(fate))
                pressed = "true" if chosen else "false"
                button.props(f"dense no-caps {'unelevated' if chosen else 'outline'} aria-pressed={pressed} size=sm")
                button.classes("q-px-sm")

    def _line(self, line: LinePreview) -> None:
        with ui.element("li").style("padding: .4rem 0; border-top: 1px solid rgba(127, 127, 127, .25)"):
            with ui.row().classes("items-center gap-x-3 gap-y-0"):
                ui.label(f"Line {line.line}").classes("msb-muted text-caption")
                icon, tone, _ = FATES[line.fate]
                look.tag(ONE[line.fate], tone, icon)
                name = f"{line.name} ({line.number})" if line.number else line.name
                if line.member_id is not None:
                    ui.link(name, f"{shell.base(self.visit)}/members/{line.member_id}").classes("msb-wrap")
                else:
                    ui.label(name).classes("msb-wrap")
            for problem in line.problems:
                where = f"{problem.column}: " if problem.column else ""
                ui.label(f"{where}{problem.problem}. {problem.remedy}").classes("msb-bad msb-wrap")
            for change in line.changes[:SHOWN] if line.fate is Fate.CHANGES else ():
                before = f"{change.before} \u2192 " if change.before else "nothing \u2192 "
                ui.label(f"{look.words(change.field)}: {before}{change.after or 'nothing'}").classes("msb-wrap")
            if line.fate is Fate.CHANGES and len(line.changes) > SHOWN:
                look.muted(f"\u2026 and {len(line.changes) - SHOWN} more")

    def _pager(self, pages: int) -> None:
        with ui.row().classes("items-center justify-end gap-1 w-full"):
            back = ui.button(icon="chevron_left", on_click=lambda: self._turn(self.page - 1))
            back.props('flat dense aria-label="Page before"').set_enabled(self.page > 1)
            ui.label(f"Page {self.page:,} of {pages:,}").classes("msb-muted")
            on = ui.button(icon="chevron_right", on_click=lambda: self._turn(self.page + 1))
            on.props('flat dense aria-label="Next page"').set_enabled(self.page < pages)
