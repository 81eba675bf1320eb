"""What happened in the sandbox, in order: the page and the tests follow it by sequence number."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import Clock

KEPT = 2000


@dataclass(frozen=True)
class Happening:
    """`kind` is ``area.what``; `summary` is one plain sentence; `data` has the ids."""

    seq: int
    at: datetime
    kind: str
    summary: str
    data: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "summary": self.summary,
            "data": self.data,
        }


class Feed:
    """The newest happenings; sequence numbers never restart, not even after a reset.

    With a `journal` each is also appended to that file, a line of JSON with the real time (``wall``) as well.
    """

    def __init__(self, clock: Clock, journal: str = "") -> None:
        self._clock = clock
        self._journal = Path(journal) if journal else None
        self._happenings: deque[Happening] = deque(maxlen=KEPT)
        self._last = 0
        self._changed = asyncio.Event()

    @property
    def last(self) -> int:
        return self._last

    def add(self, kind: str, summary: str, **data: Any) -> None:
        self._last += 1
        happening = Happening(self._last, self._clock.now(), kind, summary, data)
        self._happenings.append(happening)
        if self._journal is not None:
            self._write(self._journal, happening)
        self._changed.set()
        self._changed = asyncio.Event()

    def _write(self, journal: Path, happening: Happening) -> None:
        line = {**happening.as_json(), "wall": self._clock.wall().isoformat()}
        with journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def after(self, seq: int) -> list[Happening]:
        return [happening for happening in self._happenings if happening.seq > seq]

    async def wait_after(self, seq: int, seconds: float) -> list[Happening]:
        """Returns at once when there is news, else after the next happening or `seconds` real seconds."""
        if self._last <= seq and seconds > 0:
            try:
                await asyncio.wait_for(self._changed.wait(), seconds)
            except TimeoutError:
                return []
        return self.after(seq)

    def clear(self) -> None:
        self._happenings.clear()
