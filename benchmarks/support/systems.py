"""The whole product as it runs for real: in one process on SQLite, or in its roles on PostgreSQL.

Each system has a database, an engine, members and a provider (`benchmarks.support.sink`) of its own; text messages are
the channel. Outreach rests, because its looks are measured by themselves. The processes run in a folder without a file
`.env`, so that no setting comes from there.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from app.demo.plan import free_port
from app.migrate import upgrade
from app.places import ROOT, engine_python
from benchmarks.support import usage
from benchmarks.support.processes import Family, answers, clean_environment
from benchmarks.support.sink import Sink, running_sink
from benchmarks.support.web import TwilioWebhook
from bot.clock import SystemClock
from bot.db import Database
from bot.members.enrol import enrol
from bot.members.table import MemberRow
from bot.programme.loader import load_programme
from taskqueue.jobs import Teller

SERVE = "serve"
FAST = 100_000
"""A limit that is none: of the provider, and of what one member may write in a minute."""
RESTS = 86_400
OUR_NUMBER = "+15005550006"
MEMBERS_A_TRANSACTION = 100


@dataclass(frozen=True)
class Shape:
    """`serve` on SQLite, or roles on the PostgreSQL `server` with so many workers."""

    name: str
    server: str | None = None
    workers: int = 1
    has_engine: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass
class System:
    """One that runs."""

    shape: Shape
    family: Family
    db: Database
    sink: Sink
    urls: dict[str, str]
    secrets: dict[str, str]
    members: list[tuple[int, str]] = field(default_factory=list)
    """Their ids and phone numbers."""

    @property
    def name(self) -> str:
        return self.shape.name

    def webhook(self) -> TwilioWebhook:
        keys = self.secrets
        return TwilioWebhook(self.urls["gateway"], keys["MSB_TWILIO_AUTH_TOKEN"], keys["MSB_TWILIO_ACCOUNT_SID"],
                             OUR_NUMBER)  # fmt: skip

    def cpu(self) -> dict[str, float]:
        """Processor seconds of each process until now, PostgreSQL's included."""
        used = self.family.cpu()
        server = self.server_pid()
        return {**used, "postgresql": usage.cpu_seconds(server) or 0.0} if server is not None else used

    def server_pid(self) -> int | None:
        """PostgreSQL's first process, if it runs on this machine."""
        if self.db.is_sqlite:
            return None
        with self.db.begin() as session:
            backend = session.execute(sa.text("select pg_backend_pid()")).scalar_one()
        parent = usage.parent(backend)
        return parent if parent and parent > 1 else None


@contextmanager
def running(shape: Shape, folder: Path, members: int = 0) -> Iterator[System]:
    """Starts a system on an empty database with so many members, and stops it.

    What this process puts into the database is told to the workers as the product tells it.
    """
    own = folder / f"{shape.name}-{uuid4().hex[:6]}"
    own.mkdir(parents=True)
    with database(shape.server, own) as db, running_sink() as sink:
        upgrade(db)
        if not db.is_sqlite:
            db.before_commit = Teller(db, SystemClock()).tell
        system = _prepared(shape, own, db, sink)
        system.members = enrol_members(db, members)
        try:
            start(system)
            yield system
        finally:
            system.family.stop()


