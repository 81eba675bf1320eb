"""Two records made one from the console: what would happen is told, happens, and is undone."""

from __future__ import annotations

import pytest

from bot.errors import NotFound
from bot.members import acts, goals, joining
from bot.members.hand import Hand
from bot.model import ContactPoint, Member, MemberNote, MemberStatus
from tests.support import cast
from tests.support.house import House


@pytest.fixture
def maria(house: House) -> Hand:
    house.bring("Hal")
    house.settle()
    house.says("hello", "Hal")
    with house.db.begin() as session:
        person = cast.colleague(session)
        goals.set_goal(session, session.get_one(Member, 2), "pass the exam", "test", house.clock.now())
        hand = Hand("console:maria@example.org", house.times(), person.id)
        acts.note(session, 2, hand, "twin of Ana", "n1")
    return hand


def test_a_preview_tells_what_a_merge_then_does(house: House, maria: Hand) -> None:
    with house.db.begin() as session:
        told = joining.preview(session, 1, 2)
    assert told.hindrance is None
    assert (told.keep.number, told.other.number) == ("no-Ana", "no-Hal")
    assert told.other.messages > 1
    said = " ".join((*told.moves, *told.stays))
    for words in (cast.NUMBERS["Hal"], "pass the exam", "the other one rests", "undone"):
        assert words in said
    with house.db.begin() as session:
        number = joining.join(session, 1, 2, maria)
    assert {point.member_id for point in house.rows(ContactPoint)} == {1}
    assert house.one(MemberNote).member_id == 1
    with house.db.begin() as session:
        assert "merged already" in (joining.preview(session, 1, 2).hindrance or "")
        assert joining.part(session, number, maria) == (1, 2)
    assert house.get(Member, 2).status is MemberStatus.ACTIVE
    assert house.one(MemberNote).member_id == 2


def test_one_record_is_not_two(house: House, maria: Hand) -> None:
    with house.db.begin() as session:
        assert "one record" in (joining.preview(session, 1, 1).hindrance or "")
        with pytest.raises(NotFound):
            joining.preview(session, 1, 99)
