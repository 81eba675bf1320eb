"""Slack's Web API, through the official client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.conftest import MARIA, Town

CARD: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "plain_text", "text": "Ana needs help"}},
    {
        "type": "actions",
        "block_id": "case",
        "elements": [
            {"type": "button", "action_id": "claim", "text": {"type": "plain_text", "text": "Claim"}, "value": "7"}
        ],
    },
]


def refused(call: Any) -> SlackApiError:
    with pytest.raises(SlackApiError) as caught:
        call()
    return caught.value


def error_of(call: Any) -> str:
    return str(refused(call).response["error"])


def test_the_bot_knows_itself(town: Town) -> None:
    who = town.slack.auth_test()
    assert (who["user_id"], who["bot_id"]) == ("U0SUCCESSBOT", "B0SUCCESSBOT")


def test_a_wrong_token_is_refused(town: Town) -> None:
    assert error_of(town.slack_client("xoxb-wrong").auth_test) == "invalid_auth"
    assert error_of(town.slack_client("").auth_test) == "not_authed"


def test_a_card_is_posted_and_read_back(town: Town) -> None:
    channel = town.settings.slack_channel
    metadata = {"event_type": "case", "event_payload": {"id": 7}}
    posted = town.slack.chat_postMessage(channel=channel, text="Ana needs help", blocks=CARD, metadata=metadata)
    (plain,) = town.slack.conversations_history(channel=channel)["messages"]
    assert (plain["ts"], plain["blocks"][1]["block_id"]) == (posted["ts"], "case")
    assert "metadata" not in plain
    (full,) = town.slack.conversations_history(channel=channel, include_all_metadata=True)["messages"]
    assert full["metadata"] == metadata
    link = town.slack.chat_getPermalink(channel=channel, message_ts=posted["ts"])["permalink"]
    assert link.endswith(f"/archives/{channel}/p{posted['ts'].replace('.', '')}")


def test_threads_hold_replies_apart_from_the_channel(town: Town) -> None:
    channel = town.settings.slack_channel
    root = town.slack.chat_postMessage(channel=channel, text="case")["ts"]
    reply = town.slack.chat_postMessage(channel=channel, text="detail", thread_ts=root)["ts"]
    history = town.slack.conversations_history(channel=channel)["messages"]
    assert [(message["ts"], message["reply_count"]) for message in history] == [(root, 1)]
    thread = town.slack.conversations_replies(channel=channel, ts=root)["messages"]
    assert [message["ts"] for message in thread] == [root, reply]
    assert error_of(lambda: town.slack.conversations_replies(channel=channel, ts="1.000001")) == "thread_not_found"


def test_history_has_a_window_and_pages(town: Town) -> None:
    channel, stamps = town.settings.slack_channel, []
    for number in range(4):
        stamps.append(town.slack.chat_postMessage(channel=channel, text=f"m{number}")["ts"])
        town.clock.push(timedelta(minutes=1))
    after = town.slack.conversations_history(channel=channel, oldest=stamps[1])["messages"]
    assert [message["text"] for message in after] == ["m3", "m2"]
    first = town.slack.conversations_history(channel=channel, limit=3)
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = town.slack.conversations_history(channel=channel, limit=3, cursor=cursor)
    assert [message["text"] for message in rest["messages"]] == ["m0"]


def test_an_update_replaces_text_and_blocks(town: Town) -> None:
    channel = town.settings.slack_channel
    ts = town.slack.chat_postMessage(channel=channel, text="open", blocks=CARD)["ts"]
    town.slack.chat_update(channel=channel, ts=ts, text="claimed")
    (message,) = town.slack.conversations_history(channel=channel)["messages"]
    assert message["text"] == "claimed"
    assert "blocks" not in message
    assert town.slack.chat_update(channel=channel, ts=ts, text="x" * 4000)["ok"]
    assert error_of(lambda: town.slack.chat_update(channel=channel, ts=ts, text="x" * 4001)) == "msg_too_long"
    assert error_of(lambda: town.slack.chat_update(channel=channel, ts="1.0", text="x")) == "message_not_found"
    said = town.post("slack/say", user=MARIA, text="mine")["ts"]
    assert error_of(lambda: town.slack.chat_update(channel=channel, ts=said, text="x")) == "cant_update_message"


def test_people_are_found_by_id_and_email(town: Town) -> None:
    found = town.slack.users_lookupByEmail(email="Maria.Okafor@example.org")["user"]
    assert found["id"] == MARIA
    assert town.slack.users_info(user=MARIA)["user"]["real_name"] == "Maria Okafor"
    assert len([user for user in town.slack.users_list()["members"] if not user["is_bot"]]) == 3
    assert error_of(lambda: town.slack.users_lookupByEmail(email="no@example.org")) == "users_not_found"
    assert error_of(lambda: town.slack.users_info(user="U0NOBODY")) == "user_not_found"


def test_direct_messages_and_ephemeral_ones(town: Town) -> None:
    town.grant("im:write", "channels:read", "messages_tab")
    direct = town.slack.conversations_open(users=MARIA)["channel"]["id"]
    assert town.slack.chat_postMessage(channel=MARIA, text="psst")["channel"] == direct
    channel = town.settings.slack_channel
    town.slack.chat_postEphemeral(channel=channel, user=MARIA, text="only you")
    shown = town.get("slack/channel")
    assert shown["messages"] == []
    assert [(message["for_user"], message["text"]) for message in shown["ephemeral"]] == [(MARIA, "only you")]
    assert town.slack.conversations_info(channel=channel)["channel"]["is_member"]


def test_a_reaction_counts_once(town: Town) -> None:
    channel = town.settings.slack_channel
    ts = town.slack.chat_postMessage(channel=channel, text="done")["ts"]
    town.slack.reactions_add(channel=channel, timestamp=ts, name="tada")
    again = error_of(lambda: town.slack.reactions_add(channel=channel, timestamp=ts, name="tada"))
    assert again == "already_reacted"


def test_a_channel_of_another_team_may_be_private(town: Town) -> None:
    town.post("slack/channels", id="C0SUPPORT", name="support", private=True)
    ts = town.slack.chat_postMessage(channel="C0SUPPORT", text="case")["ts"]
    said = town.post("slack/say", user=MARIA, channel="C0SUPPORT", text="note", thread_ts=ts)["ts"]
    town.settle()
    event = town.gateway.at("/webhooks/slack/events")[-1].json["event"]
    assert (event["channel"], event["channel_type"], event["ts"]) == ("C0SUPPORT", "group", said)
    assert len(town.slack.conversations_replies(channel="C0SUPPORT", ts=ts)["messages"]) == 2
    assert town.get("slack/channel")["messages"] == []


@pytest.mark.parametrize(("private", "error"), [(False, "not_in_channel"), (True, "channel_not_found")])
def test_the_bot_neither_speaks_nor_hears_where_it_was_not_invited(town: Town, private: bool, error: str) -> None:
    town.post("slack/channels", id="C0SUPPORT", name="support", private=private, invited=False)
    assert error_of(lambda: town.slack.chat_postMessage(channel="C0SUPPORT", text="case")) == error
    town.post("slack/say", user=MARIA, channel="C0SUPPORT", text="hello")
    town.settle()
    assert town.gateway.received == []
    town.post("slack/channels", id="C0SUPPORT", name="support", private=private)
    assert town.slack.chat_postMessage(channel="C0SUPPORT", text="case")["ok"]


def test_bad_calls_are_refused(town: Town) -> None:
    channel, post = town.settings.slack_channel, town.slack.chat_postMessage
    assert error_of(lambda: post(channel="C0NOWHERE", text="x")) == "channel_not_found"
    assert error_of(lambda: town.slack.api_call("chat.postMessage", json={"channel": channel})) == "no_text"
    assert error_of(lambda: town.slack.api_call("chat.dance")) == "unknown_method"
    assert error_of(lambda: post(channel=channel, text="x", metadata={"event_type": 1})) == "invalid_metadata_format"


def test_the_channel_limit_answers_with_retry_after(town: Town) -> None:
    town.grant("messages_tab")
    town.post("limits", slack_channel=1)
    channel = town.settings.slack_channel
    town.slack.chat_postMessage(channel=channel, text="one")
    limited = refused(lambda: town.slack.chat_postMessage(channel=channel, text="two")).response
    assert (limited.status_code, limited["error"], limited.headers["Retry-After"]) == (429, "ratelimited", "1")
    town.slack.chat_postMessage(channel=MARIA, text="another channel")
    town.clock.pass_real(timedelta(seconds=1))
    town.slack.chat_postMessage(channel=channel, text="two")
