"""Going back to the beginning of a demonstration."""

from __future__ import annotations

from typing import Any

import pytest

from bot import beginning
from bot.access import sessions
from bot.config import Settings
from bot.errors import Refused
from bot.model import Base, CheckIn, Member, OutboxMessage, Role
from tests.support import cast
from tests.support.house import House

SANDBOX = "http://127.0.0.1:8080"


def settings(**more: Any) -> Settings:
    return Settings(_env_file=None, **more)


def everything(house: House) -> beginning.Rows:
    with house.db.begin() as session:
        return beginning.read_rows(session)


def test_all_that_happened_since_is_gone_and_what_was_there_is_back(house: House) -> None:
    start = everything(house)
    house.settle()
    house.says("I want to talk to a person")
    house.bring("Ben", "Dee")
    house.settle()
    assert house.rows(OutboxMessage)
    with house.db.begin() as session:
        beginning.put_back(session, settings(sandbox_url=SANDBOX), start)
    assert everything(house) == start
    assert [one.first_name for one in house.rows(Member)] == ["Ana"]


def test_the_story_can_be_told_again(house: House) -> None:
    start = everything(house)
    house.settle()
    first = house.texts()
    with house.db.begin() as session:
        beginning.put_back(session, settings(sandbox_url=SANDBOX), start)
    house.settle()
    assert len(first) == 1
    assert len(house.rows(CheckIn)) == 1
    assert [row.state for row in house.rows(OutboxMessage)] == ["sent"]


def test_whoever_is_signed_in_stays_so(house: House) -> None:
    start = everything(house)
    with house.db.begin() as session:
        maria = cast.colleague(session)
        maria.role = Role.ADMIN
        token = sessions.begin(session, maria, "link", house.clock.wall())
    with house.db.begin() as session:
        beginning.put_back(session, settings(sandbox_url=SANDBOX), start)
        found = sessions.who(session, token, house.clock.wall())
        assert found is not None
        assert found.email == cast.MARIA


def test_it_is_refused_where_there_is_no_sandbox(house: House) -> None:
    start = everything(house)
    house.settle()
    with house.db.begin() as session, pytest.raises(Refused, match="no sandbox"):
        beginning.put_back(session, settings(), {})
    assert len(everything(house)["outbox_message"]) == 1
    assert start["outbox_message"] == []


def test_no_table_is_forgotten() -> None:
    assert {table.name for table in Base.metadata.sorted_tables} >= beginning.STAYS
