"""A worker process that kills itself (SIGKILL) at a named point: ``python -m tests.support.doomed_worker KIND POINT``.

Points, around each of the transactions of one row: ``prepared`` (its first transaction is committed, the outside call
is not made), ``performed`` (the call is made, the second transaction is not), ``settled`` (both are committed).
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from typing import Any

from app.wiring import build
from bot.config import Settings
from tests.support.engine import PrefixedDialogue
from tests.support.sandbox_clock import StillClock


class Doomed:
    """Stands before a handler and dies where it is told to."""

    def __init__(self, handler: Any, point: str) -> None:
        self._handler, self._point = handler, point

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def perform(self, plan: Any) -> Any:
        if self._point == "prepared":
            die()
        result = self._handler.perform(plan)
        if self._point == "performed":
            die()
        return result


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    kind, point, now, prefix = sys.argv[1:5]
    settings = Settings(_env_file=None)
    application = build(settings, clock=StillClock(datetime.fromisoformat(now)))
    dialogue = PrefixedDialogue(application.dialogue, prefix)  # type: ignore[arg-type]
    for drainer in application.drainers.values():
        if hasattr(drainer.handler, "dialogue"):
            drainer.handler.dialogue = dialogue
    doomed = application.drainers[kind]
    doomed.handler = Doomed(doomed.handler, point)
    doomed.run_one()
    die()


if __name__ == "__main__":
    main()
