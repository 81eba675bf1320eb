"""Telegram's webhook through the real application, into a real database."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from bot.model import Base, ContactPoint
from channels import registry
from channels.telegram.client import BACKGROUND
from tests.channels.provider import Answer, Provider, serve
from tests.channels.telegram import ANA, HEADERS, WEBHOOK, pressed, settings_for, update
from tests.channels.world import World, cases, make_world
from tests.support.asgi_client import AsgiClient

EVENTS = {"link": "start", "start": "start", "contact": "contact", "edited": "edited", "button": "choice",
          "blocked": "blocked", "unblocked": "unblocked"}  # fmt: skip


@pytest.fixture
def telegram() -> Iterator[Provider]:
    with serve(Answer.json({"ok": True, "result": True})) as provider:
        yield provider


@pytest.fixture
def town(tmp_path: Path, telegram: Provider) -> Iterator[World]:
    made = make_world(tmp_path)
    made.settings = settings_for(telegram.url, send_timeout_seconds=1.0)
    yield made
    assert BACKGROUND.wait(10)
    made.db.close()


@pytest.fixture
def client(town: World) -> AsgiClient:
    app = FastAPI()
    for router in registry.routers(town):
        app.include_router(router)
    return AsgiClient(app)


def post(client: AsgiClient, content: dict[str, Any]) -> int:
    answer = client.post(WEBHOOK, content=json.dumps(content), headers=HEADERS)
    assert answer.content == b""
    return answer.status_code


@pytest.mark.parametrize("case", cases("telegram_updates"), ids=lambda case: case["name"])
def test_a_recorded_update_is_stored_as_what_it_is(town: World, client: AsgiClient, case: dict[str, Any]) -> None:
    kind, repeated = case["expect"]["kind"], case["expect"]["kind"] == "duplicate"
    for _ in range(2 if repeated else 1):
        answer = client.post(case["path"], content=case["raw"], headers=case["headers"])
        assert (answer.status_code, answer.content) == (200, b"")
    [row] = town.inbox()
    assert (row.channel, row.address) == ("telegram", str(ANA))
    assert row.dedupe == f"telegram:{case['json']['update_id']}"
    assert row.body.get("event") == EVENTS.get(kind)
    assert row.body.get("token") == case["expect"].get("ref")
    assert row.body.get("choice") == case["expect"].get("payload")
    assert len(row.body.get("media", [])) == case["expect"].get("media", 0)
    if kind == "contact":
        assert (row.body["phone"], row.body["own"]) == ("+14155550123", True)
    if kind == "edited":
        assert row.text == "I need help today"


def test_the_member_behind_the_chat_is_found(town: World, client: AsgiClient) -> None:
    member = town.new_member()
    with town.db.begin() as session:
        session.add(ContactPoint(member_id=member, channel="telegram", address=str(ANA)))
    assert post(client, update(text="hi")) == 200
    assert town.inbox()[0].member_id == member


@pytest.mark.parametrize("header", [None, "", "wrong", HEADERS["X-Telegram-Bot-Api-Secret-Token"].upper()])
def test_a_forged_update_leaves_no_row(town: World, client: AsgiClient, header: str | None) -> None:
    headers = {"Content-Type": "application/json"}
    headers |= {"X-Telegram-Bot-Api-Secret-Token": header} if header is not None else {}
    answer = client.post(WEBHOOK, content=json.dumps(update(text="hi")), headers=headers)
    assert answer.status_code == 403
    assert town.inbox() == []


def test_without_a_secret_of_ours_every_update_is_forged(town: World, client: AsgiClient) -> None:
    town.settings = settings_for(telegram_secret_token="")
    assert post(client, update(text="hi")) == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"hello", 400),
        (b"[1]", 400),
        (b'{"update_id": 1, "message": ', 400),
        (b'{"update_id": 1, "message": "\xff"}', 400),
        (b"[" * 100_000, 400),
        (b'{"update_id": ' + b"9" * 10_000 + b"}", 400),
        (b" " * 1_000_000, 413),
        (json.dumps({"update_id": 1, "message": {"text": "a" * 1_000_000}}).encode(), 413),
    ],
    ids=["empty", "words", "list", "cut", "not UTF-8", "deep", "long number", "huge", "huge text"],
)
def test_what_is_no_update_is_refused_and_leaves_no_row(
    town: World, client: AsgiClient, body: bytes, status: int
) -> None:
    assert client.post(WEBHOOK, content=body, headers=HEADERS).status_code == status
    assert town.inbox() == []


def test_only_json_is_read(town: World, client: AsgiClient) -> None:
    headers = {**HEADERS, "Content-Type": "text/plain"}
    assert client.post(WEBHOOK, content=json.dumps(update(text="hi")), headers=headers).status_code == 400


def test_an_endless_body_is_cut_off(town: World, client: AsgiClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10_000):
            yield b"a" * 1024

    assert client.post(WEBHOOK, content=endless(), headers=HEADERS).status_code == 413


def test_a_database_that_fails_makes_telegram_come_again(town: World, client: AsgiClient) -> None:
    Base.metadata.drop_all(town.db.engine)
    assert post(client, update(text="hi")) == 503
    Base.metadata.create_all(town.db.engine)
    assert post(client, update(text="hi")) == 200
    assert [row.text for row in town.inbox()] == ["hi"]


def test_what_is_ignored_leaves_no_row(town: World, client: AsgiClient) -> None:
    assert post(client, {"update_id": 1, "something_new": {}}) == 200
    assert town.inbox() == []


def test_a_pressed_button_comes_to_rest(town: World, client: AsgiClient, telegram: Provider) -> None:
    assert post(client, pressed()) == 200
    assert BACKGROUND.wait(10)
    [request] = telegram.received
    assert request.path.endswith("/answerCallbackQuery")
    assert request.fields == {"callback_query_id": "q1"}


@pytest.mark.parametrize("answer", [Answer(silent=True), Answer(broken=True), Answer(500, "<html>")])
def test_telegram_gets_its_answer_however_long_the_button_takes(
    town: World, client: AsgiClient, telegram: Provider, answer: Answer
) -> None:
    telegram.answers.append(answer)
    assert post(client, pressed()) == 200
    assert [row.body["choice"] for row in town.inbox()] == ["c:7:0"]
    assert BACKGROUND.wait(10)
