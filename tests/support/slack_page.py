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
        return (await self._ask("GET", f"/sandbox/{path}")).json()

    async def post(self, path: str, **body: Any) -> Any:
        return (await self._ask("POST", f"/sandbox/{path}", json=body)).json()

    async def file(self, identifier: str) -> Held:
        answer = await self._ask("GET", f"/slack/files/{identifier}")
        return Held(answer.headers["content-type"], answer.content)

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = await self.client.request(method, path, **more)
        except httpx.HTTPError as problem:
            raise SandboxSaysNo("it does not answer") from problem
        if answer.is_error:
            raise SandboxSaysNo(str(answer.json()["detail"]))
        return answer


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
        try:
            state = await control.get("state")
        except SandboxSaysNo:  # the test is over, and the page not yet
            return
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
