"""What the inbox needs of the composition root."""

from __future__ import annotations

from typing import Protocol

from bot.clock import Clock
from bot.config import Settings
from bot.db import Database
from bot.programme.models import Programme


class Context(Protocol):
    """Settings, database and clock for the routes; the programme too for what staff do."""

    @property
    def settings(self) -> Settings: ...

    @property
    def db(self) -> Database: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def programme(self) -> Programme: ...
