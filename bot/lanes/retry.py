"""How long to wait before the next try."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

FIRST = timedelta(seconds=1)
LONGEST = timedelta(minutes=15)
CONFLICT_PAUSES = (0.02, 0.1, 0.5, 1.0, 2.0)
WEBHOOK_PAUSES = CONFLICT_PAUSES[:3]
"""Somebody waits for the answer."""
RESULT_PAUSES = (*CONFLICT_PAUSES, 4.0, 4.0, 4.0, 4.0)
"""For writing what was done already: a database that starts again is worth the wait, for as long as a lease lasts."""


def backoff(attempts: int, spread: float | None = None) -> timedelta:
    """1, 2, 4, 8 ... seconds after the first, second, ... failed attempt, at most 15 minutes, each times 0.5 to 1.5.

    `spread` in [0, 1) replaces the random draw.
    """
    draw = random.random() if spread is None else spread  # noqa: S311 - jitter, not a secret
    doubled = FIRST * float(2 ** min(max(attempts, 1) - 1, 20))
    return min(doubled, LONGEST) * (0.5 + draw)


def repeat_on_conflict(transaction: Callable[[], T], pauses: Sequence[float] = CONFLICT_PAUSES) -> T:
    """Runs a whole transaction again after a deadlock or a lost connection, once a pause, then lets it raise."""
    for pause in pauses:
        try:
            return transaction()
        except OperationalError as error:
            log.warning("transaction repeated after a conflict: %s", type(error.orig).__name__)
            time.sleep(pause * (0.5 + random.random()))  # noqa: S311 - jitter, not a secret
    return transaction()


def repeated(store: Callable[P, T]) -> Callable[P, T]:
    """For what stores a webhook in one transaction, and may do it twice: not every provider brings it again."""

    @wraps(store)
    def again(*args: P.args, **kwargs: P.kwargs) -> T:
        return repeat_on_conflict(lambda: store(*args, **kwargs), WEBHOOK_PAUSES)

    return again
