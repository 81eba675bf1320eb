"""What is unread in the staff's Slack."""

from __future__ import annotations

from typing import Any

from console.sandbox.slack.reading import Reading, of_channel, of_thread

MARIA, JONAS, BOT = "U0MARIA", "U0JONAS", "U0BOT"


def message(ts: str, user: str = BOT, **more: Any) -> dict[str, Any]:
    return {"ts": ts, "user": user, "replies": [], **more}


def channel(*messages: dict[str, Any], ephemeral: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"id": "C0CASES", "messages": list(messages), "ephemeral": ephemeral or []}


def unread(reading: Reading, found: dict[str, Any], me: str = MARIA) -> int:
    return reading.unread(me, found["id"], of_channel(found, me))


def test_what_was_there_before_is_read() -> None:
    reading, found = Reading(), channel(message("1.0", replies=[message("2.0")]))
    reading.start([MARIA, JONAS], [found])
    assert unread(reading, found) == unread(reading, found, JONAS) == 0
    assert reading.unread(MARIA, "1.0", of_thread(found["messages"][0], found, MARIA)) == 0


def test_what_others_write_is_unread_until_one_looks() -> None:
    reading = Reading()
    reading.start([MARIA, JONAS], [channel()])
    found = channel(message("1.0"), message("2.0", MARIA), message("3.0", JONAS))
    assert (unread(reading, found), unread(reading, found, JONAS)) == (2, 2)
    reading.look(MARIA, found["id"], of_channel(found, MARIA))
    assert (unread(reading, found), unread(reading, found, JONAS)) == (0, 2)


def test_answers_in_a_thread_are_counted_there() -> None:
    reading, root = Reading(), message("1.0")
    reading.start([MARIA], [channel(root)])
    found = channel({**root, "replies": [message("2.0")]})
    assert unread(reading, found) == 0
    assert reading.unread(MARIA, "1.0", of_thread(found["messages"][0], found, MARIA)) == 1


def test_words_for_one_alone_are_unread_for_them_alone() -> None:
    reading = Reading()
    found = channel(message("1.0"), ephemeral=[message("2.0", for_user=MARIA), message("3.0", for_user=JONAS)])
    assert (unread(reading, found), unread(reading, found, JONAS)) == (2, 2)
    assert [one["ts"] for one in of_channel(found, MARIA)] == ["1.0", "2.0"]
    whispered = channel(message("1.0"), ephemeral=[message("2.0", for_user=MARIA, thread_ts="1.0")])
    assert [one["ts"] for one in of_thread(whispered["messages"][0], whispered, MARIA)] == ["2.0"]
    assert [one["ts"] for one in of_channel(whispered, MARIA)] == ["1.0"]


def test_after_a_new_start_earlier_times_are_news_again() -> None:
    reading = Reading()
    reading.start([MARIA], [channel(message("9.0"))])
    reading.start([MARIA], [channel()])
    assert unread(reading, channel(message("1.0"))) == 1
