"""What is written into the thread of a case, its dialogs, and how staff's words are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Refused
from inbox import modals, thread
from inbox.text import divide
from sandbox.slack.blocks import prepare_blocks
from sandbox.slack.views import prepare_view
from slackkit.text import read, read_field
from tests.channels.world import NOW

HOSTILE = "<!channel> <@U1> *bold* _it_ ~no~ `code` <http://x.example|click> & &lt;!here&gt; :tada:"
WILD = st.text(max_size=5000)
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
    assert blocks[0]["elements"][0]["text"] == ("*Ana \u2217Diaz\u2217* by text message, Sat 21 Nov, 12:00")
    assert blocks[1]["text"]["type"] == "plain_text"
    assert "<" not in text


@pytest.mark.parametrize(
    ("state", "reason", "says"),
    [
        ("sent", None, ["on its way"]),
        ("delivered", None, ["was delivered"]),
        ("failed", "no such phone (Twilio 30005)", ["could not be delivered: no such phone", "another way"]),
        ("dead", "no connection", ["could not be delivered", "reply again"]),
        ("refused", "opted_out", ["not sent: opted out", "another way"]),
        ("unknown", None, ["Nobody knows", "Ask the member"]),
        ("odd_new_state", None, ["odd new state"]),
    ],
)
def test_a_note_on_delivery_says_what_became_of_the_reply_and_what_to_do(
    state: str, reason: str | None, says: list[str]
) -> None:
    text, blocks = thread.post({"kind": "delivery", "state": state, "reason": reason, "text": "Hi Ana"}, None)
    prepare_blocks(blocks, "message")
    assert all(part in text for part in says)
    assert "\u201cHi Ana\u201d" in next(texts(blocks))["text"]


def test_a_kind_that_nobody_can_show_is_refused() -> None:
    with pytest.raises(Refused):
        thread.post({"kind": "riddle"}, None)


@patient
@given(WILD, WILD, WILD)
def test_no_thread_message_breaks_the_limits(author: str, text: str, reason: str) -> None:
    said = {"author": author, "text": text, "via": author, "at": NOW.isoformat(), "state": reason, "reason": reason}
    for kind in ("member_message", "delivery", "not_done"):
        prepare_blocks(thread.post({"kind": kind, **said}, None)[1], "message")


@patient
@given(WILD.filter(str.strip))
def test_no_name_breaks_the_dialogs(name: str) -> None:
    origin = modals.Origin(12, "C0HANDOFF", "1795290001.000100")
    prepare_view(modals.reply(origin, name), "modal")
    prepare_view(modals.resolve(origin, has_step=True), "modal")
    prepare_view(modals.match(origin, name), "modal")
    assert modals.Origin.load(modals.reply(origin, name)["private_metadata"]) == origin


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
