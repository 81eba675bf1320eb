"""Dialogs that say what will happen before it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nicegui import ui


@contextmanager
def dialog(title: str, *, wide: bool = False) -> Iterator[ui.dialog]:
    """Opens one with its heading; what is drawn inside goes below it."""
    with ui.dialog(value=True) as opened:
        opened.props["aria-label"] = title
        opened.on("hide", opened.delete)
        with ui.card().classes("w-full gap-3").style(f"max-width: {'46rem' if wide else '32rem'}"):
            ui.label(title).classes("text-h6 msb-wrap").props("role=heading aria-level=2")
            yield opened


def buttons(opened: ui.dialog, text: str, act: Callable[[], Awaitable[bool]], *, colour: str = "primary") -> ui.button:
    """Cancel, and the button that does it: it can be pressed once until it is known what came of it."""

    async def press() -> None:
        does.disable()
        try:
            if await act():
                opened.close()
        finally:
            if not does.is_deleted:
                does.enable()

    with ui.row().classes("w-full justify-end gap-2"):
        ui.button("Cancel", on_click=opened.close).props("flat no-caps")
        does = ui.button(text, on_click=press).props(f"unelevated no-caps color={colour}")
    return does


def says(text: str) -> ui.label:
    """What will happen."""
    return ui.label(text).classes("msb-wrap")


def sentences(title: str, told: tuple[str, ...]) -> None:
    """A heading and a list of sentences; nothing when there are none."""
    if not told:
        return
    ui.label(title).classes("text-subtitle2").props("role=heading aria-level=3")
    with ui.element("ul").classes("q-my-none").style("padding-left: 1.25rem; list-style: disc"):
        for one in told:
            with ui.element("li"):
                ui.label(one).classes("msb-wrap")
