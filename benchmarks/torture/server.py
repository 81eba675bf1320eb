"""A PostgreSQL of our own that keeps what it confirmed, and that can be stopped in mid-load."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from benchmarks.torture.plan import ROOT

sys.path.append(str(ROOT / "scripts"))  # a folder of programs, not a package

from postgres import START_SECONDS, NoServer, as_user, find_programs, other_user

ROLE = "msb_torture"
DURABLE = "-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c max_connections=200"


@dataclass
class Server:
    """Runs as another user where we are root, because PostgreSQL refuses to run as root."""

    programs: Path
    home: Path
    port: int
    password: str
    user: pwd.struct_passwd | None

    def url(self, database: str, driver: str = "postgresql+psycopg") -> str:
        return f"{driver}://{ROLE}:{self.password}@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """A new cluster.

        Raises:
            NoServer: it can't be made.
        """
        word = self.home / "password"
        word.write_text(self.password, encoding="ascii")
        if self.user:
            for place in (self.home, word):
                os.chown(place, self.user.pw_uid, self.user.pw_gid)
        access: list[str | Path] = ["-U", ROLE, "-A", "scram-sha-256", "--pwfile", word]
        self._run([self.programs / "initdb", "-D", self.home / "data", "-E", "UTF8", "--locale=C", *access])

    def start(self) -> None:
        """Starts it on the data that is there, and returns when it takes connections."""
        options = f"{DURABLE} -c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories={self.home}"
        waiting: list[str | Path] = ["-l", self.home / "server.log", "-t", str(START_SECONDS), "-w"]
        self._run([self.programs / "pg_ctl", "-D", self.home / "data", *waiting, "-o", options, "start"])

    def stop(self) -> None:
        """At once, without a checkpoint: as a crash, for the data."""
        self._run([self.programs / "pg_ctl", "-D", self.home / "data", "-m", "immediate", "-w", "stop"])

    def restart(self) -> None:
        self.stop()
        self.start()

    def create(self, *databases: str) -> None:
        admin = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with admin.connect() as connection:
            for database in databases:
                connection.execute(sa.text(f'create database "{database}"'))

    def _run(self, command: list[str | Path]) -> None:
        as_user(command, self.home, self.user)


@contextlib.contextmanager
def running(port: int) -> Iterator[Server]:
    """A server with an empty cluster; it and its data are gone at the end.

    Raises:
        NoServer: no PostgreSQL is installed, or it does not start.
    """
    programs = find_programs()
    if programs is None:
        raise NoServer("no server is installed here")
    home = Path(tempfile.mkdtemp(prefix="msb-torture-"))
    server = Server(programs, home, port, secrets.token_hex(16), other_user())
    try:
        server.make()
        server.start()
        yield server
    finally:
        if (home / "data" / "postmaster.pid").exists():
            with contextlib.suppress(NoServer):
                server.stop()
        shutil.rmtree(home, ignore_errors=True)


__all__ = ["NoServer", "Server", "find_programs", "running"]
