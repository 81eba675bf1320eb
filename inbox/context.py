"""What the inbox needs of the composition root."""

from __future__ import annotations

from typing import Protocol

from bot.clock import Clock
from bot.config import Settings
from bot.db import Database
from bot.outreach.reach import Reach
from bot.programme.models import Programme


class Context(Protocol):
    """What the routes need, which only store."""

    @property
    def settings(self) -> Settings: ...

    @property
    def db(self) -> Database: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def programme(self) -> Programme: ...


class StaffContext(Context, Protocol):
    """What the listeners need too: through which channels members can be reached."""

    @property
    def reach(self) -> Reach: ...
