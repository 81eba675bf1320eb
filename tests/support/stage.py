"""A stage for scenarios: the whole application against the sandbox, on a clock that only the scenario moves.

It reads like the demonstration's world (`console.sandbox.world`), but nothing polls: after each thing that happens, all
work that it caused is done before the scenario goes on. What nobody expected fails the scenario at its end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from app.actions_api import create_actions_app
from app.api_keys import create_key
from app.gateway import create_gateway
from app.migrate import upgrade
from app.places import ROOT
from app.wiring import Application, build
from bot.auditor import audit
from bot.config import Settings
from bot.ports import Dialogue
from console.sandbox.world import Broken, Case, Phone, World
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.support.engine import ACTIONS_TOKEN, ActionsSwitch
from tests.support.sandbox_clock import StillClock
from tests.support.sandbox_server import address_of, free_socket, serve
from tests.support.unexpected import Place, call_taken, unexpected

ROUNDS = 60
TUESDAY = datetime.fromisoformat("2026-12-01T15:00:00+00:00")
"""10:00 in New York, when the shipped programme likes to write; no public holiday there for three weeks."""


class Held(Protocol):
    """Something in a member's hand, with which they read what arrives at one address."""

    folder: ClassVar[str]
    address: str
    read: int


class Stage(World):
    """The world of one scenario."""

    application: Application
    clock: StillClock
    switch: ActionsSwitch
    entrance: Entrance
    still: bool = False
    auditor_finds: frozenset[str] = frozenset()
    """The kinds of findings that are right in this scenario."""

    def __init__(self, *values: Any, **more: Any) -> None:
        super().__init__(*values, **more)
        self.handsets: list[Held] = []
        self.calls_taken: Counter[str] = Counter()

    def hold_still(self) -> None:
        """What happens from here on is only accepted: no work is done until `go_on`."""
        self.still = True

    def go_on(self) -> None:
        self.still = False

    def post(self, path: str, **body: Any) -> Any:
        answer = super().post(path, **body)
        if number := call_taken(path):
            self.calls_taken[number] += 1
        if path != "contacts":
            self.settle()
        return answer

    def enrol(self, name: str, number: str, **more: Any) -> Phone:
        phone = super().enrol(name, number, **more)
        self.settle()
        return phone

    def rest(self) -> None:
        """Nothing to wait for: whatever happened is settled already."""

    def settle(self) -> None:
        """Does all work that is due, until there is none: ticks, lanes, and the sandbox's webhooks."""
        if self.still:
            self.client.post(f"{self.page}/sandbox/flush?wait=20")
            return
        for _ in range(ROUNDS):
            flushed = self.client.post(f"{self.page}/sandbox/flush?wait=20").json()
            worked = self.tick() > 0
            for drainer in self.application.drainers.values():
                while drainer.run_one():
                    worked = True
            if not worked and not flushed["released"] and flushed["idle"] and not self._ready():
                return
            self.clock.pass_real(timedelta(milliseconds=60))
        raise Broken("there is no end to the work")

    def tick(self) -> int:
        """What the scheduler would do now; returns how much that was."""
        application = self.application
        return (
            application.enter_journeys()
            + application.ask_surveys()
            + application.reach_out()
            + application.look_at_cases()
            + application.reach_staff_otherwise()
        )

    def fault(self, provider: str, mode: str, **more: Any) -> None:
        """A provider fails from now on, in one of the sandbox's ways; ``none`` mends it."""
        super().post("faults", provider=provider, mode=mode, **more)

    def outlast(self, by: timedelta) -> None:
        """Real time passes: leases end, pauses between tries are over."""
        self.clock.pass_real(by)
        self.settle()

    def _ready(self) -> bool:
        return any(drainer.is_ready() for drainer in self.application.drainers.values())

    def reads_programme(self, folder: Path) -> None:
        """The application is started anew with another programme, on the same database."""
        self.settle()
        before = self.application
        settings = before.settings.model_copy(update={"programme_dir": folder})
        self.application = build(settings, clock=self.clock, dialogue=before.dialogue)
        before.db.close()
        put_behind(self.application, self.entrance, self.switch)
        self.settle()

    def check_nothing_unexpected(self) -> None:
        """Every message on every channel was expected, and so was every call."""
        read: dict[Place, int] = {("phones", number): phone.read for number, phone in self.phones.items()}
        read |= {(handset.folder, handset.address): handset.read for handset in self.handsets}
        read |= {("calls", number): count for number, count in self.calls_taken.items()}
        extra = unexpected(self, read)
        assert not extra, "\n".join(extra)

    def check_what_the_auditor_finds(self) -> None:
        """The auditor derives from the tables what should have happened since the scenario began."""
        at = self.application
        found = audit.run(at.db, at.programme, self.clock.now(), self.clock.wall(), since=TUESDAY - timedelta(days=1))
        extra = [finding for finding in found.findings if finding.kind not in self.auditor_finds]
        assert not extra, f"the auditor found {extra}"


