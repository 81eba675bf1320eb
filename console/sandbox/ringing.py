"""A phone that rings, or on which somebody talks: what can be done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui

from console.sandbox.bubbles import Press

Json = Mapping[str, Any]
Do = Callable[[Press], Awaitable[None]]

KEYS = ("1", "2", "9")


def draw(leg: Json, whose: str, do: Do) -> None:
    """One leg of a call that is live."""
    path = f"calls/{leg['sid']}"
    with ui.column().classes("sb-ring q-gutter-xs"):
        if leg["waits_for"] == "pick_up":
            _rings(path, leg, whose, do)
        else:
            _talks(path, leg, whose, do)


def _rings(path: str, leg: Json, whose: str, do: Do) -> None:
    _title(f"{whose} rings", f"Call from {leg['from']}")
    with ui.row().classes("q-gutter-xs"):
        _button("Pick up", Press("", f"{path}/answer", {"by": "human"}), do, "color=positive icon=call")
        _button("Decline", Press("", f"{path}/decline"), do, "color=negative icon=call_end")
        _button("Let it ring", Press("", f"{path}/no-answer"), do, "outline")
        _button("Voicemail", Press("", f"{path}/answer", {"by": "machine"}), do, "outline")
        _button("Busy", Press("", f"{path}/busy"), do, "outline")


def _talks(path: str, leg: Json, whose: str, do: Do) -> None:
    _title(f"{whose} is on the phone", "They talk with each other." if leg["connected"] else "They hear:")
    if not leg["connected"]:
        for line in leg["heard"][-2:]:
            ui.label(f"“{line}”").classes("sb-text")
    with ui.row().classes("q-gutter-xs"):
        if leg["waits_for"] == "keys":
            for key in KEYS:
                _button(key, Press("", f"{path}/keys", {"digits": key}), do, f'outline aria-label="Press {key}"')
            _button("Press nothing", Press("", f"{path}/timeout"), do, "outline")
        _button("Hang up", Press("", f"{path}/hangup"), do, "color=negative icon=call_end")


def _title(title: str, more: str) -> None:
    with ui.row().classes("items-center q-gutter-sm no-wrap"):
        ui.icon("ring_volume", size="sm").props("aria-hidden=true")
        with ui.column().classes("gap-0"):
            ui.label(title).classes("text-weight-bold").props("role=alert")
            ui.label(more).classes("sb-small msb-muted")


def _button(title: str, press: Press, do: Do, props: str) -> None:
    async def pressed() -> None:
        await do(press)

    ui.button(title, on_click=pressed).props(f"dense no-caps size=sm {props}").classes("q-px-sm")
