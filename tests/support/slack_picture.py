"""One thing of the staff's Slack alone on a page, as the pane draws it, for pictures: a message, a thread, a dialog."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from nicegui import ui
from playwright.sync_api import Browser

from console.sandbox.slack.blocks import draw_all
from console.sandbox.slack.desk import Desk
from console.sandbox.slack.hands import Hands
from console.sandbox.slack.messages import Menu, Message
from console.sandbox.slack.modal import Form
from console.sandbox.slack.pictures import Pictures
from console.sandbox.slack.style import STYLE
from tests.support.sandbox_server import serve
from tests.support.slack_page import Control, Shown, showing
from tests.support.small_png import shrink

PATH, WIDTH, DIALOG, SCALE = "/one-thing-of-slack", 720, 560, 1.5
FRAME = "width: {}px; padding: 14px 20px 16px; overflow: hidden"
SETTLED = "document.fonts.status === 'loaded' && [...document.images].every((one) => one.complete)"
Json = dict[str, Any]


@contextmanager
def camera_for(address: str, browser: Browser) -> Iterator[Camera]:
    """Shows the sandbox at `address`; once in a process, as NiceGUI is."""
    app = FastAPI()
    ui.run_with(app, title="Slack", dark=False, language="en-US", show_welcome_message=False)
    with serve(app) as site, showing(address):
        yield Camera(f"{site}{PATH}", browser)


class Camera:
    def __init__(self, address: str, browser: Browser) -> None:
        self.address = address
        self.page = browser.new_page(viewport={"width": 800, "height": 2600}, device_scale_factor=SCALE)

    def shoot(self, query: str, file: Path) -> None:
        """Draws what is asked for: ``ts=...`` with ``thread=1``, ``dialog=USER`` or ``home=USER``."""
        self.page.goto(f"{self.address}?{query}")
        drawn = self.page.locator("#one")
        drawn.wait_for()
        self.page.wait_for_function(SETTLED)
        file.write_bytes(shrink(drawn.screenshot(animations="disabled")))


@ui.page(PATH)
async def _page(ts: str = "", thread: str = "", dialog: str = "", home: str = "") -> None:
    control = Control(Shown.address)
    state = await control.get("state")
    pictures = Pictures(control)
    await pictures.fetch(state["channels"])
    people = {one["id"]: one["name"] for one in state["users"]}
    desk = Desk(people, pictures=pictures.shown)
    ui.add_css(STYLE)
    with ui.element("div").classes("sk").style(FRAME.format(DIALOG if dialog else WIDTH)).props("id=one"):
        if dialog:
            _dialog(state["views"][dialog], control, people)
        elif home:
            with ui.element("div").style("border: 1px solid var(--sk-line); border-radius: 12px; padding: 8px 20px"):
                draw_all(state["homes"][home]["blocks"], desk)
        else:
            _messages(state["channels"][0]["messages"], ts, desk, whole_thread=bool(thread))


def _dialog(view: Json, control: Control, people: dict[str, str]) -> None:
    async def nothing() -> None:
        """Nobody presses anything in a picture."""

    with ui.card().classes("sk sk-dialog").props("flat bordered"):
        form = Form(Hands(control, nothing), lambda **more: Desk(people, **more), nothing, nothing)
        form.show(view)


def _messages(messages: list[Json], ts: str, desk: Desk, *, whole_thread: bool) -> None:
    root = next(one for one in messages if one["ts"] == ts)
    for message in [root, *root["replies"]] if whole_thread else [root]:
        with ui.element("div").style("padding: 4px 0"):
            Message(message, desk).show(message, desk, Menu())
