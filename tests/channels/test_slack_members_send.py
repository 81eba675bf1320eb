"""Direct messages through Slack's own client, against a server that answers as Slack does on bad days too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Refused
from bot.members.propose import Directory
from bot.model import OutboxState, Purpose
from bot.outbox.enqueue import Message, enqueue
from bot.ports import Failed, NoTrace, RetryLater, Sent, Unknown
from channels.slack import people, render
from channels.slack.send import EVENT_TYPE, Post, SlackMembers
from tests.channels.provider import Answer, Provider, closed_port, serve
from tests.channels.world import NOW, World, fixture, make_settings, message

ERRORS = [error for error in fixture("error_bodies")["errors"] if error["provider"] == "slack"]
TS = "1795290001.000100"
STOPPED, LATER, GONE, FAILED, UNKNOWN = "stopped", "later", "gone", "failed", "unknown"
ACTIONS = {
    **dict.fromkeys(
        ["not_authed", "invalid_auth", "account_inactive", "token_revoked", "missing_scope", "messages_tab_disabled"],
        STOPPED,
    ),
    **dict.fromkeys(["channel_not_found", "is_archived", "user_not_found", "users_not_found", "cannot_dm_bot"], GONE),
    **dict.fromkeys(["internal_error", "fatal_error", "request_timeout", ""], UNKNOWN),
    **dict.fromkeys(["service_unavailable", "ratelimited"], LATER),
}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serve(Answer.json({"ok": True, "messages": [], "channel": {"id": "D0DM"}, "ts": TS})) as server:
        yield server


@pytest.fixture
def channel(provider: Provider) -> SlackMembers:
    return SlackMembers(make_settings(slack_member_api_base=f"{provider.url}/slack/api"))


def post(channel: str | None = "D0DM") -> Post:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hi"}}]
    return Post(5, "reply:1", "U0MEMBER", channel, "Hi", blocks, NOW)


def enqueued(world: World, dedupe: str = "one", address: str = "T0TEAM:U0MEMBER", **body: Any) -> int:
    outgoing = Message("slack", address, Purpose.REPLY, "test", dedupe, text=body.pop("text", "Hi"), body=body)
    with world.db.begin() as session:
        row = enqueue(session, outgoing, now=NOW, wall=NOW)
    assert row is not None
    return row


def answer_of(error: dict[str, Any]) -> Answer:
    if "raw" in error:
        return Answer(error["http"], error["raw"], error["headers"])
    return Answer.json(error["body"], error["http"], **error.get("headers", {}))


def action(result: object) -> str:
    match result:
        case RetryLater(whole_provider=True, reason=reason) if "(Slack " in reason:
            return STOPPED
        case RetryLater():
            return LATER
        case Failed(unusable=True):
            return GONE
        case Failed():
            return FAILED
        case Unknown():
            return UNKNOWN
    raise AssertionError(result)


def name_of(error: dict[str, Any]) -> str:
    return str(error.get("body", {}).get("error", ""))


def test_the_first_message_opens_the_conversation(provider: Provider, channel: SlackMembers) -> None:
    assert channel.send(post(channel=None)) == Sent(f"D0DM:{TS}")
    opened, posted = provider.received
    assert (opened.path, opened.fields) == ("/slack/api/conversations.open", {"users": "U0MEMBER"})
    assert posted.path == "/slack/api/chat.postMessage"
    assert posted.headers["authorization"] == "Bearer member-bot-token"
    assert posted.fields["channel"] == "D0DM"
    assert posted.fields["metadata"] == {
        "event_type": EVENT_TYPE,
        "event_payload": {"outbox": 5, "occasion": "reply:1"},
    }


def test_later_messages_go_where_the_last_one_is(world: World, channel: SlackMembers) -> None:
    first = enqueued(world)
    with world.db.begin() as session:
        assert channel.prepare(session, message(session, first), NOW).channel is None
        message(session, first).state = OutboxState.SENT
        message(session, first).provider_id = f"D0DM:{TS}"
    second = enqueued(world, "two", choices=["Yes", "No"])
    with world.db.begin() as session:
        made = channel.prepare(session, message(session, second), NOW)
    assert (made.channel, made.user, made.text) == ("D0DM", "U0MEMBER", "Hi")
    assert [button["value"] for button in made.blocks[-1]["elements"]] == [f"c:{second}:0", f"c:{second}:1"]


@pytest.mark.parametrize(("address", "text"), [("U0MEMBER", "Hi"), ("T0TEAM:U0MEMBER", " ")])
def test_what_nobody_could_read_is_refused(world: World, channel: SlackMembers, address: str, text: str) -> None:
    row = enqueued(world, address=address, text=text)
    with world.db.begin() as session, pytest.raises(Refused):
        channel.prepare(session, message(session, row), NOW)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: name_of(error) or "no JSON")
def test_every_refusal_leads_to_what_the_contract_asks(
    provider: Provider, channel: SlackMembers, error: dict[str, Any]
) -> None:
    provider.answers.append(answer_of(error))
    assert action(channel.send(post())) == ACTIONS.get(name_of(error), FAILED)
    assert len(provider.at("chat.postMessage")) == 1


@pytest.mark.parametrize("answer", [Answer(broken=True), Answer(silent=True), Answer.json({"ok": True})])
def test_a_send_without_an_answer_is_unknown_and_not_repeated(
    provider: Provider, channel: SlackMembers, answer: Answer
) -> None:
    provider.answers.append(answer)
    assert isinstance(channel.send(post()), Unknown)
    assert len(provider.received) == 1


@pytest.mark.parametrize("answer", [Answer(broken=True), Answer.json({"ok": True, "channel": {}})])
def test_without_an_answer_to_the_opening_nothing_was_sent(
    provider: Provider, channel: SlackMembers, answer: Answer
) -> None:
    provider.answers.append(answer)
    assert isinstance(channel.send(post(channel=None)), RetryLater)
    assert provider.at("chat.postMessage") == []


def test_without_a_connection_nothing_was_sent() -> None:
    channel = SlackMembers(make_settings(slack_member_api_base=f"http://127.0.0.1:{closed_port()}"))
    assert isinstance(channel.send(post()), RetryLater)
    assert channel.reconcile(post(), NOW) is None


def test_an_interrupted_send_is_found_by_its_metadata(provider: Provider, channel: SlackMembers) -> None:
    theirs = {"event_type": EVENT_TYPE, "event_payload": {"outbox": 5, "occasion": "reply:1"}}
    found = {"ok": True, "messages": [{"ts": "1.1"}, {"ts": TS, "metadata": theirs}]}
    provider.answers.append(Answer.json(found))
    assert channel.reconcile(post(), NOW) == Sent(f"D0DM:{TS}")
    assert channel.reconcile(post(channel=None), NOW) == NoTrace()


def test_text_can_neither_format_nor_mention_and_its_links_work() -> None:
    text = "*Hi* <!channel> <@U1> & see https://example.org/a_b?x=1&y=2."
    assert render.marked(text) == (
        "\u2217Hi\u2217 &lt;!channel&gt; &lt;@U1&gt; &amp; see <https://example.org/a_b?x=1&amp;y=2>."
    )


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=400), st.integers(min_value=1, max_value=60), st.lists(st.text(max_size=100), max_size=110))
def test_any_message_keeps_slacks_limits(text: str, times: int, choices: list[str]) -> None:
    shown = render.blocks(1, {"text": text * times, "choices": choices})
    assert bool(shown) is bool((text * times).strip())
    sections = [block["text"]["text"] for block in shown if block["type"] == "section"]
    assert all(0 < len(section) <= 3000 for section in sections)
    assert sum(map(len, sections)) <= 12_000
    assert len(shown) <= 50
    rows = [block["elements"] for block in shown if block["type"] == "actions"]
    assert all(0 < len(row) <= 25 and all(0 < len(button["text"]["text"]) <= 75 for button in row) for row in rows)


def test_a_long_text_of_nothing_but_signs_still_fits() -> None:
    shown = render.blocks(1, {"text": "&" * 9000})
    assert sum(len(block["text"]["text"]) for block in shown) <= 12_000


USER = {"id": "U0MEMBER", "team_id": "T0TEAM", "deleted": False, "is_bot": False}


@pytest.mark.parametrize(
    ("user", "proposed"),
    [(USER, "T0TEAM:U0MEMBER"), ({**USER, "deleted": True}, None), ({**USER, "is_bot": True}, None)],
)
def test_whoever_has_the_address_is_proposed(provider: Provider, user: dict[str, Any], proposed: str | None) -> None:
    provider.answers.append(Answer.json({"ok": True, "user": user}))
    asked = make_settings(slack_member_api_base=provider.url)
    directory: Directory = SlackMembers(asked)
    assert directory.by_email("ana@example.org") == proposed
    assert "ana@example.org" in {*provider.received[0].query.values(), *provider.received[0].fields.values()}


def test_nobody_is_proposed_for_an_unknown_address_and_a_refusal_says_so(provider: Provider) -> None:
    asked = make_settings(slack_member_api_base=provider.url)
    provider.answers.append(Answer.json({"ok": False, "error": "users_not_found"}))
    provider.answers.append(Answer.json({"ok": False, "error": "missing_scope"}))
    provider.answers.append(Answer.json({"ok": True}))
    assert people.propose(asked, "ana@example.org") is None
    for words in ("missing_scope", "TypeError"):
        with pytest.raises(Refused, match=words):
            people.propose(asked, "ana@example.org")


def test_a_check_says_whether_slack_accepts_us(provider: Provider) -> None:
    asked = make_settings(slack_member_api_base=provider.url)
    who = {"ok": True, "user": "bot", "team": "Members"}
    provider.answers.append(Answer.json(who))
    provider.answers.append(
        Answer(200, json.dumps(who), {"x-oauth-scopes": "chat:write,im:history,im:write,users:read"})
    )
    provider.answers.append(Answer.json({"ok": False, "error": "invalid_auth"}))
    provider.answers.append(Answer(broken=True))
    verdicts = [people.check(asked) for _ in range(4)]
    assert [verdict.accepted for verdict in verdicts] == [True, False, False, None]
    assert verdicts[0].words == "bot in the workspace Members"
    assert verdicts[1].words.endswith("users:read.email")
