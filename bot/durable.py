"""Transactions of SQLite that reach the disk together: one wait for it serves all that were written before."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable


class WriteAheadLog:
    """The file beside a SQLite database that holds what was committed last.

    SQLite can wait for the disk with each commit, but then all others wait for the database meanwhile. So it only
    writes (`synchronous=normal`), and whoever committed waits here, outside of the lock, before they tell anybody of
    it. The file grows at its end, so that one wait covers every transaction before it. The promise is the same: what
    is reported as committed outlives a power cut.
    """

    def __init__(self, sync: Callable[[int], None] = os.fsync) -> None:
        self._sync = sync
        self._waiting = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._path, self._file = "", -1
        self._changes = self._written = self._safe = 0

    def opened(self, connection: sqlite3.Connection) -> None:
        """A new connection, the only one: without a write-ahead log SQLite waits for the disk by itself."""
        self.close()
        (mode,) = connection.execute("pragma journal_mode=wal").fetchone()
        is_log = mode == "wal"
        connection.execute(f"pragma synchronous={'normal' if is_log else 'full'}")
        (path,) = (path for _, name, path in connection.execute("pragma database_list") if name == "main")
        self._connection, self._path = connection if is_log else None, f"{path}-wal"

    def written(self) -> int:
        """How many transactions have been written; to be asked before anybody else can write."""
        if self._connection is not None and self._connection.total_changes != self._changes:
            self._changes = self._connection.total_changes
            self._written += 1
        return self._written

    def wait(self, written: int) -> None:
        """Returns once so many transactions are on the disk."""
        if self._safe >= written:
            return
        with self._waiting:
            if self._safe >= written:
                return
            reached = self._written
            self._sync(self._descriptor())
            self._safe = reached

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._connection, self._file, self._safe = None, -1, self._written

    def _descriptor(self) -> int:
        """The open file. SQLite neither removes nor replaces it while the connection is open."""
        if self._file < 0:
            self._file = os.open(self._path, os.O_RDWR)
        return self._file
