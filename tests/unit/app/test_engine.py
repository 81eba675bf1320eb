"""The engine's client, against a real HTTP server that answers as the engine does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from app.engine import Engine
from bot.config import Settings
from bot.errors import DialogueUnavailable
from bot.ports import Answer, Turn, Utterance
from tests.support.sandbox_server import serve

TURN = Turn("member-1", "in-1", "sms", "hello", slots={"pending_question": "none"}, metadata={"inbox_id": 1})
GOOD = {
    "ok": True,
    "duplicate": True,
    "messages": [{"text": "Hi."}, {"text": "Which?", "buttons": [{"title": "One", "payload": "1"}]}, {"custom": {}}],
    "intent": {"name": "greet", "confidence": 0.97},
}


@dataclass
class Twin:
    """Answers `status` and `body`, and remembers what it was asked."""

    status: int = 200
    body: Any = field(default_factory=lambda: GOOD)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        raw = await request.body()
        self.asked.append((request.url.path, request.headers.get("authorization", ""), json.loads(raw or b"null")))
        kind: type[Response] = PlainTextResponse if isinstance(self.body, str) else JSONResponse
        answer = kind(self.body, self.status)
        await answer(scope, receive, send)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Twin, str]]:
    twin = Twin()
    with serve(twin) as url:
        yield twin, url


@pytest.fixture
def twin(served: tuple[Twin, str]) -> Twin:
    served[0].status, served[0].body = 200, GOOD
    served[0].asked.clear()
    return served[0]


@pytest.fixture
def engine(served: tuple[Twin, str], twin: Twin) -> Iterator[Engine]:
    made = Engine(Settings(_env_file=None, engine_url=served[1], engine_token="token"))
    yield made
    made.close()


def test_a_turn_is_asked_with_the_token_and_answered_in_our_terms(engine: Engine, twin: Twin) -> None:
    assert engine.turn(TURN) == Answer(
        [Utterance("Hi."), Utterance("Which?", ("One",)), Utterance("")], "greet", 0.97, duplicate=True
    )
    [(path, token, body)] = twin.asked
    assert (path, token) == ("/webhooks/gateway/turn", "Bearer token")
    assert body == {
        "conversation_id": "member-1",
        "message_id": "in-1",
        "kind": "text",
        "text": "hello",
        "channel": "sms",
        "slots": {"pending_question": "none"},
        "metadata": {"inbox_id": 1},
    }


def test_an_intent_is_asked_as_such(engine: Engine, twin: Twin) -> None:
    engine.turn(Turn("member-1", "in-1", "sms", "", intent="affirm", entities={"n": 1}))
    body = twin.asked[0][2]
    assert (body["kind"], body["intent"], body["entities"]) == ("intent", "affirm", {"n": 1})


@pytest.mark.parametrize("status", [401, 404, 422, 500, 503])
def test_any_other_status_is_no_answer(engine: Engine, twin: Twin, status: int) -> None:
    twin.status, twin.body = status, {"error": "action_failed"}
    with pytest.raises(DialogueUnavailable, match=str(status)):
        engine.turn(TURN)


@pytest.mark.parametrize("body", [{"ok": False}, {}], ids=str)
def test_a_turn_that_failed_inside_is_no_answer(engine: Engine, twin: Twin, body: Any) -> None:
    twin.body = body
    with pytest.raises(DialogueUnavailable):
        engine.turn(TURN)


@pytest.mark.parametrize("body", ["<html>", "[]"])
def test_an_answer_that_can_not_be_read_is_no_answer(engine: Engine, twin: Twin, body: str) -> None:
    twin.body = body
    with pytest.raises(DialogueUnavailable):
        engine.turn(TURN)


def test_an_engine_that_nobody_started_is_no_answer() -> None:
    engine = Engine(Settings(_env_file=None, engine_url="http://127.0.0.1:9"))
    with pytest.raises(DialogueUnavailable, match="NewConnectionError"):
        engine.turn(TURN)
    assert not engine.is_ready()
    engine.close()


@pytest.mark.parametrize(
    ("status", "body", "ready"),
    [
        (200, {"ready": True}, True),
        (200, {"ready": False}, False),
        (503, {"ready": True}, False),
        (200, "<html>", False),
        (200, "[]", False),
    ],
)
def test_it_is_ready_when_it_says_so(engine: Engine, twin: Twin, status: int, body: Any, ready: bool) -> None:
    twin.status, twin.body = status, body
    assert engine.is_ready() is ready
