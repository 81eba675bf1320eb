"""Telegram's updates in our terms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compose.choices import is_choice_id
from bot.intake.receive import Incoming
from channels.telegram.parse import incoming
from channels.telegram.verify import is_genuine, is_settable
from channels.webhook import Unacceptable
from tests.channels.telegram import ANA, chat, person, pressed, update
from tests.channels.world import cases, fixture

UPDATES = [case["json"] for case in cases("telegram_updates")]
VECTORS = fixture("signature_vectors")["telegram"]


def parsed(content: dict[str, Any]) -> Incoming:
    found = incoming(content)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "vector", [vector for vector in VECTORS if "settable" in vector], ids=lambda v: v["secret_token"]
)
def test_a_secret_is_what_telegram_takes(vector: dict[str, Any]) -> None:
    letter, times, count = vector["secret_token"].partition("*")
    secret = letter * int(count) if times else vector["secret_token"]
    assert is_settable(secret) is vector["settable"]


def test_only_the_exact_secret_is_genuine() -> None:
    [vector] = [vector for vector in VECTORS if "accept" in vector]
    for header in vector["accept"]:
        assert is_genuine(vector["expected"], header)
    for header in (*vector["reject"], "\u00e9"):
        assert not is_genuine(vector["expected"], header)
    assert not is_genuine("", "")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"text": "hi"}, "hi"),
        ({"text": "/progress please"}, "/progress please"),
        ({"text": "/STOP"}, "stop"),
        ({"text": "/help@care_example_bot"}, "help"),
        ({"text": "/stop it"}, "/stop it"),
        ({"text": "a\x00b\ud800"}, "ab?"),
        ({"sticker": {"file_id": "s", "file_unique_id": "s", "width": 1, "height": 1, "is_animated": False,
                      "is_video": False, "type": "regular", "emoji": "\U0001f44d"}}, "\U0001f44d"),
        ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}, "[voice message]"),
        ({"video": {"file_id": "v", "file_unique_id": "v", "duration": 3, "width": 1, "height": 1}}, "[video]"),
        ({"document": {"file_id": "d", "file_unique_id": "d"}}, "[file]"),
        ({"document": {"file_id": "d", "file_unique_id": "d"}, "caption": "my form"}, "my form"),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, "[location]"),
        ({"dice": {"emoji": "\U0001f3b2", "value": 3}}, "\U0001f3b2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_a_member_sends_becomes_a_text(content: dict[str, Any], text: str) -> None:
    assert parsed(update(**content)).text == text


def test_the_largest_picture_is_noted() -> None:
    [case] = [case for case in cases("telegram_updates") if "photo" in case["name"]]
    found = parsed(case["json"])
    assert (found.text, found.body["media"]) == ("my card", [{"type": "photo", "file_id": "AgAC2"}])


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("/start", None),
        ("/start abc-_1", "abc-_1"),
        ("/start@care_example_bot abc", "abc"),
        ("/start not a token", None),
        ("/start " + "a" * 65, None),
        ("/start \u00e4", None),
    ],
)
def test_a_start_brings_the_token_of_its_link_if_there_is_one(text: str, token: str | None) -> None:
    found = parsed(update(text=text))
    assert (found.text, found.body["event"], found.body.get("token")) == ("/start", "start", token)


@pytest.mark.parametrize(("owner", "own"), [(ANA, True), (ANA + 1, False), (None, False)])
def test_a_shared_number_is_theirs_only_on_their_own_card(owner: int | None, own: bool) -> None:
    card = {"phone_number": "1 (415) 555-0123", "first_name": "Ana"} | ({"user_id": owner} if owner else {})
    found = parsed(update(contact=card)).body
    assert (found["event"], found["phone"], found["own"]) == ("contact", "+14155550123", own)


def test_a_press_carries_the_id_and_the_title_of_the_button() -> None:
    found = parsed(pressed())
    assert (found.address, found.text, found.body["event"]) == (str(ANA), "Done", "choice")
    assert (found.body["choice"], found.body["query"]) == ("c:7:0", "q1")
    assert is_choice_id(found.body["choice"])


def test_a_press_under_an_old_message_still_counts() -> None:
    found = parsed(pressed(message={"message_id": 20, "date": 0, "chat": chat()}))
    assert (found.address, found.text, found.body["choice"]) == (str(ANA), "", "c:7:0")
    without = pressed()
    del without["callback_query"]["message"]
    assert parsed(without).address == str(ANA)


@pytest.mark.parametrize(
    "content",
    [
        update(text="hi", chat=chat(id=-100, type="supergroup")),
        update(kind="edited_message", text="hi", chat=chat(id=-100, type="group")),
        update(kind="channel_post", text="news", chat=chat(id=-100, type="channel")),
        update(kind="business_message", text="hi"),
        update(pinned_message={"message_id": 3, "date": 0, "chat": chat()}),
        update(message_auto_delete_timer_changed={"message_auto_delete_time": 60}),
        update(kind="edited_message", location={"latitude": 1.0, "longitude": 2.0}),
        pressed(message={"message_id": 20, "date": 0, "chat": chat(id=-100, type="group")}),
        {"update_id": 1, "poll_answer": {"poll_id": "1", "user": person(), "option_ids": [1],
                                         "option_persistent_ids": ["a"]}},
        {"update_id": 1, "something_new": {"a": 1}},
    ],
    ids=["group", "group edit", "channel", "business", "pinned", "timer", "moved", "group press", "poll", "new"],
)  # fmt: skip
def test_what_carries_nothing_for_us_is_ignored(content: dict[str, Any]) -> None:
    assert incoming(content) is None


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"update_id": "1"},
        {"update_id": True, "message": {}},
        {"update_id": -1},
        {"update_id": 2**60},
        update(text=5),
        update(text=["a"]),
        update(text="hi", chat=chat(id="x")),
        update(text="hi", date=10**30),
        update(text="hi", date="soon"),
        {"update_id": 1, "message": {"message_id": 1}},
        {"update_id": 1, "message": "hello"},
        update(contact={"first_name": "Ana"}),
        update(photo=[{"file_id": 5}]),
    ],
)
def test_what_is_no_update_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(Unacceptable) as caught:
        incoming(content)
    assert caught.value.status == 400


def places(content: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all values inside of a JSON value."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [at, *(way for key, value in inner for way in places(value, (*at, key)))] if at else [
        way for key, value in inner for way in places(value, (key,))
    ]  # fmt: skip


def put(content: Any, way: tuple[Any, ...], value: Any) -> Any:
    copied = json.loads(json.dumps(content))
    inner = copied
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = value
    return copied


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WAYS = [(index, way) for index, content in enumerate(UPDATES) for way in places(content)]


@given(st.sampled_from(WAYS), anything)
def test_an_update_with_any_value_in_any_place_is_read_ignored_or_refused(
    place: tuple[int, tuple[Any, ...]], value: Any
) -> None:
    index, way = place
    try:
        found = incoming(put(UPDATES[index], way, value))
    except Unacceptable:
        return
    if found is not None:
        assert found.address.isdecimal()
        assert found.dedupe.startswith("telegram:")
        json.dumps(found.body).encode()
        assert "\x00" not in found.text
        found.text.encode()


@given(st.text(max_size=80))
def test_any_text_is_kept_as_it_was_written_but_for_the_commands(text: str) -> None:
    found = parsed(update(text=text))
    if not text.lstrip().startswith("/"):
        assert found.text == text.replace("\x00", "")
        assert "event" not in found.body
