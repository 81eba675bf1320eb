"""The auditor finds errors of the policy and of the ladder because it does not ask them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.auditor.days import is_public_holiday
from bot.model import ConsentEvent, ConsentKind
from bot.outreach import policy
from bot.outreach.holidays import closed_days
from tests.house.sources import modules, report
from tests.support.house import House
from tests.unit.auditor.world import DAY, found

FORBIDDEN = ("bot.outreach", "bot.progress", "bot.outbox.checks", "bot.conversation", "bot.members")


def test_it_imports_nothing_of_what_it_watches() -> None:
    offences = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        if module.path.startswith("bot/auditor/")
        for line, name in module.imports()
        if name.startswith(FORBIDDEN)
    ]
    assert not offences, report("The auditor has to work these out itself:", offences)


def test_a_policy_that_forgets_the_time_is_found_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_waits_for_time", lambda facts, now: None)
    house.clock.set(datetime(2026, 11, 25, 4, 0, tzinfo=UTC))
    house.settle()
    assert found(house) == [("forbidden_hours", "touch:1")]


def test_a_policy_that_forgets_people_is_found_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_waits_for_people", lambda facts, now: None)
    house.settle()
    house.says("I want to hurt myself")
    house.clock.push(2 * DAY)
    house.settle()
    assert ("forbidden_case", "touch:2") in found(house)


def test_a_policy_that_forgets_consent_is_found_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_reaches", lambda facts: None)
    house.settle()
    house.bring("Eve")
    house.settle()
    assert found(house) == [("forbidden_consent", "touch:2")]
    assert [event.kind for event in house.rows(ConsentEvent)] == [ConsentKind.GRANTED]


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Tokyo", "Pacific/Auckland", "UTC"])
@pytest.mark.parametrize("country", [None, "US-WA", "DE-BY", "ZZ"])
def test_its_public_holidays_are_those_of_the_policy(zone: str, country: str | None) -> None:
    closed = closed_days(country, zone)
    noon = datetime(2026, 1, 1, 12, tzinfo=ZoneInfo(zone))
    year = [noon + number * DAY for number in range(365)]
    assert [is_public_holiday(day, ZoneInfo(zone), country) for day in year] == [closed(day.date()) for day in year]
