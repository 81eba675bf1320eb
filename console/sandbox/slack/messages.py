"""Draws one message of Slack with what hangs on it: files, reactions, its thread, its menu."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from console.sandbox.slack.blocks import draw, look_of
from console.sandbox.slack.desk import Desk, Json
from console.sandbox.slack.mrkdwn import EMOJI, paragraphs
from console.sandbox.slack.rows import Row, Rows
from console.sandbox.slack.tags import tag, text
from console.sandbox.slack.times import hour, in_full
from console.sandbox.slack.words import told

COLOURS = ("#7c3aed", "#0e7490", "#b45309", "#be185d", "#15803d")
APP_COLOUR = "#4a154b"
Act = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Menu:
    """What may be done with a message: names and acts; and the way to its thread, with what it says."""

    items: Sequence[tuple[str, Act]] = ()
    thread: tuple[str, bool, Callable[[], None]] | None = None
    """What the way says, whether there is news, and the way."""
    looks: str = ""
    """What else the acts depend on."""


class Message:
    """A message that stays while its parts change. Draws itself in the current slot."""

    def __init__(self, message: Json, desk: Desk) -> None:
        author = str(message.get("user"))
        self.name = desk.people.get(author, "Slack" if message.get("subtype") == "tombstone" else author)
        self.is_app = bool(message.get("bot_id") or message.get("for_user"))
        with tag("div", "sk-message"):
            face(self.name, author, is_app=self.is_app)
            self.parts = Rows(tag("div", "sk-body"))

    def show(self, message: Json, desk: Desk, menu: Menu) -> None:
        blocks = message.get("blocks") or []
        rows = [Row("by", bool(message.get("edited")), lambda: _by(message, self.name, is_app=self.is_app), "sk-by")]
        for number, block in enumerate(blocks):
            rows.append(_block_row(number, block, desk))
        if not blocks and message.get("text"):
            said = str(message["text"])
            rows.append(Row("text", said, lambda: told(paragraphs(said, desk.names), desk)))
        for file in message.get("files") or []:
            shown = str(desk.pictures.get(file["id"], ""))
            rows.append(Row(f"file:{file['id']}", (file, bool(shown)), _file_drawer(file, desk)))
        if message.get("reactions"):
            found = message["reactions"]
            rows.append(Row("reactions", found, lambda: _reactions(found), "sk-reactions"))
        if menu.thread is not None or menu.items:
            looks = (menu.thread[:2] if menu.thread else None, [name for name, _ in menu.items], menu.looks)
            rows.append(Row("menu", looks, lambda: _menu(menu), "sk-menu"))
        self.parts.show(rows)


def _block_row(number: int, block: Json, desk: Desk) -> Row:
    return Row(f"block:{number}", block, lambda: draw(block, desk), look_of(block))


def face(name: str, identifier: str, *, is_app: bool) -> None:
    """The square with a person's initials."""
    colour = APP_COLOUR if is_app else COLOURS[sum(map(ord, identifier)) % len(COLOURS)]
    initials = "".join(word[0] for word in name.split()[:2])
    text(initials, "sk-face", aria_hidden="true").style(f"background: {colour}")


def _by(message: Json, name: str, *, is_app: bool) -> None:
    text(name, "sk-name", "strong")
    if is_app:
        text("APP", "sk-app", "span")
    text(hour(message["ts"]), "sk-time", "time", title=in_full(message["ts"]))
    if message.get("edited") and not is_app:
        text("(edited)", "sk-time", "span")


def _file_drawer(file: Json, desk: Desk) -> Callable[[], None]:
    return lambda: _file(file, desk)


def _file(file: Json, desk: Desk) -> None:
    with tag("figure", "sk-figure"):
        text(str(file.get("title") or file.get("name")), "sk-muted", "figcaption")
        if shown := desk.pictures.get(str(file["id"])):
            tag("img", "sk-picture", src=shown, alt=str(file.get("alt_txt") or file.get("title") or ""))
        else:
            name = f"Download {file.get('name')}"
            text(name, "sk-link", "button", type="button").on("click", lambda: desk.download(file))


def _reactions(found: Sequence[Json]) -> None:
    for one in found:
        name = str(one["name"])
        shown = EMOJI.get(name, f":{name}:")
        with text(f"{shown} {one['count']}", "sk-reaction", "span", title=f":{name}:"):
            text(f" reaction: {name.replace('_', ' ')}", "sk-unseen", "span")


def _menu(menu: Menu) -> None:
    if menu.thread is not None:
        said, is_new, go = menu.thread
        text(said, "sk-link sk-replies" + (" sk-new" if is_new else ""), "button", type="button").on("click", go)
    if menu.items:
        with ui.button(icon="more_vert", color=None).props(
            'flat dense round size=sm aria-label="Message menu"'
        ) as more:
            more.classes("sk-dots")
            with ui.menu().props("auto-close"):
                for name, act in menu.items:
                    ui.menu_item(name, _handler(act)).props("role=menuitem")


def _handler(act: Act) -> Callable[[Any], Awaitable[None]]:
    async def handle(_: Any) -> None:
        await act()

    return handle
