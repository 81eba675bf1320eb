"""What the torture test counts is read rightly: the providers' journal, the calendar of business time, the script."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from benchmarks.torture import journal
from benchmarks.torture.events import Calendar
from benchmarks.torture.plan import Wish
from benchmarks.torture.script import Kind, Line, Person, Script
from benchmarks.torture.trouble import faults

AT = datetime(2026, 12, 1, 16, tzinfo=UTC)
ANA = Person("T-1", "+14152000001", "ana@example.com", "telegram", "700001", "America/New_York", "early")


def entry(seq: int, kind: str, **data: Any) -> dict[str, Any]:
    wall = (AT + timedelta(seconds=seq)).isoformat()
    return {"seq": seq, "kind": kind, "summary": "", "data": data, "wall": wall}


def told(seq: int, result: str) -> dict[str, Any]:
    return entry(seq, "telegram.webhook", update_id=77, chat=700001, message_id=5, url="", result=result)


def test_a_message_is_accepted_with_the_first_answer_that_says_so() -> None:
    lines = [(("telegram", "5"), Line(ANA, Kind.DONE, "done"))]
    (written,) = journal.written([told(1, "connect"), told(2, "503"), told(3, "200"), told(4, "200")], lines)
    assert (written.key, written.first_tried, written.accepted) == ("telegram:77", 1, 3)
    assert written.accepted_at == AT + timedelta(seconds=3)
    assert journal.results([written]) == {"telegram 200": 2, "telegram 503": 1, "telegram connect": 1}


def test_a_message_that_nobody_was_told_of_is_not_accepted() -> None:
    lines = [(("sms", "SM1"), Line(ANA, Kind.DONE, "done"))]
    receipt = entry(1, "twilio.webhook", sid="SM1", url="http://bot/webhooks/twilio/status", result="200")
    (written,) = journal.written([receipt], lines)
    assert written.accepted is None
    assert written.results == ()


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("sms.sent", {"number": "+1", "sid": "SM1", "text": "Hi"}, ("sms", "+1", "SM1")),
        ("telegram.sent", {"chat": 7, "message_id": 8, "text": "Hi"}, ("telegram", "7", "telegram:7:8")),
        ("messenger.sent", {"psid": "9", "mid": "m_1", "text": "Hi"}, ("messenger", "9", "m_1")),
        ("mail.in", {"address": "a@b", "message_id": "<1@x>"}, ("email", "a@b", "<1@x>")),
        ("slack.message", {"channel": "C1", "ts": "1.2"}, ("staff", "C1", "C1:1.2")),
    ],
)
def test_what_a_provider_took_has_the_name_that_the_outbox_knows(
    kind: str, data: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    (message,) = journal.arrived([entry(1, kind, **data), entry(2, "sms.status", sid="SM1")])
    assert (message.channel, message.address, message.provider_id) == expected


def test_business_time_is_told_as_real_time_whichever_move_it_lies_after() -> None:
    day = timedelta(days=1)
    calendar = Calendar(((AT, day), (AT + timedelta(minutes=10), 3 * day)))
    assert calendar.wall(AT + day + timedelta(minutes=4)) == AT + timedelta(minutes=4)
    assert calendar.wall(AT + 3 * day + timedelta(minutes=12)) == AT + timedelta(minutes=12)
    jumped_over = AT + 2 * day
    assert calendar.wall(jumped_over) == AT + timedelta(minutes=10)


def test_the_same_seed_gives_the_same_script_and_another_seed_another() -> None:
    def texts(seed: int) -> list[tuple[str, str]]:
        script = Script(Wish(members=9, messages=60, seed=seed))
        return [(line.person.number, line.text) for line in script.lines()]

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)
    assert len(texts(1)) == 60


def test_who_has_stopped_writes_on_and_starts_again() -> None:
    script = Script(Wish(members=1, messages=2000))
    kinds = [line.kind for line in script.lines()]
    stops = [number for number, kind in enumerate(kinds) if kind is Kind.STOP]
    assert stops
    for number in stops[:-1]:
        later = list(islice((kind for kind in kinds[number + 1 :] if kind in (Kind.STOP, Kind.START)), 1))
        assert later == [Kind.START]


def test_a_fault_that_is_left_out_never_comes() -> None:
    wish = Wish(channels=("sms",), without=frozenset({("twilio", "down")}))
    modes = {(fault.provider, fault.mode) for fault in faults(wish)}
    assert ("twilio", "down") not in modes
    assert ("twilio", "lost") in modes
    assert not any(provider in ("telegram", "messenger") for provider, _ in modes)
