"""The database: one `begin()` for SQLite and PostgreSQL, and the types that keep it honest."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from bot.clock import check_aware
from bot.durable import WriteAheadLog

if TYPE_CHECKING:
    from bot.lanes.put import Wake

T = TypeVar("T")


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


CONNECT_SECONDS = 10
STATEMENT_SECONDS = 60
"""Longer than any statement of ours; `app.migrate` lifts it."""
IDLE_SECONDS = 20
"""A machine that vanishes within a transaction leaves its locks behind: the server ends such a transaction."""
KEEPALIVE = {
    "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000
}  # fmt: skip
"""A server that vanishes without a word is noticed within half a minute (seconds; the last in milliseconds)."""
POOL = 10
"""Connections that a process keeps; as many again while it needs them."""

Json = sa.JSON().with_variant(JSONB(), "postgresql")


class Database:
    """Transactions on one database.

    SQLite has one writer, so one connection is shared under a lock and each transaction begins IMMEDIATE: with a
    deferred BEGIN a reader that turns writer fails at once with "database is locked", whatever the timeout. Only the
    wait for the disk is outside of the lock (`bot.durable`).
    """

    def __init__(self, url: str, sync: Callable[[int], None] = os.fsync) -> None:
        """`sync` waits until the disk has what was written to a file, for SQLite."""
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._log = WriteAheadLog(sync)
        self.engine = self._sqlite() if self.is_sqlite else self._postgresql()
        self._lock: contextlib.AbstractContextManager[Any] = (
            threading.RLock() if self.is_sqlite else contextlib.nullcontext()
        )
        self.before_commit: Callable[[Session, Mapping[str, Wake]], None] | None = None
        self.after_commit: Callable[[Mapping[str, Wake]], None] | None = None
        self._kept: dict[type, Any] = {}

    def _postgresql(self) -> sa.Engine:
        """A server that does not answer is an error within seconds: whoever waits would hold up others."""
        patience = f"-c statement_timeout={STATEMENT_SECONDS}s -c idle_in_transaction_session_timeout={IDLE_SECONDS}s"
        limits = {"connect_timeout": CONNECT_SECONDS, "options": patience, **KEEPALIVE}
        return sa.create_engine(
            self.url, pool_size=POOL, max_overflow=POOL, pool_timeout=CONNECT_SECONDS, pool_pre_ping=True,
            hide_parameters=True, connect_args=limits,
        )  # fmt: skip

    def _sqlite(self) -> sa.Engine:
        engine = sa.create_engine(
            self.url, poolclass=StaticPool, hide_parameters=True, connect_args={"check_same_thread": False}
        )

        @sa.event.listens_for(engine, "connect")
        def configure(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # SQLAlchemy's own BEGIN below decides, not the driver
            for pragma in ("busy_timeout=10000", "foreign_keys=on"):
                connection.execute(f"pragma {pragma}")
            self._log.opened(connection)

        @sa.event.listens_for(engine, "begin")
        def begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    @contextlib.contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        `session.info["wakes"]`, the lanes that it made ready, goes to `before_commit` within the transaction, for an
        engine whose jobs are rows of this database, and to `after_commit` once it is committed.
        """
        with self._lock:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
                wakes = self._told(session)
            written = self._log.written()
        self._log.wait(written)
        if wakes and self.after_commit:
            self.after_commit(wakes)

    def _told(self, session: Session) -> Mapping[str, Wake]:
        """The lanes that this transaction made ready, once an engine within the database has been told of them."""
        wakes: Mapping[str, Wake] = session.info.get("wakes", {})
        if wakes and self.before_commit:
            session.flush()
            self.before_commit(session, wakes)
        return wakes

    def kept(self, kind: type[T], make: Callable[[], T]) -> T:
        """What this process knows of the database and keeps with it, such as a count; made when first asked for."""
        if kind not in self._kept:
            self._kept.setdefault(kind, make())
        found: T = self._kept[kind]
        return found

    def close(self) -> None:
        """Waits for whoever is in the middle of a transaction: SQLite's one connection is theirs too."""
        with self._lock:
            self._log.close()
            self.engine.dispose()
            self.engine.clear_compiled_cache()
