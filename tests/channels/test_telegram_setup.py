"""Asking Telegram about the bot and registering the webhook, and polling, against the emulated Bot API."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.errors import Refused
from bot.model import Base, Lane
from channels.telegram.poll import KEY, Poller, service
from channels.telegram.setup import check, register
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.channels.provider import Answer, closed_port
from tests.channels.provider import serve as serve_provider
from tests.channels.telegram import ANA, SECRET, TOKEN, settings_for, update
from tests.channels.world import World, make_world
from tests.support.sandbox_clock import StillClock
from tests.support.sandbox_server import serve


@dataclass
class Town:
    """The emulated Telegram without a webhook, and an application that polls."""

    world: World
    http: httpx.Client
    clock: StillClock

    def act(self, what: str, **body: Any) -> None:
        self.http.post(f"/sandbox/telegram/chats/{ANA}/{what}", json=body).raise_for_status()

    def call(self, method: str, **args: Any) -> Any:
        return self.http.post(f"/telegram/bot{TOKEN}/{method}", json=args).raise_for_status().json()["result"]

    def texts(self) -> list[str]:
        return [row.text for row in self.world.inbox()]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    sandbox = SandboxSettings(telegram_bot_token=TOKEN, telegram_bot_name="care_example_bot", telegram_polling=True)
    clock = StillClock()
    with serve(create_app(sandbox, clock)) as url, httpx.Client(base_url=url, timeout=15) as http:
        world = make_world(tmp_path)
        world.settings = settings_for(
            f"{url}/telegram", telegram_polling=True, public_base_url="https://bot.example.org"
        )
        yield Town(world, http, clock)
        world.db.close()


def webhook_settings(town: Town, **changes: Any) -> Any:
    return town.world.settings.model_copy(update={"telegram_polling": False, **changes})


def test_the_check_tells_what_is_wrong_until_the_webhook_is_registered(town: Town) -> None:
    settings = webhook_settings(town)
    before = check(settings)
    assert before.accepted
    assert "its webhook is not set, and should be https://bot.example.org/webhooks/telegram" in before.words
    assert register(settings)[0] == "webhook https://bot.example.org/webhooks/telegram"
    assert (
        check(settings).words
        == "the bot is @care_example_bot; its webhook is https://bot.example.org/webhooks/telegram"
    )
    info = town.call("getWebhookInfo")
    assert info["url"] == "https://bot.example.org/webhooks/telegram"
    assert "still https://bot.example.org/webhooks/telegram" in check(town.world.settings).words
    assert register(town.world.settings) == ["no webhook: updates are polled"]
    assert check(town.world.settings).words == "the bot is @care_example_bot; its updates are polled"


def test_the_check_sees_another_name_and_updates_that_wait(town: Town) -> None:
    town.act("start")
    words = check(webhook_settings(town, telegram_bot_name="other_bot")).words
    assert "but MSB_TELEGRAM_BOT_NAME says other_bot" in words
    assert "1 updates wait" in words


def test_the_check_tells_a_refusal_from_silence(town: Town) -> None:
    refused = check(webhook_settings(town, telegram_bot_token=SecretStr("123:wrong")))
    assert (refused.accepted, refused.words) == (False, "Telegram refuses the token")
    nobody = check(settings_for(f"http://127.0.0.1:{closed_port()}"))
    assert (nobody.accepted, nobody.words) == (None, "no connection to Telegram: ConnectError")
    town.http.post("/sandbox/faults", json={"provider": "telegram", "mode": "500"}).raise_for_status()
    assert check(town.world.settings).accepted is None


def test_the_check_tells_the_last_problem_and_does_not_wait_for_ever() -> None:
    info = {"url": "https://bot.example.org/webhooks/telegram", "has_custom_certificate": False,
            "pending_update_count": 0, "last_error_date": 1795290000,
            "last_error_message": "Connection refused"}  # fmt: skip
    me = {"id": 123456789, "is_bot": True, "first_name": "Care", "username": "care_example_bot"}
    with serve_provider(Answer(silent=True)) as provider:
        provider.answers.extend([Answer.json({"ok": True, "result": me}), Answer.json({"ok": True, "result": info})])
        assert "last problem there: Connection refused" in check(settings_for(provider.url)).words
        verdict = check(settings_for(provider.url, send_timeout_seconds=0.3))
    assert (verdict.accepted, verdict.words) == (None, "Telegram did not answer in time")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"telegram_secret_token": SecretStr("")}, "1 to 256 of A-Z"),
        ({"telegram_secret_token": SecretStr("has space")}, "1 to 256 of A-Z"),
        ({"public_base_url": "http://bot.example.org"}, "an https url must be provided"),
        ({"public_base_url": "https://bot.example.org:8000"}, "only on ports 80, 88, 443 or 8443"),
        ({"telegram_bot_token": SecretStr("123:wrong")}, "refuses the token"),
    ],
)
def test_what_can_not_be_registered_is_refused(town: Town, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        register(webhook_settings(town, **changes))
    assert TOKEN not in str(caught.value)


def make_poller(town: Town) -> Poller:
    return Poller(town.world, poll_seconds=0)


def test_only_who_is_told_to_polls(town: Town) -> None:
    assert isinstance(service(town.world), Poller)
    town.world.settings = webhook_settings(town)
    assert service(town.world) is None


def test_polled_updates_are_stored_in_order_and_once(town: Town) -> None:
    poller = make_poller(town)
    town.act("start", payload="abc")
    town.act("say", text="one")
    assert poller.step() == 0
    town.act("say", text="two")
    assert poller.step() == 0
    assert poller.step() == 0
    assert town.texts() == ["/start", "one", "two"]
    assert town.call("getWebhookInfo")["pending_update_count"] == 0
    assert make_poller(town).step() == 0.0
    assert len(town.texts()) == 3


def test_what_the_database_did_not_take_is_asked_for_again(town: Town) -> None:
    poller = make_poller(town)
    town.act("say", text="one")
    assert poller.step() == 0
    town.act("say", text="two")
    tables = [Base.metadata.tables["inbox_message"]]
    Base.metadata.drop_all(town.world.db.engine, tables=tables)
    assert poller.step() > 0
    Base.metadata.create_all(town.world.db.engine, tables=tables)
    assert poller.step() == 0
    assert town.texts() == ["two"]


def test_an_update_that_can_not_be_read_does_not_hold_up_the_others(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    done = {"ok": True, "result": True}
    given = {"ok": True, "result": [update(5, text=["?"]), update(6, text="hi")]}
    with serve_provider(Answer.json({"ok": True, "result": []})) as provider, caplog.at_level(logging.WARNING):
        provider.answers.extend([Answer.json(done), Answer.json(given)])
        town.world.settings = settings_for(provider.url, telegram_polling=True)
        poller = make_poller(town)
        assert (poller.step(), poller.step()) == (0, 0)
        assert [request.query.get("offset") for request in provider.received] == [None, "0", "7"]
    assert town.texts() == ["hi"]
    assert [record.__dict__["update"] for record in caplog.records if "left out" in record.message] == [5]


def test_an_answer_without_numbers_is_not_asked_for_at_once_again(town: Town) -> None:
    with serve_provider(Answer.json({"ok": True, "result": [{"message": {}}]})) as provider:
        town.world.settings = settings_for(provider.url, telegram_polling=True)
        poller = make_poller(town)
        assert [poller.step() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_webhook_is_removed_first_and_again_when_somebody_sets_one(town: Town) -> None:
    poller = make_poller(town)
    town.call("setWebhook", url="https://elsewhere.example.org/x", secret_token=SECRET)
    assert poller.step() == 0
    assert town.call("getWebhookInfo")["url"] == ""
    town.clock.pass_real(timedelta(seconds=1))
    town.call("setWebhook", url="https://elsewhere.example.org/x")
    assert poller.step() > 0
    town.act("say", text="hi")
    assert poller.step() == 0
    assert town.texts()[-1] == "hi"


def test_one_process_polls_and_another_goes_on_when_it_is_silent(town: Town) -> None:
    first, second = make_poller(town), make_poller(town)
    assert first.step() == 0
    town.act("say", text="one")
    assert second.step() == float(second.poll_seconds)
    assert town.texts() == []
    town.world.clock.pass_real(first.lease + timedelta(seconds=1))
    assert second.step() == 0
    assert town.texts() == ["one"]
    town.act("say", text="two")
    assert first.step() == float(first.poll_seconds)
    assert town.texts() == ["one"]


@pytest.mark.parametrize(
    ("answer", "pause"),
    [
        (Answer.json({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401), 60),
        (Answer.json({"ok": False, "error_code": 429, "description": "x", "parameters": {"retry_after": 9}}, 429), 9),
        (Answer(502, "<html>"), 1),
        (Answer(broken=True), 1),
    ],
)
def test_a_bad_day_is_waited_for(town: Town, answer: Answer, pause: float) -> None:
    with serve_provider(Answer.json({"ok": True, "result": []})) as provider:
        provider.answers.append(answer)
        town.world.settings = settings_for(provider.url, telegram_polling=True)
        poller = make_poller(town)
        assert (poller.step(), poller.step()) == (pause, 0)


def until(condition: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(500):
        if condition():
            return
        waiting.wait(0.02)
    raise AssertionError("it did not happen")


def test_the_thread_polls_until_it_is_stopped_and_gives_the_lease_back(town: Town) -> None:
    poller = Poller(town.world, poll_seconds=20)
    poller.start()
    town.act("start")
    until(lambda: town.texts() == ["/start"])
    town.act("say", text="hi")
    until(lambda: town.texts() == ["/start", "hi"])
    poller.stop()
    assert not any(thread.name == "telegram-poll" for thread in threading.enumerate())
    with town.world.db.begin() as session:
        lane = session.scalars(sa.select(Lane).where(Lane.key == KEY)).one()
        assert (lane.lease_until, lane.due_at) == (None, None)
