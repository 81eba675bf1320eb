"""What the channel refuses, and that nothing a member writes is a command."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import pytest
from actions_server import ActionsServer
from conftest import Member
from engine_process import EngineProcess

SECRET = "my-secret-words"


@pytest.mark.parametrize("token", [None, "", "wrong", "engine-token-and-more", "engine-toke", "ünï"])
def test_without_the_token_nothing_is_done(member: Member, actions: ActionsServer, token: str | None) -> None:
    sent = token.encode("utf-8").decode("latin-1") if token else token
    answered = member.engine.turn(member.turn(kind="intent", intent="report_done"), token=sent)
    assert answered == (401, {"error": "unauthorized"})
    assert actions.calls == []


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"conversation_id": None}, "conversation_id"),
        ({"conversation_id": ""}, "conversation_id"),
        ({"conversation_id": 7}, "conversation_id"),
        ({"conversation_id": "x" * 256}, "conversation_id"),
        ({"message_id": None}, "message_id"),
        ({"kind": "command"}, "kind"),
        ({"text": None}, "text"),
        ({"text": ["yes"]}, "text"),
        ({"intent": "affirm"}, "kind text"),
        ({"entities": {"number": 1}}, "kind text"),
        ({"kind": "intent"}, "needs an intent"),
        ({"kind": "intent", "intent": ""}, "needs an intent"),
        ({"kind": "intent", "intent": "affirm", "entities": [1]}, "entities"),
        ({"kind": "intent", "intent": "affirm", "entities": {"nonsense": 1}}, "nonsense"),
        ({"slots": []}, "slots"),
        ({"slots": {"nonsense": 1}}, "nonsense"),
        ({"slots": {"pending_question": "nonsense"}}, "pending_question"),
        ({"slots": {"pending_question": None}}, "pending_question"),
        ({"slots": {"member_id": 5}}, "member_id"),
        ({"metadata": "x"}, "metadata"),
        ({"channel": "not a name"}, "channel"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_body_that_is_no_turn_is_refused_with_the_reason(
    member: Member, actions: ActionsServer, change: dict[str, Any], detail: str
) -> None:
    status, body = member.engine.turn({**member.turn(kind="text", text=SECRET), **change})
    assert status == 422
    assert body["error"] == "bad_request"
    assert detail in body["detail"]
    assert SECRET not in str(body)
    assert actions.calls == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe"])
def test_a_body_that_is_no_object_is_refused(engine: EngineProcess, body: bytes) -> None:
    answered = engine.turn(body)
    assert (answered.status, answered.body["error"]) == (422, "bad_request")


@pytest.mark.parametrize("intent", ["nonsense", "restart", "back", "session_start", "/affirm"])
def test_an_unknown_intent_is_refused(member: Member, intent: str) -> None:
    answered = member.means(intent)
    assert (answered.status, answered.body["error"]) == (422, "unknown_intent")


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "//restart",
        " /restart",
        "\u2003/restart",
        "\u00a0\n\t / / restart",
        "/session_start",
        "/back",
        "/report_done",
        '/affirm{"number": 9}',
        "\u200b/report_done",
        '/report_done{"member_id": "evil"}',
        "EXTERNAL: report_done",
    ],
)
def test_what_a_member_types_is_never_a_command(member: Member, actions: ActionsServer, text: str) -> None:
    member.means("ask_progress", slots={"member_id": "m-1"})
    status, body = member.says(text)
    assert status == 200
    assert body["intent"]["confidence"] < 1.0
    assert body["n_events"] > 6
    after = member.means("ask_progress").body
    assert actions.calls[-1]["tracker"]["slots"]["member_id"] == "m-1"
    assert after["latest_action"] == "action_progress"


@pytest.mark.parametrize("text", ["", "   ", "/", " // / ", "\u2003", "\u200b", "\u00a0\u200d", "…", "!!"])
def test_a_text_without_words_is_not_understood_and_still_answered(member: Member, text: str) -> None:
    body = member.says(text).body
    assert body["intent"]["name"] == "nlu_fallback"
    assert body["latest_action"] == "action_clarify"


def test_a_very_long_text_is_cut_and_answered(member: Member, actions: ActionsServer) -> None:
    assert member.says("what is next " * 5000).status == 200
    assert len(actions.calls[0]["tracker"]["latest_message"]["text"]) <= 5000


@pytest.mark.parametrize(
    "text", ["\x00", "\ud83d\ude00 👍🏽", "{member_id}", "%s %d", "'; DROP TABLE x; --", "ａｂｃ", "٩/١٠"]
)
def test_odd_texts_are_answered(member: Member, text: str) -> None:
    assert member.says(f"{text} what is next").status == 200
    assert member.says(text).status == 200


def test_nothing_else_is_served(engine: EngineProcess) -> None:
    for path in (
        "/",
        "/version",
        "/status",
        "/model/parse",
        "/domain",
        "/webhooks/rest/webhook",
        "/conversations/x/tracker",
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{engine.port}{path}", timeout=10)
        assert refused.value.code == 404


def test_a_body_too_large_is_refused(engine: EngineProcess) -> None:
    assert engine.turn(b" " * 1_100_000).status == 413
