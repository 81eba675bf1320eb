"""Many rows in one statement, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot import bulk
from bot.db import Database
from bot.model import AuditEntry, Bookmark, CheckIn, Member, Touch
from tests.support.house import TUESDAY, House


def entry(action: str, **changes: Any) -> dict[str, Any]:
    return {"at": TUESDAY, "actor": "bot", "action": action, "reason": None, "details": {}, **changes}


def test_rows_are_written_in_their_order_with_every_kind_of_value(db: Database) -> None:
    words = 'Zoë said "yes\\no"\n{ñ} 漢字 🙂'
    rows = [entry(f"a{n}", details={"words": words, "list": [1, None, True]}) for n in range(50)]
    rows.append(entry("last", reason=words))
    with db.begin() as session:
        bulk.insert(session, AuditEntry, rows)
        found = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [one.action for one in found] == [row["action"] for row in rows]
        assert (found[0].at, found[0].reason, found[0].details) == (TUESDAY, None, rows[0]["details"])
        assert (found[-1].reason, found[-1].details) == (words, {})


def test_rows_that_are_there_are_left_out_or_changed_as_the_caller_says(db: Database) -> None:
    def marks(*names: str, days: int = 0) -> list[dict[str, Any]]:
        return [{"name": name, "at": TUESDAY + timedelta(days=days)} for name in names]

    with db.begin() as session:
        bulk.insert(session, Bookmark, marks("a", "b"))
        new = bulk.insert(session, Bookmark, marks("b", "c", days=1), unique=["name"], returning=["name"])
        assert [row.name for row in new] == ["c"]
        both = marks("b", "d", days=2)
        found = bulk.insert(session, Bookmark, both, unique=["name"], changes=["at"], returning=["name", "at"])
        assert {row.name: row.at for row in found} == {mark["name"]: mark["at"] for mark in both}
        assert bulk.insert(session, Bookmark, [], returning=["name"]) == []
    with db.begin() as session:
        days = {row.name: (row.at - TUESDAY).days for row in session.scalars(sa.select(Bookmark))}
        assert days == {"a": 0, "b": 2, "c": 1, "d": 2}


def test_a_document_goes_to_those_who_get_one_and_is_kept_by_the_others(house: House) -> None:
    house.bring("Hal", "Ida")
    one, other = {"rungs": ["x"]}, {"rungs": ["ÿ", None]}

    def give(*documents: Any) -> list[Any]:
        with house.db.begin() as session:
            rows = [{"id": at, "rung": at, "ladder": document} for at, document in enumerate(documents, 1)]
            bulk.update(session, CheckIn, rows, document="ladder")
        return [row.ladder for row in house.rows(CheckIn)]

    assert give(one, other, one) == [one, other, one]
    assert give(None, one, None) == [one, one, one]
    assert [row.rung for row in house.rows(CheckIn)] == [1, 2, 3]


@pytest.mark.parametrize("ids", [[], [1], [3, 1, 99]])
def test_a_column_is_looked_for_among_many_numbers(house: House, ids: list[int]) -> None:
    house.bring("Hal", "Ida")
    with house.db.begin() as session:
        found = session.scalars(sa.select(Member.id).where(bulk.among(Member.id)).order_by(Member.id), {"ids": ids})
        assert found.all() == sorted(set(ids) & {1, 2, 3})


def test_many_numbers_are_looked_for_by_an_index(house: House) -> None:
    if not house.db.is_sqlite:
        pytest.skip("PostgreSQL's planner takes what it likes best for a few rows")
    wanted = sa.select(Touch.id).where(bulk.among(Touch.member_id), Touch.sent_at.is_not(None))
    text = str(wanted.compile(house.db.engine))
    with house.db.engine.connect() as connection:
        [step, *_] = connection.exec_driver_sql(f"explain query plan {text}", ("[1]",)).all()
    assert "SEARCH touch USING INDEX ix_touch_member_id" in step[-1]
