"""What every channel offers to the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fastapi import APIRouter

from bot.clock import Clock
from bot.config import Settings
from bot.db import Database
from bot.ports import Channel


class Context(Protocol):
    """What the routes of a channel need."""

    @property
    def settings(self) -> Settings: ...

    @property
    def db(self) -> Database: ...

    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True)
class Edge:
    """One channel: whether the settings switch it on, what sends for it, and what receives for it."""

    name: str
    is_on: Callable[[Settings], bool]
    make: Callable[[Settings], Channel]
    router: Callable[[Context], APIRouter]
