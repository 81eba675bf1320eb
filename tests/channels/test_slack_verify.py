"""Slack's signatures: every published vector, and every way of getting it wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from slackkit.verify import is_genuine
from tests.channels.world import SECRET, fixture
from tests.support.sandbox_clock import StillClock

VECTORS = fixture("signature_vectors")["slack"]
RECORDED = fixture("slack_inbound")


def at(timestamp: int) -> StillClock:
    return StillClock(datetime.fromtimestamp(timestamp, UTC))


def headers(vector: dict[str, Any]) -> dict[str, str]:
    return {"X-Slack-Request-Timestamp": vector["timestamp"], "X-Slack-Signature": vector["signature"]}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_is_judged_as_published(vector: dict[str, Any]) -> None:
    genuine = is_genuine(vector["signing_secret"], at(vector["now"]), vector["body"], headers(vector))
    assert genuine is vector["valid"]
    assert not is_genuine("another secret", at(vector["now"]), vector["body"], headers(vector))


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["name"])
def test_a_recorded_request_is_genuine_and_no_change_of_it_is(case: dict[str, Any]) -> None:
    clock = at(int(case["headers"]["X-Slack-Request-Timestamp"]))
    assert is_genuine(SECRET, clock, case["raw"], case["headers"])
    assert not is_genuine(SECRET, clock, case["raw"] + " ", case["headers"])


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Request-Timestamp": "1531420618"},
        {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=x"},
        {"X-Slack-Request-Timestamp": "1531420618", "X-Slack-Signature": "v0=\u00e9"},
    ],
)
def test_odd_headers_are_not_genuine(odd: dict[str, str]) -> None:
    assert not is_genuine(SECRET, at(1531420618), "{}", odd)


def test_without_a_secret_nothing_is_genuine() -> None:
    vector = VECTORS[0]
    assert not is_genuine("", at(vector["now"]), vector["body"], headers(vector))
