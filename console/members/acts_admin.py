"""What an admin does about a record: make two one and take them apart again, export, erase."""

from __future__ import annotations

from nicegui import ui
from sqlalchemy.orm import Session

from bot.members import erase as erasing
from bot.members import export as exporting
from bot.members import joining, search
from bot.members.joining import Preview, Side
from bot.model import Role
from console import look
from console.dialog import buttons, dialog, says, sentences
from console.members.sheet import Sheet

MOST = 8


async def merge(sheet: Sheet) -> None:
    """Search the other record, look at what becomes of both, then do it."""
    with dialog(f"Merge with {sheet.name}'s record", wide=True) as opened:
        says(f"Two records of one person become one. {sheet.name}'s, with the number "
             f"{sheet.dossier.person.number or sheet.member_id}, lives on; it can be undone.")  # fmt: skip
        box = ui.input("The other record: name, number, phone or e-mail").classes("w-full")
        box.props("outlined autofocus debounce=250 type=search")
        found = ui.column().classes("w-full gap-2")

        async def seek() -> None:
            said = str(box.value or "")
            people = await sheet.visit.read(lambda session: _candidates(session, said, sheet.member_id))
            found.clear()
            with found:
                if said.strip() and not people:
                    look.muted("Nobody is found by that.")
                for number, told in people:
                    choose = ui.button(told, on_click=lambda number=number: show(number))
                    choose.props("outline no-caps align=left").classes("w-full")

        async def show(number: int) -> None:
            preview = await sheet.visit.read(lambda session: joining.preview(session, sheet.member_id, number))
            found.clear()
            with found:
                _draw_preview(preview)
            does.set_enabled(preview.hindrance is None)
            chosen[:] = [number]

        async def join() -> bool:
            [other] = chosen
            return await sheet.do(
                Role.ADMIN,
                lambda session, hand: joining.join(session, sheet.member_id, other, hand),
                "The two records are one.",
            )

        chosen: list[int] = []
        box.on_value_change(seek)
        does = buttons(opened, "Merge", join)
        does.disable()


def _candidates(session: Session, said: str, but: int) -> list[tuple[int, str]]:
    people = search.search(session, said, MOST)
    return [(one.id, f"{one.name} ({one.number or one.id})") for one in people if one.id != but]


def _draw_preview(preview: Preview) -> None:
    with ui.row().classes("w-full items-stretch gap-3"):
        _side("Lives on", preview.keep)
        _side("Becomes part of it", preview.other)
    if preview.hindrance:
        look.banner(preview.hindrance, "bad", "block")
    sentences("Goes over", preview.moves)
    sentences("Stays as it is", preview.stays)


def _side(title: str, side: Side) -> None:
    with ui.card().props("flat bordered").classes("msb-card").style("flex: 1 1 14rem; min-width: 0; width: auto"):
        look.muted(title)
        ui.label(side.name).classes("text-weight-medium msb-wrap")
        look.facts([
            ("Number", side.number), ("Status", look.words(side.status)), ("Segment", look.words(side.segment)),
            ("Addresses", ", ".join(side.addresses) or "none"), ("Journeys", ", ".join(side.journeys) or "none"),
            ("Messages", f"{side.messages:,}"), ("Cases", f"{side.cases:,}"), ("Goal", side.goal),
        ])  # fmt: skip


async def part(sheet: Sheet, merge_id: int) -> None:
    """Takes a merge apart."""
    with dialog("Undo the merge") as opened:
        says("What was moved goes back to the other record: addresses, journeys, messages and cases. What came since "
             "stays here.")  # fmt: skip

        async def undo() -> bool:
            return await sheet.do(
                Role.ADMIN, lambda session, hand: joining.part(session, merge_id, hand), "They are two records again."
            )

        buttons(opened, "Undo the merge", undo)


async def export(sheet: Sheet) -> None:
    """A file with everything."""
    programme, number = sheet.visit.console.programme, sheet.member_id
    with dialog(f"Export {sheet.name}'s data") as opened:
        says("A JSON file with everything that is on record about them: for their request for access, or to take along "
             "elsewhere. Keep it safe. The log says who exported it, and when.")  # fmt: skip

        async def give() -> bool:
            hand = sheet.hand
            made = await sheet.visit.act(
                Role.ADMIN, lambda session: exporting.export(session, programme, number, hand), "Exported."
            )
            if made is None:
                return False
            ui.download.content(made.as_json, f"{made.name}.json", "application/json")
            return True

        buttons(opened, "Download", give)


async def erase(sheet: Sheet) -> None:
    """Says exactly what goes and what stays; the number has to be typed."""
    seen = await sheet.visit.read(lambda session: erasing.preview(session, sheet.member_id))
    with dialog(f"Erase {seen.name}", wide=True) as opened:
        look.banner("This can't be undone.", "bad", "warning")
        if seen.hindrance:
            look.banner(seen.hindrance, "warn", "block")
        sentences("Is deleted", seen.goes)
        sentences("Is kept", seen.stays)
        typed = ui.input(f'Type "{seen.confirmation}" to confirm').props("outlined autocomplete=off").classes("w-full")

        async def forget() -> bool:
            hand, words = sheet.hand, str(typed.value or "")
            erased = await sheet.visit.act(
                Role.ADMIN, lambda session: erasing.erase(session, sheet.member_id, hand, words)
            )
            if erased is None:
                return False
            ui.navigate.to(f"{sheet.members}?erased=1")
            return True

        does = buttons(opened, "Erase for good", forget, colour="negative")
        does.disable()
        typed.on_value_change(lambda: does.set_enabled(str(typed.value or "").strip() == seen.confirmation))
