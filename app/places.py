"""Where things are on this machine."""

from __future__ import annotations

from pathlib import Path

from bot.errors import MsbError

ROOT = Path(__file__).resolve().parents[1]


class NotSetUp(MsbError):
    """The dialogue engine is not installed. Run `make setup` first."""


def engine_python() -> Path:
    """The interpreter of the engine's own environment.

    Raises:
        NotSetUp: it isn't there.
    """
    python = ROOT / "engine" / ".venv" / "bin" / "python"
    if not python.exists():
        raise NotSetUp
    return python
