"""Twilio's Messages API, through the official client."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]

from sandbox.twilio.state import count_segments
from tests.sandbox.conftest import ANA, BEN, Town

CASES = json.loads((Path(__file__).parents[1] / "fixtures" / "sms_segments.json").read_text())["cases"]


def code_of(call: Any) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as caught:
        call()
    return caught.value.status, caught.value.code


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_segments_are_counted_as_in_the_vectors(case: dict[str, Any]) -> None:
    assert count_segments(case["text"]) == case["segments"]


def test_a_message_is_taken_and_shown_on_the_phone(town: Town) -> None:
    message = town.text_to(ANA, "How is step 1 going? 👍")
    assert (message.status, message.num_segments, message.direction) == ("queued", "1", "outbound-api")
    assert message.date_sent is None
    town.settle()
    assert town.twilio.messages(message.sid).fetch().status == "delivered"
    (shown,) = town.get(f"phones/{ANA}")["messages"]
    assert (shown["text"], shown["direction"], shown["status"]) == ("How is step 1 going? 👍", "to_phone", "delivered")


def test_a_messaging_service_hides_sender_and_segments_at_first(town: Town) -> None:
    message = town.twilio.messages.create(to=ANA, messaging_service_sid="MG" + "a" * 32, body="Hello")
    assert (message.status, message.num_segments, message.from_) == ("accepted", "0", None)
    assert town.twilio.messages(message.sid).fetch().from_ == town.settings.twilio_from


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("+15005550001", 21211),
        ("+15005550002", 21612),
        ("+15005550003", 21408),
        ("+15005550004", 21610),
        ("+15005550009", 21614),
        ("12", 21211),
        ("+15005550006", 21266),
    ],
)
def test_a_bad_recipient_has_its_own_code(town: Town, to: str, code: int) -> None:
    assert code_of(lambda: town.text_to(to, "Hello")) == (400, code)
    assert town.get("state")["phones"] == []


@pytest.mark.parametrize(
    ("sender", "code"),
    [("+15005550001", 21212), ("+15005550007", 21606), ("+15005550008", 21611), ("+14155550999", 21606), ("x", 21212)],
)
def test_a_bad_sender_has_its_own_code(town: Town, sender: str, code: int) -> None:
    assert code_of(lambda: town.twilio.messages.create(to=ANA, from_=sender, body="Hello")) == (400, code)


def test_missing_parameters_have_their_own_codes(town: Town) -> None:
    create = town.twilio.messages.create
    assert code_of(lambda: create(to=ANA, from_=town.settings.twilio_from)) == (400, 21602)
    assert code_of(lambda: create(to=ANA, body="Hello")) == (400, 21603)
    assert code_of(lambda: create(to="", from_=town.settings.twilio_from, body="Hello")) == (400, 21604)
    assert code_of(lambda: town.text_to(ANA, "Hello", status_callback="ftp://x")) == (400, 21609)


def test_1600_characters_are_taken_and_1601_are_not(town: Town) -> None:
    assert town.text_to(ANA, "a" * 1600).num_segments == "11"
    assert code_of(lambda: town.text_to(ANA, "a" * 1601)) == (400, 21617)


def test_a_wrong_token_and_an_unknown_message_are_refused(town: Town) -> None:
    stranger = town.twilio_client("wrong")
    assert code_of(lambda: stranger.messages("SM" + "0" * 32).fetch()) == (401, 20003)
    assert code_of(lambda: town.twilio.messages("SM" + "0" * 32).fetch()) == (404, 20404)


def test_the_account_can_be_fetched(town: Town) -> None:
    account = town.twilio.api.accounts(town.settings.twilio_account_sid).fetch()
    assert (account.status, account.sid) == ("active", town.settings.twilio_account_sid)


def test_the_list_finds_by_recipient_and_time(town: Town) -> None:
    town.text_to(ANA, "early")
    town.clock.push(timedelta(hours=2))
    since = town.clock.now()
    town.text_to(ANA, "late")
    town.text_to(BEN, "other")
    assert [found.body for found in town.twilio.messages.list(to=ANA)] == ["late", "early"]
    assert [found.body for found in town.twilio.messages.list(to=ANA, date_sent_after=since)] == ["late"]
    before = since - timedelta(seconds=1)
    assert [found.body for found in town.twilio.messages.list(to=ANA, date_sent_before=before)] == ["early"]
    assert [found.body for found in town.twilio.messages.list(date_sent_after=since + timedelta(seconds=1))] == []


def test_the_list_goes_on_over_pages(town: Town) -> None:
    for number in range(5):
        town.text_to(ANA, f"message {number}")
    found = town.twilio.messages.list(to=ANA, page_size=2)
    assert [message.body for message in found] == [f"message {number}" for number in (4, 3, 2, 1, 0)]


def test_the_rate_limit_can_be_switched_on(town: Town) -> None:
    town.post("limits", twilio=2)
    town.text_to(ANA, "one")
    town.text_to(ANA, "two")
    assert code_of(lambda: town.text_to(ANA, "three")) == (429, 20429)
    town.clock.pass_real(timedelta(seconds=1))
    town.text_to(ANA, "three")
    town.post("limits")
    for _ in range(3):
        town.text_to(ANA, "more")
