"""One phone: whose it is, its channels, its messages, and what its owner can do."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from bot.members.handsets import Handset
from console.sandbox import phone_log, ringing, times
from console.sandbox.bubbles import Bubble, Press, calls, is_live
from console.sandbox.channels import CHANNELS, Channel, conversation, legs, news
from console.sandbox.client import SandboxClient
from console.sandbox.slack.world import SandboxSaysNo

Json = Mapping[str, Any]
OTHER = "another number"
E164 = re.compile(r"\+[1-9]\d{6,14}")
HOME_ZONE = "America/New_York"


class Phone:
    """Drawn where it is made. `chosen` is a member's id, or a number that belongs to nobody; `connect` links a chat."""

    def __init__(
        self,
        name: str,
        client: SandboxClient,
        acted: Callable[[], Awaitable[None]],
        connect: Callable[[Handset, str], Awaitable[None]],
    ) -> None:
        self.name, self._client, self._acted, self._connect = name, client, acted, connect
        self.chosen: int | str | None = None
        self.channel = "sms"
        self._state: Json = {}
        self._people: Mapping[int, Handset] = {}
        self._seen: dict[tuple[int | str, str], int] = {}
        self._drawn: dict[str, str] = {}
        self._build()

    # What it shows

    @property
    def owner(self) -> Handset | None:
        return self._people.get(self.chosen) if isinstance(self.chosen, int) else None

    @property
    def zone(self) -> str:
        return self.owner.zone if self.owner is not None else HOME_ZONE

    @property
    def addresses(self) -> Mapping[str, str]:
        if self.owner is not None:
            return self.owner.addresses
        return {"sms": self.chosen} if isinstance(self.chosen, str) else {}

    def _channels(self) -> list[Channel]:
        return [channel for key, channel in CHANNELS.items() if key in self.addresses]

    def turn_to_news(self, state: Json, people: Mapping[int, Handset]) -> None:
        """Begins on the first channel on which something came."""
        self._state, self._people = state, people
        busy = [one.key for one in self._channels() if news(state, one.key, self.addresses[one.key])]
        self.channel = next(iter(busy), self.channel)

    def choose(self, chosen: int | str, channel: str | None = None) -> None:
        """Shows that phone; on this channel, if one is named."""
        self.chosen, self.channel = chosen, channel or self.channel
        self._select.value = chosen
        self.show(self._state, self._people, [])

    def show(self, state: Json, people: Mapping[int, Handset], order: Sequence[int]) -> None:
        """Draws what changed. `order` are the members' ids, those with news first; empty leaves the list as it is."""
        self._state, self._people = state, people
        if order:
            self._offer(order)
        if self.channel not in self.addresses:
            self.channel = next(iter(self._channels()), CHANNELS["sms"]).key
        self._redraw("head", [self.chosen, self.owner and [*self.owner.closed.items()], self._local_time()], self._head)
        self._redraw("tabs", [self.chosen, self.channel, list(self.addresses), self._unread()], self._tabs)
        self._redraw("log", [self.chosen, self.channel, self._content()], self._log)
        self._redraw("foot", [self.chosen, self.channel, self._acts_content()], self._foot)

    def _redraw(self, part: str, content: Any, draw: Callable[[], None]) -> None:
        said = json.dumps(content, default=str)
        if self._drawn.get(part) == said:
            return
        self._drawn[part] = said
        box = self._boxes[part]
        box.clear()
        with box:
            draw()

    def _content(self) -> Any:
        if self.channel == "voice":
            return legs(self._state, self.addresses.get("voice", ""))
        return [self._conversation(), self._ringing()]

    def _conversation(self) -> Json:
        return conversation(self._state, self.channel, self.addresses.get(self.channel, ""))

    def _ringing(self) -> list[Json]:
        numbers = {self.addresses.get("voice"), self.addresses.get("sms")} - {None}
        return [leg for leg in self._state.get("calls", []) if leg["to"] in numbers and is_live(leg)]

    def _acts_content(self) -> Any:
        found = self._conversation()
        return {key: value for key, value in found.items() if key != "messages"} | {"any": bool(found.get("messages"))}

    def _local_time(self) -> str:
        now = self._state.get("clock", {}).get("now")
        return times.local(times.moment(now), self.zone) if now else ""

    def _unread(self) -> list[str]:
        """The channels on which something came that was not looked at yet."""
        found = []
        for key, address in self.addresses.items():
            if key not in CHANNELS or self.chosen is None:
                continue
            count, place = news(self._state, key, address), (self.chosen, key)
            if key == self.channel or count < self._seen.get(place, 0):
                self._seen[place] = count
            if count > self._seen.get(place, 0):
                found.append(key)
        return found

    # Drawing

    def _build(self) -> None:
        with ui.column().classes("sb-pane sb-part sb-of-phones").props(f'role=region aria-label="{self.name}"') as pane:
            self.pane = pane
            with ui.column().classes("sb-head gap-0"):
                self._select = ui.select({}, label="Whose phone", on_change=self._picked)
                self._select.props("dense options-dense borderless use-input input-debounce=0").classes("w-full")
                self._boxes: dict[str, ui.element] = {"head": ui.row().classes("w-full items-center sb-small gap-1")}
            self._boxes["tabs"] = ui.row().classes("w-full no-wrap items-center gap-0")
            self._boxes["log"] = ui.column().classes("sb-log").props('role=log tabindex=0 aria-label="Messages"')
            with ui.row().classes("sb-foot no-wrap items-center gap-1"):
                self._input = ui.input(label="Text message").props("dense outlined autogrow").classes("grow min-w-0")
                self._input.on("keydown.enter.prevent", self._send)
                self._send_button = ui.button(icon="send", on_click=self._send).props('flat dense aria-label="Send"')
                self._boxes["foot"] = ui.row()

    def _offer(self, order: Sequence[int]) -> None:
        options: dict[Any, str] = {number: self._people[number].name for number in order if number in self._people}
        strangers = [number for number in self._state.get("sms", {}) if self._is_stranger(number)]
        options |= {number: f"{self._state['sms'][number]['name'] or 'A stranger'} {number}" for number in strangers}
        if isinstance(self.chosen, str):
            options.setdefault(self.chosen, f"A stranger {self.chosen}")
        options[OTHER] = "Another number ..."
        if self._select.options != options:
            self._select.set_options(options, value=self.chosen if self.chosen in options else None)

    def _is_stranger(self, number: str) -> bool:
        """A number with messages that is nobody's."""
        known = {one.addresses.get("sms") for one in self._people.values()}
        return number not in known and bool(self._state["sms"][number]["messages"])

    def _head(self) -> None:
        if self.owner is None:
            ui.label("Nobody's number" if self.chosen else "Nobody chosen").classes("msb-muted")
            return
        ui.label(f"{self._local_time()} in {times.city(self.zone)}").classes("msb-muted")
        for channel, why in self.owner.closed.items():
            title = CHANNELS[channel].title if channel in CHANNELS else channel
            ui.label(f"{title}: {why}").classes("sb-badtext")

    def _tabs(self) -> None:
        unread = self._unread()
        with ui.tabs().props("dense no-caps inline-label align=left").classes("grow min-w-0") as tabs:
            for channel in self._channels():
                new = channel.key in unread
                label = f"{channel.title} •" if new else channel.title
                ui.tab(channel.key, label=label).classes("q-px-sm").props(
                    f'aria-label="{channel.title}{", new" if new else ""}"'
                )
        tabs.set_value(self.channel)
        tabs.on_value_change(self._tabbed)
        missing = [key for key in ("telegram", "messenger", "slack") if key not in self.addresses]
        if self.owner is not None and missing:
            with ui.button(icon="add").props('flat dense size=sm aria-label="Connect another channel"'), ui.menu():
                for key in missing:
                    ui.menu_item(f"Connect {CHANNELS[key].title}", on_click=self._connects(key))

    def _log(self) -> None:
        for leg in self._ringing():
            ringing.draw(leg, f"{self.owner.first_name}'s phone" if self.owner else "The phone", self.do)
        shown = self._bubbles()
        address = self.addresses.get(self.channel, "")
        phone_log.draw(shown, self.zone, self.do, address)
        if not shown:
            ui.label("Nothing here yet." if self.chosen else "Choose somebody.").classes("msb-muted self-center")
        ui.run_javascript(f"setTimeout(() => {{const e = getHtmlElement({self._boxes['log'].id}); "
                          "if (e) e.scrollTop = e.scrollHeight}, 50)")  # fmt: skip

    def _bubbles(self) -> list[Bubble]:
        if self.channel == "voice":
            return calls(legs(self._state, self.addresses.get("voice", "")))
        return CHANNELS[self.channel].read(self._conversation())

    def _foot(self) -> None:
        channel = CHANNELS[self.channel]
        can_write = self.chosen is not None and self.channel != "voice"
        self._input.set_enabled(can_write)
        self._send_button.set_enabled(can_write)
        self._input.props(f'label="{channel.field or "A call is spoken"}"')
        acts = channel.more(self.addresses.get(self.channel, ""), self._conversation()) if can_write else []
        if not acts:
            return
        with ui.button(icon="more_vert").props('flat dense aria-label="What else can be done"'), ui.menu():
            for press in acts:
                ui.menu_item(press.title, on_click=self._does(press))

    # What its owner does

    async def do(self, press: Press) -> None:
        """Does it, and looks for news at once."""
        try:
            answer = await self._client.post(press.path, **press.body)
        except SandboxSaysNo as problem:
            self._say(f"That did not work: {problem}")
            return
        if isinstance(answer, dict) and answer.get("ok") is False:
            self._say(f"The bot did not take that ({answer.get('result')}).")
        await self._acted()

    async def _send(self) -> None:
        text = str(self._input.value or "").strip()
        address = self.addresses.get(self.channel)
        if not text or not address or self.channel == "voice":
            return
        self._input.value = ""
        path = CHANNELS[self.channel].path(address)
        if self.channel == "email" and not any(not one.mine for one in self._bubbles()):
            path = path.removesuffix("/reply") + "/new"
        await self.do(Press("", path, {"text": text}))

    def _say(self, said: str) -> None:
        with self.pane:
            ui.notify(said, type="warning", multi_line=True)

    def _does(self, press: Press) -> Callable[[], Awaitable[None]]:
        async def does() -> None:
            await self.do(press)

        return does

    def _connects(self, channel: str) -> Callable[[], Awaitable[None]]:
        async def connects() -> None:
            if self.owner is not None:
                await self._connect(self.owner, channel)
                self.channel = channel
                await self._acted()

        return connects

    def _tabbed(self, event: Any) -> None:
        if event.value != self.channel:
            self.channel = event.value
            self.show(self._state, self._people, [])

    async def _picked(self, event: Any) -> None:
        if event.value == OTHER:
            self._select.value = self.chosen
            await self._ask_number()
        elif event.value is not None and event.value != self.chosen:
            self.choose(event.value)

    async def _ask_number(self) -> None:
        with self.pane, ui.dialog() as dialog, ui.card():
            ui.label("Whose phone is that?").classes("text-h6")
            number = ui.input("Number, with + and the country", placeholder="+14155550199").props("autofocus")
            number.validation = {"Such as +14155550199": lambda said: bool(E164.fullmatch(_digits(said)))}
            with ui.row():
                ui.button("Take it", on_click=lambda: dialog.submit(number.value) if number.validate() else None)
                ui.button("Cancel", on_click=dialog.close).props("flat")
        said = await dialog
        if said:
            self.chosen = _digits(said)
            self._offer([*self._people])
            self.choose(self.chosen, "sms")
        dialog.delete()


def _digits(said: str | None) -> str:
    return re.sub(r"[\s()-]", "", said or "")
