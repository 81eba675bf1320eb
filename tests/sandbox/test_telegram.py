"""The emulated Bot API, through the official-style client library, and its webhooks by the official server's rules."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from starlette.responses import Response
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from tests.sandbox.conftest import Town, build, emptied
from tests.support.sandbox_gateway import Webhook

T = TypeVar("T")
ANA, BEN = 5550001, 5550002
HOOK = "/webhooks/telegram"
BODIES = json.loads((Path(__file__).parents[1] / "fixtures" / "contracts" / "error_bodies.json").read_text())["errors"]
ERRORS = [error for error in BODIES if error["provider"] == "telegram" and "body" in error]
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Done", callback_data="c:7:0")]])


def call(town: Town, what: Callable[[Bot], Awaitable[T]], token: str = "", timeout: float = 5) -> T:
    """One call by python-telegram-bot."""

    async def ask() -> T:
        request = HTTPXRequest(read_timeout=timeout)
        bot = Bot(token or town.settings.telegram_bot_token, f"{town.url}/telegram/bot", request=request,
                  get_updates_request=request)  # fmt: skip
        try:
            return await what(bot)
        finally:
            await request.shutdown()

    return asyncio.run(ask())


def send(town: Town, text: str = "Hello", chat: int = ANA, **more: Any) -> int:
    return call(town, lambda bot: bot.send_message(chat, text, **more)).message_id


def refusal(town: Town, method: str, **args: Any) -> tuple[int, str]:
    """Status and words of a call as it goes over the wire."""
    answer = town.http.post(f"/telegram/bot{town.settings.telegram_bot_token}/{method}", json=args)
    body = answer.json()
    assert body["ok"] is False
    assert body["error_code"] == answer.status_code
    return answer.status_code, body["description"]


def act(town: Town, what: str, user: int = ANA, **body: Any) -> Any:
    answer = town.post(f"telegram/chats/{user}/{what}", **body)
    town.settle()
    return answer


def seen(town: Town, user: int = ANA) -> Any:
    return town.get(f"telegram/chats/{user}")


def updates(town: Town) -> list[dict[str, Any]]:
    return [webhook.json for webhook in town.gateway.at(HOOK)]


def texts(town: Town) -> list[str]:
    return [update["message"]["text"] for update in updates(town)]


@pytest.fixture
def ana(town: Town) -> Town:
    """Ana started the bot."""
    act(town, "start")
    town.gateway.forget()
    return town


@pytest.fixture(scope="module")
def built_polling() -> Iterator[Town]:
    yield from build(telegram_polling=True)


@pytest.fixture
def polled(built_polling: Town) -> Town:
    return emptied(built_polling)


def test_the_bot_is_known_by_its_token(town: Town) -> None:
    me = call(town, lambda bot: bot.get_me())
    assert (me.id, me.username, me.is_bot) == (123456789, "member_success_bot", True)
    for token, status in (("123:wrong", 401), ("nonsense", 404)):
        with pytest.raises(InvalidToken):
            call(town, lambda bot: bot.get_me(), token)
        assert town.http.get(f"/telegram/bot{token}/getMe").status_code == status
    assert refusal(town, "sendDice", chat_id=ANA) == (404, "Not Found: method not found")


def test_a_message_with_buttons_arrives(ana: Town) -> None:
    number = send(ana, "Well? \U0001f44d", reply_markup=KEYBOARD)
    [_, shown] = seen(ana)["messages"]
    assert (shown["message_id"], shown["direction"], shown["text"]) == (number, "from_bot", "Well? \U0001f44d")
    assert shown["buttons"] == [{"text": "Done", "data": "c:7:0"}]


def test_a_keyboard_may_ask_for_the_number(ana: Town) -> None:
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Share", request_contact=True)]])
    send(ana, reply_markup=keyboard)
    assert seen(ana)["messages"][-1]["markup"]["keyboard"][0][0]["request_contact"] is True


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n"}, "message text is empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "\U0001f600" * 2049}, "message is too long"),
        ({"parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"chat_id": ""}, "chat_id is empty"),
        ({"chat_id": 42}, "chat not found"),
        ({"chat_id": "@ana"}, "chat not found"),
        ({"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"reply_markup": "[]"}, "object expected as reply markup"),
        ({"reply_markup": {"inline_keyboard": "x"}}, "can't parse reply keyboard markup JSON object"),
        ({"reply_markup": {"inline_keyboard": [["x"]]}},
         "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        ({"reply_markup": inline(callback_data="c")}, 'can\'t parse inline keyboard button: Can\'t find field "text"'),
        ({"reply_markup": inline(text=1)}, 'can\'t parse inline keyboard button: Field "text" must be of type String'),
        ({"reply_markup": inline(text="A")},
         "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"reply_markup": inline(text="A", callback_data="")},
         "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"reply_markup": inline(text="A", callback_data="a" * 65)}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": inline(text="A", callback_data="\u00e9" * 33)}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "c"}] * 9]}}, "REPLY_MARKUP_TOO_LONG"),
    ],
)  # fmt: skip
def test_what_telegram_would_not_take_is_refused_in_its_words(ana: Town, args: dict[str, Any], words: str) -> None:
    given = {"chat_id": ANA, "text": "Hello", **args}
    assert refusal(ana, "sendMessage", **given) == (400, f"Bad Request: {words}")
    assert len(seen(ana)["messages"]) == 1


def test_the_limits_themselves_are_taken(ana: Town) -> None:
    send(ana, "a" * 4096, reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="\u00e9" * 32)]]))
    send(ana, "\U0001f600" * 2048)
    assert len(seen(ana)["messages"]) == 3


def test_the_bot_can_not_write_first_nor_to_who_blocked_it(town: Town) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        send(town)
    town.http.put(f"/sandbox/telegram/chats/{ANA}", json={"name": "Ana Diaz"}).raise_for_status()
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        send(town)
    act(town, "start")
    send(town)
    act(town, "block")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        send(town)
    assert town.http.post(f"/sandbox/telegram/chats/{ANA}/say", json={"text": "hi"}).status_code == 409
    act(town, "unblock")
    send(town)
    act(town, "deactivate")
    with pytest.raises(Forbidden, match="user is deactivated"):
        send(town)


def test_everything_a_member_does_is_an_update_that_the_library_reads(ana: Town) -> None:
    number = send(ana, "Well?", reply_markup=KEYBOARD)
    said = act(ana, "say", text="hello")
    act(ana, "edit", message_id=said["message_id"], text="hello there")
    act(ana, "photo", caption="my card")
    act(ana, "contact", phone="+14155550123")
    act(ana, "contact", phone="+14155550199", own=False)
    pressed = act(ana, "press", message_id=number, title="Done")
    act(ana, "block")
    act(ana, "start", payload="link_7f3Kq2")
    for webhook in ana.gateway.at(HOOK):
        assert webhook.headers["x-telegram-bot-api-secret-token"] == ana.settings.telegram_secret_token
        assert webhook.headers["content-type"] == "application/json"
    read = [Update.de_json(body) for body in updates(ana)]
    numbers = [update.update_id for update in read]
    assert numbers == sorted(set(numbers))
    plain, edited, photo, own, other, press, blocked, unblocked, start = read
    assert plain.message is not None
    assert plain.message.text == "hello"
    assert edited.edited_message is not None
    assert (edited.edited_message.text, edited.edited_message.message_id) == ("hello there", said["message_id"])
    assert photo.message is not None
    assert (photo.message.caption, len(photo.message.photo)) == ("my card", 2)
    for update, user in ((own, ANA), (other, None)):
        assert update.message is not None
        assert update.message.contact is not None
        assert update.message.contact.user_id == user
    assert press.callback_query is not None
    assert (press.callback_query.id, press.callback_query.data) == (pressed["id"], "c:7:0")
    for update, status in ((blocked, "kicked"), (unblocked, "member")):
        assert update.my_chat_member is not None
        assert update.my_chat_member.new_chat_member.status == status
    assert start.message is not None
    assert start.message.text == "/start link_7f3Kq2"
    assert start.message.entities[0].type == "bot_command"


def test_what_the_app_does_not_offer_can_not_be_done(ana: Town) -> None:
    number = send(ana)
    for what, body in (
        ("press", {"message_id": number, "title": "Done"}),
        ("press", {"message_id": 1, "title": "Done"}),
        ("edit", {"message_id": number, "text": "no"}),
    ):
        assert ana.http.post(f"/sandbox/telegram/chats/{ANA}/{what}", json=body).status_code == 409
    assert ana.http.get("/sandbox/telegram/chats/77").status_code == 404


def test_a_press_waits_for_its_answer_for_a_while(ana: Town) -> None:
    number = send(ana, "Well?", reply_markup=KEYBOARD)
    query = act(ana, "press", message_id=number, data="c:7:0")["id"]
    with pytest.raises(BadRequest, match="Message_too_long"):
        call(ana, lambda bot: bot.answer_callback_query(query, "a" * 201))
    assert call(ana, lambda bot: bot.answer_callback_query(query, "Noted"))
    assert seen(ana)["presses"] == [{"id": query, "data": "c:7:0", "answers": ["Noted"]}]
    ana.clock.push(timedelta(minutes=16))
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert refusal(ana, "answerCallbackQuery", callback_query_id=query) == (400, old)
    assert refusal(ana, "answerCallbackQuery", callback_query_id="x") == (400, old)


def test_a_keyboard_can_be_taken_away_once(ana: Town) -> None:
    number = send(ana, "Well?", reply_markup=KEYBOARD)
    call(ana, lambda bot: bot.edit_message_reply_markup(ANA, number))
    assert seen(ana)["messages"][-1]["buttons"] == []
    status, words = refusal(ana, "editMessageReplyMarkup", chat_id=ANA, message_id=number)
    assert (status, words.startswith("Bad Request: message is not modified: specified new")) == (400, True)
    gone = (400, "Bad Request: message to edit not found")
    assert refusal(ana, "editMessageReplyMarkup", chat_id=ANA, message_id=5) == gone
    own = seen(ana)["messages"][0]["message_id"]
    theirs = (400, "Bad Request: message can't be edited")
    assert refusal(ana, "editMessageReplyMarkup", chat_id=ANA, message_id=own) == theirs


def test_typing_is_shown(ana: Town) -> None:
    assert call(ana, lambda bot: bot.send_chat_action(ANA, "typing"))
    wrong = (400, "Bad Request: wrong parameter action in request")
    assert refusal(ana, "sendChatAction", chat_id=ANA, action="dancing") == wrong


def test_a_refused_update_is_tried_again_before_the_next_of_its_chat(ana: Town) -> None:
    ana.gateway.answers.extend([Response(status_code=500)] * 2)
    act(ana, "say", text="one")
    act(ana, "say", text="two")
    assert texts(ana) == ["one", "one"]  # the first failure is tried again at once, the second after two seconds
    ana.clock.push(timedelta(seconds=2))
    arrives(ana, 4)
    assert texts(ana) == ["one", "one", "one", "two"]
    assert len({update["update_id"] for update in updates(ana)}) == 2


def test_another_chat_does_not_wait(ana: Town) -> None:
    ana.gateway.answers.extend([Response(status_code=503)] * 2)
    act(ana, "say", text="one")
    act(ana, "say", BEN, text="from Ben")
    assert texts(ana) == ["one", "one", "from Ben"]
    info = call(ana, lambda bot: bot.get_webhook_info())
    assert (info.pending_update_count, info.last_error_message) == (1, "Wrong response from the webhook: 503")


def test_the_pause_that_the_bot_asks_for_is_kept(ana: Town) -> None:
    ana.gateway.answers.append(Response(status_code=429, headers={"Retry-After": "100"}))
    act(ana, "say", text="one")
    assert texts(ana) == ["one"]
    ana.clock.push(timedelta(seconds=99))
    assert ana.get("idle") == {"idle": True, "held": 1}
    ana.clock.push(timedelta(seconds=1))
    arrives(ana, 2)


def arrives(town: Town, count: int) -> None:
    """Waits until so many updates came: the sandbox looks at the clock several times a second."""
    last = town.get("feed")["last"]
    while len(updates(town)) < count:
        news = town.get("feed", after=last, wait=5)
        assert news["happenings"], "the update did not come"
        last = news["last"]


def test_an_update_is_dropped_after_a_day(ana: Town) -> None:
    ana.gateway.answers.extend([Response(status_code=500)] * 3)
    act(ana, "say", text="one")
    ana.clock.push(timedelta(hours=24))
    arrives(ana, 3)
    ana.settle()
    assert call(ana, lambda bot: bot.get_webhook_info()).pending_update_count == 0
    act(ana, "say", text="two")
    assert texts(ana) == ["one", "one", "one", "two"]


def test_a_webhook_that_is_gone_for_23_hours_is_removed(ana: Town) -> None:
    ana.gateway.answers.extend([Response(status_code=410)] * 3)
    act(ana, "say", text="one")
    ana.clock.push(timedelta(hours=23, seconds=1))
    arrives(ana, 3)
    ana.settle()
    assert call(ana, lambda bot: bot.get_webhook_info()).url == ""


def test_a_method_in_the_answer_is_executed(ana: Town) -> None:
    body = {"method": "sendMessage", "chat_id": ANA, "text": "executed"}
    ana.gateway.answers.append(Response(json.dumps(body), media_type="application/json"))
    ana.gateway.answers.append(Response(json.dumps({"method": "deleteWebhook"}), media_type="application/json"))
    act(ana, "say", text="one")
    assert seen(ana)["messages"][-1]["text"] == "executed"
    act(ana, "say", text="two")
    assert call(ana, lambda bot: bot.get_webhook_info()).url


def test_updates_can_come_twice_and_late(ana: Town) -> None:
    ana.post("faults", provider="telegram", mode="doubled", times=1)
    act(ana, "say", text="one")
    ana.post("faults", provider="telegram", mode="late", times=1)
    act(ana, "say", text="two")
    assert texts(ana) == ["one", "one"]
    ana.clock.push(timedelta(seconds=ana.settings.sandbox_late_seconds))
    arrives(ana, 3)
    assert texts(ana) == ["one", "one", "two"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"url": "ftp://x"}, "invalid webhook URL specified"),
        ({"url": "http://bot.example.org"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://bot.example.org:8000"},
         "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"secret_token": "has space"}, "secret token contains unallowed characters"),
        ({"secret_token": ""}, "secret token contains unallowed characters"),
        ({"secret_token": "a" * 257}, "secret token contains unallowed characters"),
        ({"allowed_updates": "message"}, "can't parse allowed updates list"),
    ],
)  # fmt: skip
def test_a_webhook_has_to_be_one(town: Town, args: dict[str, Any], words: str) -> None:
    given = {"url": "https://bot.example.org/x", **args}
    assert refusal(town, "setWebhook", **given) == (400, f"Bad Request: {words}")


def test_the_webhook_can_be_changed_once_a_second(town: Town) -> None:
    url = f"{town.settings.public_base_url}/elsewhere"
    assert call(town, lambda bot: bot.set_webhook(url, secret_token="other", allowed_updates=["message"]))
    with pytest.raises(RetryAfter):
        call(town, lambda bot: bot.set_webhook(url))
    act(town, "start")
    act(town, "block")
    assert [webhook.headers["x-telegram-bot-api-secret-token"] for webhook in town.gateway.received] == ["other"]
    town.clock.pass_real(timedelta(seconds=1))
    act(town, "unblock")
    assert call(town, lambda bot: bot.set_webhook(url, drop_pending_updates=True))
    info = call(town, lambda bot: bot.get_webhook_info())
    assert (info.url, info.allowed_updates, info.max_connections) == (url, ("message",), 40)


def test_what_waited_comes_when_a_webhook_is_set(town: Town) -> None:
    call(town, lambda bot: bot.delete_webhook())
    act(town, "start")
    assert town.gateway.received == []
    call(town, lambda bot: bot.set_webhook(f"{town.settings.public_base_url}{HOOK}"))
    town.settle()
    [webhook] = town.gateway.received
    assert isinstance(webhook, Webhook)
    assert "x-telegram-bot-api-secret-token" not in webhook.headers


def test_polling_confirms_by_asking_for_the_next(polled: Town) -> None:
    act(polled, "start")
    act(polled, "say", text="hi")
    first = call(polled, lambda bot: bot.get_updates())
    assert [update.update_id for update in call(polled, lambda bot: bot.get_updates())] == [u.update_id for u in first]
    assert len(call(polled, lambda bot: bot.get_updates(limit=1))) == 1
    rest = call(polled, lambda bot: bot.get_updates(offset=first[0].update_id + 1))
    assert [update.update_id for update in rest] == [first[1].update_id]
    assert call(polled, lambda bot: bot.get_updates(offset=first[1].update_id + 1)) == ()
    assert polled.gateway.received == []


def test_a_question_waits_for_news_and_a_second_one_ends_it(polled: Town) -> None:
    def ask(bot: Bot) -> Awaitable[tuple[Update, ...]]:
        return bot.get_updates(timeout=20)

    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(call, polled, ask, "", 30)
        late = pool.submit(call, polled, ask, "", 30)
        ended = until_one_is_ended(early, late)
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            ended.result()
        act(polled, "start")
        left = late if ended is early else early
        assert len(left.result(10)) == 1


def until_one_is_ended(*futures: Future[Any]) -> Future[Any]:
    done, _ = wait(futures, timeout=10, return_when=FIRST_COMPLETED)
    [ended] = done
    return ended


def test_polling_and_a_webhook_exclude_each_other(polled: Town) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(call, polled, lambda bot: bot.get_updates(timeout=1), "", 30)
        assert waiting.result(10) == ()
    call(polled, lambda bot: bot.set_webhook(f"{polled.settings.public_base_url}{HOOK}"))
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        call(polled, lambda bot: bot.get_updates())
    call(polled, lambda bot: bot.delete_webhook(drop_pending_updates=True))
    assert call(polled, lambda bot: bot.get_updates()) == ()


def test_a_chat_that_gets_too_much_is_protected(ana: Town) -> None:
    act(ana, "start", BEN)
    ana.post("limits", telegram_chat=1)
    send(ana)
    with pytest.raises(RetryAfter) as caught:
        send(ana)
    assert caught.value.retry_after == 1
    send(ana, chat=BEN)
    ana.clock.pass_real(timedelta(seconds=1))
    send(ana)


@pytest.mark.parametrize(("mode", "error"), [("429", RetryAfter), ("500", NetworkError), ("down", NetworkError)])
def test_bad_days_can_be_switched_on(ana: Town, mode: str, error: type[Exception]) -> None:
    ana.post("faults", provider="telegram", mode=mode, times=1)
    with pytest.raises(error):
        send(ana)
    send(ana)
    assert len(seen(ana)["messages"]) == 2


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error["body"]["description"][:60])
def test_any_refusal_can_be_ordered(ana: Town, error: dict[str, Any]) -> None:
    ana.post("telegram/refuse", **{name: value for name, value in error["body"].items() if name != "ok"})
    with pytest.raises(TelegramError) as caught:
        send(ana)
    assert type(caught.value).__name__ == error["ptb"]
    send(ana)
    assert len(seen(ana)["messages"]) == 2


def test_an_answer_can_be_slow_or_lost_after_the_message_was_taken(ana: Town) -> None:
    ana.post("faults", provider="telegram", mode="slow", times=1, seconds=1)
    with pytest.raises(TimedOut):
        call(ana, lambda bot: bot.send_message(ANA, "slow"), timeout=0.2)
    ana.post("faults", provider="telegram", mode="lost", times=1)
    with pytest.raises(NetworkError):
        send(ana, "lost")
    assert [message["text"] for message in seen(ana)["messages"]][1:] == ["slow", "lost"]


def test_numbers_go_on_after_a_reset(ana: Town) -> None:
    number = send(ana)
    ana.http.post("/sandbox/reset").raise_for_status()
    assert ana.get("telegram/chats")["chats"] == []
    act(ana, "start")
    assert send(ana) > number


def test_a_body_that_is_no_object_is_refused(town: Town) -> None:
    address = f"/telegram/bot{town.settings.telegram_bot_token}/sendMessage"
    answer: httpx.Response = town.http.post(address, content="[", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["description"]) == (400, "Bad Request: can't parse JSON object")
