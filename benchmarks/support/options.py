"""What a run of the benchmarks was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Options:
    """`folder` is for what may go afterwards, `kept` for what a second run need not make again."""

    folder: Path
    kept: Path
    is_quick: bool = False
    server: str | None = None
    """A PostgreSQL server; without one only SQLite is measured."""
    tensorflow: Path | None = None
    """The interpreter of an environment with Rasa and TensorFlow; without one Rasa's default is left out."""
    per_intent: int = 15

    def either(self, full: T, quick: T) -> T:
        """The one for a whole run, or the one for a quick one."""
        return quick if self.is_quick else full
