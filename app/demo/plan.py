"""What a demonstration consists of: its settings, its secrets, its processes."""

from __future__ import annotations

import os
import secrets
import shlex
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.places import ROOT, engine_python
from app.processes.roles import CONSOLE
from bot.errors import MsbError

PORTS = {"gateway": 8000, "sandbox": 8080, "mail": 8025, "engine": 5005, "actions": 5055}


@dataclass(frozen=True)
class Plan:
    """One demonstration. `folder` holds its database, its clock and its logs."""

    folder: Path
    ports: dict[str, int]
    environment: dict[str, str]

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.ports['sandbox']}"

    @property
    def start(self) -> Path:
        """What the demonstration goes back to."""
        return self.folder / "start"

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway']}"

    def commands(self) -> dict[str, str]:
        """The processes by name, as shell commands; ``exec`` so that a signal reaches the process itself."""
        python, engine = shlex.quote(sys.executable), shlex.quote(str(engine_python()))
        return {
            "engine": f"exec {engine} -m msb_engine serve",
            "sandbox": f"exec {python} -m sandbox",
            "bot": f"exec {python} -m app serve",
        }


def make_plan(folder: Path, wanted: Mapping[str, int] = PORTS) -> Plan:
    """A plan with ports that are free and secrets of its own; everything stays on this machine."""
    folder = folder.resolve()
    ports = {name: free_port(port) for name, port in wanted.items()}
    url = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    return Plan(folder, ports, {**os.environ, **_environment(folder, ports, url)})


def free_port(wanted: int) -> int:
    """The wanted port, or another one when somebody listens there."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise MsbError("No port is free on 127.0.0.1.")


def _environment(folder: Path, ports: dict[str, int], url: dict[str, str]) -> dict[str, str]:
    """Every setting that could reach a real provider is set here, so that none comes from elsewhere."""
    return {**_processes(folder, ports, url), **_staff_and_texts(url), **_further_channels(ports, url)}


def _processes(folder: Path, ports: dict[str, int], url: dict[str, str]) -> dict[str, str]:
    return {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT)]),
        "PYTHONUNBUFFERED": "1",
        "MSB_DATABASE_URL": f"sqlite:///{folder / 'msb.db'}",
        "MSB_CLOCK": str(folder / "clock.json"),
        "MSB_PROGRAMME_DIR": str(ROOT / "journeys"),
        "MSB_PUBLIC_BASE_URL": url["gateway"],
        "MSB_GATEWAY_PORT": str(ports["gateway"]),
        "MSB_ENGINE_URL": url["engine"],
        "MSB_ENGINE_PORT": str(ports["engine"]),
        "MSB_ENGINE_TOKEN": secrets.token_urlsafe(24),
        "MSB_ENGINE_STORE_URL": f"sqlite:///{folder / 'engine.db'}",
        "MSB_ACTIONS_PORT": str(ports["actions"]),
        "MSB_ACTIONS_URL": f"{url['actions']}/webhook",
        "MSB_ACTIONS_TOKEN": secrets.token_urlsafe(24),
        "MSB_TICK_SECONDS": "1",
        "MSB_SANDBOX_PORT": str(ports["sandbox"]),
        "MSB_SANDBOX_URL": url["sandbox"],
        "MSB_SANDBOX_START": str(folder / "start"),
        "MSB_CONSOLE": "true",
        "MSB_CONSOLE_URL": f"{url['gateway']}{CONSOLE}",
        "MSB_OIDC_ISSUER": "",
        "MSB_SANDBOX_RECEIPT_DELAY": "0.2",
    }


def _staff_and_texts(url: dict[str, str]) -> dict[str, str]:
    return {
        "MSB_TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "MSB_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "MSB_TWILIO_FROM": "+15005550006",
        "MSB_TWILIO_API_BASE": f"{url['sandbox']}/twilio",
        "MSB_TWILIO_PER_SECOND": "20",
        "MSB_VOICE_FROM": "+15005550006",
        "MSB_VOICE_PER_SECOND": "20",
        "MSB_SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(8)}",
        "MSB_SLACK_SIGNING_SECRET": secrets.token_hex(16),
        "MSB_SLACK_APP_TOKEN": "",
        "MSB_SLACK_CHANNEL": "C0MEMBERSUCCESS",
        "MSB_SLACK_API_BASE": f"{url['sandbox']}/slack/api/",
        "MSB_SLACK_PER_SECOND": "20",
    }


def _further_channels(ports: dict[str, int], url: dict[str, str]) -> dict[str, str]:
    return {
        "MSB_SLACK_MEMBER_BOT_TOKEN": f"xoxb-{secrets.token_hex(8)}",
        "MSB_SLACK_MEMBER_SIGNING_SECRET": secrets.token_hex(16),
        "MSB_SLACK_MEMBER_APP_TOKEN": "",
        "MSB_SLACK_MEMBER_API_BASE": f"{url['sandbox']}/slack-members/api/",
        "MSB_SLACK_MEMBER_PER_SECOND": "20",
        "MSB_MESSENGER_PAGE_ID": "108000000000001",
        "MSB_MESSENGER_PAGE_TOKEN": secrets.token_urlsafe(24),
        "MSB_MESSENGER_APP_ID": "1517776481860111",
        "MSB_MESSENGER_APP_SECRET": secrets.token_hex(16),
        "MSB_MESSENGER_VERIFY_TOKEN": secrets.token_hex(16),
        "MSB_MESSENGER_API_BASE": f"{url['sandbox']}/graph",
        "MSB_TELEGRAM_BOT_TOKEN": f"123456789:{secrets.token_hex(16)}",
        "MSB_TELEGRAM_BOT_NAME": "member_success_bot",
        "MSB_TELEGRAM_SECRET_TOKEN": secrets.token_hex(16),
        "MSB_TELEGRAM_API_BASE": f"{url['sandbox']}/telegram",
        "MSB_TELEGRAM_POLLING": "false",
        "MSB_EMAIL_SMTP_HOST": "127.0.0.1",
        "MSB_EMAIL_SMTP_PORT": str(ports["mail"]),
        "MSB_EMAIL_SMTP_SECURITY": "none",
        "MSB_EMAIL_SMTP_USER": "demo",
        "MSB_EMAIL_SMTP_PASSWORD": secrets.token_urlsafe(16),
        "MSB_EMAIL_FROM": "hello@fernhill.example",
        "MSB_EMAIL_FROM_NAME": "Fernhill Compass",
        "MSB_EMAIL_INBOUND": "",
        "MSB_EMAIL_INBOUND_TOKEN": secrets.token_urlsafe(24),
        "MSB_EMAIL_SECRET": secrets.token_urlsafe(24),
        "MSB_EMAIL_LISTEN_PORT": "0",
        "MSB_SANDBOX_MAIL_PORT": str(ports["mail"]),
    }
