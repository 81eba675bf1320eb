"""What a check finds, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import httpx

from bot.clock import Clock
from bot.config import Settings
from bot.db import Database


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One sentence on one thing, and what to do unless it is well. No secret and nobody's address is in it."""

    check: str
    state: State
    words: str
    remedy: str = ""


def ok(words: str) -> Finding:
    return Finding("", State.OK, words)


def warning(words: str, remedy: str) -> Finding:
    return Finding("", State.WARNING, words, remedy)


def broken(words: str, remedy: str) -> Finding:
    return Finding("", State.BROKEN, words, remedy)


def skipped(why: str) -> Finding:
    return Finding("", State.SKIPPED, why)


@dataclass
class Site:
    """What is looked at. The check of the database leaves it open here, the one of the tables says if they are there.

    `clock` is the one that the settings name; `environ` the environment; with `online` the providers are asked.
    """

    settings: Settings
    clock: Clock
    http: httpx.Client
    environ: Mapping[str, str]
    online: bool = False
    db: Database | None = None
    has_tables: bool = False


Check = Callable[[Site], Iterable[Finding]]
