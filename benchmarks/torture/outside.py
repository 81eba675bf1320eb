"""The sandbox's control interface, as far as the run needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from benchmarks.torture.script import Line, Person

Reference = tuple[str, str]
"""How the provider names a message: its channel and its id there."""


@dataclass
class Outside:
    """One thread uses one of these."""

    page: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, trust_env=False))

    def writes(self, line: Line) -> Reference:
        """The member writes; the webhook follows. Returns how the provider names the message."""
        address, text = line.person.address, line.text
        match line.person.channel:
            case "sms":
                return "sms", str(self._post(f"phones/{address}", text=text)["sid"])
            case "telegram":
                return "telegram", str(self._post(f"telegram/chats/{address}/say", text=text)["message_id"])
            case _:
                copies = 2 if line.twice else 1
                said = self._post(f"messenger/people/{address}/say", text=text, copies=copies)
                return "messenger", str(said["mid"])

    def meet(self, people: Sequence[Person]) -> None:
        """Members on Telegram have the app, and have opened the bot's chat at some time."""
        for person in people:
            if person.channel == "telegram":
                who = {"name": f"Ana {person.number}", "started": True}
                self.client.put(f"{self.page}/sandbox/telegram/chats/{person.address}", json=who).raise_for_status()

    def fault(self, provider: str, mode: str, **more: Any) -> None:
        self._post("faults", provider=provider, mode=mode, **more)

    def push(self, seconds: float) -> datetime:
        return datetime.fromisoformat(self._post("clock", push=seconds)["now"])

    def set_clock(self, moment: datetime) -> datetime:
        return datetime.fromisoformat(self._post("clock", set=moment.isoformat())["now"])

    def now(self) -> datetime:
        return datetime.fromisoformat(self._get("clock")["now"])

    def flush(self) -> int:
        """Lets go what providers hold back; returns how much that was."""
        return int(self._post("flush")["released"])

    def holds(self) -> int:
        """Webhooks that providers will send later: late receipts, and what was refused."""
        return int(self._get("idle")["held"])

    def rests(self) -> bool:
        """Whether no webhook is queued, under way or held."""
        idle = self._get("idle")
        return bool(idle["idle"]) and not idle["held"]

    def close(self) -> None:
        self.client.close()

    def _get(self, path: str) -> Any:
        return self.client.get(f"{self.page}/sandbox/{path}").raise_for_status().json()

    def _post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"{self.page}/sandbox/{path}", json=body).raise_for_status().json()
