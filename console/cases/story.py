"""What was said and done, in one order: the member on the left, we on the right, what is private across."""

from __future__ import annotations

from nicegui import ui

from bot.handoff.names import channel
from bot.handoff.timeline import By, Item
from bot.handoff.words import FAILED_DELIVERIES, sentence, words
from console.cases.desk import Desk
from console.look import moment

STYLE = """
.msb-story { display: flex; flex-direction: column-reverse; max-height: 60vh; min-height: 12rem; overflow-y: auto; }
.msb-story { width: 100%; padding: .75rem; border: 1px solid rgba(127, 127, 127, .35); border-radius: 6px; }
.msb-lines { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: .5rem; }
.msb-said { max-width: min(85%, 40rem); padding: .45rem .7rem; border-radius: 10px; align-self: flex-start;
  background: #eef1f4; color: #1f2937; }
.body--dark .msb-said { background: #2b333b; color: #eef1f4; }
.msb-ours { align-self: flex-end; background: #dcebf2; } .body--dark .msb-ours { background: #1d3c4b; }
.msb-note { align-self: stretch; max-width: 100%; background: #fdf3d6; border: 1px dashed #8a5300; color: #3b2a05; }
.body--dark .msb-note { background: #3a2f14; border-color: #f2bd6b; color: #fdf3d6; }
.msb-event { align-self: center; text-align: center; max-width: 95%; font-size: .78rem; }
.msb-meta { font-size: .75rem; opacity: .85; }
.msb-lost { color: #b3261e; font-weight: 600; } .body--dark .msb-lost { color: #ffb4ab; }
"""
STATES = {
    "pending": "waits to be sent",
    "sending": "is being sent",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
}
"""How far a message of ours came; of those that came no further see `FAILED_DELIVERIES`."""


def key(desk: Desk) -> object:
    return desk.whole.timeline, desk.at.astimezone(desk.zone).date()


def draw(desk: Desk) -> None:
    """The lines as a log: who can't see them hears what is new."""
    story = desk.whole.timeline
    with ui.element("ol").classes("msb-lines"):
        if story.has_more:
            with ui.element("li").classes("msb-event"):
                ui.button("Show earlier", on_click=lambda: _earlier(desk)).props("flat dense no-caps")
        for item in story.items:
            _line(desk, item)
        if not story.items:
            with ui.element("li").classes("msb-event msb-muted"):
                ui.label("Nothing has been said yet.")


async def _earlier(desk: Desk) -> None:
    desk.most *= 3
    await desk.refresh()


def _line(desk: Desk, item: Item) -> None:
    at = moment(item.at, desk.zone, desk.at)
    if item.by is By.EVENT:
        with ui.element("li").classes("msb-event msb-muted msb-wrap"):
            ui.label(f"{item.text} {at}")
        return
    kinds = {By.MEMBER: "", By.NOTE: " msb-note"}
    with ui.element("li").classes(f"msb-said{kinds.get(item.by, ' msb-ours')}"):
        ui.label(_title(item, at)).classes("msb-meta msb-wrap")
        ui.label(item.text or "(These words are not kept any more.)").classes("msb-wrap")
        if item.state is not None and item.by is By.COLLEAGUE:
            _state(item)


def _title(item: Item, at: str) -> str:
    if item.by is By.NOTE:
        return f"Private note by {item.author}, {at}"
    by = f" by {channel(item.channel)}" if item.channel else ""
    return f"{item.author}{by}, {at}"


def _state(item: Item) -> None:
    """What became of a reply. Why one was not sent is told beside it."""
    if (known := STATES.get(item.state or "")) is not None:
        ui.label(known).classes("msb-meta")
        return
    why = f": {words(item.problem)}" if item.problem else ""
    lost = FAILED_DELIVERIES.get(item.state or "", sentence(words(item.state or "")))
    ui.label(f"{lost}{why}.").classes("msb-lost msb-wrap text-caption")
