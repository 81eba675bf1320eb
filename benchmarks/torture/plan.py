"""What one run consists of: its size, its settings, and the processes of each mode."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.demo.plan import PORTS, free_port, make_plan
from app.places import ROOT, engine_python
from bot.errors import MsbError

MODES = ("sqlite", "postgresql")
OUTSIDE, POSTGRESQL = "sandbox", "database"
"""The outside world is never killed; the database is a process of its own in one mode only."""
FIRST_PORT, LAST_PORT = 20_000, 30_000
"""Below those that the system gives to outgoing connections: nobody may take the port of a process that was killed."""
ALL_CHANNELS = ("sms", "telegram", "messenger")
LONG_PAUSE = ("mail", "429")
"""A mail server that says "later" is asked again after minutes, which would be waited for at the end."""


@dataclass(frozen=True)
class Wish:
    """The size of one run. Real seconds: `every` is the mean time from when a killed process works again to the next
    kill, `patience` the longest wait for quiet. `restarts` of the kills stop the database instead, where it is a
    process of its own; `rate` is the most messages that are written in a second. `without` are faults, by provider and
    mode, that are left out."""

    mode: str = "sqlite"
    members: int = 400
    messages: int = 10_000
    kills: int = 40
    seed: int = 1
    every: float = 10.0
    rate: float = 40.0
    restarts: int = 5
    patience: float = 400.0
    channels: tuple[str, ...] = ALL_CHANNELS
    settings: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[tuple[str, str]] = frozenset({LONG_PAUSE})

    def stream(self, name: str) -> random.Random:
        """Chance for one part of the run, which no other part disturbs."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - a test that can be repeated, not a secret


@dataclass(frozen=True)
class Spec:
    """One process: `weight` is how often it is picked to be killed, in relation to the others; `health` answers with
    200 once it works."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    weight: int
    health: str


@dataclass(frozen=True)
class Plan:
    """One run's folder, addresses and processes. `gateways` are the ports behind the public address."""

    wish: Wish
    folder: Path
    environment: Mapping[str, str]
    ports: Mapping[str, int]
    specs: tuple[Spec, ...]
    gateways: tuple[int, ...]

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.ports['sandbox']}"

    @property
    def public(self) -> str:
        return self.environment["MSB_PUBLIC_BASE_URL"]

    @property
    def journal(self) -> Path:
        return Path(self.environment["MSB_SANDBOX_JOURNAL"])

    @property
    def clock(self) -> Path:
        return Path(self.environment["MSB_CLOCK"])


def plan(wish: Wish, folder: Path, database_url: str = "", store_url: str = "") -> Plan:
    """Settings and processes; nothing is started. PostgreSQL's URLs are those of the application and of the engines."""
    chance = random.SystemRandom()  # several runs may go on at once on this machine
    demo = make_plan(folder, _ports(chance, list(PORTS)))
    environment = {**demo.environment, **_settings(folder), **wish.settings}
    if wish.mode == "sqlite":
        return Plan(wish, folder, environment, demo.ports, _one_process(environment), (demo.ports["gateway"],))
    environment |= {"MSB_DATABASE_URL": database_url, "MSB_ENGINE_STORE_URL": store_url}
    more = _ports(chance, ["gateway-1", "gateway-2", "worker-1", "worker-2", "scheduler-1", "scheduler-2", "engine-2"])
    ports = {**demo.ports, **more, "engine-1": demo.ports["engine"]}
    engines = (f"http://127.0.0.1:{ports[name]}" for name in ("engine-1", "engine-2"))
    environment["MSB_ENGINE_URL"] = ",".join(engines)
    behind = (ports["gateway-1"], ports["gateway-2"])
    return Plan(wish, folder, environment, ports, _many_processes(environment, ports), behind)


def _settings(folder: Path) -> dict[str, str]:
    """Providers that take more than the run sends, and a second between two looks at what is due."""
    channels = ("TWILIO", "TELEGRAM", "MESSENGER", "SLACK", "EMAIL")
    return {
        **{f"MSB_{channel}_PER_SECOND": "200" for channel in channels},
        "MSB_TICK_SECONDS": "1",
        "MSB_FLOOD_LIMIT": "1000000",
        "MSB_VOICE_FROM": "",
        "MSB_CONSOLE": "false",
        "MSB_SANDBOX_URL": "",
        "MSB_SANDBOX_JOURNAL": str(folder / "journal.jsonl"),
        "MSB_SANDBOX_RECEIPT_DELAY": "0.1",
        "MSB_SANDBOX_LATE_SECONDS": "20",
    }


def _one_process(environment: Mapping[str, str]) -> tuple[Spec, ...]:
    return (_sandbox(environment), _engine("engine", environment, 1), _app("serve", environment, 3, "MSB_GATEWAY_PORT"))


def _many_processes(environment: Mapping[str, str], ports: Mapping[str, int]) -> tuple[Spec, ...]:
    roles = [_app("actions", environment, 1, "MSB_ACTIONS_PORT")]
    for number in (1, 2):
        own = {
            role: {**environment, "MSB_OPS_PORT": str(ports[f"{role}-{number}"])} for role in ("worker", "scheduler")
        }
        gateway = {**environment, "MSB_GATEWAY_PORT": str(ports[f"gateway-{number}"])}
        engine = {**environment, "MSB_ENGINE_PORT": str(ports[f"engine-{number}"])}
        roles += [
            _app("gateway", gateway, 2, "MSB_GATEWAY_PORT", number),
            _app("worker", own["worker"], 4, "MSB_OPS_PORT", number),
            _app("scheduler", own["scheduler"], 2, "MSB_OPS_PORT", number),
            _engine(f"engine-{number}", engine, 1),
        ]
    return (_sandbox(environment), *roles)


def _sandbox(environment: Mapping[str, str]) -> Spec:
    health = f"http://127.0.0.1:{environment['MSB_SANDBOX_PORT']}/healthz"
    return Spec(OUTSIDE, (sys.executable, "-m", "sandbox"), environment, 0, health)


def _app(role: str, environment: Mapping[str, str], weight: int, port: str, number: int | None = None) -> Spec:
    name, health = f"{role}-{number}" if number else role, f"http://127.0.0.1:{environment[port]}/readyz"
    return Spec(name, (sys.executable, "-m", "app", role), environment, weight, health)


def _engine(name: str, environment: Mapping[str, str], weight: int) -> Spec:
    health = f"http://127.0.0.1:{environment['MSB_ENGINE_PORT']}/webhooks/gateway/health"
    return Spec(name, (str(engine_python()), "-m", "msb_engine", "serve"), environment, weight, health)


def _ports(chance: random.Random, names: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for _ in range(1000):
        if len(found) == len(names):
            return found
        port = chance.randrange(FIRST_PORT, LAST_PORT)
        if port not in found.values() and free_port(port) == port:
            found[names[len(found)]] = port
    raise MsbError("No ports are free on 127.0.0.1.")


__all__ = ["ALL_CHANNELS", "MODES", "OUTSIDE", "POSTGRESQL", "ROOT", "Plan", "Spec", "Wish", "plan"]
