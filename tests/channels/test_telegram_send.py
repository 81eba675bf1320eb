"""Sending through the Bot API's client library, against a server that answers as Telegram does on bad days too."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter

from bot.compose.cut import utf16
from bot.errors import Refused
from bot.model import OutboxMessage, Purpose
from bot.outbox.enqueue import Message, enqueue
from bot.ports import Failed, RetryLater, Sent, Unknown
from channels import registry
from channels.telegram.client import BACKGROUND, MOST_IN_BACKGROUND, acknowledge
from channels.telegram.errors import MEANINGS, Floods, Kind, judge, meaning, pause
from channels.telegram.send import Post, Telegram, render
from tests.channels.provider import Answer, Provider, closed_port, serve
from tests.channels.telegram import ANA, TOKEN, accepted, settings_for
from tests.channels.world import NOW, World, fixture, make_settings

ERRORS = [error for error in fixture("error_bodies")["errors"] if error["provider"] == "telegram"]
UNUSABLE, FAILED, LATER, STOPPED, UNKNOWN = "unusable", "failed", "later", "stopped", "unknown"
ACTIONS = {
    "not processed: pause this chat (and the bot if global)": LATER,
    "permanent until my_chat_member=member: unreachable": UNUSABLE,
    "permanent: unlink": UNUSABLE,
    "user never pressed Start: send the deep link on another channel": UNUSABLE,
    "permanent: bad id or never started": UNUSABLE,
    "bug: split at 4096": FAILED,
    "bug": FAILED,
    "bug: resend without parse_mode": FAILED,
    "bug: callback_data > 64 bytes": FAILED,
    "treat as success": FAILED,
    "send new": FAILED,
    "ignore": FAILED,
    "n/a in private chats": UNUSABLE,
    "config: page ops": STOPPED,
    "config: malformed token": STOPPED,
    "config": STOPPED,
    "config: two pollers": STOPPED,
    "ambiguous for sends": UNKNOWN,
}


@pytest.fixture
def telegram() -> Iterator[Provider]:
    with serve(Answer.json(accepted())) as provider:
        yield provider


@pytest.fixture
def channel(telegram: Provider) -> Telegram:
    return Telegram(settings_for(telegram.url))


def hello(*parts: str, **changes: Any) -> Post:
    return Post(1, ANA, parts or ("Hello",), **changes)


def answer_of(error: dict[str, Any]) -> Answer:
    headers = error.get("headers", {})
    raw = error.get("raw")
    return Answer(error["http"], raw, headers) if raw else Answer.json(error["body"], error["http"], **headers)


def action(result: Any) -> str:
    match result:
        case Failed(unusable=True):
            return UNUSABLE
        case Failed():
            return FAILED
        case RetryLater(whole_provider=True):
            return STOPPED
        case RetryLater():
            return LATER
        case Unknown():
            return UNKNOWN
    raise AssertionError(result)


def test_a_message_that_telegram_takes_is_sent(telegram: Provider, channel: Telegram) -> None:
    assert channel.send(hello("<b>*Hi* @all \u00e9</b>")) == Sent(f"telegram:{ANA}:77")
    [request] = telegram.received
    assert request.path == f"/bot{TOKEN}/sendMessage"
    assert request.fields["text"] == "<b>*Hi* @all \u00e9</b>"
    assert set(request.fields) == {"chat_id", "text", "link_preview_options"}
    assert request.fields["chat_id"] == str(ANA)


def test_choices_are_buttons_below_the_last_part(telegram: Provider, channel: Telegram) -> None:
    channel.send(hello("One.", "Two?", buttons=(("Done", "c:1:0"), ("Not yet", "c:1:1"))))
    first, second = telegram.received
    assert "reply_markup" not in first.fields
    rows = json.loads(second.fields["reply_markup"])["inline_keyboard"]
    assert rows == [[{"text": "Done", "callback_data": "c:1:0"}], [{"text": "Not yet", "callback_data": "c:1:1"}]]


def test_a_number_can_be_asked_for(telegram: Provider, channel: Telegram) -> None:
    channel.send(hello(ask_contact="Share my number"))
    keyboard = json.loads(telegram.received[0].fields["reply_markup"])
    assert keyboard["keyboard"] == [[{"text": "Share my number", "request_contact": True}]]


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: str(e.get("body", {}).get("description", e["http"]))[:60])
def test_every_refusal_leads_to_what_the_contract_asks(
    telegram: Provider, channel: Telegram, error: dict[str, Any]
) -> None:
    telegram.answers.append(answer_of(error))
    assert action(channel.send(hello())) == ACTIONS[error["gateway_action"]]
    assert len(telegram.received) == 1


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: str(e.get("body", {}).get("description", e["http"]))[:60])
def test_no_refusal_of_an_acknowledgement_disturbs_anybody(
    telegram: Provider, caplog: pytest.LogCaptureFixture, error: dict[str, Any]
) -> None:
    telegram.answers.append(answer_of(error))
    with caplog.at_level(logging.INFO):
        BACKGROUND.run(acknowledge(settings_for(telegram.url), "q1"), 5)
    [told] = [record for record in caplog.records if record.name.startswith("channels")]
    assert told.levelno == logging.INFO
    assert TOKEN not in told.getMessage()


def test_what_only_changes_or_acknowledges_can_do_without_is_harmless() -> None:
    harmless = {
        error["body"]["description"] for error in ERRORS if error["gateway_action"] in ("ignore", "treat as success")
    }
    assert len(harmless) == 2
    for description in harmless:
        found = meaning(str(BadRequest(description)))
        assert found is not None
        assert found.kind is Kind.HARMLESS


def test_the_words_are_found_in_what_the_library_makes_of_them() -> None:
    for words, known in MEANINGS.items():
        assert meaning(str(BadRequest(f"Bad Request: {words.upper()}"))) == known


def test_a_pause_is_kept_and_concerns_the_chat(telegram: Provider, channel: Telegram) -> None:
    telegram.answers.append(answer_of(ERRORS[0]))
    assert channel.send(hello()) == RetryLater("too many messages (Telegram 429)", timedelta(seconds=5))


def test_when_two_chats_get_too_much_it_is_the_bot(telegram: Provider, channel: Telegram) -> None:
    telegram.answers.extend([answer_of(ERRORS[0])] * 3)
    results = [channel.send(Post(1, chat, ("Hello",))) for chat in (ANA, ANA, ANA + 1)]
    assert [isinstance(result, RetryLater) and result.whole_provider for result in results] == [False, False, True]


def test_a_flood_that_is_over_says_nothing_about_the_next() -> None:
    floods = Floods()
    assert not floods.is_everywhere(1, timedelta(seconds=5), at=100.0)
    assert floods.is_everywhere(2, timedelta(seconds=5), at=104.0)
    assert not floods.is_everywhere(3, timedelta(seconds=5), at=109.0)


@pytest.mark.parametrize("wish", [7, timedelta(seconds=7)])
def test_a_pause_in_seconds_and_one_as_a_duration_are_the_same(
    monkeypatch: pytest.MonkeyPatch, wish: int | timedelta
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1" if isinstance(wish, timedelta) else "0")
    error = RetryAfter(wish)
    assert isinstance(error.retry_after, type(wish))
    assert pause(error) == timedelta(seconds=7)


def test_no_pause_is_longer_than_an_hour() -> None:
    assert pause(RetryAfter(10**7)) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer.json({"ok": False, "error_code": 429, "description": "Too Many Requests"}, 429), LATER),
        (Answer(403, "<html>our proxy says no</html>"), STOPPED),
        (Answer(302, "", {"Location": "https://login.example.org"}), STOPPED),
        (Answer.json({"ok": False, "error_code": 403, "description": "Forbidden: something new"}, 403), FAILED),
        (Answer.json({"ok": False, "error_code": 400, "description": "Bad Request: PEER_ID_INVALID"}, 400), UNUSABLE),
        (Answer(200, "this is no JSON"), UNKNOWN),
        (Answer.json({"ok": True, "result": True}), UNKNOWN),
        (Answer.json({"ok": True, "result": {}}), UNKNOWN),
        (Answer.json({"ok": True}), UNKNOWN),
        (Answer.json([]), UNKNOWN),
        (Answer.json({"ok": False, "description": "?"}, 504), UNKNOWN),
        (Answer(408, ""), UNKNOWN),
        (Answer(broken=True), UNKNOWN),
    ],
)
def test_other_answers_are_what_they_surely_say(
    telegram: Provider, channel: Telegram, answer: Answer, expected: str
) -> None:
    telegram.answers.append(answer)
    assert action(channel.send(hello())) == expected
    assert len(telegram.received) == 1


def test_silence_after_the_connection_is_unknown(telegram: Provider) -> None:
    telegram.answers.append(Answer(silent=True))
    channel = Telegram(settings_for(telegram.url, send_timeout_seconds=0.3))
    assert isinstance(channel.send(hello()), Unknown)
    assert len(telegram.received) == 1


@pytest.mark.parametrize(
    "base", [f"http://127.0.0.1:{closed_port()}", "http://telegram.invalid", "nothing://x"], ids=["port", "name", "way"]
)
def test_without_a_connection_it_surely_was_not_sent(base: str) -> None:
    result = Telegram(settings_for(base)).send(hello())
    assert isinstance(result, RetryLater)
    assert not result.whole_provider
    assert TOKEN not in result.reason


def test_a_cause_that_is_not_a_connection_is_unknown() -> None:
    assert isinstance(judge(ValueError("?"), 0), Unknown)


def test_after_the_first_part_nothing_is_sent_again(telegram: Provider, channel: Telegram) -> None:
    telegram.answers.extend([Answer.json(accepted()), answer_of(ERRORS[0])])
    result = channel.send(hello("One.", "Two.", "Three."))
    assert result == Unknown("part 2 of 3 did not get through: too many messages (Telegram 429)")
    assert len(telegram.received) == 2


def test_the_first_part_gives_the_message_its_name(telegram: Provider, channel: Telegram) -> None:
    telegram.answers.extend([Answer.json(accepted(message_id=1)), Answer.json(accepted(message_id=2))])
    assert channel.send(hello("One.", "Two.")) == Sent(f"telegram:{ANA}:1")


def test_a_bot_has_no_records_to_look_in(telegram: Provider, channel: Telegram) -> None:
    assert channel.reconcile(hello(), NOW) is None
    assert telegram.received == []


def test_a_long_text_is_split_at_the_end_of_a_sentence_within_what_telegram_takes() -> None:
    text = "This is a sentence with an \U0001f600. " * 400
    post = render(7, ANA, {"text": text, "choices": ["Done", "Not yet"]})
    assert len(post.parts) > 1
    assert all(utf16(part) <= 4096 and part.endswith(".") for part in post.parts)
    assert " ".join(post.parts) == text.strip()
    assert post.buttons == (("Done", "c:7:0"), ("Not yet", "c:7:1"))


def test_what_no_request_can_carry_is_left_out(telegram: Provider, channel: Telegram) -> None:
    assert isinstance(channel.send(render(1, ANA, {"text": "a\x00b\ud800"})), Sent)
    assert telegram.received[0].fields["text"] == "ab?"


@pytest.mark.parametrize(
    ("address", "text"), [(str(ANA), "  "), ("-100123", "hi"), ("@ana", "hi"), ("+14155550123", "hi"), ("", "hi")]
)
def test_what_can_not_be_sent_is_refused(world: World, address: str, text: str) -> None:
    message = Message("telegram", address, Purpose.REPLY, "test", "one", text=text)
    with world.db.begin() as session:
        row = enqueue(session, message, now=NOW, wall=NOW)
        with pytest.raises(Refused):
            Telegram(world.settings).prepare(session, session.get_one(OutboxMessage, row), NOW)


def test_too_many_acknowledgements_are_left_undone(telegram: Provider) -> None:
    telegram.default = Answer(silent=True)
    settings = settings_for(telegram.url)
    begun = [BACKGROUND.spawn(acknowledge(settings, str(number)), 5) for number in range(MOST_IN_BACKGROUND + 1)]
    assert begun == [True] * MOST_IN_BACKGROUND + [False]
    telegram.over.set()
    assert BACKGROUND.wait(20)


def test_the_channel_exists_only_with_a_token() -> None:
    assert "telegram" in registry.configured(settings_for())
    assert "telegram" not in registry.configured(make_settings())
