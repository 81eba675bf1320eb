"""Cards and thread messages: what they show, and that no input breaks Slack's limits or its formatting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Refused
from bot.handoff.view import CaseView, Person, Position, TouchLine
from inbox import modals, thread
from inbox.cards import bar, card, headline
from inbox.text import divide
from sandbox.slack.blocks import prepare_blocks
from sandbox.slack.views import prepare_view
from slackkit.text import read, read_field
from tests.channels.world import NOW

HOSTILE = "<!channel> <@U1> *bold* _it_ ~no~ `code` <http://x.example|click> & &lt;!here&gt; :tada:"
TOTAL = 12_000

PERSON = Person(
    name="Ana Diaz",
    segment="early career",
    account="Northwind & Sons",
    joined_on=date(2026, 11, 1),
    msm="Dana Reyes",
    local_time=NOW.astimezone(ZoneInfo("America/Los_Angeles")),
    away_until=date(2026, 12, 1),
)
POSITION = Position("Onboarding", 3, 8, ("Welcome", "First month"), "Complete your profile")
VIEW = CaseView(
    case_id=12,
    state="open",
    reason="silent",
    priority="high",
    team="member_success",
    summary="Two messages, no answer.",
    channel="sms",
    address="+14155550123",
    opened_at=NOW - timedelta(hours=2),
    assignee=None,
    outcome=None,
    person=PERSON,
    position=POSITION,
    touches=(
        TouchLine(NOW - timedelta(days=4), "sms", "programme", "sent", None),
        TouchLine(NOW - timedelta(days=2), "sms", "msm", "skipped", "quiet_hours"),
    ),
    last_messages=((NOW - timedelta(days=9), "ok thanks"),),
    notes=2,
)


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


def actions(view: CaseView) -> list[str]:
    return [button["action_id"] for block in card(view) if block["type"] == "actions" for button in block["elements"]]


def test_the_card_tells_who_why_where_what_was_tried_and_what_can_be_done() -> None:
    kinds = [(block["type"], [found["text"] for found in texts(block)]) for block in card(VIEW)]
    assert kinds == [
        ("header", ["Ana Diaz \u00b7 open"]),
        ("section", ["*Why now:* No answer to our messages"]),
        ("section", ["Two messages, no answer."]),
        (
            "section",
            [
                "*Segment*\nEarly career",
                "*Account*\nNorthwind &amp; Sons",
                "*Joined*\n1 Nov 2026",
                "*Member Success Manager*\nDana Reyes",
                "*Their local time*\nSat 21 Nov, 12:00 (PST)",
                "*Away*\nuntil 1 Dec 2026",
            ],
        ),
        (
            "section",
            [
                (
                    "*Journey:* Onboarding\n\u25a0\u25a0\u25a0\u25a1\u25a1\u25a1\u25a1\u25a1  3 of 8 \u2013 next: "
                    "Complete your profile\nReached: Welcome, First month"
                )
            ],
        ),
        (
            "section",
            [
                (
                    "*Tried so far*\n"
                    "\u2022 Tue 17 Nov, 12:00: text message from programme was sent\n"
                    "\u2022 Thu 19 Nov, 12:00: text message from msm was left out (quiet hours)"
                )
            ],
        ),
        ("section", ["*Last messages*"]),
        ("section", ["Thu 12 Nov, 12:00  \u201cok thanks\u201d"]),
        (
            "context",
            [
                (
                    "Case 12 \u00b7 high priority \u00b7 open \u00b7 member success \u00b7 opened Sat 21 Nov, 10:00 "
                    "\u00b7 by text message \u00b7 2 private notes"
                )
            ],
        ),
        ("actions", ["Claim", "Reply", "Resolve"]),
    ]


@pytest.mark.parametrize(
    ("state", "offered"),
    [("open", ["claim", "reply", "resolve"]), ("claimed", ["reply", "resolve"]), ("resolved", [])],
)
def test_buttons_follow_the_state(state: str, offered: list[str]) -> None:
    assert actions(replace(VIEW, state=state, assignee="Dana Reyes")) == offered


def test_a_claimed_and_a_resolved_case_name_who_has_it_and_what_came_of_it() -> None:
    claimed = replace(VIEW, state="claimed", assignee="Dana Reyes")
    assert card(claimed)[0]["text"]["text"] == "Ana Diaz \u00b7 claimed by Dana Reyes"
    resolved = card(replace(claimed, state="resolved", outcome="Called, form is in."))
    assert [found["text"] for found in texts(resolved)][-2] == "Outcome: Called, form is in."
    assert headline(claimed) == "Ana Diaz: No answer to our messages (claimed by Dana Reyes)"


def test_a_stranger_is_known_by_the_number_only() -> None:
    stranger = replace(VIEW, person=None, position=None, touches=(), reason="stranger", summary="")
    shown = [found["text"] for found in texts(card(stranger))]
    assert shown[:2] == ["+14155550123 \u00b7 open", "*Why now:* An unknown number wrote"]
    assert "Case 12" in shown[-5]
    assert shown[-4:] == ["Claim", "Reply", "Resolve", "Match to member"]


@pytest.mark.parametrize(
    ("state", "offered"),
    [("open", ["claim", "reply", "resolve", "match"]), ("claimed", ["reply", "resolve", "match"]), ("resolved", [])],
)
def test_who_a_stranger_is_can_be_said_until_the_case_is_resolved(state: str, offered: list[str]) -> None:
    assert actions(replace(VIEW, state=state, person=None, reason="identity")) == offered


@pytest.mark.parametrize(
    ("state", "offered"),
    [("open", ["claim", "reply", "resolve", "unmatch"]), ("resolved", ["unmatch"])],
)
def test_a_match_can_be_taken_back_from_its_card(state: str, offered: list[str]) -> None:
    assert actions(replace(VIEW, state=state, is_matched=True)) == offered


def test_words_of_others_can_neither_mention_nor_format() -> None:
    person = replace(PERSON, name=HOSTILE, account=HOSTILE, msm=HOSTILE, segment=HOSTILE)
    position = replace(POSITION, journey=HOSTILE, open_step=HOSTILE, milestones=(HOSTILE,))
    touch = TouchLine(NOW, HOSTILE, HOSTILE, "failed", HOSTILE)
    view = replace(
        VIEW,
        person=person,
        position=position,
        touches=(touch,),
        summary=HOSTILE,
        assignee=HOSTILE,
        outcome=HOSTILE,
        last_messages=((NOW, HOSTILE),),
    )
    for found in texts(card(view)):
        check_harmless(found)
    assert "<" not in headline(view)


def check_harmless(text: dict[str, Any]) -> None:
    if text["type"] == "plain_text":
        assert not any(sequence in text["text"] for sequence in ("<!", "<@", "<#", "<http"))
    else:
        own = text["text"].replace("*Why now:*", "").replace("*Journey:*", "").replace("*Tried so far*", "")
        own = own.replace("*Last messages*", "").partition("*\n")[2] if own.startswith("*") else own
        assert not set(own) & set("<>*_~`")


WILD = st.text(max_size=5000)
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows
PEOPLE = st.builds(Person, WILD, WILD, st.none() | WILD, st.dates(), st.none() | WILD, MOMENTS, st.none() | st.dates())
POSITIONS = st.builds(
    Position,
    WILD,
    st.integers(-5, 500),
    st.integers(-5, 500),
    st.lists(WILD, max_size=9).map(tuple),
    st.none() | WILD,
)
LINES = st.builds(TouchLine, MOMENTS, WILD, WILD, WILD, st.none() | WILD)
VIEWS = st.builds(
    CaseView,
    case_id=st.integers(1),
    state=st.sampled_from(["open", "claimed", "resolved"]),
    reason=WILD,
    priority=st.sampled_from(["urgent", "low"]),
    team=st.sampled_from(["member_success"]),
    summary=WILD,
    channel=st.sampled_from(["sms", "email"]),
    address=WILD,
    opened_at=MOMENTS,
    assignee=st.none() | WILD,
    outcome=st.none() | WILD,
    person=st.none() | PEOPLE,
    position=st.none() | POSITIONS,
    touches=st.lists(LINES, max_size=12).map(tuple),
    last_messages=st.lists(st.tuples(MOMENTS, WILD), max_size=4).map(tuple),
    notes=st.integers(0, 9),
    is_matched=st.booleans(),
)


@patient
@given(VIEWS)
def test_no_case_breaks_the_limits_of_block_kit(view: CaseView) -> None:
    blocks = card(view)
    prepare_blocks(blocks, "message")
    assert sum(len(found["text"]) for found in texts(blocks)) <= TOTAL
    assert 0 < len(headline(view)) <= 1000


def test_the_largest_card_stays_under_the_limit_for_all_text() -> None:
    long = "\u20ac<" * 3000
    person = replace(PERSON, name=long, account=long, msm=long, segment=long)
    touches = tuple(TouchLine(NOW, long, long, long, long) for _ in range(30))
    messages = tuple((NOW, long) for _ in range(9))
    view = replace(VIEW, person=person, position=Position(long, 5, 9, (long,) * 9, long), touches=touches,
                   last_messages=messages, summary=long, outcome=long, assignee=long, reason=long)  # fmt: skip
    blocks = card(view)
    prepare_blocks(blocks, "message")
    assert sum(len(found["text"]) for found in texts(blocks)) <= TOTAL


@pytest.mark.parametrize(
    ("done", "total", "filled", "length"),
    [(0, 8, 0, 8), (3, 8, 3, 8), (8, 8, 8, 8), (1, 100, 1, 20), (99, 100, 19, 20), (100, 100, 20, 20), (9, 3, 3, 3)],
)
def test_the_bar_is_full_only_at_the_end_and_empty_only_at_the_start(
    done: int, total: int, filled: int, length: int
) -> None:
    assert bar(done, total) == "\u25a0" * filled + "\u25a1" * (length - filled)


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
