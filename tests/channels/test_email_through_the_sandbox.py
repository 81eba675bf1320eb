"""E-mails in both directions over real SMTP and HTTP, between our channel and the emulated mail host."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.lanes.drain import Drainer
from bot.model import ContactPoint, OutboxMessage, OutboxState, Purpose
from bot.outbox.deliver import DeliveryHandler
from bot.outbox.enqueue import Message, enqueue
from channels import email
from channels.email.listener import Listener
from channels.email.send import Letter, check
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.channels.world import NOW, World, make_world
from tests.support.sandbox_server import address_of, free_socket, serve

ANA = "ana@members.example"
TOKEN = "inbound-token"
Way = Literal["webhook", "smtp"]


@dataclass
class Town:
    world: World
    http: httpx.Client
    lane: Drainer
    member: int

    def work(self) -> None:
        for _ in range(20):
            assert self.get("idle", wait=10)["idle"]
            if not self.lane.run_one():
                return
        raise AssertionError("it never comes to rest")

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/sandbox/{path}", params=query).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        return self.http.post(f"/sandbox/{path}", json=body).raise_for_status().json()

    def write(self, text: str, dedupe: str = "one", **body: Any) -> OutboxMessage:
        message = Message("email", ANA, Purpose.REPLY, "test", dedupe, text=text, body=body, member_id=self.member)
        with self.world.db.begin() as session:
            row = enqueue(session, message, now=NOW, wall=NOW)
        self.work()
        return self.row(row or 0)

    def row(self, row: int) -> OutboxMessage:
        return next(found for found in self.world.outbox() if found.id == row)

    def received(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.get(f"mail/{ANA}")["messages"]
        return [message for message in messages if message["direction"] == "to_member"]

    def member_does(self, what: str, **body: Any) -> None:
        self.post(f"mail/{ANA}/{what}", **body)
        assert self.get("idle", wait=10)["idle"]


def build(folder: Path, way: Way, **changes: Any) -> Iterator[Town]:
    gateway, bound = FastAPI(), free_socket()
    with serve(gateway) as gateway_url:
        base = address_of(bound)
        world = make_world(
            folder,
            public_base_url=gateway_url,
            email_smtp_host="127.0.0.1",
            email_smtp_security="none",
            email_smtp_user="sandbox",
            email_smtp_password=SecretStr("sandbox-mail-password"),
            email_from="hello@bot.example",
            email_from_name="Programme",
            email_inbound_token=SecretStr(TOKEN),
            email_secret=SecretStr("a secret of the tests"),
            email_per_second=1000,
            send_timeout_seconds=2.0,
            **changes,
        )
        gateway.include_router(email.EDGE.router(world))
        listener = Listener(world)
        listener.start()
        settings = SandboxSettings(
            public_base_url=gateway_url,
            sandbox_port=int(base.rpartition(":")[2]),
            sandbox_mail_inbound=way,
            email_from=world.settings.email_from,
            email_inbound_token=TOKEN,
            email_authserv_id=world.settings.email_authserv_id,
            email_listen_port=listener.wait(5),
        )
        member = world.new_member()
        with world.db.begin() as session:
            session.add(ContactPoint(member_id=member, channel="email", address=ANA, consented_at=NOW))
        with serve(create_app(settings, world.clock), bound) as url, httpx.Client(base_url=url, timeout=15) as http:
            world.settings.email_smtp_port = http.get("/sandbox/mail").json()["port"]
            handler = DeliveryHandler(email_only(world), world.programme, 6)
            yield Town(world, http, Drainer(world.db, handler, world.clock, timedelta(seconds=30)), member)
        listener.stop()
        world.db.close()


def email_only(world: World) -> dict[str, Any]:
    return {"email": email.EDGE.make(world.settings)}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    yield from build(tmp_path, "webhook")


@pytest.fixture(params=["webhook", "smtp"])
def either_way(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    yield from build(tmp_path, request.param)


@pytest.mark.parametrize("style", ["gmail", "outlook", "apple", "bare"])
def test_a_message_goes_out_and_its_answer_comes_back(either_way: Town, style: str) -> None:
    row = either_way.write("Did you join a group?", subject="Your first group", sender="Maria Okafor")
    assert row.state is OutboxState.SENT
    [mail] = either_way.received()
    assert mail["headers"]["Message-ID"] == row.provider_id
    assert mail["from"] == "Maria Okafor <hello@bot.example>"
    assert mail["subject"] == "Your first group"
    assert "Did you join a group?" in mail["text"]
    assert "Did you join a group?" in mail["html"]
    assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    either_way.member_does("reply", text="Yes, the book club!", style=style)
    [answer] = either_way.world.inbox()
    assert answer.text == "Yes, the book club!"
    assert (answer.member_id, answer.channel, answer.address) == (either_way.member, "email", ANA)
    assert answer.body["reply_to"] == row.id
    assert answer.body["proof"] == "token"
    assert "event" not in answer.body


def test_an_answer_below_the_quote_is_found(town: Town) -> None:
    town.write("Did you join a group?")
    for style in ("gmail", "apple"):
        town.member_does("reply", text="Not yet", style=style, position="bottom")
    assert [row.text for row in town.world.inbox()] == ["Not yet", "Not yet"]


def test_a_conversation_stays_in_one_thread(town: Town) -> None:
    town.write("Did you join a group?", subject="Your first group")
    town.member_does("reply", text="How do I?")
    [question] = town.world.inbox()
    message = Message(
        "email", ANA, Purpose.REPLY, "test", "two", text="Like this.", member_id=town.member, reply_to_id=question.id
    )
    with town.world.db.begin() as session:
        enqueue(session, message, now=NOW, wall=NOW)
    town.work()
    first, second = town.received()
    assert second["subject"] == "Re: Your first group"
    assert second["headers"]["In-Reply-To"] == question.body["message_id"]
    assert second["headers"]["References"].split() == [first["headers"]["Message-ID"], question.body["message_id"]]


@pytest.mark.parametrize("headers", [True, False])
def test_an_automatic_reply_is_no_answer(either_way: Town, headers: bool) -> None:
    either_way.write("Did you join a group?")
    either_way.member_does("away", headers=headers)
    [row] = either_way.world.inbox()
    assert (row.body["event"], row.body["proof"]) == ("auto_reply", "token")


@pytest.mark.parametrize("hard", [True, False])
def test_a_bounce_names_the_message_that_bounced(either_way: Town, hard: bool) -> None:
    either_way.post(f"mail/{ANA}/fate", fate="bounce" if hard else "bounce_soft")
    sent = either_way.write("Did you join a group?")
    assert sent.state is OutboxState.SENT
    [row] = either_way.world.inbox()
    assert (row.body["event"], row.body["hard"], row.body["provider_id"]) == ("bounce", hard, sent.provider_id)
    assert (row.address, row.member_id) == (ANA, either_way.member)


def test_one_click_unsubscribes(town: Town) -> None:
    sent = town.write("Did you join a group?")
    assert town.post(f"mail/{ANA}/unsubscribe")["ok"]
    assert town.post(f"mail/{ANA}/unsubscribe")["ok"]
    [row] = town.world.inbox()
    assert (row.body["event"], row.address, row.body["reply_to"]) == ("unsubscribe", ANA, sent.id)
    assert row.member_id == town.member


def test_who_only_claims_an_address_is_a_stranger(either_way: Town) -> None:
    either_way.member_does("new", text="STOP", subject="hello")
    [row] = either_way.world.inbox()
    assert (row.address, row.member_id, row.body["proof"]) == (ANA, None, "none")


def test_who_got_a_forwarded_message_does_not_act_for_its_recipient(town: Town) -> None:
    town.write("Did you join a group?")
    town.member_does("reply", text="I am Ben", as_address="ben@elsewhere.example")
    [row] = town.world.inbox()
    assert (row.address, row.member_id, row.body["proof"]) == ("ben@elsewhere.example", None, "none")


@pytest.mark.parametrize("vouched", [True, False])
def test_our_own_host_may_vouch_for_a_sender(tmp_path: Path, vouched: bool) -> None:
    for town in build(tmp_path, "webhook", email_authserv_id="mx.bot.example"):
        town.member_does("new", text="Hello", vouched=vouched)
        [row] = town.world.inbox()
        assert row.member_id == (town.member if vouched else None)
        assert row.body["proof"] == ("host" if vouched else "none")


def test_an_unknown_user_makes_the_address_unusable(town: Town) -> None:
    town.post(f"mail/{ANA}/fate", fate="unknown")
    row = town.write("Hello")
    assert row.state is OutboxState.FAILED
    assert town.world.rows(ContactPoint)[0].unusable_at is not None


@pytest.mark.parametrize("fate", ["greylist", "full"])
def test_what_is_refused_for_now_is_tried_again_later(town: Town, fate: str) -> None:
    town.post(f"mail/{ANA}/fate", fate=fate)
    assert town.write("Hello").state is OutboxState.PENDING
    assert town.received() == []
    if fate == "full":
        town.post(f"mail/{ANA}/fate", fate="ok")
    town.world.clock.pass_real(timedelta(minutes=10))
    town.work()
    assert [mail["text"].split("\n")[0] for mail in town.received()] == ["Hello"]


@pytest.mark.parametrize("mode", ["lost", "slow"])
def test_what_was_perhaps_taken_is_not_sent_twice(town: Town, mode: str) -> None:
    town.post("faults", provider="mail", mode=mode, seconds=4)
    row = town.write("Hello")
    assert row.state is OutboxState.SENDING
    for _ in range(10):
        town.world.clock.pass_real(timedelta(hours=1))
        town.work()
    assert town.row(row.id).state is OutboxState.UNKNOWN
    assert len(town.received()) == 1


def test_an_answer_shows_that_a_message_arrived_whose_fate_was_unknown(town: Town) -> None:
    town.post("faults", provider="mail", mode="lost", times=1)
    row = town.write("Hello")
    town.member_does("reply", text="Hi")
    town.world.clock.pass_real(timedelta(minutes=10))
    town.work()
    assert town.row(row.id).state is OutboxState.SENT
    assert len(town.received()) == 1


@pytest.mark.parametrize(
    ("mode", "state"), [("down", OutboxState.PENDING), ("429", OutboxState.PENDING), ("500", OutboxState.FAILED)]
)
def test_what_surely_was_not_taken(town: Town, mode: str, state: OutboxState) -> None:
    town.post("faults", provider="mail", mode=mode, times=1)
    assert town.write("Hello").state is state
    assert town.received() == []


def test_wrong_credentials_stop_all_sending_for_a_while(town: Town) -> None:
    town.world.settings.email_smtp_password = SecretStr("wrong")
    row = town.write("Hello")
    assert row.state is OutboxState.PENDING
    assert "535" in (row.error or "")
    assert check(town.world.settings).accepted is False
    town.world.settings.email_smtp_password = SecretStr("sandbox-mail-password")
    assert check(town.world.settings).accepted is True
    town.world.clock.pass_real(timedelta(minutes=11))
    town.work()
    assert len(town.received()) == 1


def test_nobody_listens(town: Town) -> None:
    town.world.settings.email_smtp_port = 1
    assert check(town.world.settings).accepted is None
    assert town.write("Hello").state is OutboxState.PENDING


def test_the_mail_host_wants_a_login(town: Town) -> None:
    town.world.settings.email_smtp_user = ""
    row = town.write("Hello")
    assert (row.state, "530" in (row.error or "")) == (OutboxState.PENDING, True)


def test_several_threads_may_send_at_once(town: Town) -> None:
    channel = email.EDGE.make(town.world.settings)
    letters: list[Letter] = []
    with town.world.db.begin() as session:
        for number in range(4):
            message = Message("email", ANA, Purpose.REPLY, "test", f"m{number}", text=f"Hello {number}")
            row = enqueue(session, message, now=NOW, wall=NOW)
            letters.append(channel.prepare(session, session.get_one(OutboxMessage, row), NOW))
    threads = [threading.Thread(target=channel.send, args=(letter,)) for letter in letters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(town.received()) == 4


def test_the_listener_takes_only_what_is_for_us(tmp_path: Path) -> None:
    for town in build(tmp_path, "smtp"):
        for to in ("other@bot.example", "hello@elsewhere.example"):
            answer = town.post(f"mail/{ANA}/new", text="Hello", to=to)
            assert town.get("idle", wait=10)["idle"]
            found = [mail for mail in town.get(f"mail/{ANA}")["messages"] if mail["id"] == answer["id"]]
            assert found[0]["result"] == "550"
        assert town.world.inbox() == []
