"""The database: one `begin()` for SQLite and PostgreSQL, and the types that keep it honest."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from bot.clock import check_aware


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; naive ones are refused on the way in."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else check_aware(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = sa.JSON().with_variant(JSONB(), "postgresql")


class Database:
    """Transactions on one database.

    SQLite has one writer, so one connection is shared under a lock and each transaction begins IMMEDIATE: with a
    deferred BEGIN a reader that turns writer fails at once with "database is locked", whatever the timeout.
    """

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite() if self.is_sqlite else sa.create_engine(self.url, pool_size=10, pool_pre_ping=True)
        self._lock: contextlib.AbstractContextManager[Any] = (
            threading.RLock() if self.is_sqlite else contextlib.nullcontext()
        )
        self.after_commit: Callable[[set[str]], None] | None = None

    def _sqlite(self) -> sa.Engine:
        engine = sa.create_engine(self.url, poolclass=StaticPool, connect_args={"check_same_thread": False})

        @sa.event.listens_for(engine, "connect")
        def configure(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # SQLAlchemy's own BEGIN below decides, not the driver
            for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=10000", "foreign_keys=on"):
                connection.execute(f"pragma {pragma}")

        @sa.event.listens_for(engine, "begin")
        def begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    @contextlib.contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        `session.info["kicks"]`, the kinds of work that it made ready, goes to `after_commit` once it is committed.
        """
        with self._lock, Session(self.engine, expire_on_commit=False) as session:
            with session.begin():
                yield session
            kicks = session.info.get("kicks")
        if kicks and self.after_commit:
            self.after_commit(kicks)

    def close(self) -> None:
        self.engine.dispose()
