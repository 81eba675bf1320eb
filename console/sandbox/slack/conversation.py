"""A conversation on the page: its messages, oldest first, with a line for each day, and a field to write in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from console.sandbox.slack.desk import Desk, Json
from console.sandbox.slack.messages import Menu, Message
from console.sandbox.slack.rows import Row, Rows
from console.sandbox.slack.tags import tag, text
from console.sandbox.slack.times import day

SHOWN = 15
MOST = 4000
DeskOf = Callable[[Json], Desk]
MenuOf = Callable[[Json], Menu]


class Log:
    """Messages in a box that stays at its end while one is there."""

    def __init__(self, name: str) -> None:
        self.shown = SHOWN
        self.messages: dict[str, Message] = {}
        with (
            tag("div", "sk-log", role="log", tabindex="0", aria_label=name) as self.box,
            tag("div", "sk-lines") as lines,
        ):
            pass
        self.rows = Rows(lines)
        self._again: Callable[[], None] = lambda: None

    def show(self, messages: Sequence[Json], desk_of: DeskOf, menu_of: MenuOf, empty: str) -> None:
        """Draws what changed of the newest of them."""
        self._again = lambda: self.show(messages, desk_of, menu_of, empty)
        kept = messages[-self.shown :]
        rows = [] if messages else [Row("empty", empty, lambda: _empty(empty))]
        if len(messages) > len(kept):
            earlier = len(messages) - len(kept)
            rows.append(Row("earlier", earlier, lambda: self._earlier(earlier)))
        last = ""
        for message in kept:
            if (today := day(message["ts"])) != last:
                rows.append(Row(f"day:{today}:{message['ts']}", today, _day_drawer(today), "sk-day"))
                last = today
            rows.append(self._row(message, desk_of, menu_of))
        self.rows.show(rows)
        shown = {message["ts"] for message in kept}
        self.messages = {ts: drawn for ts, drawn in self.messages.items() if ts in shown}
        for message in kept:
            self.messages[message["ts"]].show(message, desk_of(message), menu_of(message))

    def to_end(self) -> None:
        """Where one's own words appear; its lines are laid from the end, so that the end is its origin."""
        self.box.client.run_javascript(f"getHtmlElement({self.box.id}).scrollTop = 0")

    def _row(self, message: Json, desk_of: DeskOf, menu_of: MenuOf) -> Row:
        """Its author never changes; what hangs on it is kept up by itself."""

        def draw() -> None:
            if message.get("for_user"):
                text("Only visible to you", "sk-whispered")
            self.messages[message["ts"]] = Message(message, desk_of(message))

        look = "sk-row" + (" sk-whisper" if message.get("for_user") else "")
        return Row(
            f"message:{message['ts']}",
            (message.get("user"), message.get("subtype")),
            draw,
            look,
            "article",
            {"tabindex": "-1"},
        )

    def _earlier(self, count: int) -> None:
        def more() -> None:
            self.shown += SHOWN
            self._again()

        said = f"Show earlier messages ({count})"
        text(said, "sk-link sk-centred", "button", type="button").on("click", more)


class Composer:
    """A field to write in: Enter sends, Shift and Enter begin a new line."""

    def __init__(self, name: str, send: Callable[[str], Awaitable[bool]]) -> None:
        self._send = send
        with tag("div", "sk-composer"):
            self.words = ui.textarea().props(f"outlined dense autogrow maxlength={MOST} hide-bottom-space")
            self.words.classes("sk-field sk-grow").props["aria-label"] = name
            self.words.props["rows"] = 1
            self.words.on("keydown.enter.exact.prevent", self.send)
            button = ui.button(icon="send", color=None, on_click=self.send).props("no-caps unelevated")
            button.classes("sk-button sk-primary sk-send").props["aria-label"] = f"Send: {name}"

    async def send(self) -> None:
        """What is written stays when it could not be sent."""
        said = (self.words.value or "").strip()
        if said and await self._send(said):
            self.words.set_value("")

    def hint(self, said: str) -> None:
        if self.words.props.get("placeholder") != said:
            self.words.props["placeholder"] = said


def _empty(said: str) -> None:
    text(said, "sk-empty")


def _day_drawer(said: str) -> Callable[[], None]:
    def draw() -> None:
        text(said, "sk-day-name")

    return draw
