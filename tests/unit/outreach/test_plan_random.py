"""Plans of members of random programmes, who stay silent: what is foretold happens, to the second and to the letter."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.model import Absence, ContactPoint, Declined, Member
from tests.support.house import TUESDAY, House
from tests.support.silence import foretold, go_on, lived, next_due, plan
from tests.support.small_programme import journey, make_programme, rung, step

DAY = timedelta(days=1)
LATER = (
    {"after": "stage", "stage": "onboarding", "offset": "2d"},
    {"after": "joined", "offset": "3d", "every": "14d"},
    {"after": "joined", "offset": "4d"},
)
WEEKDAYS = (["mon", "tue", "wed", "thu", "fri", "sat"], ["mon", "wed", "fri"], ["mon", "tue", "wed", "thu", "fri"])


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_programme_the_plan_comes_true(db: Database, seed: int) -> None:
    some = Random(seed)  # noqa: S311 - no secret
    house = House(db, _programme(some))
    _bring_ana(house, some)
    house.clock.push(timedelta(minutes=some.randint(0, 600)))
    go_on(house)
    for _ in range(some.randint(0, 5)):
        at = next_due(house)
        if at is not None:
            house.clock.set(max(at, house.clock.now()))
            go_on(house)
    found = plan(house)
    expected = foretold(found)
    happened = lived(house, expected[-1][0] if found.is_cut else found.until)
    assert happened[: len(expected)] == expected
    assert found.is_cut or len(happened) == len(expected)


def _programme(some: Random) -> Any:
    journeys = {"onboarding": _journey(some, "onboarding", "onboarding")}
    if some.random() < 0.6:
        journeys["second"] = _journey(some, "second", "onboarding")
    if some.random() < 0.6:
        journeys["third"] = _journey(some, "third", "engagement", enters=some.choice(LATER))
    if some.random() < 0.4:
        journeys["renew"] = _journey(some, "renew", "renewal", enters={"after": "renewal", "offset": "-10d"})
    hours: dict[str, Any] = {
        "start": "09:00",
        "end": some.choice(["20:00", "12:00"]),
        "weekdays": some.choice(WEEKDAYS),
        "on_holidays": some.random() < 0.5,
    }
    if some.random() < 0.5:
        hours["best"] = some.choice(["10:00", "18:00", "11:30"])
    ladders = {"standard": _ladder(some), "other": _ladder(some)}
    caps = {"per_day": some.choice([1, 2]), "per_week": some.choice([2, 3, 5])}
    return make_programme(journeys=journeys, ladders=ladders, hours=hours, caps=caps)


def _ladder(some: Random) -> Any:
    waits = ["12h", "1d", "36h", "2d", "3d"]
    modalities = ["sms", "sms", "chat", "email"]
    rungs = [
        rung(some.choice(modalities), some.choice(["programme", "msm"]), some.choice(waits))
        for _ in range(some.randint(1, 4))
    ]
    then = {"team": "member_success", "priority": "normal"} if some.random() < 0.25 else None
    return {"rungs": rungs, "then": then}


def _journey(some: Random, key: str, stage: str, **more: Any) -> Any:
    milestones = {
        f"m{number}": [_step(some, f"{key}_{number}_{n}") for n in range(some.randint(1, 3))]
        for number in range(some.randint(1, 2))
    }
    if some.random() < 0.4:
        more["lapses"] = some.choice(["4d", "9d", "20d"])
    return journey(key, milestones, name=f"Journey {key}", stage=stage, **more)


def _step(some: Random, key: str) -> Any:
    more: dict[str, Any] = {"ladder": some.choice(["standard", "other"]), "bundle": some.random() < 0.4}
    if some.random() < 0.3:
        more["lapses"] = some.choice(["1d", "3d", "6d", "10d"])
    if some.random() < 0.3:
        more["message_class"] = some.choice(["promotional", "transactional"])
    if some.random() < 0.2:
        more["requires"] = []
    after = some.choice(["previous_step", "previous_step", "joined", "entered"])
    return step(key, after, some.choice(["0d", "12h", "1d", "2d", "3d", "8d"]), **more)


def _bring_ana(house: House, some: Random) -> None:
    changes: dict[str, Any] = {}
    if some.random() < 0.6:
        changes |= {"email": "ana@example.org", "consent_email": True}
    if some.random() < 0.4:
        changes["renews_on"] = date(2026, 12, some.randint(5, 28))
    house.bring("Ana", **changes)
    with house.db.begin() as session:
        member = session.scalars(sa.select(Member)).one()
        if some.random() < 0.4:
            session.add(ContactPoint(member_id=member.id, channel="telegram", address="77", consented_at=TUESDAY))
        if some.random() < 0.3:
            starts, ends = TUESDAY + some.randint(0, 10) * DAY, TUESDAY + some.randint(11, 20) * DAY
            session.add(Absence(member_id=member.id, starts_at=starts, ends_at=ends, source="calendar"))
        if some.random() < 0.2:
            session.add(
                Declined(member_id=member.id, message_class="promotional", source="test", wording="no", at=TUESDAY)
            )
        if some.random() < 0.2:
            member.away_until = date(2026, 12, some.randint(1, 20))
