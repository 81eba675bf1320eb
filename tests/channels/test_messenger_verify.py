"""Meta's signatures and its handshake: every vector, and every way of getting it wrong."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qsl

import pytest
from pydantic import SecretStr

from channels.messenger.graph import app_secret_proof
from channels.messenger.verify import check_handshake, is_genuine
from channels.webhook import Unacceptable
from tests.channels.messenger import APP_SECRET, SETTINGS
from tests.channels.world import cases, fixture, make_settings

VECTORS: dict[str, dict[str, Any]] = {vector["name"]: vector for vector in fixture("messenger_vectors")["meta"]}
SIGNED = [vector for vector in VECTORS.values() if "signature" in vector]
HANDSHAKES = [vector for vector in VECTORS.values() if vector.get("method") == "GET"]


@pytest.mark.parametrize("vector", SIGNED, ids=lambda vector: vector["name"])
def test_a_vector_is_judged_as_published(vector: dict[str, Any]) -> None:
    body = base64.b64decode(vector["body_b64"])
    assert is_genuine(vector["app_secret"], body, vector["signature"]) is vector["valid"]
    assert not is_genuine(vector["app_secret"] + "x", body, vector["signature"])
    assert not is_genuine(vector["app_secret"], body + b" ", vector["signature"])


@pytest.mark.parametrize("case", cases("messenger_inbound"), ids=lambda case: case["name"])
def test_a_recorded_request_is_genuine(case: dict[str, Any]) -> None:
    assert is_genuine(APP_SECRET, case["raw"].encode(), case["headers"]["X-Hub-Signature-256"])


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha1=abc", "\u00e9\u00e8", "sha256=" + "0" * 64])
def test_no_signature_or_nonsense_is_not_genuine(signature: str | None) -> None:
    assert not is_genuine(APP_SECRET, b"{}", signature)


def test_without_a_secret_nothing_is_genuine() -> None:
    assert not is_genuine("", b"{}", "sha256=" + "0" * 64)


@pytest.mark.parametrize("vector", HANDSHAKES, ids=lambda vector: vector["name"])
def test_a_handshake_is_answered_as_published(vector: dict[str, Any]) -> None:
    settings = make_settings(**{**SETTINGS, "messenger_verify_token": SecretStr(vector["verify_token"])})
    query = dict(parse_qsl(vector["query"]))
    if vector["status"] == 200:
        check_handshake(settings, query)
        return
    with pytest.raises(Unacceptable) as refused:
        check_handshake(settings, query)
    assert refused.value.status == vector["status"]


@pytest.mark.parametrize(
    ("token", "query"),
    [
        ("", {"hub.mode": "subscribe", "hub.verify_token": ""}),
        ("x", {"hub.mode": "unsubscribe", "hub.verify_token": "x"}),
        ("x", {"hub.mode": "subscribe"}),
        ("x", {"hub.mode": "subscribe", "hub.verify_token": "\u00e9"}),
        ("x", {}),
    ],
)
def test_whoever_lacks_our_word_gets_no_handshake(token: str, query: dict[str, str]) -> None:
    settings = make_settings(**{**SETTINGS, "messenger_verify_token": SecretStr(token)})
    with pytest.raises(Unacceptable):
        check_handshake(settings, query)


def test_the_proof_of_the_apps_secret_is_as_published() -> None:
    vector = VECTORS["appsecret_proof"]
    assert app_secret_proof(vector["app_secret"], vector["access_token"]) == vector["appsecret_proof"]
    assert app_secret_proof("", vector["access_token"]) == ""


def test_every_vector_is_used() -> None:
    assert len(SIGNED) + len(HANDSHAKES) + 1 == len(VECTORS)
