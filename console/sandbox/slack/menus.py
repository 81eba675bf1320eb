"""What a colleague may do with a message: go to its thread, change it, take it back, pick a shortcut of the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nicegui import ui

from console.sandbox.slack import ask
from console.sandbox.slack.desk import Json
from console.sandbox.slack.hands import Hands
from console.sandbox.slack.messages import Act, Menu
from console.sandbox.slack.reading import Reading, of_thread

ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


class Menus:
    """`box` stays while messages are drawn anew, so questions that are asked in it stay too."""

    def __init__(self, hands: Hands, reading: Reading, go: Callable[[str, str], None], box: ui.element) -> None:
        self.hands, self.reading, self.go, self.box = hands, reading, go, box

    def of(self, message: Json, channel: Json, shortcuts: Sequence[str], *, in_thread: bool = False) -> Menu:
        if message.get("for_user"):
            return Menu()
        at = {"channel": channel["id"], "ts": message["ts"]}
        items: list[tuple[str, Act]] = []
        if is_mine := message.get("user") == self.hands.me:
            items = [("Edit message", self._edit(message, at)), ("Delete message", self._delete(at))]
        if message.get("subtype") != "tombstone":
            items += [(_said(name), self._pick(name, at)) for name in shortcuts]
        thread = None if in_thread else self._way(message, channel)
        return Menu(items, thread, str(message["text"]) if is_mine else "")

    def _way(self, message: Json, channel: Json) -> tuple[str, bool, Callable[[], None]]:
        replies = of_thread(message, channel, self.hands.me)
        unread = self.reading.unread(self.hands.me, message["ts"], replies)
        said = f"{len(replies)} {'reply' if len(replies) == 1 else 'replies'}" if replies else "Reply in thread"
        said += f", {unread} new" if unread else ""
        return said, bool(unread), lambda: self.go(channel["id"], message["ts"])

    def _edit(self, message: Json, at: Json) -> Act:
        async def edit() -> None:
            before = str(message["text"])
            for entity, character in ENTITIES:
                before = before.replace(entity, character)
            with self.box:
                said = await ask.rewritten(before)
            if said is not None:
                await self.hands.do("slack/edit", **at, text=said)

        return edit

    def _delete(self, at: Json) -> Act:
        async def delete() -> None:
            with self.box:
                agreed = await ask.sure("Delete this message?", "Delete")
            if agreed:
                await self.hands.do("slack/delete", **at)

        return delete

    def _pick(self, name: str, at: Json) -> Act:
        async def pick() -> None:
            await self.hands.tell("slack/shortcut", **at, callback_id=name)

        return pick


def _said(name: str) -> str:
    """Like ``Send as reply``, of a shortcut's callback id."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
