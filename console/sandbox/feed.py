"""What happened: what the system decided and why; and, beside it, what the sandbox saw of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nicegui import ui

from bot.insights.decisions import Decision
from console.sandbox import times

KEPT = 200
SHOWN = 80
ICONS = {
    "said": ("chat", "A member writes"),
    "sent": ("outgoing_mail", "Goes out"),
    "held": ("hourglass_top", "Waits"),
    "not_sent": ("block", "Not sent"),
    "case": ("support_agent", "For a person"),
    "consent": ("verified_user", "Consent"),
    "log": ("info", "Noted"),
}
EVERYBODY = 0


class DecisionFeed:
    """Drawn where it is made, the newest first; those of one member alone when one is chosen."""

    def __init__(self) -> None:
        self._known: dict[str, Decision] = {}
        self._drawn: list[Decision] = []
        self._who = ui.select({EVERYBODY: "Everybody"}, value=EVERYBODY, label="About", on_change=lambda: self._draw())
        self._who.props("dense options-dense outlined").classes("w-56 q-mb-xs")
        self._list = ui.column().classes("sb-feed").props('role=log tabindex=0 aria-label="Decisions"')
        self._draw()

    def add(self, found: Sequence[Decision]) -> None:
        """What is new, or told anew."""
        if not found:
            return
        self._known |= {one.key: one for one in found}
        newest = sorted(self._known.values(), key=lambda one: (one.at, one.key), reverse=True)[:KEPT]
        self._known = {one.key: one for one in newest}
        names = {one.member_id: one.member for one in newest if one.member_id is not None and one.member}
        options = {EVERYBODY: "Everybody"} | dict(sorted(names.items(), key=lambda item: item[1]))
        if self._who.options != options:
            self._who.set_options(options, value=self._who.value if self._who.value in options else EVERYBODY)
        self._draw()

    def forget(self) -> None:
        self._known.clear()
        self._draw()

    def about(self, member_id: int) -> None:
        """Shows one member's alone, if there are any."""
        if member_id in self._who.options:
            self._who.value = member_id

    def _draw(self) -> None:
        chosen = self._who.value or EVERYBODY
        shown = [one for one in self._known.values() if chosen in (EVERYBODY, one.member_id)][:SHOWN]
        if shown == self._drawn and shown:
            return
        self._drawn = shown
        self._list.clear()
        with self._list:
            if not shown:
                ui.label("Nothing yet. Push the clock, or begin a story of the tour.").classes("msb-muted")
            for one in shown:
                _line(one)


def _line(one: Decision) -> None:
    icon, title = ICONS[one.kind]
    with ui.row().classes("sb-line no-wrap items-start gap-2"):
        ui.icon(icon, size="xs").classes("q-mt-xs").props(f'role=img aria-label="{title}"').tooltip(title)
        with ui.column().classes("gap-0 grow min-w-0"):
            ui.label(one.what).classes("break-words sb-cut")
            if one.why:
                ui.label(one.why).classes("sb-small msb-muted break-words")
        ui.label(times.local(one.at, "UTC")).classes("sb-small msb-muted whitespace-nowrap")


class SandboxFeed:
    """Webhooks and calls of the providers' interfaces, as the sandbox saw them."""

    def __init__(self) -> None:
        self._lines: list[Mapping[str, Any]] = []
        self._list = ui.column().classes("sb-feed").props('role=log tabindex=0 aria-label="Webhooks and calls"')

    def add(self, happenings: Iterable[Mapping[str, Any]]) -> None:
        new = list(happenings)
        if not new:
            return
        if any(one["kind"] == "reset" for one in new):
            self._lines.clear()
        self._lines = [*reversed(new), *self._lines][:SHOWN]
        self._list.clear()
        with self._list:
            for one in self._lines:
                with ui.row().classes("sb-line no-wrap items-start gap-2"):
                    ui.label(one["kind"]).classes("sb-small msb-muted w-32 shrink-0")
                    ui.label(one["summary"]).classes("grow min-w-0 break-words sb-small")
                    ui.label(times.local(times.moment(one["at"]), "UTC")).classes(
                        "sb-small msb-muted whitespace-nowrap"
                    )
