"""What SQLite has committed outlives a power cut, though many transactions wait for the disk together."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.model import Base, Lane


class Disk:
    """What a power cut leaves: the files as they were when the disk was last waited for. It may be told to be slow."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.left, self.waits = folder, folder / "left", 0
        self.is_asked, self.may_go_on = threading.Event(), threading.Event()
        self.may_go_on.set()

    def sync(self, file: int) -> None:
        self.is_asked.set()
        self.may_go_on.wait(30)
        os.fsync(file)
        self.waits += 1
        shutil.rmtree(self.left, ignore_errors=True)
        self.left.mkdir()
        for name in ("a.db", "a.db-wal"):
            shutil.copyfile(self.folder / name, self.left / name)

    def keys(self) -> set[str]:
        return keys_in(self.left / "a.db")


def keys_in(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {key for (key,) in connection.execute("select key from lane")}


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@pytest.fixture
def db(disk: Disk) -> Database:
    made = Database(f"sqlite:///{disk.folder / 'a.db'}", disk.sync)
    Base.metadata.create_all(made.engine)
    return made


def write(db: Database, key: str) -> None:
    with db.begin() as session:
        session.add(Lane(key=key, kind="k", epoch=0))


def test_a_transaction_is_over_when_the_disk_has_it(db: Database, disk: Disk) -> None:
    write(db, "a")
    assert disk.keys() == {"a"}
    write(db, "b")
    assert disk.keys() == {"a", "b"}


def test_what_changed_nothing_does_not_wait(db: Database, disk: Disk) -> None:
    write(db, "a")
    before = disk.waits
    with db.begin() as session:
        session.scalars(sa.select(Lane)).all()
    assert disk.waits == before


@pytest.fixture
def first(db: Database, disk: Disk) -> threading.Thread:
    """Somebody who has written "first", and waits for a disk that is slow."""
    disk.is_asked.clear()
    disk.may_go_on.clear()
    thread = threading.Thread(target=write, args=(db, "first"))
    thread.start()
    assert disk.is_asked.wait(30)
    return thread


def test_those_that_run_side_by_side_wait_together_and_lose_nothing(
    db: Database, disk: Disk, first: threading.Thread
) -> None:
    before, keys = disk.waits, {f"later-{n}" for n in range(5)}
    threads = [threading.Thread(target=write, args=(db, key)) for key in keys]
    for thread in threads:
        thread.start()
    while keys_in(disk.folder / "a.db") != {"first", *keys}:
        pass  # all get to write, although the disk is not done with the first
    disk.may_go_on.set()
    for thread in (first, *threads):
        thread.join(30)
    assert disk.keys() == {"first", *keys}
    assert disk.waits - before == 2


def test_what_somebody_read_was_on_the_disk_before_they_could_tell(
    db: Database, disk: Disk, first: threading.Thread
) -> None:
    """Otherwise a repeated webhook would be told that its message is safe while the first still waits for the disk."""
    told: list[set[str]] = []

    def read() -> None:
        with db.begin() as session:
            assert session.scalars(sa.select(Lane.key)).all() == ["first"]
        told.append(disk.keys())

    reader = threading.Thread(target=read)
    reader.start()
    disk.may_go_on.set()
    first.join(30)
    reader.join(30)
    assert told == [{"first"}]


def test_a_database_in_memory_has_no_disk_to_wait_for() -> None:
    db = Database("sqlite://")
    Base.metadata.create_all(db.engine)
    write(db, "a")
    with db.begin() as session:
        assert session.scalars(sa.select(Lane.key)).all() == ["a"]
