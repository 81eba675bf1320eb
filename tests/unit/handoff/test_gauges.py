"""The gauges say what waits for staff now."""

from __future__ import annotations

from datetime import timedelta

from bot import metrics
from bot.handoff import acts, gauges
from bot.handoff.cases import Need, open_case
from bot.model import HandOffReason, Priority
from tests.support.house import House


def values(house: House, priority: str = "normal") -> tuple[float, float]:
    """How many cases there are, and how many seconds the oldest of them waits."""
    with house.db.begin() as session:
        gauges.measure(session, house.clock.now())
    labels = ("member_success", priority)
    return metrics.cases.labels(*labels)._value.get(), metrics.case_wait_seconds.labels(*labels)._value.get()


def opened(house: House, number: str, priority: Priority = Priority.NORMAL) -> int:
    with house.db.begin() as session:
        need = Need(HandOffReason.STRANGER, "?", "sms", number, priority=priority)
        return open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id


def test_cases_are_counted_and_the_longest_wait_is_told(house: House) -> None:
    assert values(house) == (0, 0)
    first = opened(house, "+15550001")
    opened(house, "+15550003", Priority.URGENT)
    house.clock.push(timedelta(hours=1))
    opened(house, "+15550002")
    house.clock.push(timedelta(hours=1))
    assert values(house) == (2, 7200)
    with house.db.begin() as session:
        acts.reply(session, house.act(first), "Hello")
    assert values(house) == (2, 3600)
    with house.db.begin() as session:
        acts.resolve(session, house.act(first), "", house.programme)
    assert values(house) == (1, 3600)
    assert values(house, "urgent") == (1, 7200)
