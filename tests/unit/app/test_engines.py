"""Conversations are spread over engines, and move only when they have to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from app.engine import Engine, EngineAway
from app.engines import Engines, make_engine
from bot.config import Settings
from bot.errors import DialogueUnavailable
from bot.ports import Turn
from tests.support.sandbox_server import serve

GOOD = {"ok": True, "messages": [{"text": "Hi."}], "intent": {"name": "greet", "confidence": 1.0}}
NOBODY = "http://127.0.0.1:9"


class Twin:
    """Counts the conversations that it was asked about."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.answer: tuple[int, Any] = (200, GOOD)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method == "POST":
            self.asked[(await request.json())["conversation_id"]] += 1
        status, body = self.answer
        await JSONResponse({**body, "ready": True}, status)(scope, receive, send)


@pytest.fixture
def twins() -> Iterator[dict[str, Twin]]:
    first, second = Twin(), Twin()
    with serve(first) as one, serve(second) as two:
        yield {one: first, two: second}


def engines(*urls: str) -> Engines:
    made = make_engine(Settings(_env_file=None, engine_url=" , ".join(urls), engine_token="token"))
    assert isinstance(made, Engines)
    return made


def turn(n: int) -> Turn:
    return Turn(f"member-{n}", f"in-{n}", "sms", "hello")


def test_one_address_needs_no_choice() -> None:
    engine = make_engine(Settings(_env_file=None, engine_url=NOBODY))
    assert isinstance(engine, Engine)
    engine.close()


def test_a_conversation_stays_with_its_engine_and_all_engines_work(twins: dict[str, Twin]) -> None:
    several = engines(*twins)
    for _ in range(2):
        for n in range(40):
            several.turn(turn(n))
    several.close()
    shares = [set(twin.asked) for twin in twins.values()]
    assert not shares[0] & shares[1]
    assert all(len(share) > 8 for share in shares)
    assert all(count == 2 for twin in twins.values() for count in twin.asked.values())


def test_when_an_engine_is_added_only_a_share_of_the_conversations_moves() -> None:
    urls = [f"http://engine-{n}:5005" for n in range(4)]
    before, after = engines(*urls[:3]), engines(*urls)
    names = [f"member-{n}" for n in range(400)]
    moved = [name for name in names if before.ranked(name)[0].url != after.ranked(name)[0].url]
    assert all(after.ranked(name)[0].url == urls[3] for name in moved)
    assert 50 < len(moved) < 150
    before.close()
    after.close()


def test_an_engine_that_nobody_started_leaves_its_conversations_to_another(twins: dict[str, Twin]) -> None:
    url, twin = next(iter(twins.items()))
    several = engines(NOBODY, url)
    assert several.is_ready()
    for n in range(20):
        several.turn(turn(n))
    several.close()
    assert len(twin.asked) == 20


def test_an_engine_that_failed_may_have_begun_so_no_other_is_asked(twins: dict[str, Twin]) -> None:
    for twin in twins.values():
        twin.answer = (500, {})
    several = engines(*twins)
    with pytest.raises(DialogueUnavailable):
        several.turn(turn(1))
    several.close()
    assert sum(twin.asked.total() for twin in twins.values()) == 1


def test_when_all_are_away_the_turn_is_tried_again_later() -> None:
    several = engines(NOBODY, "http://127.0.0.1:19")
    assert not several.is_ready()
    with pytest.raises(EngineAway):
        several.turn(turn(1))
    several.close()
