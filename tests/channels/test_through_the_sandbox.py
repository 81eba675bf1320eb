"""Our channels and the emulated providers, which know nothing of each other, talk over real connections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.handoff.cases import get, member_said
from bot.lanes.drain import Drainer, Handler
from bot.model import CaseEntry, ContactPoint, EntryKind, HandOff, InboxState, OutboxState, Purpose
from bot.outbox.deliver import DeliveryHandler
from channels import registry
from inbox.desk import make
from inbox.handler import StaffHandler
from inbox.routes import router
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.channels.world import NOW, PHONE, STAFF_CHANNEL, World, make_world
from tests.support.sandbox_server import address_of, free_socket, serve

MARIA, JONAS = "U0MARIA", "U0JONAS"


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


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    gateway, bound = FastAPI(), free_socket()
    with serve(gateway) as gateway_url:
        base = address_of(bound)
        world = make_world(
            tmp_path,
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
            StaffHandler(world.settings, world.db, world.clock, world.programme),
        ]
        lanes = [Drainer(world.db, handler, world.clock, timedelta(seconds=30)) for handler in handlers]
        with serve(create_app(settings, world.clock), bound) as url, httpx.Client(base_url=url, timeout=15) as http:
            yield Town(world, http, lanes)
        world.db.close()


def open_case(town: Town) -> int:
    member = town.world.new_member()
    with town.world.db.begin() as session:
        point = ContactPoint(member_id=member, channel="sms", address=PHONE, consented_at=NOW)
        session.add(point)
    return town.world.new_case(member)


def state(town: Town, purpose: Purpose) -> list[OutboxState]:
    return [row.state for row in town.world.outbox() if row.purpose is purpose]


def test_a_case_is_claimed_answered_and_resolved(town: Town) -> None:
    case_id = open_case(town)
    town.work()
    assert town.card()["blocks"][0]["text"]["text"] == "Ana Diaz \u00b7 open"

    town.press("claim")
    assert town.card()["blocks"][0]["text"]["text"] == "Ana Diaz \u00b7 claimed by Maria Okafor"

    town.say("she sounds worried")
    town.press("reply")
    town.submit(text="Hi Ana, Maria here.")
    town.say("> Shall we talk tomorrow?")
    assert town.texts() == ["Hi Ana, Maria here.", "Shall we talk tomorrow?"]
    assert state(town, Purpose.STAFF_REPLY) == [OutboxState.DELIVERED] * 2

    town.press("resolve")
    town.submit(text="Call agreed.")
    with town.world.db.begin() as session:
        assert session.get_one(HandOff, case_id).outcome == "Call agreed."
    assert "actions" not in [block["type"] for block in town.card()["blocks"]]
    notes = [entry.text for entry in town.world.rows(CaseEntry) if entry.kind is EntryKind.NOTE]
    assert notes == ["she sounds worried"]
    assert all(row.state is InboxState.DONE for row in town.world.inbox() if row.channel == "slack")


def test_the_second_to_claim_is_told(town: Town) -> None:
    open_case(town)
    town.work()
    card = town.card()["ts"]
    for user in (MARIA, JONAS):
        town.post("slack/click", user=user, ts=card, action_id="claim")
    town.work()
    whispers = town.get("slack/channel")["ephemeral"]
    assert [(told["for_user"], told["text"]) for told in whispers] == [(JONAS, "Maria Okafor has this case.")]


def test_what_the_member_writes_appears_in_the_thread(town: Town) -> None:
    case_id = open_case(town)
    town.work()
    town.post(f"phones/{PHONE}", text="still <!channel> stuck")
    town.work()
    with town.world.db.begin() as session:
        item = next(row for row in town.world.inbox() if row.channel == "sms")
        member_said(session, get(session, case_id), item, now=NOW, wall=NOW)
    town.work()
    told = town.thread()[-1]
    assert "stuck" in told["blocks"][1]["text"]["text"]
    assert "<!channel>" not in str(told)


@pytest.mark.parametrize("mode", ["lost", "429", "500", "down"])
def test_a_bad_day_of_slack_shows_the_card_once(town: Town, mode: str) -> None:
    town.post("faults", provider="slack", mode=mode, times=1)
    open_case(town)
    town.work()
    for _ in range(3):
        town.world.clock.pass_real(timedelta(minutes=1))
        town.work()
    assert len(town.channel()) == 1
    assert state(town, Purpose.STAFF) == [OutboxState.SENT]


@pytest.mark.parametrize("mode", ["lost", "429", "500", "down"])
def test_a_bad_day_of_twilio_sends_the_reply_once(town: Town, mode: str) -> None:
    open_case(town)
    town.work()
    town.post("faults", provider="twilio", mode=mode, times=1)
    town.say("> Hello Ana")
    for _ in range(3):
        town.world.clock.pass_real(timedelta(minutes=1))
        town.work()
    assert town.texts() == ["Hello Ana"]
    assert state(town, Purpose.STAFF_REPLY) == [OutboxState.DELIVERED]


def test_a_reply_that_fails_is_told_in_the_thread(town: Town) -> None:
    open_case(town)
    town.work()
    town.post("faults", provider="twilio", mode="undelivered", times=1, error_code=30005)
    town.say("> Hello Ana")
    assert state(town, Purpose.STAFF_REPLY) == [OutboxState.FAILED]
    assert "could not be delivered: no such phone" in str(town.thread()[-1])
    with town.world.db.begin() as session:
        assert session.query(ContactPoint).one().unusable_at is not None
