"""The parser of Meta's notifications: whatever is in them, it reads what can be read and stumbles over nothing."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake.receive import Incoming
from channels.messenger.parse import notification
from channels.webhook import Unacceptable, parse_object
from tests.channels.messenger import APP, PAGE, PSID, payload, said

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just(PAGE), st.just(PSID)
)
NAMES = st.sampled_from(
    [
        "id", "mid", "text", "sender", "recipient", "timestamp", "message", "is_echo", "app_id", "metadata", "payload",
        "quick_reply", "attachments", "type", "url", "sticker_id", "postback", "referral", "ref", "title", "delivery",
        "mids", "read", "watermark", "optin", "message_edit", "num_edit", "reply_to", "take_thread_control",
        "new_owner_app_id", "policy_enforcement", "action", "reason", "field", "value", "is_deleted", "is_unsupported",
    ]
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=8)),
    max_leaves=25,
)
ROLES = st.fixed_dictionaries(
    {}, optional={"sender": st.just({"id": PSID}), "recipient": st.just({"id": PAGE}), "timestamp": ANYTHING}
)
EVENTS = st.one_of(
    ANYTHING,
    st.builds(
        lambda roles, name, content: {**roles, name: content},
        ROLES,
        st.sampled_from(
            ["message", "message_edit", "postback", "referral", "optin", "delivery", "read", "take_thread_control"]
        ),
        ANYTHING,
    ),
)
PLACES = st.sampled_from(["messaging", "standby", "changes"])


def storable(value: Any) -> bool:
    text = json.dumps(value, ensure_ascii=False)
    return "\\u0000" not in text and text.encode("utf-8", "ignore").decode() == text


@settings(max_examples=400)
@given(PLACES, st.lists(EVENTS, max_size=5))
def test_whatever_a_notification_holds_what_is_read_can_be_stored(place: str, events: list[Any]) -> None:
    body = {"object": "page", "entry": [{"id": PAGE, "time": 1, place: events}]}
    found = notification(body, PAGE, APP)
    for incoming in found.incoming:
        assert incoming.channel == "messenger"
        assert incoming.address not in ("", PAGE)
        assert len(incoming.dedupe) <= 200
        assert storable([incoming.text, incoming.address, incoming.dedupe, incoming.body])


@given(st.dictionaries(st.sampled_from(["object", "entry"]), ANYTHING))
def test_what_is_no_notification_is_refused_and_nothing_else_goes_wrong(content: dict[str, Any]) -> None:
    with suppress(Unacceptable):
        assert notification({"object": "page", **content}, PAGE, APP).is_empty


@given(st.binary(max_size=200))
def test_a_body_is_an_object_or_is_refused(body: bytes) -> None:
    with suppress(Unacceptable):
        assert isinstance(parse_object(body), dict)


@given(st.text(min_size=1, max_size=300), st.booleans())
def test_a_text_arrives_as_it_was_written(text: str, escaped: bool) -> None:
    wire = json.dumps(payload(said(text)), ensure_ascii=escaped).replace("/", "\\/")
    [incoming] = notification(parse_object(wire.encode("utf-8", "surrogatepass")), PAGE, APP).incoming
    kept = text.replace("\x00", "").strip()
    assert incoming.text == (kept or "[empty message]")


@given(st.lists(st.sampled_from(["m_1", "m_2", "m_3"]), min_size=1, max_size=8))
def test_a_message_has_the_same_name_each_time(mids: list[str]) -> None:
    found = notification(payload(*(said(mid=mid) for mid in mids)), PAGE, APP)
    assert [incoming.dedupe for incoming in found.incoming] == [f"messenger:{mid}" for mid in mids]


@pytest.mark.parametrize(
    ("stamp", "read"),
    [
        (1795290000000, "2026-11-21T19:40:00+00:00"),
        (1795290000, "2026-11-21T19:40:00+00:00"),
        ("1795290000", "2026-11-21T19:40:00+00:00"),
        ("1795290000321", "2026-11-21T19:40:00.321000+00:00"),
        (True, None),
        (-1, None),
        (0, None),
        (10**30, None),
        ("9" * 19, None),
        ("\u0661", None),
        (None, None),
    ],
)
def test_times_are_milliseconds_or_seconds(stamp: Any, read: str | None) -> None:
    [incoming] = notification(payload({**said(), "timestamp": stamp}), PAGE, APP).incoming
    assert isinstance(incoming, Incoming)
    assert incoming.body.get("at") == read


def test_long_names_are_bounded_and_stay_different() -> None:
    first, second = (said(mid="m" * 199 + end) for end in "ab")
    found = notification(payload(first, second, said(mid="m" * 5000)), PAGE, APP)
    assert len({incoming.dedupe for incoming in found.incoming}) == 2
