"""The messages on a phone, drawn."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from console.sandbox import times
from console.sandbox.bubbles import Bubble, Press

URL = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:!?)])")
Do = Callable[[Press], Awaitable[None]]


def draw(shown: Sequence[Bubble], zone: str, do: Do, address: str) -> None:
    """All of them, oldest first, with a line for each day; times are those of `zone`."""
    day = ""
    for bubble in shown:
        today = times.day(times.moment(bubble.at), zone)
        if today != day:
            ui.label(today).classes("sb-day msb-muted")
            day = today
        _bubble(bubble, zone, do, address)


def _bubble(bubble: Bubble, zone: str, do: Do, address: str) -> None:
    with ui.column().classes("sb-bubble" + (" sb-mine" if bubble.mine else "")):
        if bubble.by:
            ui.label(bubble.by).classes("sb-small text-weight-bold")
        if bubble.sender:
            ui.label(f"From: {bubble.sender}").classes("sb-small msb-muted")
        if bubble.subject:
            ui.label(bubble.subject).classes("text-weight-bold")
        linked(bubble.text)
        for press in bubble.buttons:
            ui.button(press.title, on_click=_presses(do, press)).props("outline dense no-caps size=sm").classes(
                "w-full"
            )
        if bubble.may_leave:
            leave = Press("Unsubscribe", f"mail/{address}/unsubscribe", {"id": bubble.key})
            ui.button("Unsubscribe", on_click=_presses(do, leave)).props("flat dense no-caps size=sm")
        foot = f"{times.hour(times.moment(bubble.at), zone)} {bubble.marks}".strip()
        ui.label(foot).classes("sb-small " + ("sb-badtext" if bubble.bad else "msb-muted"))


def linked(text: str) -> None:
    """The text as it is, with its addresses of pages as links."""
    parts = URL.split(text)
    if len(parts) == 1:
        ui.label(text).classes("sb-text")
        return
    with ui.element("div").classes("sb-text"):
        for number, part in enumerate(parts):
            if number % 2:
                ui.link(part, part, new_tab=True).classes("sb-text")
            elif part:
                ui.label(part).classes("sb-text inline")


def _presses(do: Do, press: Press) -> Callable[[], Awaitable[None]]:
    async def pressed() -> None:
        await do(press)

    return pressed
