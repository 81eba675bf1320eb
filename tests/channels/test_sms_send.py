"""Sending through Twilio's own client, against a server that answers as Twilio does on bad days too."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.errors import Refused
from bot.ports import Failed, NoTrace, RetryLater, Sent, Unknown
from channels import registry
from channels.sms.send import Sms, Text
from channels.twilio_codes import CODES, Kind, failure, refusal
from tests.channels.provider import Answer, Provider, closed_port, serve
from tests.channels.world import ACCOUNT, NOW, PHONE, TOKEN, World, fixture, make_settings, message

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
ERRORS = [error for error in fixture("error_bodies")["errors"] if error["provider"] == "twilio"]
NOTHING_FOUND = Answer.json({"messages": [], "next_page_uri": None})

OPTED_OUT, UNUSABLE, FAILED, LATER, STOPPED, UNKNOWN = "opted out", "unusable", "failed", "later", "stopped", "unknown"
ACTIONS = {
    20003: STOPPED,
    20404: FAILED,
    20429: LATER,
    20500: UNKNOWN,
    21211: UNUSABLE,
    21212: FAILED,
    21408: FAILED,
    21606: FAILED,
    21608: FAILED,
    21610: OPTED_OUT,
    21611: LATER,
    21612: UNUSABLE,
    21614: UNUSABLE,
    21617: FAILED,
    21635: UNUSABLE,
    21703: FAILED,
    30032: FAILED,
    70002: FAILED,
    None: UNKNOWN,
}


@pytest.fixture
def twilio() -> Iterator[Provider]:
    with serve(NOTHING_FOUND) as provider:
        yield provider


@pytest.fixture
def channel(twilio: Provider) -> Sms:
    return Sms(make_settings(twilio_api_base=f"{twilio.url}/twilio"))


def text(body: str = "Hello", **changes: Any) -> Text:
    values: dict[str, Any] = {
        "outbox_id": 1,
        "to": PHONE,
        "body": body,
        "encoding": "GSM-7",
        "segments": 1,
        "at": NOW,
        "taken": frozenset(),
        **changes,
    }
    return Text(**values)


def resource(sid: str, body: str = "Hello", **changes: Any) -> dict[str, Any]:
    return {
        "sid": sid,
        "body": body,
        "to": PHONE,
        "from": "+15005550006",
        "direction": "outbound-api",
        "status": "queued",
        "date_created": format_datetime(NOW),
        "date_sent": None,
        **changes,
    }


def listing(*resources: dict[str, Any]) -> Answer:
    return Answer.json({"messages": list(resources), "next_page_uri": None})


def action(result: object) -> str:
    match result:
        case Failed(opted_out=True):
            return OPTED_OUT
        case Failed(unusable=True):
            return UNUSABLE
        case Failed():
            return FAILED
        case RetryLater(reason=reason) if "credentials" in reason:
            return STOPPED
        case RetryLater():
            return LATER
        case Unknown():
            return UNKNOWN
    raise AssertionError(result)


def test_a_message_that_twilio_takes_is_sent(twilio: Provider, channel: Sms) -> None:
    twilio.answers.append(Answer.json(resource("SM7"), 201))
    assert channel.send(text("Hi \u00e9")) == Sent("SM7")
    [request] = twilio.received
    assert request.path == f"/twilio{MESSAGES}"
    assert request.fields == {
        "To": PHONE,
        "From": "+15005550006",
        "Body": "Hi \u00e9",
        "StatusCallback": "https://bot.example.org/webhooks/twilio/status",
    }
    assert request.headers["authorization"] == "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: str(error.get("body", {}).get("code", error["http"])))
def test_every_refusal_leads_to_what_the_contract_asks(twilio: Provider, channel: Sms, error: dict[str, Any]) -> None:
    headers = error.get("headers", {})
    raw = error.get("raw")
    answer = Answer(error["http"], raw, headers) if raw else Answer.json(error["body"], error["http"], **headers)
    twilio.answers.append(answer)
    assert action(channel.send(text())) == ACTIONS[error.get("body", {}).get("code")]
    posts = [request for request in twilio.received if request.method == "POST"]
    assert len(posts) == 1


def test_the_pause_that_twilio_asks_for_is_kept(twilio: Provider, channel: Sms) -> None:
    body = {"code": 20429, "message": "Too Many Requests", "status": 429}
    twilio.answers.append(Answer.json(body, 429, **{"Retry-After": "7"}))
    result = channel.send(text())
    assert isinstance(result, RetryLater)
    assert (result.after, result.whole_provider) == (timedelta(seconds=7), True)


@pytest.mark.parametrize("value", ["soon", "", "-1", "\u0663", "9" * 12])
def test_a_pause_that_can_not_be_read_is_our_own(twilio: Provider, channel: Sms, value: str) -> None:
    headers = {"Retry-After": value.encode().decode("latin-1")}
    twilio.answers.append(Answer(429, "<html>", headers))
    result = channel.send(text())
    assert isinstance(result, RetryLater)
    assert result.after is None


@pytest.mark.parametrize(
    "answer",
    [
        Answer(broken=True),
        Answer(201, "this is no JSON"),
        Answer.json({"status": "queued"}, 201),
        Answer.json([], 201),
        Answer.json({"code": 20500}, 500),
        Answer(502, "<html>Bad gateway</html>"),
        Answer(408, ""),
    ],
    ids=["reset", "no JSON", "no sid", "a list", "500", "502", "408"],
)
def test_an_outcome_that_nobody_knows_is_unknown_and_never_sent_again(
    twilio: Provider, channel: Sms, answer: Answer
) -> None:
    twilio.answers.append(answer)
    assert isinstance(channel.send(text()), Unknown)
    assert [request.method for request in twilio.received] == ["POST"]


def test_silence_after_the_connection_is_unknown(twilio: Provider) -> None:
    twilio.answers.append(Answer(silent=True))
    channel = Sms(make_settings(twilio_api_base=twilio.url, send_timeout_seconds=0.2))
    assert isinstance(channel.send(text()), Unknown)


def test_without_a_connection_it_surely_was_not_sent() -> None:
    for base in (f"http://127.0.0.1:{closed_port()}", "http://twilio.invalid"):
        result = Sms(make_settings(twilio_api_base=base)).send(text())
        assert isinstance(result, RetryLater)
        assert not result.whole_provider


@pytest.mark.parametrize(
    "other",
    [
        resource("SM1", direction="inbound"),
        resource("SM1", direction="outbound-reply"),
        resource("SM1", date_created=format_datetime(NOW - timedelta(hours=1))),
        resource("SM1", date_created=None),
        resource("SM0"),
    ],
    ids=["incoming", "Twilio's own", "older", "undated", "another row's"],
)
def test_another_message_is_not_taken_for_ours(twilio: Provider, channel: Sms, other: dict[str, Any]) -> None:
    twilio.answers.append(listing(other))
    assert channel.reconcile(text(taken=frozenset({"SM0"})), NOW) == NoTrace()


def test_a_message_of_ours_with_other_words_makes_it_unclear(twilio: Provider, channel: Sms) -> None:
    twilio.answers.append(listing(resource("SM1", body="Sent from a trial account - Hello")))
    assert channel.reconcile(text(), NOW) is None


def test_more_messages_than_were_looked_at_make_it_unclear(twilio: Provider, channel: Sms) -> None:
    taken = [f"SM{number}" for number in range(50)]
    twilio.answers.append(listing(*(resource(sid) for sid in taken)))
    assert channel.reconcile(text(taken=frozenset(taken)), NOW) is None


def test_an_interrupted_message_is_found_by_number_words_and_time(twilio: Provider, channel: Sms) -> None:
    twilio.answers.append(listing(resource("SM3", body="Other"), resource("SM2"), resource("SM1", direction="inbound")))
    assert channel.reconcile(text(), NOW) == Sent("SM2")
    [request] = twilio.received
    assert (request.method, request.query["To"]) == ("GET", PHONE)


def test_when_the_look_up_fails_nothing_is_claimed(twilio: Provider, channel: Sms) -> None:
    twilio.answers.append(Answer(500, "<html>"))
    assert channel.reconcile(text(), NOW) is None


def test_a_rendered_message_knows_the_sids_of_its_neighbours(world: World) -> None:
    first, second = world.enqueue_text("Hello", "one"), world.enqueue_text("Hello", "two")
    with world.db.begin() as session:
        message(session, first).provider_id = "SM1"
        rendered = Sms(world.settings).prepare(session, message(session, second), NOW)
    assert (rendered.to, rendered.body, rendered.segments, rendered.taken) == (PHONE, "Hello", 1, frozenset({"SM1"}))


def test_an_empty_message_is_refused(world: World) -> None:
    row = world.enqueue_text("  ")
    with world.db.begin() as session, pytest.raises(Refused):
        Sms(world.settings).prepare(session, message(session, row), NOW)


def test_an_unknown_code_fails_the_message_and_nothing_else() -> None:
    assert refusal(99999, None) == Failed("unknown error (Twilio 99999)")
    assert failure(None) == Failed("unknown error")


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_reported_failure_is_final_whatever_its_code(code: int) -> None:
    reported = failure(code)
    assert str(code) in reported.reason
    assert (reported.opted_out, reported.unusable) == (code == 21610, CODES[code].kind is Kind.NUMBER)


def test_the_channel_exists_only_when_twilio_is_configured() -> None:
    assert "sms" in registry.configured(make_settings())
    assert "sms" not in registry.configured(make_settings(twilio_account_sid=""))
