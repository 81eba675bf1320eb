"""Staff name a member by whatever they have at hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.members.search import search, split
from bot.model import Member, MemberStatus
from tests.support import cast
from tests.support.house import House


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with house.db.begin() as opened:
        yield opened


@pytest.fixture
def people(house: House, session: Session) -> dict[str, Member]:
    """Ana Maria Diaz, Ben Smith, Émile Zola and Fay Smith-Jones."""
    ana = session.scalars(sa.select(Member)).one()
    ana.first_name, ana.last_name = "Ana Maria", "Diaz"
    found = {"Ana": ana}
    for name, first, last in (("Ben", "Ben", "Smith"), ("Dee", "Émile", "Zola"), ("Fay", "Fay", "Smith-Jones")):
        found[name] = cast.bring(session, house.programme, name, house.clock.now())
        found[name].first_name, found[name].last_name = first, last
    session.flush()
    return found


def who(found: list[Member]) -> list[str]:
    return [member.first_name for member in found]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("no-Ana", ["Ana Maria"]),
        ("+1 202 555 0100", ["Ana Maria"]),
        ("+12025550101", ["Ben"]),
        ("ana", ["Ana Maria"]),
        ("Maria", ["Ana Maria"]),
        ("diaz ana", ["Ana Maria"]),
        ("  Ana   Diaz ", ["Ana Maria"]),
        ("smith", ["Ben", "Fay"]),
        ("ben smi", ["Ben"]),
        ("jones", ["Fay"]),
        ("émile", ["Émile"]),
        ("Émile", ["Émile"]),
        ("na", []),
        ("100%", []),
        ("_", []),
        ("", []),
        ("x" * 5000, []),
    ],
)
def test_a_member_is_found_by(session: Session, people: dict[str, Member], said: str, expected: list[str]) -> None:
    assert who(search(session, said)) == expected


def test_a_name_in_full_comes_before_longer_ones(session: Session, people: dict[str, Member]) -> None:
    people["Fay"].first_name, people["Fay"].last_name = "Ben Adam", "Smith"
    session.flush()
    assert who(search(session, "ben smith")) == ["Ben", "Ben Adam"]


def test_whoever_left_is_found_and_a_record_that_was_merged_is_not(session: Session, people: dict[str, Member]) -> None:
    people["Ana"].status, people["Ben"].status = MemberStatus.LEFT, MemberStatus.MERGED
    session.flush()
    assert who(search(session, "ana")) == ["Ana Maria"]
    assert search(session, "no-Ben") == search(session, "ben") == []


def test_an_address_that_nobody_confirmed_names_nobody(
    house: House, session: Session, people: dict[str, Member]
) -> None:
    cast.point(session, "Ana").unconfirmed_at = house.clock.now()
    session.flush()
    assert search(session, "+12025550100") == []


def test_there_is_an_end_to_what_is_found(session: Session, people: dict[str, Member]) -> None:
    assert len(search(session, "smith", most=1)) == 1


@pytest.mark.parametrize(
    ("said", "expected", "rest"),
    [
        ("Ana Diaz wants a call", ["Ana Maria"], "wants a call"),
        ("Ana wants a call", ["Ana Maria"], "wants a call"),
        ("+1 202 555 0101 wants a call", ["Ben"], "wants a call"),
        ("no-Ben: Smith & Sons rang", ["Ben"], "Smith & Sons rang"),
        ("an: rang", ["Ana Maria"], "rang"),
        ("an angry member rang", [], "an angry member rang"),
        ("Ben Smith, - rang", ["Ben"], "rang"),
        ("smith rang", ["Ben", "Fay"], "rang"),
        ("Ana", ["Ana Maria"], ""),
        ("", [], ""),
    ],
)
def test_the_first_words_say_who_and_the_others_why(
    session: Session, people: dict[str, Member], said: str, expected: list[str], rest: str
) -> None:
    found, why = split(session, said)
    assert (who(found), why) == (expected, rest)
