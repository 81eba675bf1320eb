"""A page with nothing but the staff's Slack on it, over any sandbox: for tests and for pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from nicegui import ui

from console.sandbox.slack.pane import SlackPane
from console.sandbox.slack.world import Held, SandboxSaysNo

LOOK_SECONDS = 0.2
PATH = "/the-staffs-slack"


class Control:
    """The control interface of the sandbox at `address`."""

    def __init__(self, address: str) -> None:
        # Nobody tells a page's end: no connection is kept that would have to be closed then.
        self.client = httpx.AsyncClient(base_url=address, timeout=15, limits=httpx.Limits(max_keepalive_connections=0))

    async def get(self, path: str) -> Any:
        return _json(await self.client.get(f"/sandbox/{path}"))

    async def post(self, path: str, **body: Any) -> Any:
        return _json(await self.client.post(f"/sandbox/{path}", json=body))

    async def file(self, identifier: str) -> Held:
        answer = await self.client.get(f"/slack/files/{identifier}")
        if answer.is_error:
            raise SandboxSaysNo("there is no such file")
        return Held(answer.headers["content-type"], answer.content)


def _json(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise SandboxSaysNo(str(answer.json()["detail"]))
    return answer.json()


class Shown:
    """The sandbox that the page shows; NiceGUI's pages are one per process, so tests give it another."""

    address = ""


@ui.page(PATH, title="The staff's Slack")
async def _page() -> None:
    """Looks for news as the sandbox page does: by the number of the last thing that happened."""
    control = Control(Shown.address)
    last = -1

    async def look() -> None:
        nonlocal last
        state = await control.get("state")
        if state["last"] != last:
            last = state["last"]
            await pane.show(state)

    with ui.element("div").classes("w-full").style("height: calc(100vh - 32px)"):
        ui.label("The staff's Slack").props("role=heading aria-level=1").classes("sk-unseen")
        pane = SlackPane(control, look)
    await look()
    ui.timer(LOOK_SECONDS, look)


@contextmanager
def showing(address: str) -> Iterator[str]:
    """The path of the page, while it shows the sandbox at `address`."""
    before, Shown.address = Shown.address, address
    try:
        yield PATH
    finally:
        Shown.address = before
