"""What is written into the thread of a case, its dialogs, and how staff's words are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Refused
from bot.handoff.canned import Canned
from bot.handoff.replies import ReplyView, Way
from inbox import modals, modals_case, modals_reply, thread
from inbox.modals_case import Candidate
from inbox.modals_reply import Draft
from inbox.text import divide, within
from sandbox.slack.blocks import prepare_blocks
from sandbox.slack.views import prepare_view
from slackkit.text import read, read_field, with_emoji
from tests.channels.world import NOW

HOSTILE = "<!channel> <@U1> *bold* _it_ ~no~ `code` <http://x.example|click> & &lt;!here&gt; :tada:"
WILD = st.text(max_size=5000)
REPLY = ReplyView("Dana", "Ana Diaz", "sms", "Hi Ana", "sent", None, quoted=False, since=None)
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def texts(content: Any) -> Iterator[dict[str, Any]]:
    """Every text object within."""
    if isinstance(content, list):
        for item in content:
            yield from texts(item)
    elif isinstance(content, dict):
        if isinstance(content.get("text"), str):
            yield content
        for item in content.values():
            yield from texts(item)


def test_a_members_message_names_who_when_and_how() -> None:
    body = {"kind": "member_message", "author": "Ana *Diaz*", "text": HOSTILE, "via": "sms", "at": NOW.isoformat()}
    text, blocks = thread.post(body, ZoneInfo("America/Los_Angeles"))
    prepare_blocks(blocks, "message")
    assert blocks[0]["elements"][0]["text"] == ("*Ana \u2217Diaz\u2217* by text message, Sat 21 Nov, 12:00 their time")
    assert blocks[1]["text"]["type"] == "plain_text"
    assert "<" not in text


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize(
    ("state", "reason", "says"),
    [
        ("pending", None, ["on its way"]),
        ("sent", None, ["\u2713 sent by text message"]),
        ("delivered", None, ["\u2713\u2713 delivered"]),
        ("read", None, ["\u2713\u2713 read"]),
        ("failed", "no such phone (Twilio 30005)", ["could not be delivered: no such phone", "another way"]),
        ("dead", "no connection", ["could not be delivered", "reply again"]),
        ("refused", "said_stop", ["not sent: they said STOP there", "another way"]),
        ("unknown", None, ["Nobody knows", "Ask the member"]),
        ("odd_new_state", None, ["odd new state"]),
    ],
)
def test_a_reply_shows_what_became_of_it_and_what_to_do(
    state: str, reason: str | None, says: list[str], quoted: bool
) -> None:
    seen = replace(REPLY, state=state, reason=reason, quoted=quoted)
    text, blocks = thread.reply(seen)
    prepare_blocks(blocks, "message")
    shown = [one["text"] for one in texts(blocks)]
    assert all(part in shown[-1] for part in says)
    assert text == "Dana to Ana Diaz: Hi Ana"
    if quoted:  # its words stand above it already
        assert len(blocks) == 1
        assert "\u201cHi Ana\u201d" in shown[0]
    else:
        assert shown[:2] == ["*Dana* to *Ana Diaz* by text message", "Hi Ana"]


@pytest.mark.parametrize(
    ("state", "since", "says"),
    [
        ("sent", "edited", "Ana Diaz still has the first version"),
        ("delivered", "deleted", "Ana Diaz still has it"),
        ("failed", "edited", "the new version is not sent"),
        ("refused", "deleted", "Its author has deleted it here."),
    ],
)
def test_what_its_author_did_to_a_reply_later_is_explained_on_it(state: str, since: str, says: str) -> None:
    _, blocks = thread.reply(replace(REPLY, state=state, since=since, quoted=True))
    assert says in next(texts(blocks))["text"]


def test_a_long_message_is_shown_whole() -> None:
    words = " ".join(f"word{number}" for number in range(600))
    body = {"kind": "member_message", "author": "Ana", "text": words, "via": "sms", "at": NOW.isoformat()}
    _, blocks = thread.post(body, None)
    prepare_blocks(blocks, "message")
    assert len(words) > 4000
    assert " ".join(block["text"]["text"] for block in blocks[1:]) == words


def test_of_a_message_without_an_end_it_is_said_how_much_is_left() -> None:
    body = {"kind": "member_message", "author": "Ana", "text": "a" * 20_000, "via": "email", "at": NOW.isoformat()}
    _, blocks = thread.post(body, None)
    prepare_blocks(blocks, "message")
    assert "11300 more characters" in blocks[-1]["elements"][0]["text"]


def test_an_event_mentions_whom_it_concerns_and_nobody_else() -> None:
    said = {"kind": "event", "text": "<!channel> Oli gave the case to Dana.", "words": HOSTILE}
    text, blocks = thread.post({**said, "mention": "U0STAFF"}, None)
    prepare_blocks(blocks, "message")
    assert text.startswith("<@U0STAFF> &lt;!channel&gt;")
    assert blocks[1]["text"]["type"] == "plain_text"
    assert "<@" not in thread.post({**said, "mention": "!channel"}, None)[0]


def test_a_kind_that_nobody_can_show_is_refused() -> None:
    with pytest.raises(Refused):
        thread.post({"kind": "riddle"}, None)


@patient
@given(WILD, WILD, WILD)
def test_no_thread_message_breaks_the_limits(author: str, text: str, reason: str) -> None:
    said = {"author": author, "text": text, "via": author, "at": NOW.isoformat(), "state": reason, "reason": reason}
    for kind in ("member_message", "event", "not_done"):
        prepare_blocks(thread.post({"kind": kind, "words": text, **said}, None)[1], "message")
    for quoted in (False, True):
        seen = ReplyView(author, author, author, text, reason, reason, quoted, "edited")
        prepare_blocks(thread.reply(seen)[1], "message")


@patient
@given(WILD.filter(str.strip))
def test_no_name_breaks_the_dialogs(name: str) -> None:
    origin, day = modals.Origin(12, "C0HANDOFF", "1795290001.000100"), NOW.date()
    ways = [Way("email", name, is_last=True, key="1"), Way(name, name, "said_stop", key="2")]
    reply = modals_reply.reply(origin, name, ways, [Canned("key", name, name)], Draft(name, "key", "1"))
    people = [Candidate(name, f"staff:{number}", name) for number in range(120)]
    for dialog in (
        reply,
        modals.resolve(origin, step=name, who=name, first_day=day),
        modals.match(origin, name),
        modals_case.assign(origin, people, [Candidate(name, "team:x")]),
        modals_case.call(origin, name, name),
    ):
        prepare_view(dialog, "modal")
    assert modals.Origin.load(reply["private_metadata"]) == origin


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("Ask <@U0STAFF> or <@U0OTHER|oli>", "Ask Dana or oli"),
        ("<https://x.example/a|the form>", "the form (https://x.example/a)"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<#C1|general> <#C2> <!here> <!date^1^x|today>", "#general a channel @here today"),
    ],
)
def test_slacks_notation_is_read_as_it_is_shown(written: str, seen: str) -> None:
    assert read(written, lambda user: {"U0STAFF": "Dana"}.get(user, "somebody")) == seen


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    """What Slack sends beside the text of a message."""
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}]


@pytest.mark.parametrize(
    ("text", "emoji", "seen"),
    [
        ("Hi :wave: :wave:", {"name": "wave", "unicode": "1f44b"}, "Hi \U0001f44b \U0001f44b"),
        (
            ":wave::skin-tone-2:",
            {"name": "wave", "unicode": "1f44b-1f3fb", "skin_tone": 2},
            "\U0001f44b\U0001f3fb",
        ),
        (":wave::skin-tone-2:", {"name": "wave::skin-tone-2", "unicode": "1f44b-1f3fb"}, "\U0001f44b\U0001f3fb"),
        (":hash:", {"name": "hash", "unicode": "0023-fe0f-20e3"}, "#\ufe0f\u20e3"),
        (":fernhill:", {"name": "fernhill"}, ":fernhill:"),  # the workspace's own
        (":odd:", {"name": "odd", "unicode": "d83d-1f600"}, ":odd:"),
        (":odd:", {"name": "odd", "unicode": "00"}, ":odd:"),
        (":odd:", {"name": "odd", "unicode": "110000"}, ":odd:"),
        ("10:30: no emoji", {"name": "wave", "unicode": "1f44b"}, "10:30: no emoji"),
    ],
)
def test_emoji_are_read_as_characters(text: str, emoji: dict[str, Any], seen: str) -> None:
    assert with_emoji({"text": text, "blocks": rich({"type": "emoji", **emoji})}) == seen
    assert with_emoji({"text": text}) == text


def test_a_field_of_a_dialog_is_read_as_typed() -> None:
    assert read_field(" I <3 you > all &amp; more ") == "I <3 you > all & more"


@pytest.mark.parametrize(
    ("written", "spoken", "kept"),
    [
        ("just talk", "", "just talk"),
        ("&gt; Hi Ana", "Hi Ana", ""),
        ("&gt;Hi Ana\n&gt; see you", "Hi Ana\nsee you", ""),
        ("&gt; Hi Ana\nshe is difficult", "Hi Ana", "she is difficult"),
        ("she wrote:\n&gt; I quit", "", "she wrote:\n&gt; I quit"),
        ("&gt;&gt;&gt; Hi Ana\nsee you", "Hi Ana\nsee you", ""),
        ("> not Slack's mark", "", "> not Slack's mark"),
        ("&gt;", "", ""),
        ("", "", ""),
    ],
)
def test_only_what_is_quoted_from_the_very_beginning_is_for_the_member(written: str, spoken: str, kept: str) -> None:
    assert divide(written) == (spoken, kept)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (None, "\u2013"),
        (timedelta(0), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(hours=2, minutes=5), "2 hours and 5 minutes"),
    ],
)
def test_how_long_something_took_is_never_told_as_no_time(length: timedelta | None, said: str) -> None:
    assert within(length) == said
