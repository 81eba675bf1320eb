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
from bot.programme.models import Programme


class Context(Protocol):
    """What the routes of a channel need."""

    @property
    def settings(self) -> Settings: ...

    @property
    def db(self) -> Database: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def programme(self) -> Programme: ...


@dataclass(frozen=True)
class Verdict:
    """What a provider said when it was asked about our credentials. `accepted` is None when it could not be asked."""

    accepted: bool | None
    words: str


class Service(Protocol):
    """Something of a channel that runs beside the webhooks: polling, a socket, a listener."""

    def start(self) -> None:
        """Returns at once; it runs in threads of its own, and comes back by itself after a fault."""

    def stop(self) -> None:
        """Takes nothing more, finishes what is in hand, and returns within seconds."""


@dataclass(frozen=True)
class Edge:
    """One channel: whether the settings switch it on, what sends for it, and what receives for it.

    `needs` names the fields of the settings without which it can't work; of alternatives, joined by ``|``, one will do.
    `check` asks the provider about the
    credentials, and `register` sets our webhooks where the provider has an API for that; it returns what it set, line
    by line, and raises `bot.errors.Refused` when the provider refuses. Both take their time, at most the send timeout
    for each call. `service` gives what has to run beside the webhooks, or None when the settings ask for nothing.
    """

    name: str
    is_on: Callable[[Settings], bool]
    make: Callable[[Settings], Channel]
    router: Callable[[Context], APIRouter]
    needs: tuple[str, ...] = ()
    check: Callable[[Settings], Verdict] | None = None
    register: Callable[[Settings], list[str]] | None = None
    service: Callable[[Context], Service | None] | None = None
