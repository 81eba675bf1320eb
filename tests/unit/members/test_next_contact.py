"""What the list of members says of the next contact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.db import Database
from bot.members.next_contact import NextContact, next_contacts
from tests.support.house import TUESDAY, House


@pytest.fixture
def house(db: Database) -> House:
    return House(db)


def contacts(house: House, *names: str) -> dict[str, NextContact]:
    ids = {house.member(name).id: name for name in names}
    with house.db.begin() as session:
        return {ids[number]: one for number, one in next_contacts(session, list(ids)).items()}


def test_it_is_the_reminder_of_the_question_that_is_open(house: House) -> None:
    house.bring("Ana")
    house.settle()
    assert contacts(house, "Ana") == {"Ana": NextContact(TUESDAY + timedelta(days=2), "America/New_York")}


def test_what_holds_it_back_is_told(house: House) -> None:
    house.bring("Dee")
    house.settle()
    back = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    assert contacts(house, "Dee") == {"Dee": NextContact(back, "America/New_York", "away")}


def test_who_is_asked_nothing_has_none(house: House) -> None:
    house.bring("Ana", "Gus")
    house.settle()
    assert set(contacts(house, "Ana", "Gus")) == {"Ana"}


def test_it_is_found_for_nobody(house: House) -> None:
    with house.db.begin() as session:
        assert next_contacts(session, []) == {}
