"""Small questions in between: is that meant, and what should it say."""

from __future__ import annotations

from contextlib import nullcontext

from nicegui import ui

from console.sandbox.slack.desk import Desk, Json
from console.sandbox.slack.tags import tag, text
from console.sandbox.slack.words import plain, text_object


async def confirmed(asked: Json | None, desk: Desk) -> bool:
    """Asks the question of a Block Kit ``confirm`` object, if there is one."""
    if asked is None:
        return True
    with desk.box or nullcontext(), ui.dialog() as dialog, ui.card().classes("sk sk-dialog sk-small"):
        _title(dialog, plain(asked["title"]))
        text_object(asked["text"], desk)
        _answers(dialog, plain(asked["confirm"]), str(asked.get("style") or "primary"), plain(asked["deny"]))
    said = await dialog
    dialog.delete()
    return bool(said)


async def sure(question: str, yes: str) -> bool:
    """Asks before something is taken away."""
    with ui.dialog() as dialog, ui.card().classes("sk sk-dialog sk-small"):
        _title(dialog, question)
        _answers(dialog, yes, "danger", "Cancel")
    said = await dialog
    dialog.delete()
    return bool(said)


async def rewritten(said: str) -> str | None:
    """Asks for other words; None when they stay."""
    with ui.dialog() as dialog, ui.card().classes("sk sk-dialog"):
        _title(dialog, "Edit message")
        words = ui.textarea(value=said).props('outlined dense autogrow autofocus aria-label="Message" maxlength=4000')
        words.classes("sk-field")
        _answers(dialog, "Save changes", "primary", "Cancel")
    agreed = await dialog
    found = (words.value or "").strip()
    dialog.delete()
    return found if agreed and found and found != said else None


def _title(dialog: ui.dialog, said: str) -> None:
    dialog.props["aria-label"] = said
    text(said, "sk-title", role="heading", aria_level=2)


def _answers(dialog: ui.dialog, yes: str, style: str, no: str) -> None:
    with tag("div", "sk-actions sk-end"):
        for said, look, answer in ((no, "plain", False), (yes, style, True)):
            button = ui.button(said, color=None, on_click=lambda _, one=answer: dialog.submit(one))
            button.props("no-caps unelevated").classes(f"sk-button sk-{look}")
