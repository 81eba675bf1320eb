"""The staff's Slack as a pane of a page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from nicegui import ui

from console.sandbox.slack.blocks import draw, look_of
from console.sandbox.slack.conversation import Composer, Log
from console.sandbox.slack.desk import Desk, Json, Press
from console.sandbox.slack.hands import Hands
from console.sandbox.slack.menus import Menus
from console.sandbox.slack.messages import Menu
from console.sandbox.slack.modal import Modal
from console.sandbox.slack.pictures import Pictures
from console.sandbox.slack.places import Place, Places
from console.sandbox.slack.reading import Reading, of_channel, of_thread
from console.sandbox.slack.rows import Row, Rows
from console.sandbox.slack.style import STYLE
from console.sandbox.slack.tags import tag, text
from console.sandbox.slack.world import SlackWorld

HOME = "home"
ARCHIVES = re.compile(r"/archives/(\w+)/p(\d+)(\d{6})(?:\?.*thread_ts=([\d.]+))?")


async def _nothing() -> None:
    """Nobody wants to know."""


class SlackPane:
    """Draws itself where it is made, in NiceGUI's current slot, and fills the height of what it is in.

    `acted` is awaited after each thing that a person did here, so that the page can look for news at once. `memory`
    keeps as whom one acts, and where one looks, beyond this visit.
    """

    def __init__(
        self,
        world: SlackWorld,
        acted: Callable[[], Awaitable[None]] = _nothing,
        memory: MutableMapping[str, Any] | None = None,
    ) -> None:
        self.world, self.memory = world, {} if memory is None else memory
        self.hands, self.reading = Hands(world, acted), Reading()
        self.state: Json = {}
        self.where, self.thread = str(self.memory.get("where") or ""), ""
        self.pictures = Pictures(world)
        self._asked = self._drawn = 0
        self._touched: tuple[ui.element, str] | None = None
        self._build()

    @property
    def me(self) -> str:
        """The Slack id of the colleague as whom one acts; empty until the first state came."""
        return self.hands.me

    async def show(self, state: dict[str, Any]) -> None:
        """Draws what changed. `state` is the answer of ``/sandbox/state``; only what concerns Slack is read."""
        self._asked += 1
        mine = self._asked
        await self.pictures.fetch(state["channels"])
        if mine < self._drawn:  # a later state was drawn while this one waited for its pictures
            return
        self._drawn = mine
        was_emptied = not any(one["messages"] for one in state["channels"])
        if not self.state or was_emptied:  # an emptied sandbox may begin at an earlier time
            self.reading.start([one["id"] for one in state["users"]], state["channels"])
        self.state = state
        self._choose_who()
        self._draw()

    async def act_as(self, name: str) -> None:
        """Becomes the colleague with this Slack id, or with this first name."""
        for one in self._staff():
            if name in (one["id"], one["name"].split()[0]):
                self._become(one["id"])
                await self._look_at_home()

    async def open_thread(self, ts: str, channel: str | None = None) -> None:
        """Opens the thread of the message `ts`, of the main channel unless told."""
        if self.state:
            self._open(channel or self.state["channels"][0]["id"], ts)

    async def open_home(self) -> None:
        """Shows the home tab of the colleague as whom one acts."""
        await self._go(HOME)

    # What is on the pane.

    def _build(self) -> None:
        ui.add_css(STYLE)
        with tag("section", "sk sk-pane", aria_label="Slack of the staff") as self.box:
            with tag("div", "sk-bar"):
                text("Slack", "sk-team", role="heading", aria_level=2)
                text("Times in UTC", "sk-bar-note")
                self.who = ui.select({}, label="You are", on_change=self._chosen)
                self.who.props("dense outlined dark options-dense behavior=menu").classes("sk-who")
            self.places = Places(self._go)
            with tag("div", "sk-columns") as self.columns:
                with tag("div", "sk-column sk-main") as self.channel_column:
                    self.log = Log("Messages in the channel")
                    self.composer = Composer("Message to the channel", self._say)
                    self.composer.hint("A message, or /member, /handoff, /away")
                with tag("div", "sk-column sk-log", tabindex="0", role="region", aria_label="Home") as self.home_column:
                    self.home = Rows(tag("div", "sk-home"))
                with tag("aside", "sk-column sk-thread", aria_label="Thread") as self.thread_column:
                    with tag("div", "sk-thread-bar"):
                        text("Thread", "sk-thread-title", role="heading", aria_level=3)
                        close = ui.button(icon="close", color=None, on_click=lambda: self._open(self.where, ""))
                        close.props('flat dense round size=sm aria-label="Close the thread"')
                    self.thread_log = Log("Messages in the thread")
                    self.answer = Composer("Reply in the thread", self._reply)
                    self.answer.hint("A private note, or > and words for the member")
            self.hands.box = self.box
            self.modal = Modal(self.hands, self._desk)
        self.menus = Menus(self.hands, self.reading, self._answer_in, self.box)

    def _draw(self) -> None:
        channels = self._channels()
        by_id = {one["id"]: one for one in channels}
        if self.where != HOME and self.where not in by_id:
            self.where = channels[0]["id"]
        channel = by_id.get(self.where)
        self.channel_column.set_visibility(channel is not None)
        self.home_column.set_visibility(channel is None)
        root = next((one for one in (channel or {}).get("messages", []) if one["ts"] == self.thread), None)
        self.thread_column.set_visibility(root is not None)
        self.columns.classes(**{"add" if root else "remove": "sk-with-thread"})
        if channel is None:
            self._draw_home()
        else:
            self._draw_channel(channel)
            self._draw_thread(root, channel)
        self.places.show([*(self._place(one) for one in channels), Place(HOME, "Home")], self.where)
        self.modal.show(self.state["views"].get(self.me))
        self._keep_focus()

    def _draw_channel(self, channel: Json) -> None:
        messages = of_channel(channel, self.me)
        self.reading.look(self.me, channel["id"], messages)
        empty = "When a member needs a person, the case appears here."
        self.log.show(messages, self._desk_of(channel), lambda one: self._menu(one, channel), empty)

    def _draw_thread(self, root: Json | None, channel: Json) -> None:
        if root is None:
            return
        messages = of_thread(root, channel, self.me)
        self.reading.look(self.me, root["ts"], messages)
        self.thread_log.show(
            [root, *messages], self._desk_of(channel), lambda one: self._menu(one, channel, in_thread=True), ""
        )

    def _draw_home(self) -> None:
        view = self.state["homes"].get(self.me)
        if view is None:
            empty = "The app has put nothing here yet."
            self.home.show([Row("empty", empty, lambda: _empty(empty))])
            return

        async def press(pressed: Press) -> None:
            where = {"view_id": view["id"], "action_id": pressed.action_id, "value": pressed.value}
            await self.hands.tell("slack/click", **where)

        desk = self._desk(press=press, touched=lambda one: self._touch(one, ""), held=view["state"]["values"])
        self.home.show([_home_row(number, view["id"], block, desk) for number, block in enumerate(view["blocks"])])

    def _place(self, channel: Json) -> Place:
        name = "Messages of the app" if channel["partner"] else f"# {channel['name']}"
        return Place(channel["id"], name, self.reading.unread(self.me, channel["id"], of_channel(channel, self.me)))

    def _menu(self, message: Json, channel: Json, *, in_thread: bool = False) -> Menu:
        return self.menus.of(message, channel, self.state["shortcuts"], in_thread=in_thread)

    # What people do.

    async def _say(self, said: str) -> bool:
        self.log.to_end()
        if said.startswith("/"):
            return await self.hands.tell("slack/command", text=said, channel=self.where) is not None
        return await self.hands.do("slack/say", text=said, channel=self.where) is not None

    async def _reply(self, said: str) -> bool:
        if said.startswith("/"):
            ui.notify("Slack takes no commands in threads.", type="warning")
            return False
        self.thread_log.to_end()
        return await self.hands.do("slack/say", text=said, channel=self.where, thread_ts=self.thread) is not None

    async def _chosen(self, event: Any) -> None:
        if event.value and event.value != self.me:
            self._become(event.value)
            await self._look_at_home()

    def _become(self, user: str) -> None:
        self.hands.me = self.memory["me"] = user
        self.thread = ""
        if self.who.value != user:
            self.who.set_value(user)
        self._draw()

    async def _go(self, place: str) -> None:
        self.where, self.thread = place, ""
        if place != HOME:
            self.memory["where"] = place
        if self.state:
            self._draw()
        await self._look_at_home()

    async def _look_at_home(self) -> None:
        """Slack tells the app of each visit to its home, which is when the app draws it."""
        if self.where == HOME and self.me:
            await self.hands.do("slack/home")

    def _open(self, channel: str, ts: str) -> None:
        self.where, self.thread = channel, ts
        self._draw()

    def _answer_in(self, channel: str, ts: str) -> None:
        self._open(channel, ts)
        self.answer.words.run_method("focus")

    def _touch(self, element: ui.element, ts: str) -> None:
        self._touched = element, ts

    def _keep_focus(self) -> None:
        """Whoever pressed what was drawn anew since goes on from its message, and not from the top of the page."""
        if self._touched is None or not self._touched[0].is_deleted:
            return
        key = f"message:{self._touched[1]}"
        cells = (self.log.rows.cells.get(key), self.thread_log.rows.cells.get(key))
        box = next((cell.box for cell in cells if cell is not None), self.home_column)
        self._touched = None
        self.box.client.run_javascript(f"document.activeElement === document.body && getHtmlElement({box.id})?.focus()")

    def _follow(self, address: str) -> Callable[[], None] | None:
        """An address in this Slack leads to its thread."""
        found = ARCHIVES.search(address)
        if found is None or not any(one["id"] == found[1] for one in self.state["channels"]):
            return None
        return lambda: self._open(found[1], found[4] or f"{found[2]}.{found[3]}")

    # What drawing needs.

    def _channels(self) -> list[Json]:
        """Direct messages are the bot's with this colleague, once there are any."""
        return [one for one in self.state["channels"] if not one["partner"] or self._is_mine(one)]

    def _is_mine(self, channel: Json) -> bool:
        return bool(channel["partner"] == self.me and (channel["messages"] or channel["ephemeral"]))

    def _staff(self) -> list[Json]:
        return [one for one in self.state.get("users", []) if not one["is_bot"]]

    def _choose_who(self) -> None:
        names = {one["id"]: one["name"] for one in self._staff()}
        if self.me not in names:
            wanted = str(self.memory.get("me") or "")
            self.hands.me = wanted if wanted in names else next(iter(names), "")
        if self.who.options != names or self.who.value != self.me:
            self.who.set_options(names, value=self.me)

    def _desk(self, **more: Any) -> Desk:
        people = {one["id"]: one["name"] for one in self.state["users"]}
        channels = {one["id"]: one["name"] for one in self.state["channels"] if not one["partner"]}
        return Desk(
            people,
            channels,
            follow=self._follow,
            pictures=self.pictures.shown,
            box=self.box,
            download=self.pictures.download,
            **more,
        )

    def _desk_of(self, channel: Json) -> Callable[[Json], Desk]:
        def desk_of(message: Json) -> Desk:
            at = {"channel": channel["id"], "ts": message["ts"]}

            async def press(pressed: Press) -> None:
                await self.hands.tell("slack/click", **at, action_id=pressed.action_id, value=pressed.value)

            return self._desk(press=press, touched=lambda one: self._touch(one, message["ts"]))

        return desk_of


def _empty(said: str) -> None:
    text(said, "sk-empty")


def _home_row(number: int, view_id: str, block: Json, desk: Desk) -> Row:
    return Row(f"{view_id}:{number}", block, lambda: draw(block, desk), look_of(block))
