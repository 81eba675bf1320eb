"""Passes of the auditor over a house, and hands that break one thing in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.auditor import audit
from bot.auditor.audit import Report
from bot.model import CheckIn, Touch, TouchState
from tests.support.house import House

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def look(house: House, **options: Any) -> Report:
    """A pass over the last month."""
    since = house.clock.now() - 30 * DAY
    return audit.run(house.db, house.programme, house.clock.now(), house.clock.wall(), **{"since": since, **options})


def found(house: House, **options: Any) -> list[tuple[str, str]]:
    """Kind and subject of all that a pass finds."""
    return [(str(one.kind), one.subject) for one in look(house, **options).findings]


def set_row(house: House, model: type[Any], key: int, **values: Any) -> None:
    def change(row: Any) -> None:
        for name, value in values.items():
            assert hasattr(row, name)
            setattr(row, name, value)

    house.change(model, key, change)


def add(house: House, row: Any) -> int:
    """Writes a row past everything that should have been asked; returns its id."""
    with house.db.begin() as session:
        session.add(row)
        session.flush()
        key: int = row.id
    return key


def sent_once(house: House) -> Touch:
    """The first question was sent; returns its touch."""
    house.settle()
    return house.rows(Touch)[0]


def sent_touch(check_in: CheckIn, rung: int, at: Any, **values: Any) -> Touch:
    """A touch that went out at `at`, whatever the ladder says."""
    row = {"channel": "sms", "sender": "Compass", "state": TouchState.SENT, "attempt": 1, **values}
    return Touch(check_in_id=check_in.id, member_id=check_in.member_id, rung=rung, sent_at=at, changed_at=at, **row)
