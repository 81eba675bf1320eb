"""Conversations that nobody has continued for long are deleted, a few at a time.

What is open with a member is not in them: they hold the words of the last turns, and a dialogue begins anew without.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from msb_engine.settings import SettingsRefused

logger = logging.getLogger(__name__)

DEFAULT_DAYS = 90
SECONDS_A_DAY = 86_400
SECONDS_BETWEEN = 60.0
LOOKED_AT = 500


def read_keep_days(environ: Mapping[str, str] = os.environ) -> int:
    """MSB_ENGINE_KEEP_DAYS: how long a conversation is kept after its last turn; 0: for ever.

    Raises:
        SettingsRefused: it is not a number of days.
    """
    setting = environ.get("MSB_ENGINE_KEEP_DAYS") or str(DEFAULT_DAYS)
    if not setting.isdigit():
        raise SettingsRefused(f"MSB_ENGINE_KEEP_DAYS is not a number of days: {setting!r}")
    return int(setting)


@dataclass
class Pruner:
    """Looks at some rows of `table` now and then, in the order of their keys, and begins anew at the end.

    Several may do so on one table. `now` and `ticks` are the time of day and the time that passes, in seconds.
    """

    engine: sa.engine.Engine
    table: sa.Table
    days: int
    now: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic
    most: int = LOOKED_AT
    _place: str = ""
    _next: float = field(default=0.0)

    def __post_init__(self) -> None:
        self._next = self.ticks() + SECONDS_BETWEEN

    def is_due(self) -> bool:
        """Whether it is time for another look."""
        return self.days > 0 and self.ticks() >= self._next

    def look(self) -> int:
        """Looks at the next rows; returns how many were deleted. An error is logged: no turn fails for it."""
        self._next = self.ticks() + SECONDS_BETWEEN
        try:
            return self._look()
        except sa.exc.SQLAlchemyError as error:
            logger.warning("old conversations stay for now: %s", type(error).__name__)
            return 0

    def _look(self) -> int:
        key, used = self.table.c.conversation_id, self.table.c.used_at
        now = int(self.now())
        with self.engine.begin() as connection:
            some = sa.select(key).where(key > self._place).order_by(key).limit(self.most)
            keys = list(connection.execute(some).scalars())
            if keys:
                these = key.in_(keys)
                old = sa.delete(self.table).where(these, used < now - self.days * SECONDS_A_DAY)
                deleted = connection.execute(old).rowcount
                connection.execute(sa.update(self.table).where(these, used.is_(None)).values(used_at=now))
        self._place = keys[-1] if len(keys) == self.most else ""
        return int(deleted) if keys else 0


def add_used_at(engine: sa.engine.Engine, table: sa.Table) -> None:
    """Adds the column to a table of before; engines that start side by side all come out well."""
    if _has_used_at(engine, table):
        return
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(f"alter table {table.name} add column used_at bigint"))
    except sa.exc.DBAPIError:
        if not _has_used_at(engine, table):
            raise


def _has_used_at(engine: sa.engine.Engine, table: sa.Table) -> bool:
    return any(column["name"] == "used_at" for column in sa.inspect(engine).get_columns(table.name))
