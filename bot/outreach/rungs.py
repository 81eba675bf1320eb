"""How any ladder is climbed, that of a question to a member and that of a case which staff leave waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

R = TypeVar("R")


@dataclass(frozen=True)
class Rest:
    """Where a climb rests: the rung that comes next, counted from 0, and when it is looked at (UTC); None: never."""

    rung: int
    until: datetime | None


def walk(rungs: Sequence[R], start: int, look: Callable[[int, R], Rest | None]) -> Rest | None:
    """Looks at rung after rung from `start` on until the climb rests; None when no rung is left.

    `look` does what is to be done on a rung, and says where the climb rests then. Its None means that the rung reaches
    nobody: such a rung costs no time, so the next one comes at once.
    """
    for number in range(start, len(rungs)):
        rest = look(number, rungs[number])
        if rest is not None:
            return rest
    return None
