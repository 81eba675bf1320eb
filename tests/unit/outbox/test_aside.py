"""What was set aside is found by its reason, and sent again when somebody decides that."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import Refused
from bot.housekeeping.passes import EMPTIED
from bot.model import AuditEntry, InboxMessage, InboxState, OutboxMessage, OutboxState, Purpose
from bot.outbox import aside
from bot.outbox.aside import Reason
from tests.support.house import House

REFUSED = "30003: unreachable"


def put(house: House, state: OutboxState = OutboxState.DEAD, error: str | None = REFUSED, **changes: Any) -> int:
    number = house.enqueue(f"hello {state}")

    def change(row: OutboxMessage) -> None:
        row.state, row.error, row.attempts = state, error, 6
        for name, value in changes.items():
            setattr(row, name, value)

    house.change(OutboxMessage, number, change)
    return number


def dead(state: OutboxState = OutboxState.DEAD, error: str = REFUSED) -> Reason:
    return Reason(state, "sms", error)


def test_what_was_set_aside_is_told_by_reason_the_largest_first(house: House) -> None:
    for _ in range(2):
        put(house)
    put(house, OutboxState.UNKNOWN, "timeout")
    put(house, OutboxState.FAILED, None)
    house.enqueue("on its way")
    with house.db.begin() as session:
        found = aside.groups(session)
    assert [(one.state, one.error, one.count, one.again) for one in found] == [
        ("dead", REFUSED, 2, 2),
        ("failed", "", 1, 1),
        ("unknown", "timeout", 1, 0),
    ]


def test_messages_of_a_reason_are_read_page_by_page(house: House) -> None:
    first, second, third = (put(house) for _ in range(3))
    nameless = put(house, error=None)
    with house.db.begin() as session:
        assert [one.id for one in aside.letters(session, most=2)] == [nameless, third]
        assert [one.id for one in aside.letters(session, dead(), before=third)] == [second, first]
        assert [one.id for one in aside.letters(session, dead(error=""))] == [nameless]


def test_a_message_says_whose_it_is_and_whether_it_may_go_again(house: House) -> None:
    ana = house.member()
    touch = put(house, purpose=Purpose.TOUCH, member_id=ana.id)
    gone = put(house, body={EMPTIED: True})
    may = put(house)
    with house.db.begin() as session:
        found = {one.id: one for one in aside.letters(session)}
    assert (found[touch].who, found[touch].may_again) == ("Ana Smith", False)
    assert (found[gone].text, found[gone].may_again) == ("", False)
    assert (found[may].text, found[may].may_again, found[may].who) == ("hello dead", True, None)


def test_some_are_sent_again_and_the_log_names_who_decided(house: House) -> None:
    ids = [put(house), put(house, OutboxState.UNKNOWN)]
    with house.db.begin() as session:
        assert aside.again(session, ids, "console:maria@example.org", house.times()) == 1
    assert house.get(OutboxMessage, ids[0]).state is OutboxState.PENDING
    assert house.get(OutboxMessage, ids[1]).state is OutboxState.UNKNOWN
    entry = house.one(AuditEntry, AuditEntry.action == "outbox.again")
    assert (entry.actor, entry.subject) == ("console:maria@example.org", f"outbox:{ids[0]}")
    house.deliver()
    assert house.get(OutboxMessage, ids[0]).state is OutboxState.SENT


def test_what_may_not_go_again_is_refused_with_its_reason(house: House) -> None:
    number = put(house, OutboxState.UNKNOWN)
    with house.db.begin() as session, pytest.raises(Refused, match="only dead and failed messages are sent again"):
        aside.again(session, [number], "staff", house.times())


def test_all_of_a_reason_are_sent_again_but_touches(house: House) -> None:
    for _ in range(2):
        put(house)
    touch, other = put(house, purpose=Purpose.TOUCH), put(house, error="another")
    with house.db.begin() as session:
        assert aside.all_again(session, dead(), "staff", house.times()) == (2, 0)
    assert [house.get(OutboxMessage, one).state for one in (touch, other)] == [OutboxState.DEAD] * 2
    with house.db.begin() as session, pytest.raises(Refused):
        aside.all_again(session, dead(), "staff", house.times())


def test_messages_of_members_that_nobody_could_deal_with_are_counted(house: House) -> None:
    row = house.says("hello")

    def bury(one: InboxMessage) -> None:
        one.state, one.error, one.attempts = InboxState.DEAD, "ValueError", 5

    house.change(InboxMessage, row.id, bury)
    with house.db.begin() as session:
        [found], total = aside.unread(session)
    assert (found.id, found.error, found.attempts, total) == (row.id, "ValueError", 5, 1)
