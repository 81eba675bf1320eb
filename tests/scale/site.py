"""A site in miniature: PostgreSQL, gateway, engine and provider on this machine; workers on others."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import sqlalchemy as sa

from app.api_keys import create_key
from app.migrate import upgrade
from app.places import ROOT
from app.wiring import build
from bot.config import Settings
from bot.db import Database
from bot.model import InboxMessage, InboxState, OutboxMessage
from console.sandbox.world import Phone, World
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.scale.machines import Machine, Town
from tests.scale.relay import relay
from tests.scale.stand_in_engine import StandInEngine
from tests.support.sandbox_server import free_socket, serve

SECONDS_TO_START = 120.0
SECONDS_TO_WORK = 180.0
LEASE_SECONDS = 6


class Late(AssertionError):
    """Something did not happen in time."""


def eventually(holds: Callable[[], bool], what: str, seconds: float = SECONDS_TO_WORK) -> None:
    """Returns as soon as `holds` does.

    Raises:
        Late: it did not in time.
    """
    give_up = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > give_up:
            raise Late(what)
        time.sleep(0.1)


@dataclass
class Worker:
    """`msb worker` on a machine."""

    machine: Machine
    process: subprocess.Popen[bytes]
    log: Path

    def is_ready(self) -> bool:
        """As the health check of a container on that machine sees it."""
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        check = self.machine.command(sys.executable, str(ROOT / "deploy" / "health.py"), "app")
        return subprocess.run(check, check=False, timeout=30).returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)

    def stop(self) -> int:
        """Asks it to stop, as a supervisor does; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@dataclass
class Site:
    town: Town
    engine: StandInEngine
    world: World
    db: Database
    environment: dict[str, str]
    folder: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, name: str, *command: str, **changes: str) -> tuple[subprocess.Popen[bytes], Path]:
        log = self.folder / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment | changes,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self.started.append(process)
        return process, log

    def worker(self, machine: Machine) -> Worker:
        """Starts a worker there; returns when it is healthy."""
        process, log = self.start(machine.name, *machine.command(sys.executable, "-m", "app", "worker"))
        worker = Worker(machine, process, log)
        eventually(worker.is_ready, f"{machine.name} is healthy", SECONDS_TO_START)
        return worker

    def enrol(self, count: int) -> list[Phone]:
        return [self.world.enrol(f"Member No{number}", f"+12025550{number}") for number in range(100, 100 + count)]

    def all_say(self, text: str) -> None:
        """Each member sends one message; returns when all are accepted."""
        for phone in self.world.phones.values():
            phone.says(f"{text} {phone.number}")
        flushed = self.world.client.post(f"{self.world.page}/sandbox/flush?wait=30").raise_for_status().json()
        assert flushed["idle"]

    def have_all_heard(self, *texts: str) -> bool:
        """Whether each member got the answers to these messages, and no more of them are waiting."""
        wanted = len(texts)
        return all(len(answers(phone)) >= wanted for phone in self.world.phones.values()) and self.is_done()

    def is_done(self) -> bool:
        with self.db.begin() as session:
            return not session.scalar(
                sa.select(sa.func.count()).select_from(InboxMessage).where(InboxMessage.state == InboxState.PENDING)
            )

    def check_that_each_was_answered_once(self, *texts: str) -> None:
        """On the phones, which is what members see, and in the database."""
        for phone in self.world.phones.values():
            assert answers(phone) == [f"you said: {text} {phone.number}" for text in texts]
        with self.db.begin() as session:
            replies = sa.select(OutboxMessage.reply_to_id).where(OutboxMessage.reply_to_id.is_not(None))
            found = session.scalars(replies).all()
            assert len(found) == len(set(found)) == len(texts) * len(self.world.phones)


def answers(phone: Phone) -> list[str]:
    return [text for text in (str(message["text"]) for message in phone.received()) if text.startswith("you said: ")]


def bound_to(address: str) -> socket.socket:
    """A free port of an address of this machine."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind((address, 0))
    return bound


def url_of(bound: socket.socket) -> str:
    host, port = bound.getsockname()
    return f"http://{host}:{port}"


@contextlib.contextmanager
def site(town: Town, database_url: str, folder: Path) -> Iterator[Site]:
    """Everything but the workers, running; all of it is gone afterwards."""
    engine, sandbox_at, engine_at, database_at = StandInEngine(), *(bound_to(town.address) for _ in range(3))
    with free_socket() as probe:
        gateway = f"http://127.0.0.1:{probe.getsockname()[1]}"
    sandbox = SandboxSettings(public_base_url=gateway, sandbox_port=sandbox_at.getsockname()[1])
    near = sa.make_url(database_url)
    far = near.set(host=town.address, port=database_at.getsockname()[1])
    with contextlib.ExitStack() as stack:
        stack.enter_context(serve(create_app(sandbox), sandbox_at))
        stack.enter_context(serve(engine, engine_at))
        stack.enter_context(relay(database_at, str(near.host), int(near.port or 5432)))
        environment = settings(sandbox, url_of(sandbox_at), url_of(engine_at), gateway)
        environment["MSB_DATABASE_URL"] = far.render_as_string(hide_password=False)
        db = Database(database_url)
        stack.callback(db.close)
        upgrade(db)
        made = Site(town, engine, enter(sandbox_at, gateway, database_url), db, environment, folder)
        stack.callback(made.world.client.close)
        try:
            start_gateway(made, gateway, near.render_as_string(hide_password=False))
            yield made
        finally:
            engine.release()
            for process in made.started:
                process.kill()
                process.wait(30)


def enter(sandbox_at: socket.socket, gateway: str, database_url: str) -> World:
    application = build(Settings(_env_file=None, database_url=database_url, programme_dir=ROOT / "journeys"))
    key = create_key(application, "tests")
    application.close()
    return World(url_of(sandbox_at), gateway, key, lambda _line: None)


def start_gateway(made: Site, url: str, database_url: str) -> None:
    port = url.rpartition(":")[2]
    here = [sys.executable, "-m", "app", "gateway"]
    process, log = made.start("gateway", *here, MSB_GATEWAY_PORT=port, MSB_DATABASE_URL=database_url)

    def is_ready() -> bool:
        assert process.poll() is None, log.read_text()[-3000:]
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{url}/readyz", timeout=5).status_code == httpx.codes.OK
        return False

    eventually(is_ready, "the gateway is ready", SECONDS_TO_START)


def settings(sandbox: SandboxSettings, page: str, engine: str, gateway: str) -> dict[str, str]:
    """The environment of each process of the application, but for its database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MSB_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "MSB_PROGRAMME_DIR": str(ROOT / "journeys"),
        "MSB_PUBLIC_BASE_URL": gateway,
        "MSB_ENGINE_URL": engine,
        "MSB_ENGINE_TOKEN": "a-token-of-the-tests",
        "MSB_TWILIO_ACCOUNT_SID": sandbox.twilio_account_sid,
        "MSB_TWILIO_AUTH_TOKEN": sandbox.twilio_auth_token,
        "MSB_TWILIO_FROM": sandbox.twilio_from,
        "MSB_TWILIO_API_BASE": f"{page}/twilio",
        "MSB_TWILIO_PER_SECOND": "1000",
        "MSB_LEASE_SECONDS": str(LEASE_SECONDS),
    }
