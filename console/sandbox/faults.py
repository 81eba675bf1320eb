"""Switches for what goes wrong at the providers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from console.sandbox.client import SandboxClient
from console.sandbox.slack.world import SandboxSaysNo

WORKS = "none"
MODES = {
    WORKS: "works",
    "down": "is down",
    "slow": "is slow",
    "429": "refuses: too many at once",
    "500": "refuses: an error of its own",
    "lost": "takes it, but the answer is lost",
}
RECEIPTS = {
    "late": "reports late",
    "doubled": "reports twice",
    "out_of_order": "reports out of order",
    "undelivered": "can't deliver",
    "failed": "fails to deliver",
}
UPDATES = {"late": "tells us late", "doubled": "tells us twice"}
PROVIDERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "twilio": ("Twilio (SMS, calls)", MODES | RECEIPTS),
    "slack": ("Slack", MODES),
    "messenger": ("Messenger", MODES),
    "telegram": ("Telegram", MODES | UPDATES),
    "mail": ("Mail host", MODES),
}
"""Names, and what can be wrong with each."""


def told(active: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each fault that is on, in words: ``Slack is down``."""
    return [
        f"{PROVIDERS[fault['provider']][0]} {PROVIDERS[fault['provider']][1].get(fault['mode'], fault['mode'])}"
        for fault in active
    ]


class Faults:
    """Drawn where it is made."""

    def __init__(self, client: SandboxClient, acted: Callable[[], Awaitable[None]]) -> None:
        self._client, self._acted = client, acted
        self._active: dict[str, str] = {}
        self._selects: dict[str, ui.select] = {}
        with ui.column().classes("w-full q-gutter-sm"):
            for provider, (name, modes) in PROVIDERS.items():
                select = ui.select(dict(modes), label=name, value=WORKS, on_change=self._switches(provider))
                self._selects[provider] = select.props("dense options-dense outlined").classes("w-full")
            self._all = ui.button("All work again", icon="healing", on_click=self._mend).props("outline no-caps dense")

    def show(self, active: Sequence[Mapping[str, Any]]) -> None:
        """Shows what is switched on, whoever did it."""
        self._active = {fault["provider"]: fault["mode"] for fault in active}
        for provider, select in self._selects.items():
            mode = self._active.get(provider, WORKS)
            select.classes(add="sb-ring" if mode != WORKS else "", remove="" if mode != WORKS else "sb-ring")
            if select.value != mode:
                select.value = mode
        self._all.set_visibility(bool(active))

    async def _mend(self) -> None:
        for provider in list(self._active):
            await self._switch(provider, WORKS)

    def _switches(self, provider: str) -> Callable[[Any], Awaitable[None]]:
        async def switches(event: Any) -> None:
            if event.value is not None and event.value != self._active.get(provider, WORKS):
                await self._switch(provider, event.value)

        return switches

    async def _switch(self, provider: str, mode: str) -> None:
        try:
            if self._active.get(provider, WORKS) != WORKS and mode != WORKS:
                await self._client.post("faults", provider=provider, mode=WORKS)
            self._active[provider] = mode
            await self._client.post("faults", provider=provider, mode=mode)
        except SandboxSaysNo as problem:
            ui.notify(f"That did not work: {problem}", type="warning")
        await self._acted()
