"""Twilio's signatures: every published vector, and every way of getting it wrong."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.datastructures import ImmutableMultiDict

from channels.twilio_verify import Form, is_genuine, parse_form, public_url
from channels.webhook import Unacceptable
from tests.channels.world import TOKEN, cases, fixture

VECTORS = fixture("signature_vectors")["twilio"]
FORM_TYPE = "application/x-www-form-urlencoded; charset=UTF-8"


def parameters(vector: dict[str, Any]) -> Form | str:
    given = vector.get("params")
    if given is None:
        return str(vector["body"])
    return ImmutableMultiDict(given)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_is_judged_as_published(vector: dict[str, Any]) -> None:
    form = parameters(vector)
    assert is_genuine(vector["auth_token"], vector["url"], form, vector["signature"]) is vector["valid"]
    assert not is_genuine(vector["auth_token"] + "x", vector["url"], form, vector["signature"])


@pytest.mark.parametrize("case", cases("twilio_inbound"), ids=lambda case: case["name"])
def test_a_recorded_request_is_genuine_and_no_change_of_it_is(case: dict[str, Any]) -> None:
    form, signature = parse_form(case["body"].encode(), FORM_TYPE), case["headers"]["X-Twilio-Signature"]
    assert is_genuine(TOKEN, case["url"], form, signature)
    changed = parse_form(case["body"].encode() + b"&Extra=1", FORM_TYPE)
    assert not is_genuine(TOKEN, case["url"], changed, signature)
    assert not is_genuine(TOKEN, case["url"] + "?a=1", form, signature)


@pytest.mark.parametrize("signature", [None, "", "AAAA", "\u00e9\u00e8", "=" * 28])
def test_no_signature_or_nonsense_is_not_genuine(signature: str | None) -> None:
    assert not is_genuine(TOKEN, "https://bot.example.org/x", ImmutableMultiDict({"a": "b"}), signature)


def test_without_a_token_nothing_is_genuine() -> None:
    vector = VECTORS[0]
    assert not is_genuine("", vector["url"], parameters(vector), vector["signature"])


def test_the_signed_address_is_the_public_one_with_its_query_and_without_overrides() -> None:
    base = "https://bot.example.org/prefix/#ct=2000"
    assert public_url(base, b"/webhooks/x%20y?a", b"a=1&b=") == "https://bot.example.org/prefix/webhooks/x%20y?a=1&b="
    assert public_url("https://bot.example.org", b"/x", b"") == "https://bot.example.org/x"


def test_a_form_keeps_empty_and_repeated_values() -> None:
    form = parse_form(b"a=&b=1&b=2&c=%2B1", FORM_TYPE)
    assert form.multi_items() == [("a", ""), ("b", "1"), ("b", "2"), ("c", "+1")]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe", FORM_TYPE),
        (b"Body=%ff%fe", FORM_TYPE),
        (b"a=1", "application/json"),
        (b"a=1", "multipart/form-data; boundary=x"),
        (b"&".join(b"a=1" for _ in range(600)), FORM_TYPE),
    ],
)
def test_what_is_no_form_in_utf_8_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(Unacceptable) as refused:
        parse_form(body, content_type)
    assert refused.value.status == 400
