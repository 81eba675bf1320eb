"""The channel and the emulated page, which know nothing of each other, talk over real connections both ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.errors import Refused
from bot.lanes.drain import Drainer
from bot.model import InboxMessage, OutboxMessage, OutboxState, Purpose, Receipt
from bot.outbox.deliver import DeliveryHandler
from bot.ports import Sent
from channels import registry
from channels.messenger.send import Messenger
from channels.messenger.setup import check, register
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.channels.messenger import PSID, SETTINGS, row
from tests.channels.world import World, make_settings, make_world
from tests.support.sandbox_server import address_of, free_socket, serve

DAY = timedelta(days=1)


@dataclass
class Town:
    world: World
    http: httpx.Client
    lane: Drainer

    def work(self) -> None:
        """Webhooks arrive and deliveries are made until there is nothing more to do."""
        for _ in range(20):
            assert self.get("idle", wait=10)["idle"]
            if not self.lane.run_one():
                return
        raise AssertionError("it never comes to rest")

    def wait(self, minutes: int = 1, times: int = 1) -> None:
        for _ in range(times):
            self.world.clock.pass_real(timedelta(minutes=minutes))
            self.work()

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/sandbox/{path}", params=query).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        return self.http.post(f"/sandbox/{path}", json=body).raise_for_status().json()

    def act(self, what: str, **body: Any) -> None:
        self.post(f"messenger/people/{PSID}/{what}", **body)
        self.work()

    def enqueue(self, text: str, purpose: Purpose = Purpose.REPLY, **body: Any) -> None:
        row(self.world, text, purpose, dedupe=text, **body)
        self.work()

    def shown(self) -> list[dict[str, Any]]:
        """What the person got."""
        messages: list[dict[str, Any]] = self.get(f"messenger/people/{PSID}")["messages"]
        return [message for message in messages if message["by"] == "bot"]

    def texts(self) -> list[str]:
        return [message["text"] for message in self.shown()]

    def heard(self) -> InboxMessage:
        return self.world.inbox()[-1]

    def sent(self) -> OutboxMessage:
        return self.world.outbox()[-1]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    gateway, bound = FastAPI(), free_socket()
    with serve(gateway) as gateway_url:
        world = make_world(
            tmp_path, **SETTINGS, public_base_url=gateway_url, messenger_api_base=f"{address_of(bound)}/graph"
        )
        for webhooks in registry.routers(world):
            gateway.include_router(webhooks)
        settings = SandboxSettings(
            public_base_url=gateway_url,
            messenger_page_id=world.settings.messenger_page_id,
            messenger_page_token=world.settings.messenger_page_token.get_secret_value(),
            messenger_app_id=world.settings.messenger_app_id,
            messenger_app_secret=world.settings.messenger_app_secret.get_secret_value(),
            sandbox_receipt_delay=0,
            sandbox_messenger_retry_seconds=(60, 60, 60),
            sandbox_late_seconds=DAY.total_seconds(),
        )
        lane = Drainer(
            world.db,
            DeliveryHandler(registry.configured(world.settings), world.programme, 6),
            world.clock,
            timedelta(seconds=30),
        )
        with serve(create_app(settings, world.clock), bound) as url, httpx.Client(base_url=url, timeout=15) as http:
            yield Town(world, http, lane)
        world.db.close()


def test_a_member_asks_and_presses_an_answer(town: Town) -> None:
    town.act("say", text="caf\u00e9 1/2 \U0001f44d", copies=2)
    assert [item.text for item in town.world.inbox()] == ["caf\u00e9 1/2 \U0001f44d"]
    town.enqueue("Is step 1 done?", choices=["Yes", "Not yet"])
    assert town.shown()[0]["quick_replies"] == ["Yes", "Not yet"]
    assert town.sent().state is OutboxState.DELIVERED
    town.act("press", title="Not yet")
    assert (town.heard().text, town.heard().body["choice"]) == ("Not yet", f"c:{town.sent().id}:1")
    town.act("read")
    assert town.sent().state is OutboxState.READ
    assert len(town.world.inbox()) == 2


def test_a_link_brings_its_token_in_a_new_and_in_an_old_thread(town: Town) -> None:
    for token in ("first", "second"):
        town.act("open", ref=token)
        assert (town.heard().body["event"], town.heard().body["token"]) == ("start", token)
    assert len(town.world.inbox()) == 2


def test_what_staff_write_at_the_page_is_theirs_and_not_the_members(town: Town) -> None:
    town.act("say", text="hi")
    town.act("staff", text="Dana here")
    assert (town.heard().text, town.heard().body["event"]) == ("Dana here", "staff_echo")
    town.act("owner", inbox=True)
    town.act("say", text="thanks Dana")
    assert town.heard().body["event"] == "standby"


def test_a_long_text_arrives_whole_and_in_order(town: Town) -> None:
    town.act("say", text="hi")
    text = " ".join(f"This is sentence number {number}." for number in range(150))
    town.enqueue(text)
    assert len(town.shown()) == 3
    assert " ".join(town.texts()) == text
    assert (town.sent().provider_id, town.sent().state) == (town.shown()[0]["mid"], OutboxState.DELIVERED)


@pytest.mark.parametrize("mode", ["lost", "429", "500"])
def test_on_a_bad_day_of_meta_the_reply_arrives_once(town: Town, mode: str) -> None:
    town.act("say", text="hi")
    town.post("faults", provider="messenger", mode=mode, times=1)
    town.enqueue("Hello")
    town.wait(times=3)
    assert town.texts() == ["Hello"]
    assert town.sent().state is OutboxState.DELIVERED


def test_a_lost_answer_whose_echo_is_late_is_settled_by_it_in_the_end(town: Town) -> None:
    town.act("say", text="hi")
    town.post("faults", provider="messenger", mode="late", times=1)
    town.post("faults", provider="messenger", mode="lost", times=1)
    town.enqueue("Hello")
    town.wait(minutes=5, times=12)
    assert town.sent().state is OutboxState.UNKNOWN
    town.http.post("/sandbox/flush", params={"wait": 10})
    assert (town.texts(), town.sent().state) == (["Hello"], OutboxState.DELIVERED)


def test_a_message_that_vanished_is_unknown_and_not_sent_again(town: Town) -> None:
    town.act("say", text="hi")
    town.post("faults", provider="messenger", mode="down", times=1)
    town.enqueue("Hello")
    town.wait(minutes=5, times=12)
    assert (town.texts(), town.sent().state) == ([], OutboxState.UNKNOWN)


@pytest.mark.parametrize("mode", ["doubled", "out_of_order"])
def test_receipts_may_come_in_any_order_and_number(town: Town, mode: str) -> None:
    town.act("say", text="hi")
    town.post("faults", provider="messenger", mode=mode, times=1)
    town.enqueue("Hello")
    assert town.sent().state is OutboxState.DELIVERED
    assert len([receipt for receipt in town.world.rows(Receipt) if receipt.status == "delivered"]) == 1


def test_after_24_hours_only_people_are_heard(town: Town) -> None:
    town.act("say", text="hi")
    town.world.clock.push(2 * DAY)
    town.enqueue("From the bot")
    assert town.sent().state is OutboxState.REFUSED
    assert "window closed" in str(town.sent().error)
    town.enqueue("From Maria", Purpose.STAFF_REPLY)
    assert [(message["text"], message["tag"]) for message in town.shown()] == [("From Maria", "HUMAN_AGENT")]
    town.world.clock.push(6 * DAY)
    town.enqueue("Again from Maria", Purpose.STAFF_REPLY)
    assert town.texts() == ["From Maria"]
    town.act("open", ref="again")
    town.enqueue("Welcome back")
    assert town.texts() == ["From Maria", "Welcome back"]


def test_who_blocked_the_page_can_not_be_reached(town: Town) -> None:
    town.act("say", text="hi")
    town.act("block", blocked=True)
    town.enqueue("Hello")
    assert town.sent().state is OutboxState.FAILED
    assert "blocked the page" in str(town.sent().error)


def test_a_page_without_its_permission_waits_for_repair(town: Town) -> None:
    town.act("say", text="hi")
    town.post("messenger/refuse", code=190, status=401)
    town.enqueue("Hello")
    assert (town.texts(), town.sent().state) == ([], OutboxState.PENDING)
    town.wait(minutes=11)
    assert town.texts() == ["Hello"]


def test_the_page_is_set_up_and_checked(town: Town) -> None:
    assert "register" in check(town.world.settings).words
    assert len(register(town.world.settings)) == 3
    verdict = check(town.world.settings)
    assert (verdict.accepted, verdict.words) == (True, "page Member Success (sandbox)")
    assert town.get("messenger/page")["callback"]["url"] == f"{town.world.settings.public_base_url}/webhooks/messenger"


def test_a_callback_that_does_not_answer_can_not_be_registered(town: Town) -> None:
    values = {**SETTINGS, "messenger_api_base": town.world.settings.messenger_api_base}
    with pytest.raises(Refused, match="the webhook"):
        register(make_settings(**values, public_base_url="http://127.0.0.1:1"))


def test_a_gateway_that_fails_gets_the_notification_again(town: Town) -> None:
    with town.world.db.engine.begin() as connection:
        connection.exec_driver_sql("alter table inbox_message rename to away")
    town.act("say", text="hi")
    assert town.get(f"messenger/people/{PSID}")["messages"][0]["webhook"] == "503"
    with town.world.db.engine.begin() as connection:
        connection.exec_driver_sql("alter table away rename to inbox_message")
    town.http.post("/sandbox/flush", params={"wait": 10})
    assert [item.text for item in town.world.inbox()] == ["hi"]


def test_a_rung_reaches_a_silent_member_by_a_template(town: Town) -> None:
    town.act("say", text="hi")
    town.world.clock.push(30 * DAY)
    town.post("messenger/templates", name="news", body="News on your membership: {{1}}")
    channel = Messenger(town.world.settings.model_copy(update={"messenger_utility_template": "news"}))
    number = row(town.world, "How is\nstep 1?", Purpose.TOUCH, choices=["done", "not yet"])
    with town.world.db.begin() as session:
        ready = channel.prepare(session, session.get_one(OutboxMessage, number), town.world.clock.now())
    assert isinstance(channel.send(ready), Sent)
    [message] = town.shown()
    assert message["text"] == "News on your membership: How is step 1? Reply 1 for done, 2 for not yet"
    assert (message["messaging_type"], message["template"]) == ("UTILITY", "news")


def test_a_window_that_only_meta_knows_to_be_closed_leads_to_the_next_way(town: Town) -> None:
    town.act("say", text="hi")
    town.post("messenger/refuse", code=10, subcode=2018278)
    town.enqueue("From Maria", Purpose.STAFF_REPLY)
    assert [(message["text"], message["tag"]) for message in town.shown()] == [("From Maria", "HUMAN_AGENT")]
