"""Runs a command with a PostgreSQL for the tests: TEST_DATABASE_URL is set for it, and the server is gone afterwards.

Taken, in this order: the caller's own TEST_DATABASE_URL; a throw-away server from a PostgreSQL found on this machine;
in CI (CI=true), the one of the system's packages, which is installed. The throw-away server keeps its data in a
temporary folder, doesn't wait for the disk (but with --durable it does), listens on 127.0.0.1 only and asks for a
password made for this one run.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROLE = "msb_test"
START_SECONDS = 60
PACKAGED = Path("/usr/lib/postgresql")
HASTY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=100"
DURABLE = "-c max_connections=200 -c shared_buffers=256MB"


class NoServer(Exception):
    """No PostgreSQL server was found on this machine."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--optional", action="store_true", help="outside CI: go on without a server if there is none")
    parser.add_argument("--durable", action="store_true", help="wait for the disk, as a server in real use does")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    in_ci = os.environ.get("CI") == "true"
    if os.environ.get("TEST_DATABASE_URL"):
        print("PostgreSQL: TEST_DATABASE_URL is set and is used.", flush=True)
        return run(command, {})
    try:
        with throw_away_server(find_programs() or install(in_ci), DURABLE if options.durable else HASTY) as url:
            return run(command, {"TEST_DATABASE_URL": url})
    except NoServer as reason:
        if in_ci or not options.optional:
            print(f"PostgreSQL: {reason}.", file=sys.stderr)
            return 1
        print(f"PostgreSQL: {reason}, so its tests are skipped (TEST_DATABASE_URL can name one).", flush=True)
        return run(command, {})


def run(command: list[str], extra: dict[str, str]) -> int:
    """The exit status of `command`; a signal is told as a shell would."""
    with subprocess.Popen(command, env=os.environ | extra) as process:
        try:
            status = process.wait()
        except BaseException:
            process.terminate()
            raise
    return status if status >= 0 else 128 - status


def find_programs() -> Path | None:
    """The folder of initdb, pg_ctl and postgres; the newest packaged version, else what is on the path."""
    packaged = sorted(PACKAGED.glob("*/bin"), key=lambda folder: version_number(folder.parent.name), reverse=True)
    on_path = shutil.which("pg_ctl")
    candidates = [*packaged, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((c for c in candidates if all((c / name).exists() for name in ("initdb", "pg_ctl", "postgres"))), None)


def version_number(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return 0.0


def install(in_ci: bool) -> Path:
    """Installs the system's PostgreSQL in CI, on Debian and its relatives, as root or with sudo."""
    if not in_ci or shutil.which("apt-get") is None:
        raise NoServer("no server is installed here")
    print("PostgreSQL: installing the system's package (about a minute)", flush=True)
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y", "-o", "Acquire::Retries=3"]
    packages = ["--no-install-recommends", "install", "postgresql"]
    for words in (["update"], packages):
        done = subprocess.run([*root, *quiet, *words], check=False, capture_output=True, text=True, timeout=900)
        if done.returncode:
            raise NoServer(f"apt-get {words[-1]} failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
    programs = find_programs()
    if programs is None:
        raise NoServer("the system's package was installed, and has no server in it")
    return programs


@contextmanager
def throw_away_server(programs: Path, settings: str = HASTY) -> Iterator[str]:
    """Starts a server and gives its URL; stops it and removes its data at the end, however the end comes.

    Raises:
        NoServer: it does not start.
    """
    home = Path(tempfile.mkdtemp(prefix="msb-pg-"))
    user = other_user()
    try:
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
        url = start(programs, home, user, settings)
        print(f"PostgreSQL: a throw-away server from {programs}", flush=True)
        yield url
    finally:
        if (home / "data" / "postmaster.pid").exists():
            as_user([programs / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop"], home, user)
        shutil.rmtree(home, ignore_errors=True)


def start(programs: Path, home: Path, user: pwd.struct_passwd | None, settings: str = HASTY) -> str:
    password = secrets.token_hex(16)
    (home / "password").write_text(password, encoding="ascii")
    if user:
        os.chown(home / "password", user.pw_uid, user.pw_gid)
    data = home / "data"
    access: list[str | Path] = ["-U", ROLE, "-A", "scram-sha-256", "--pwfile", home / "password"]
    as_user([programs / "initdb", "-D", data, "-E", "UTF8", "--locale=C", "--no-sync", *access], home, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"{settings} -c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home}"
    waiting: list[str | Path] = ["-l", home / "server.log", "-t", str(START_SECONDS), "-w"]
    as_user([programs / "pg_ctl", "-D", data, *waiting, "-o", options, "start"], home, user)
    return f"postgresql+psycopg://{ROLE}:{password}@127.0.0.1:{port}/postgres"


def other_user() -> pwd.struct_passwd | None:
    """Whom to be, because PostgreSQL refuses to run as root; None when we aren't root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def as_user(command: list[str | Path], home: Path, user: pwd.struct_passwd | None) -> None:
    """Runs one of PostgreSQL's programs in a session of its own, so that Ctrl-C is ours to handle."""
    output = home / "output.log"
    with output.open("ab") as out:
        done = subprocess.run(
            command,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            check=False,
            timeout=2 * START_SECONDS,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
    if done.returncode:
        raise NoServer(f"{Path(command[0]).name} failed:\n{output.read_text(errors='replace')[-2000:]}")


def stop(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
