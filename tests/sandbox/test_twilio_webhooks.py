"""What Twilio tells the gateway: texts from phones, receipts; both signed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.responses import Response
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from tests.sandbox.conftest import ANA, BEN, Town
from tests.support.sandbox_gateway import Webhook

INBOUND, STATUS = "/webhooks/twilio/sms", "/webhooks/twilio/status"
FIELDS = {
    "ToCountry",
    "ToState",
    "SmsMessageSid",
    "NumMedia",
    "ToCity",
    "FromZip",
    "SmsSid",
    "FromState",
    "SmsStatus",
    "FromCity",
    "Body",
    "FromCountry",
    "To",
    "ToZip",
    "NumSegments",
    "MessageSid",
    "AccountSid",
    "From",
    "ApiVersion",
}


def is_signed(town: Town, webhook: Webhook) -> bool:
    validator = RequestValidator(town.settings.twilio_auth_token)
    return bool(validator.validate(webhook.url, webhook.form, webhook.headers["x-twilio-signature"]))


def callback(town: Town) -> str:
    return f"{town.settings.public_base_url}{STATUS}?m=out-1"


def reported(town: Town) -> list[str]:
    return [webhook.form["MessageStatus"] for webhook in town.gateway.at(STATUS)]


def test_a_text_from_a_phone_is_posted_signed_with_all_fields(town: Town) -> None:
    sent = town.post(f"phones/{ANA}", text="yep did it last nite")
    town.settle()
    (webhook,) = town.gateway.at(INBOUND)
    assert is_signed(town, webhook)
    assert set(webhook.form) == FIELDS
    assert webhook.form["Body"] == "yep did it last nite"
    assert (webhook.form["From"], webhook.form["To"]) == (ANA, town.settings.twilio_from)
    assert webhook.form["MessageSid"] == sent["sid"]
    assert webhook.headers["i-twilio-idempotency-token"]
    assert town.get(f"phones/{ANA}")["messages"][0]["webhook"] == "200"


def test_texts_of_a_phone_arrive_in_order(town: Town) -> None:
    texts = [f"text {number}" for number in range(12)]
    for text in texts:
        town.post(f"phones/{ANA}", text=text)
    town.settle()
    assert [webhook.form["Body"] for webhook in town.gateway.at(INBOUND)] == texts


def test_a_refused_text_is_not_sent_again(town: Town) -> None:
    town.gateway.answers.append(Response(status_code=500))
    town.post(f"phones/{ANA}", text="hello")
    town.settle()
    assert len(town.gateway.at(INBOUND)) == 1
    assert town.get(f"phones/{ANA}")["messages"][0]["webhook"] == "500"


def test_a_failed_connection_is_tried_once_more(town: Town) -> None:
    # Nothing listens at this port of the callback, which is the same code path as the inbound webhook's.
    town.text_to(ANA, "hello", status_callback="http://127.0.0.1:1/gone")
    town.settle()
    tries = [happening["data"] for happening in town.get("feed")["happenings"] if happening["kind"] == "twilio.webhook"]
    assert [(tried["attempt"], tried["result"]) for tried in tries] == [(1, "connect"), (2, "connect")] * 2


def test_receipts_are_signed_and_in_order(town: Town) -> None:
    message = town.text_to(ANA, "hello", status_callback=callback(town))
    town.settle()
    assert reported(town) == ["sent", "delivered"]
    for webhook in town.gateway.at(STATUS):
        assert is_signed(town, webhook)
        assert webhook.url == callback(town)
        assert webhook.form["MessageSid"] == message.sid


@pytest.mark.parametrize(
    ("mode", "statuses", "final"),
    [
        ("doubled", ["sent", "sent", "delivered", "delivered"], "delivered"),
        ("out_of_order", ["delivered", "sent"], "delivered"),
        ("undelivered", ["sent", "undelivered"], "undelivered"),
        ("failed", ["failed"], "failed"),
    ],
)
def test_receipts_can_be_switched(town: Town, mode: str, statuses: list[str], final: str) -> None:
    town.post("faults", provider="twilio", mode=mode, times=1, error_code=30005)
    message = town.text_to(ANA, "hello", status_callback=callback(town))
    town.settle()
    assert reported(town) == statuses
    fetched = town.twilio.messages(message.sid).fetch()
    assert fetched.status == final
    assert fetched.error_code == (30005 if final in {"undelivered", "failed"} else None)
    assert town.get("faults")["faults"] == []


def test_late_receipts_come_when_the_clock_is_pushed(town: Town) -> None:
    town.post("faults", provider="twilio", mode="late", times=1)
    town.text_to(ANA, "hello", status_callback=callback(town))
    assert town.get("idle") == {"idle": True, "held": 2}
    town.post("clock", push=town.settings.sandbox_late_seconds)
    # The sandbox looks at the clock several times a second; the receipts announce themselves in the feed.
    last = town.get("feed")["last"]
    while len(reported(town)) < 2:
        news = town.get("feed", after=last, wait=5)
        assert news["happenings"], "the receipts did not come"
        last = news["last"]
    assert reported(town) == ["sent", "delivered"]


def test_manual_receipts_wait_for_the_flush(manual_town: Town) -> None:
    manual_town.text_to(ANA, "hello", status_callback=callback(manual_town))
    assert manual_town.get("idle") == {"idle": True, "held": 2}
    assert reported(manual_town) == []
    assert manual_town.http.post("/sandbox/flush", params={"wait": 5}).json() == {"released": 2, "idle": True}
    assert reported(manual_town) == ["sent", "delivered"]


def test_stop_blocks_only_this_phone_until_start(town: Town) -> None:
    town.post(f"phones/{ANA}", text=" Stop ")
    town.settle()
    phone = town.get(f"phones/{ANA}")
    assert phone["blocked"]
    assert [message["by_twilio"] for message in phone["messages"]] == [False, True]
    assert "unsubscribed" in phone["messages"][1]["text"]
    with pytest.raises(TwilioRestException) as caught:
        town.text_to(ANA, "one more thing")
    assert (caught.value.status, caught.value.code) == (400, 21610)
    town.text_to(BEN, "for you")
    town.post(f"phones/{ANA}", text="START")
    town.settle()
    town.text_to(ANA, "welcome back")
    assert [webhook.form["Body"] for webhook in town.gateway.at(INBOUND)] == [" Stop ", "START"]


def test_yes_is_an_answer_unless_the_phone_is_blocked(town: Town) -> None:
    town.post(f"phones/{ANA}", text="yes")
    assert len(town.get(f"phones/{ANA}")["messages"]) == 1
    town.post(f"phones/{ANA}", text="stop")
    town.post(f"phones/{ANA}", text="yes")
    assert not town.get(f"phones/{ANA}")["blocked"]


def test_stop_inside_a_sentence_is_no_keyword(town: Town) -> None:
    town.post(f"phones/{ANA}", text="please STOP")
    assert not town.get(f"phones/{ANA}")["blocked"]


def test_help_is_answered_by_twilio_and_posted(town: Town) -> None:
    town.post(f"phones/{ANA}", text="help")
    town.settle()
    assert [message["by_twilio"] for message in town.get(f"phones/{ANA}")["messages"]] == [False, True]
    assert len(town.gateway.at(INBOUND)) == 1


def test_a_phone_must_have_a_real_number(town: Town) -> None:
    assert town.http.post("/sandbox/phones/12", json={"text": "x"}).status_code == 422


def test_times_follow_the_shared_clock(town: Town) -> None:
    town.clock.push(timedelta(days=3))
    town.post(f"phones/{ANA}", text="hello")
    assert town.get(f"phones/{ANA}")["messages"][0]["at"] == town.clock.now().isoformat()
