"""A member's direct messages through the emulated workspace, over real connections, in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.lanes.drain import Drainer, Handler
from bot.model import ContactPoint, InboxMessage, OutboxMessage, OutboxState, Purpose
from bot.outbox.deliver import DeliveryHandler
from bot.outbox.enqueue import Message, enqueue
from channels import registry
from channels.slack import people
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from sandbox.slack.workspace import TEAM
from tests.channels.world import NOW, World, make_world
from tests.support.sandbox_server import address_of, free_socket, serve

ANA = f"{TEAM}:U0ANA"


@dataclass
class Town:
    world: World
    http: httpx.Client
    deliveries: Drainer

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/sandbox/{path}", params=query).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        return self.http.post(f"/sandbox/{path}", json=body).raise_for_status().json()

    def inbox(self) -> list[InboxMessage]:
        assert self.get("idle", wait=10)["idle"]
        return self.world.inbox()

    def send(self, dedupe: str, text: str, **body: Any) -> OutboxMessage:
        message = Message("slack", ANA, Purpose.REPLY, "test", dedupe, text=text, body=body)
        with self.world.db.begin() as session:
            enqueue(session, message, now=NOW, wall=self.world.clock.wall())
        while self.deliveries.run_one():
            pass
        return self.world.outbox()[-1]

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("slack-members/U0ANA")["messages"]
        return found


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    gateway, bound = FastAPI(), free_socket()
    with serve(gateway) as gateway_url:
        base = address_of(bound)
        world = make_world(
            tmp_path,
            public_base_url=gateway_url,
            slack_member_api_base=f"{base}/slack-members/api/",
            slack_member_per_second=1000,
        )
        member = world.new_member()
        with world.db.begin() as session:
            session.add(ContactPoint(member_id=member, channel="slack", address=ANA, consented_at=NOW))
        for webhooks in registry.routers(world):
            gateway.include_router(webhooks)
        settings = SandboxSettings(
            public_base_url=gateway_url,
            slack_member_bot_token=world.settings.slack_member_bot_token.get_secret_value(),
            slack_member_signing_secret=world.settings.slack_member_signing_secret.get_secret_value(),
            sandbox_port=int(base.rpartition(":")[2]),
            sandbox_slack_retry_seconds=(0, 0, 0),
        )
        handler: Handler = DeliveryHandler(registry.configured(world.settings), world.programme, 6)
        with serve(create_app(settings, world.clock), bound), httpx.Client(base_url=base, timeout=15) as http:
            yield Town(world, http, Drainer(world.db, handler, world.clock, timedelta(seconds=30)))


def test_what_a_member_writes_edits_and_presses_arrives_and_what_the_bot_says_does_not_come_back(town: Town) -> None:
    first = town.post("slack-members/U0ANA/say", text="I'm <stuck> & lost")
    town.post("slack-members/U0ANA/edit", ts=first["ts"], text="I'm fine")
    town.post("slack-members/U0ANA/open")
    asked = town.send("one", "Is it *done*, <!channel>?", choices=["Yes", "Not yet"])
    assert asked.state is OutboxState.SENT
    [_, shown] = town.messages()
    assert asked.provider_id == f"D0ANA:{shown['ts']}"
    assert shown["blocks"][0]["text"]["text"] == "Is it \u2217done\u2217, &lt;!channel&gt;?"
    assert town.post("slack-members/U0ANA/press", ts=shown["ts"], title="Not yet")["ok"]
    town.post("slack-members/U0ANA/delete", ts=first["ts"])
    rows = town.inbox()
    assert [(row.text, row.body.get("event")) for row in rows] == [
        ("I'm <stuck> & lost", None),
        ("I'm fine", "edited"),
        ("Not yet", "choice"),
    ]
    assert rows[-1].body["choice"] == f"c:{asked.id}:1"
    assert {row.address for row in rows} == {ANA}
    assert all(row.member_id for row in rows)


def test_a_send_whose_answer_is_lost_is_found_and_not_sent_twice(town: Town) -> None:
    town.post("faults", provider="slack", mode="lost", times=1)
    assert town.send("one", "Hello Ana").state is OutboxState.SENDING
    town.world.clock.pass_real(timedelta(minutes=5))
    while town.deliveries.run_one():
        pass
    [shown] = town.messages()
    [row] = town.world.outbox()
    assert (row.state, row.provider_id) == (OutboxState.SENT, f"D0ANA:{shown['ts']}")


def test_a_forged_token_gets_nowhere_and_people_are_proposed_by_their_address(town: Town) -> None:
    settings = town.world.settings
    assert people.propose(settings, "Ana.Diaz@example.org") == ANA
    assert people.propose(settings, "nobody@example.org") is None
    assert people.check(settings).accepted is True
    town.post("slack-members", id="U0NEW", name="Noa New", email="noa@example.org")
    assert people.propose(settings, "noa@example.org") == f"{TEAM}:U0NEW"
    other = settings.model_copy(update={"slack_member_bot_token": settings.slack_bot_token})
    assert people.check(other).accepted is False