def _prepared(shape: Shape, folder: Path, db: Database, sink: Sink) -> System:
    names = ("gateway", "engine", "actions", "scheduler", *(f"worker-{n}" for n in range(1, shape.workers + 1)))
    urls = {name: f"http://127.0.0.1:{free_port(0)}" for name in names}
    keys = {
        "MSB_TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "MSB_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "MSB_ENGINE_TOKEN": secrets.token_urlsafe(24),
        "MSB_ACTIONS_TOKEN": secrets.token_urlsafe(24),
    }
    environment = {
        **clean_environment(),
        **keys,
        "MSB_DATABASE_URL": db.url.render_as_string(hide_password=False),
        "MSB_PROGRAMME_DIR": str(ROOT / "journeys"),
        "MSB_PUBLIC_BASE_URL": urls["gateway"],
        "MSB_GATEWAY_PORT": _port(urls["gateway"]),
        "MSB_ENGINE_URL": urls["engine"],
        "MSB_ENGINE_PORT": _port(urls["engine"]),
        "MSB_ENGINE_STORE_URL": f"sqlite:///{folder / 'engine.db'}",
        "MSB_ACTIONS_PORT": _port(urls["actions"]),
        "MSB_ACTIONS_URL": f"{urls['actions']}/webhook",
        "MSB_TWILIO_FROM": OUR_NUMBER,
        "MSB_TWILIO_API_BASE": sink.url,
        "MSB_TWILIO_PER_SECOND": str(FAST),
        "MSB_TICK_SECONDS": str(RESTS),
        "MSB_FLOOD_LIMIT": str(FAST),
        **shape.settings,
    }
    return System(shape, Family(folder, environment), db, sink, urls, keys)


def start(system: System) -> None:
    """All of its processes, each when those that it needs are ready."""
    family, urls = system.family, system.urls
    if system.shape.has_engine:
        health = answers(f"{urls['engine']}/webhooks/gateway/health", "true")
        family.start("engine", [str(engine_python()), "-m", "msb_engine", "serve"], health)
    if system.shape.server is None:
        family.start(SERVE, msb("serve"), answers(f"{urls['gateway']}/readyz", '"database":"ok"'))
        return
    family.start("actions", msb("actions"), answers(f"{urls['actions']}/readyz"))
    for name in urls:
        if name.startswith("worker") or name == "scheduler":
            more = {"MSB_OPS_PORT": _port(urls[name])}
            family.start(name, msb(name.partition("-")[0]), answers(f"{urls[name]}/readyz"), more=more)
    family.start("gateway", msb("gateway"), answers(f"{urls['gateway']}/readyz", '"database":"ok"'))


def msb(role: str) -> list[str]:
    return [sys.executable, "-m", "app", role]


def enrol_members(db: Database, count: int) -> list[tuple[int, str]]:
    """Members who agreed to text messages, taken in as from a file."""
    programme, now = load_programme(ROOT / "journeys"), SystemClock().now()
    cast: list[tuple[int, str]] = []
    for first in range(0, count, MEMBERS_A_TRANSACTION):
        with db.begin() as session:
            for n in range(first, min(count, first + MEMBERS_A_TRANSACTION)):
                phone = f"+1202{5_000_000 + n}"
                row = MemberRow(n, f"B-{n}", "Ana", f"Number{n}", None, phone, "America/New_York", "en", None,
                                date(2026, 1, 5), True, "benchmark", None, {})  # fmt: skip
                cast.append((enrol(session, programme, row, source="benchmark", now=now).member_id, phone))
    return cast


@contextmanager
def database(server: str | None, folder: Path) -> Iterator[Database]:
    """An empty one: an SQLite file in the folder, or one on a PostgreSQL server, where it is dropped at the end."""
    if server is None:
        db = Database(f"sqlite:///{folder / 'msb.db'}")
        try:
            yield db
        finally:
            db.close()
        return
    url, name = sa.make_url(server).set(drivername="postgresql+psycopg"), f"msb_bench_{uuid4().hex}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.execute(sa.text(f'create database "{name}"'))
    db = Database(url.set(database=name).render_as_string(hide_password=False))
    try:
        yield db
    finally:
        db.close()
        with admin.connect() as connection:
            connection.execute(sa.text(f'drop database "{name}" with (force)'))


def shapes(
    server: str | None, workers: Sequence[int], *, has_engine: bool = True, settings: Mapping[str, str] | None = None
) -> list[Shape]:
    """Both modes: one process on SQLite, and where there is a PostgreSQL the roles with so many workers each."""
    more = dict(settings or {})
    roles = [Shape(f"roles-{count}", server, count, has_engine, more) for count in workers] if server else []
    return [Shape(SERVE, None, 1, has_engine, more), *roles]


def _port(url: str) -> str:
    return url.rpartition(":")[2]
