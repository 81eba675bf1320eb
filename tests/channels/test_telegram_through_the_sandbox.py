"""Our channel and the emulated Bot API, which know nothing of each other, talk over real connections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.compose.cut import utf16
from bot.lanes.drain import Drainer
from bot.model import Base, ContactPoint, OutboxState, Purpose
from bot.outbox.deliver import DeliveryHandler
from bot.outbox.enqueue import Message, enqueue
from channels import registry
from channels.telegram.client import BACKGROUND
from channels.telegram.setup import check, register
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.channels.telegram import ANA, SECRET, TOKEN, settings_for
from tests.channels.world import World, make_world
from tests.support.sandbox_server import address_of, free_socket, serve


@dataclass
class Town:
    world: World
    http: httpx.Client
    lane: Drainer

    def act(self, what: str, **body: Any) -> Any:
        answer = self.http.post(f"/sandbox/telegram/chats/{ANA}/{what}", json=body).raise_for_status().json()
        self.settle()
        return answer

    def settle(self) -> None:
        assert self.http.get("/sandbox/idle", params={"wait": 10}).json()["idle"]
        assert BACKGROUND.wait(10)

    def fault(self, mode: str, **more: Any) -> None:
        body = {"provider": "telegram", "mode": mode, "times": 1, **more}
        self.http.post("/sandbox/faults", json=body).raise_for_status()

    def say(self, text: str, dedupe: str = "one", **body: Any) -> int:
        """The bot says something, and the lane is worked on until nothing is ready."""
        now, wall = self.world.clock.now(), self.world.clock.wall()
        message = Message("telegram", str(ANA), Purpose.REPLY, "test", dedupe, text=text, body=body)
        with self.world.db.begin() as session:
            row = enqueue(session, message, now=now, wall=wall)
        assert row is not None
        self.work()
        return row

    def work(self) -> None:
        for _ in range(20):
            if not self.lane.run_one():
                return
        raise AssertionError("it never comes to rest")

    def wait(self, times: int = 8) -> None:
        """Time passes until every pause is over."""
        for _ in range(times):
            self.world.clock.pass_real(timedelta(minutes=1))
            self.work()

    def chat(self) -> Any:
        return self.http.get(f"/sandbox/telegram/chats/{ANA}").raise_for_status().json()

    def heard(self) -> list[str]:
        return [shown["text"] for shown in self.chat()["messages"] if shown["direction"] == "from_bot"]

    def states(self) -> list[OutboxState]:
        return [row.state for row in self.world.outbox()]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    gateway, bound = FastAPI(), free_socket()
    with serve(gateway) as gateway_url:
        base = address_of(bound)
        world = make_world(tmp_path)
        world.settings = settings_for(f"{base}/telegram", public_base_url=gateway_url, telegram_per_second=1000)
        for webhooks in registry.routers(world):
            gateway.include_router(webhooks)
        sandbox = SandboxSettings(
            public_base_url=gateway_url,
            telegram_bot_token=TOKEN,
            telegram_bot_name="care_example_bot",
            telegram_secret_token=SECRET,
        )
        deliveries = DeliveryHandler(registry.configured(world.settings), world.programme, 6)
        lane = Drainer(world.db, deliveries, world.clock, timedelta(seconds=30))
        with serve(create_app(sandbox, world.clock), bound) as url, httpx.Client(base_url=url, timeout=15) as http:
            yield Town(world, http, lane)
        world.db.close()


def test_a_conversation_with_buttons(town: Town) -> None:
    town.act("start", payload="link_7f3Kq2")
    row = town.say("Did you do it? <b>*Ana*</b>", choices=["Done", "Not yet"])
    [shown] = [message for message in town.chat()["messages"] if message["direction"] == "from_bot"]
    assert shown["text"] == "Did you do it? <b>*Ana*</b>"
    town.act("press", message_id=shown["message_id"], title="Not yet")
    start, press = town.world.inbox()
    assert (start.body["event"], start.body["token"]) == ("start", "link_7f3Kq2")
    assert (press.text, press.body["choice"]) == ("Not yet", f"c:{row}:1")
    assert [pressed["answers"] for pressed in town.chat()["presses"]] == [[""]]
    [sent] = town.world.outbox()
    assert (sent.state, sent.provider_id) == (OutboxState.SENT, f"telegram:{ANA}:{shown['message_id']}")


def test_everything_that_a_member_does_arrives_once(town: Town) -> None:
    said = town.act("say", text="hello")
    town.fault("doubled")
    town.act("edit", message_id=said["message_id"], text="hello there")
    town.act("contact", phone="14155550123")
    town.act("photo")
    town.act("block")
    town.act("unblock")
    rows = [(row.text, row.body.get("event")) for row in town.world.inbox()]
    assert rows == [
        ("hello", None),
        ("hello there", "edited"),
        ("[contact]", "contact"),
        ("[picture]", None),
        ("", "blocked"),
        ("", "unblocked"),
    ]


def test_what_the_database_did_not_take_comes_again_and_in_order(town: Town) -> None:
    tables = [Base.metadata.tables["inbox_message"]]
    Base.metadata.drop_all(town.world.db.engine, tables=tables)
    town.act("say", text="one")
    town.act("say", text="two")
    Base.metadata.create_all(town.world.db.engine, tables=tables)
    town.http.post("/sandbox/flush", params={"wait": 10}).raise_for_status()
    assert [row.text for row in town.world.inbox()] == ["one", "two"]


@pytest.mark.parametrize(
    ("mode", "heard", "state"),
    [
        ("429", ["Hello"], OutboxState.SENT),
        ("lost", ["Hello"], OutboxState.UNKNOWN),
        ("500", [], OutboxState.UNKNOWN),
        ("down", [], OutboxState.UNKNOWN),
    ],
)
def test_a_bad_day_of_telegram_sends_nothing_twice(town: Town, mode: str, heard: list[str], state: OutboxState) -> None:
    town.act("start")
    town.fault(mode)
    town.say("Hello")
    town.wait()
    assert (town.heard(), town.states()) == (heard, [state])


def test_a_message_whose_answer_comes_too_late_is_not_sent_again(town: Town) -> None:
    town.act("start")
    town.fault("slow", seconds=4)
    town.say("Hello")
    town.wait()
    assert (town.heard(), town.states()) == (["Hello"], [OutboxState.UNKNOWN])


def test_who_blocked_the_bot_is_not_written_to_any_more(town: Town) -> None:
    member = town.world.new_member()
    with town.world.db.begin() as session:
        session.add(ContactPoint(member_id=member, channel="telegram", address=str(ANA)))
    town.act("start")
    town.act("block")
    town.say("Hello")
    assert (town.heard(), town.states()) == ([], [OutboxState.FAILED])
    [point] = town.world.rows(ContactPoint)
    assert point.unusable_reason == "the member blocked the bot (Telegram 403)"


def test_a_very_long_text_arrives_whole(town: Town) -> None:
    town.act("start")
    text = " ".join(f"This is sentence number {number}, and it ends here." for number in range(300))
    town.say(text, choices=["Done"])
    messages = [message for message in town.chat()["messages"] if message["direction"] == "from_bot"]
    assert " ".join(message["text"] for message in messages) == text
    assert all(utf16(message["text"]) <= 4096 for message in messages)
    assert [len(message["buttons"]) for message in messages] == [0] * (len(messages) - 1) + [1]
    assert town.states() == [OutboxState.SENT]


def test_a_registered_webhook_works_with_its_own_secret(town: Town) -> None:
    assert register(town.world.settings)
    verdict = check(town.world.settings)
    assert verdict.accepted
    assert "should be" not in verdict.words
    town.act("say", text="hello")
    assert [row.text for row in town.world.inbox()] == ["hello"]
