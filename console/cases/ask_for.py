"""Opening a case about a member, because a colleague thinks that a person is needed."""

from __future__ import annotations

from nicegui import ui
from sqlalchemy.orm import Session

from bot.handoff import asked
from bot.handoff.asked import LONGEST
from bot.members.search import search
from bot.model import Member, Role, Staff
from console import shell
from console.visit import Visit


def button(visit: Visit) -> None:
    ui.button("Open a case", icon="add", on_click=lambda: _dialog(visit)).props("no-caps unelevated dense").classes(
        "q-px-sm"
    )


def _dialog(visit: Visit) -> None:
    with ui.dialog().props('aria-label="Open a case"') as dialog, ui.card().classes("w-[32rem] max-w-full"):
        ui.label("Open a case").classes("text-h6").props("role=heading aria-level=2")
        who = member_field(visit)
        why = ui.textarea("Why? Members don't see this.").props(f"outlined autogrow maxlength={LONGEST}")
        why.classes("w-full")

        async def opened() -> None:
            if who.value is None:
                ui.notify("Look for the member first, and choose them.", type="warning")
                return
            found = await visit.act(Role.MANAGER, lambda session: _open(session, visit, who.value, why.value or ""))
            if found is not None:
                ui.navigate.to(f"{shell.base(visit)}/cases/{found}")

        with ui.row().classes("w-full justify-end"):
            ui.button("Cancel", on_click=dialog.close).props("flat no-caps")
            ui.button("Open", on_click=opened).props("no-caps unelevated")
    dialog.on("hide", dialog.delete)
    dialog.open()


def member_field(visit: Visit) -> ui.radio:
    """A search for members, and those found to choose from: the value is a member's number in the database."""

    async def look() -> None:
        found = await visit.read(lambda session: _found(session, said.value or ""))
        chosen.set_options(found, value=next(iter(found)) if len(found) == 1 else None)
        told.set_text("" if found else "Nobody is found. Try more or less of the name, the number, or an address.")

    with ui.row().classes("w-full items-center no-wrap"):
        said = ui.input("Name, member number or address").props("outlined dense").classes("grow")
        said.on("keydown.enter", look)
        ui.button("Search", icon="search", on_click=look).props("flat no-caps")
    told = ui.label("").props("role=status").classes("msb-muted text-caption")
    chosen: ui.radio = ui.radio({}, value=None).props('aria-label="Members found"').classes("msb-wrap")
    return chosen


def _found(session: Session, said: str) -> dict[int, str]:
    return {
        one.id: f"{one.name} ({one.number})" if one.number else one.name
        for one in search(session, said)
    }  # fmt: skip


def _open(session: Session, visit: Visit, member_id: int, why: str) -> int:
    console = visit.console
    member, person = session.get_one(Member, member_id), session.get_one(Staff, visit.visitor.staff_id)
    opened = asked.open_for(session, console.programme, console.reach, member, person, why, console.times())
    session.flush()
    return opened.case.id