class Entrance:
    """The gateway's address is known before the application that stands behind it."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


def put_behind(application: Application, entrance: Entrance, switch: ActionsSwitch) -> None:
    """The application answers at the gateway's address and at the action endpoint's."""
    entrance.app = create_gateway(application)
    switch.app = create_actions_app(application.performer, ACTIONS_TOKEN)


@contextmanager
def stage(database_url: str, dialogue: Dialogue, switch: ActionsSwitch, **settings: Any) -> Iterator[Stage]:
    """Sets a stage on an empty database and clears it afterwards."""
    clock, entrance, bound, own = StillClock(TUESDAY), Entrance(), free_socket(), free_socket()
    gateway_url, port = address_of(bound), int(address_of(own).rpartition(":")[2])
    sandbox = SandboxSettings(public_base_url=gateway_url, sandbox_port=port, sandbox_receipts="manual")
    with serve(create_app(sandbox, clock), own) as page, serve(entrance, bound):
        values = {**sandbox_settings(sandbox, page, gateway_url, database_url), **settings}
        application = build(Settings(_env_file=None, **values), clock=clock, dialogue=dialogue)
        upgrade(application.db)
        put_behind(application, entrance, switch)
        lines: list[str] = []
        scene = Stage(page, gateway_url, create_key(application, "tests"), lines.append, patience=0, quiet=0)
        scene.application, scene.clock, scene.entrance, scene.switch = application, clock, entrance, switch
        try:
            yield scene
            scene.settle()
            scene.check_nothing_unexpected()
            scene.check_what_the_auditor_finds()
        except AssertionError as error:
            raise AssertionError("\n".join([*lines, "", str(error)])) from error
        finally:
            scene.client.close()
            scene.application.close()


def sandbox_settings(sandbox: SandboxSettings, page: str, gateway: str, database_url: str) -> dict[str, Any]:
    """The application's settings that point it at a sandbox."""
    return {
        "database_url": database_url,
        "programme_dir": Path(ROOT / "journeys"),
        "public_base_url": gateway,
        "twilio_account_sid": sandbox.twilio_account_sid,
        "twilio_auth_token": sandbox.twilio_auth_token,
        "twilio_from": sandbox.twilio_from,
        "twilio_api_base": f"{page}/twilio",
        "twilio_per_second": 1000,
        "slack_bot_token": sandbox.slack_bot_token,
        "slack_signing_secret": sandbox.slack_signing_secret,
        "slack_channel": sandbox.slack_channel,
        "slack_api_base": f"{page}/slack/api/",
        "slack_per_second": 1000,
        "actions_token": ACTIONS_TOKEN,
        **member_channels(sandbox, page),
    }


def member_channels(sandbox: SandboxSettings, page: str) -> dict[str, Any]:
    """The settings of all channels to members but text messages, which come with Twilio's account."""
    mail_port = httpx.get(f"{page}/sandbox/mail", timeout=10).raise_for_status().json()["port"]
    return {
        "voice_from": sandbox.voice_from,
        "voice_per_second": 1000,
        "slack_member_bot_token": sandbox.slack_member_bot_token,
        "slack_member_signing_secret": sandbox.slack_member_signing_secret,
        "slack_member_api_base": f"{page}/slack-members/api/",
        "slack_member_per_second": 1000,
        "messenger_page_name": "fernhill",
        "messenger_page_id": sandbox.messenger_page_id,
        "messenger_page_token": sandbox.messenger_page_token,
        "messenger_app_id": sandbox.messenger_app_id,
        "messenger_app_secret": sandbox.messenger_app_secret,
        "messenger_api_base": f"{page}/graph",
        "messenger_per_second": 1000,
        "telegram_bot_token": sandbox.telegram_bot_token,
        "telegram_bot_name": sandbox.telegram_bot_name,
        "telegram_secret_token": sandbox.telegram_secret_token,
        "telegram_api_base": f"{page}/telegram",
        "telegram_per_second": 1000,
        "email_smtp_host": "127.0.0.1",
        "email_smtp_port": mail_port,
        "email_smtp_security": "none",
        "email_smtp_user": sandbox.email_smtp_user,
        "email_smtp_password": sandbox.email_smtp_password,
        "email_from": sandbox.email_from,
        "email_from_name": "Fernhill Compass",
        "email_inbound_token": sandbox.email_inbound_token,
        "email_secret": "a-secret-of-the-tests",
        "email_per_second": 1000,
    }


__all__ = ["Broken", "Case", "Phone", "Stage", "stage"]
