"""A copy of the database while it is in use: of SQLite by SQLite itself, of PostgreSQL by its own pg_dump."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import sqlalchemy as sa

from bot.errors import MsbError

SECONDS_TO_WAIT = 30.0


class BackupFailed(MsbError):
    """The database was not saved."""


def save(url: sa.URL, file: Path) -> None:
    """Writes the whole database, as it is at one moment, to `file`, which only its owner may read.

    The file appears under its name when it is complete and on the disk: an interrupted backup leaves none. SQLite's is
    a database again, PostgreSQL's is for pg_restore.

    Raises:
        BackupFailed: there is such a file already, or the database's own tool says why.
    """
    if file.exists():
        raise BackupFailed(f"{file} is there already.")
    draft = file.with_name(f"{file.name}.part")
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        (_save_sqlite if url.get_backend_name() == "sqlite" else _save_postgresql)(url, draft)
        _to_the_disk(draft)
        os.link(draft, file)  # unlike a rename it doesn't replace what another has put there meanwhile
        _to_the_disk(file.parent)
    except OSError as error:
        raise BackupFailed(str(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def _save_sqlite(url: sa.URL, draft: Path) -> None:
    """VACUUM INTO reads one state of the database, beside whoever writes, and makes a compact one."""
    if not url.database or not Path(url.database).is_file():
        raise BackupFailed(f"There is no database {url.database}.")
    try:
        with contextlib.closing(sqlite3.connect(url.database, timeout=SECONDS_TO_WAIT)) as source:
            source.execute("vacuum into ?", (str(draft),))
        with contextlib.closing(sqlite3.connect(draft)) as copy:
            told = copy.execute("pragma integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupFailed(str(error)) from error
    if told != "ok":
        raise BackupFailed(f"The copy is damaged: {told}")


def _save_postgresql(url: sa.URL, draft: Path) -> None:
    """The password goes by the environment, where other users of the machine don't see it."""
    plain = url.set(drivername="postgresql")._replace(password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    _run([_tool("pg_dump"), "--format=custom", "--no-password", f"--file={draft}", f"--dbname={plain}"], environment)
    _run([_tool("pg_restore"), "--list", str(draft)], environment)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(f"{name} is not installed here: it comes with PostgreSQL's client, of the server's version.")
    return found


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(done.stderr.decode(errors="replace").strip()[-1000:])


def _to_the_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
