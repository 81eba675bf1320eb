"""All that is held about a member, in a file for machines and one for people."""

from __future__ import annotations

import json

import pytest

from bot.db import Database
from bot.errors import NotFound
from bot.members import export, personal
from bot.members.export import Export
from bot.members.hand import Hand
from bot.model import AuditEntry, Base, Member
from tests.support import canary, cast
from tests.support.house import House


def take_out(house: House, member_id: int = 1) -> Export:
    with house.db.begin() as session:
        return export.export(session, house.programme, member_id, Hand("console:maria@example.org", house.times()))


def test_every_table_of_a_member_is_in_it(db: Database) -> None:
    canary.plant(db, skip=tuple(personal.NOT_PERSONAL))
    house = House(db)
    found = take_out(house, canary.KEY)
    assert set(found.data["data"]) == {*personal.owned(), personal.MEMBER}
    for name, rows in found.data["data"].items():
        assert canary.WORD in json.dumps(rows), name
        assert name in export.TITLES
        assert export.TITLES[name] in found.readable


def test_only_what_is_named_is_left_out() -> None:
    for table, column in export.LEFT_OUT:
        assert column in Base.metadata.tables[table].c


def test_it_is_of_one_member_and_can_be_read(house: House) -> None:
    house.bring("Hal", last_name="Jones")
    house.settle()
    house.says("Sch\u00f6n, danke")
    house.says("hello from Hal", "Hal")
    found = take_out(house)
    text = found.as_json
    assert json.loads(text) == found.data
    assert "Sch\u00f6n, danke" in text
    assert "Sch\u00f6n, danke" in found.readable
    assert "holds about Ana Smith" in found.readable
    for hals in ("Jones", "hello from Hal", cast.NUMBERS["Hal"]):
        assert hals not in text
        assert hals not in found.readable
    assert found.name == "member-1-2026-11-24"


def test_codes_are_not_told(house: House) -> None:
    house.enqueue("Your code is 123456", member_id=1, rule="identity:code")
    assert "123456" not in take_out(house).as_json


def test_the_log_says_who_took_it_out(house: House) -> None:
    take_out(house)
    told = house.rows(AuditEntry, AuditEntry.action == "member.exported")
    assert [(row.actor, row.member_id) for row in told] == [("console:maria@example.org", 1)]
    assert "console:maria@example.org" in take_out(house).as_json


def test_nobody_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        take_out(house, 99)
    assert len(house.rows(Member)) == 1
