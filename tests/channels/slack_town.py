"""A workspace of staff, a gateway and the lanes behind it, joined over real connections; the sandbox plays Slack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bot.lanes.drain import Drainer, Handler
from bot.outbox.deliver import DeliveryHandler
from bot.outreach.reach import Reach
from channels import registry
from inbox.desk import make
from inbox.handler import StaffHandler
from inbox.routes import router
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.channels.world import PHONE, STAFF_CHANNEL, World, make_world
from tests.support.sandbox_server import address_of, free_socket, serve

MARIA, JONAS, PRIYA = "U0MARIA", "U0JONAS", "U0PRIYA"


@dataclass
class Town:
    world: World
    http: httpx.Client
    lanes: list[Drainer]

    def work(self) -> None:
        """Webhooks arrive and lanes are worked on until there is nothing more to do."""
        for _ in range(20):
            assert self.get("idle", wait=10)["idle"]
            if not any(lane.run_one() for lane in self.lanes):
                return
        raise AssertionError("it never comes to rest")

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/sandbox/{path}", params=query).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        return self.http.post(f"/sandbox/{path}", json=body).raise_for_status().json()

    def channel(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("slack/channel")["messages"]
        return found

    def texts(self) -> list[str]:
        phone: list[dict[str, Any]] = self.get(f"phones/{PHONE}")["messages"]
        return [message["text"] for message in phone if message["direction"] == "to_phone"]

    def card(self) -> dict[str, Any]:
        return self.channel()[0]

    def thread(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.card()["replies"]
        return found

    def press(self, action: str, user: str = MARIA) -> None:
        answer = self.post("slack/click", user=user, ts=self.card()["ts"], action_id=action)
        assert answer["ok"], answer
        self.work()

    def submit(self, user: str = MARIA, **values: Any) -> None:
        view = self.get(f"slack/views/{user}")["view"]
        answer = self.post("slack/submit", user=user, view_id=view["id"], values=values)
        assert answer["ok"], answer
        self.work()

    def say(self, text: str, user: str = MARIA) -> None:
        self.post("slack/say", user=user, text=text, thread_ts=self.card()["ts"])
        self.work()


@contextmanager
def make_town(folder: Path) -> Iterator[Town]:
    gateway, bound = FastAPI(), free_socket()
    with serve(gateway) as gateway_url:
        base = address_of(bound)
        world = make_world(
            folder,
            public_base_url=gateway_url,
            twilio_api_base=f"{base}/twilio",
            slack_api_base=f"{base}/slack/api/",
            twilio_per_second=1000,
            slack_per_second=1000,
        )
        for webhooks in (*registry.routers(world), router(world)):
            gateway.include_router(webhooks)
        settings = SandboxSettings(
            public_base_url=gateway_url,
            twilio_account_sid=world.settings.twilio_account_sid,
            twilio_auth_token=world.settings.twilio_auth_token.get_secret_value(),
            slack_bot_token=world.settings.slack_bot_token.get_secret_value(),
            slack_signing_secret=world.settings.slack_signing_secret.get_secret_value(),
            slack_channel=STAFF_CHANNEL,
            sandbox_port=int(base.rpartition(":")[2]),
            sandbox_receipt_delay=0,
            sandbox_slack_retry_seconds=(0, 0, 0),
        )
        channels = {**registry.configured(world.settings), "staff": make(world.settings, world.programme)}
        handlers: list[Handler] = [
            DeliveryHandler(channels, world.programme, 6),
            StaffHandler(world.settings, world.db, world.clock, world.programme, Reach(channels)),
        ]
        lanes = [Drainer(world.db, handler, world.clock, timedelta(seconds=30)) for handler in handlers]
        with serve(create_app(settings, world.clock), bound) as url, httpx.Client(base_url=url, timeout=15) as http:
            yield Town(world, http, lanes)
        world.db.close()
