"""Being away, said by oneself: cases go to others meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from nicegui import ui
from sqlalchemy.orm import Session

from bot.handoff import away
from bot.model import Role, Staff
from console.look import moment
from console.visit import Visit


@dataclass(frozen=True)
class Absences:
    """What is kept: from when until when (UTC)."""

    zone: ZoneInfo
    at: datetime
    kept: tuple[tuple[datetime, datetime], ...]

    @property
    def until(self) -> datetime | None:
        """The end of what lasts now."""
        return max((ends for starts, ends in self.kept if starts <= self.at), default=None)


def read(session: Session, visit: Visit) -> Absences:
    person, now = session.get_one(Staff, visit.visitor.staff_id), visit.console.clock.now()
    found = away.coming(session, person, now)
    zone = away.zone_of(visit.console.programme.inbox, person)
    return Absences(zone, now, tuple((one.starts_at, one.ends_at) for one in found))


async def button(visit: Visit) -> None:
    """Says whether they are away; opens the dialog."""
    state = await visit.read(lambda session: read(session, visit))
    opener = ui.button(_label(state), icon="event_busy").props("flat dense no-caps")

    async def shown() -> None:
        await _dialog(visit, opener)

    opener.on_click(shown)


def _label(state: Absences) -> str:
    return f"You are away until {moment(state.until, state.zone, state.at)}" if state.until else "I'm away \u2026"


async def _dialog(visit: Visit, opener: ui.button) -> None:
    state = await visit.read(lambda session: read(session, visit))
    with ui.dialog().props('aria-label="Being away"') as dialog, ui.card().classes("w-96 max-w-full"):
        ui.label("Being away").classes("text-h6").props("role=heading aria-level=2")
        for starts, ends in state.kept[:10]:
            ui.label(f"From {moment(starts, state.zone, state.at)} to {moment(ends, state.zone, state.at)}")
        ui.label("Cases go to others while you are away; what you have in hand stays yours.").classes("msb-muted")
        said = ui.input("When?", placeholder="until Friday").classes("w-full").props("outlined dense")
        ui.label(f"For example: until Friday, tomorrow, 1 May..4 May. Days are those of {state.zone.key}.").classes(
            "msb-muted text-caption"
        )

        async def done(words: str) -> None:
            if await visit.act(Role.MANAGER, lambda session: _keep(session, visit, words), "Kept."):
                opener.set_text(_label(await visit.read(lambda session: read(session, visit))))
                dialog.close()

        with ui.row().classes("w-full justify-end"):
            if state.kept:
                ui.button("I'm back", on_click=lambda: done("back")).props("flat no-caps")
            ui.button("Cancel", on_click=dialog.close).props("flat no-caps")
            ui.button("Keep", on_click=lambda: done(said.value or "")).props("no-caps unelevated")
    dialog.on("hide", dialog.delete)
    dialog.open()


def _keep(session: Session, visit: Visit, words: str) -> bool:
    person, now = session.get_one(Staff, visit.visitor.staff_id), visit.console.clock.now()
    if away.is_back(words):
        away.come_back(session, person, now)
    else:
        away.go(session, visit.console.programme.inbox, person, words, now)
    return True
