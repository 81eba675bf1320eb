"""Members who are forgotten: nothing of theirs is left in any table, and all others stay as they are."""

from __future__ import annotations

import pytest

from bot.db import Database
from bot.errors import NotFound, Refused
from bot.handoff import cases
from bot.handoff.cases import Need
from bot.members import erase, forget, goals, merge, personal
from bot.members.hand import Hand
from bot.model import (
    AuditEntry,
    Base,
    ConsentEvent,
    ContactPoint,
    HandOff,
    HandOffReason,
    InboxMessage,
    Lane,
    Member,
    OutboxMessage,
    OutboxState,
)
from tests.support import canary, cast
from tests.support.house import House


@pytest.fixture
def maria(house: House) -> Hand:
    with house.db.begin() as session:
        return Hand("console:maria@example.org", house.times(), cast.colleague(session).id)


def forget_member(house: House, hand: Hand, member_id: int = 1, typed: str = "no-Ana") -> erase.Erased:
    with house.db.begin() as session:
        return erase.erase(session, member_id, hand, typed)


def test_every_table_is_reached_or_said_to_hold_nothing_of_members() -> None:
    reached = {*personal.owned(), *personal.BY_ADDRESS, personal.MEMBER}
    named = set(personal.NOT_PERSONAL)
    assert reached.isdisjoint(named)
    assert reached | named == set(Base.metadata.tables), "say in bot/members/personal.py what a new table holds"
    for name in personal.owned():
        assert personal.table(name).foreign_keys


def test_nothing_that_was_planted_anywhere_is_left(db: Database) -> None:
    planted = canary.plant(db, skip=tuple(personal.NOT_PERSONAL))
    assert planted == {*personal.owned(), *personal.BY_ADDRESS, personal.MEMBER}
    assert canary.found_in(db)
    house = House(db)
    with db.begin() as session:
        erase.erase(session, canary.KEY, Hand("console:maria@example.org", house.times()), canary.WORD)
    assert canary.found_in(db) == []
    assert house.rows(Member) == []


def test_somebody_with_a_story_is_forgotten_and_the_others_are_not(house: House, maria: Hand) -> None:
    house.bring("Hal", last_name="Jones")
    house.settle()
    for who in ("Ana", "Hal"):
        house.says(f"it is {who} here", who)
        house.settle()
    with house.db.begin() as session:
        for key, name in ((1, "Ana"), (2, "Hal")):
            member = session.get_one(Member, key)
            goals.set_goal(session, member, f"{name} wants it", "test", house.clock.now())
            need = Need(HandOffReason.ASKED, f"{name} asked.", "sms", cast.NUMBERS[name], member)
            cases.open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall())
    house.settle()
    before = [row.id for row in house.rows(OutboxMessage)]
    done = forget_member(house, maria)
    for word in ("Ana", "Smith", cast.NUMBERS["Ana"]):
        assert canary.found_in(house.db, word) == [], word
    assert "outbox_message.body" in canary.found_in(house.db, "it is Hal here")
    assert {row.subject for row in house.cases()} == {"member:2"}
    assert [row.member_id for row in house.rows(ContactPoint)] == [2]
    assert [row.id for row in house.rows(OutboxMessage)][: len(before)] == before
    assert done.deleted["member"] == 1
    assert done.conversation_id == "member-1"
    house.settle()
    assert house.says("and I am still here", "Hal").outcome is not None


def test_the_ledger_still_proves_to_whoever_has_the_address(house: House, maria: Hand) -> None:
    forget_member(house, maria)
    [entry] = house.rows(ConsentEvent)
    assert entry.address == forget.digest("sms", cast.NUMBERS["Ana"])
    assert (entry.member_id, entry.wording, entry.kind) == (None, "form", "granted")


def test_the_log_says_who_did_it_and_no_more(house: House, maria: Hand) -> None:
    forget_member(house, maria)
    last = house.rows(AuditEntry)[-1]
    assert (last.action, last.actor, last.subject, last.member_id) == (
        "member.erased", "console:maria@example.org", "member:1", None,
    )  # fmt: skip
    assert {row.member_id for row in house.rows(AuditEntry)} == {None}


def test_what_waits_is_not_sent(house: House, maria: Hand) -> None:
    row = house.enqueue(member_id=1)
    forget_member(house, maria)
    house.settle()
    assert house.get(OutboxMessage, row).state is OutboxState.REFUSED
    assert house.texts() == []


def test_whoever_writes_from_the_number_later_is_a_stranger(house: House, maria: Hand) -> None:
    house.settle()
    house.says("hello")
    forget_member(house, maria)
    item = house.says("hello again")
    assert item.member_id is None
    assert house.get(InboxMessage, item.id).state == "done"


def test_a_message_that_is_being_sent_is_waited_for(house: House, maria: Hand) -> None:
    row = house.enqueue(member_id=1)
    house.change(OutboxMessage, row, lambda item: setattr(item, "state", OutboxState.SENDING))
    with house.db.begin() as session:
        assert "at this moment" in (erase.preview(session, 1).hindrance or "")
    with pytest.raises(Refused, match="Try again in a minute"):
        forget_member(house, maria)
    house.change(OutboxMessage, row, lambda item: setattr(item, "state", OutboxState.SENT))
    house.hear("hello")
    house.change(Lane, "in:1", lambda lane: setattr(lane, "lease_until", house.clock.wall()))
    with pytest.raises(Refused, match="Try again in a minute"):
        forget_member(house, maria)


@pytest.mark.parametrize("typed", ["", "no-Hal", "Ana"])
def test_something_else_typed_erases_nobody(house: House, maria: Hand, typed: str) -> None:
    with pytest.raises(Refused, match="no-Ana"):
        forget_member(house, maria, typed=typed)
    assert len(house.rows(Member)) == 1


def test_records_that_are_part_of_it_go_with_it(house: House, maria: Hand) -> None:
    house.bring("Hal", last_name="Jones")
    house.settle()
    with house.db.begin() as session:
        keep, other = session.get_one(Member, 1), session.get_one(Member, 2)
        merge.merge(session, keep, other, cast.colleague(session), house.clock.now())
    with house.db.begin() as session:
        assert "Hal Jones" in " ".join(erase.preview(session, 1).goes)
        assert "part of another one" in (erase.preview(session, 2).hindrance or "")
    with pytest.raises(Refused, match="part of another one"):
        forget_member(house, maria, 2, "no-Hal")
    forget_member(house, maria)
    assert house.rows(Member) == []
    assert canary.found_in(house.db, "Jones") == []


def test_posts_in_slack_are_written_over(house: House, maria: Hand) -> None:
    with house.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Ana asked.", "sms", cast.NUMBERS["Ana"], session.get_one(Member, 1))
        cases.open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall())
    house.settle()
    [first, *_] = house.rows(OutboxMessage, OutboxMessage.channel == "staff")
    house.change(OutboxMessage, first.id, lambda row: setattr(row, "provider_id", "C1:17.5#3"))
    forget_member(house, maria)
    over = house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:erased")
    assert "C1:17.5" in [row.body["post"] for row in over]
    assert house.rows(HandOff) == []


def test_nobody_is_not_found(house: House, maria: Hand) -> None:
    with pytest.raises(NotFound):
        forget_member(house, maria, 99)
