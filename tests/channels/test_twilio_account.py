"""Asking Twilio about the account and the number, and setting the number's webhook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.errors import Refused
from channels import twilio_account
from channels.sms import setup
from tests.channels.provider import Answer, Provider, closed_port, serve
from tests.channels.world import ACCOUNT, make_settings

NUMBER = "+15005550006"
ACCOUNT_ANSWER = Answer.json({"sid": ACCOUNT, "status": "active", "friendly_name": "Programme"})


def numbers(**changes: Any) -> Answer:
    number = {"sid": "PN1", "phone_number": NUMBER, "capabilities": {"sms": True, "voice": False}, **changes}
    return Answer.json({"incoming_phone_numbers": [number], "page_size": 1})


@pytest.fixture
def twilio() -> Iterator[Provider]:
    with serve(Answer.json({"sid": "PN1"})) as provider:
        yield provider


def test_good_credentials_and_a_number_of_ours_are_accepted(twilio: Provider) -> None:
    twilio.answers.extend([ACCOUNT_ANSWER, numbers()])
    verdict = setup.check(make_settings(twilio_api_base=twilio.url))
    assert (verdict.accepted, verdict.words) == (True, f"account Programme, number {NUMBER}")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([Answer.json({"code": 20003, "message": "Authenticate", "status": 401}, 401)], "error 20003"),
        ([Answer.json({"sid": ACCOUNT, "status": "suspended"}), numbers()], "the account is suspended"),
        ([ACCOUNT_ANSWER, Answer.json({"incoming_phone_numbers": []})], "is no number of this account"),
        ([ACCOUNT_ANSWER, numbers(capabilities={"sms": False})], "can't do sms"),
    ],
)
def test_what_twilio_refuses_is_told(twilio: Provider, answers: list[Answer], words: str) -> None:
    twilio.answers.extend(answers)
    verdict = setup.check(make_settings(twilio_api_base=twilio.url))
    assert verdict.accepted is False
    assert words in verdict.words


def test_without_a_connection_nobody_knows() -> None:
    asked = make_settings(twilio_api_base=f"http://127.0.0.1:{closed_port()}")
    assert twilio_account.check(asked, NUMBER, "voice").accepted is None
    with pytest.raises(Refused, match="could not be asked"):
        setup.register(asked)


def test_the_webhook_is_set_so_that_twilio_repeats_what_could_not_be_stored(twilio: Provider) -> None:
    twilio.answers.append(numbers())
    url = "https://bot.example.org/webhooks/twilio/sms#rc=3&rp=5xx,ct,rt"
    assert setup.register(make_settings(twilio_api_base=twilio.url)) == [f"{NUMBER}: incoming texts go to {url}"]
    assert twilio.received[-1].fields == {"SmsUrl": url, "SmsMethod": "POST"}


@pytest.mark.parametrize(
    "answer",
    [Answer.json({"incoming_phone_numbers": []}), Answer.json({"code": 20003, "message": "x", "status": 401}, 401)],
)
def test_a_webhook_that_can_not_be_set_is_refused(twilio: Provider, answer: Answer) -> None:
    twilio.answers.append(answer)
    with pytest.raises(Refused):
        setup.register(make_settings(twilio_api_base=twilio.url))
