"""Receipts come early, late, twice and out of order; what is known never becomes less."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import ContactPoint, OutboxMessage, OutboxState, Receipt
from bot.outbox.receipts import Report, record
from bot.outbox.states import RANK, advance
from bot.ports import Failed
from tests.support.house import House

SENT, DELIVERED, READ, FAILED = OutboxState.SENT, OutboxState.DELIVERED, OutboxState.READ, OutboxState.FAILED


def report(
    house: House,
    state: OutboxState,
    provider_id: str = "sms-1",
    failure: Failed | None = None,
    dedupe: str | None = None,
) -> None:
    failure = failure or (Failed("30005 unknown number") if state is FAILED else None)
    with house.db.begin() as session:
        record(session, Report("sms", provider_id, state, f"{provider_id}:{state}", failure), house.times())


def state_of(house: House) -> OutboxState:
    return house.get(OutboxMessage, 1).state


@pytest.mark.parametrize("order", list(permutations([SENT, DELIVERED, READ])), ids=lambda order: "-".join(order))
def test_in_whatever_order_receipts_come_the_furthest_counts(house: House, order: tuple[OutboxState, ...]) -> None:
    house.enqueue()
    house.deliver()
    for state in order:
        report(house, state)
    assert state_of(house) is READ


def test_a_receipt_that_comes_twice_is_kept_once(house: House) -> None:
    house.enqueue()
    house.deliver()
    report(house, DELIVERED)
    report(house, DELIVERED)
    assert len(house.rows(Receipt)) == 1


def test_a_receipt_that_overtakes_the_answer_to_the_send_is_kept_and_applied(house: House) -> None:
    house.enqueue()
    house.sms.meanwhile = lambda: report(house, DELIVERED)
    house.deliver()
    assert state_of(house) is DELIVERED
    assert house.one(Receipt).outbox_id == 1


def test_receipts_that_overtake_the_answer_out_of_order_are_applied_too(house: House) -> None:
    def both() -> None:
        report(house, DELIVERED)
        report(house, SENT)

    house.enqueue()
    house.sms.meanwhile = both
    house.deliver()
    assert state_of(house) is DELIVERED


def test_a_receipt_of_a_message_that_nobody_knows_is_kept(house: House) -> None:
    report(house, DELIVERED, "SM-of-somebody-else")
    assert house.one(Receipt).outbox_id is None


def test_a_failure_after_the_acceptance_fails_the_touch_and_leads_to_the_next_rung(house: House) -> None:
    house.settle()
    report(house, FAILED)
    assert state_of(house) is FAILED
    house.settle()
    # The failed one was sent, so it counts for the day's cap.
    assert house.touches() == [(0, "failed", "30005 unknown number"), (1, "held", "daily_cap")]


def test_a_failure_that_is_reported_marks_the_number(house: House) -> None:
    house.enqueue()
    house.deliver()
    report(house, FAILED, failure=Failed("30006 landline", unusable=True))
    assert house.one(ContactPoint).unusable_reason == "30006 landline"


def test_a_failure_that_overtakes_the_answer_to_the_send_fails_the_touch(house: House) -> None:
    house.sms.meanwhile = lambda: report(house, FAILED)
    house.tick()
    house.deliver()
    assert state_of(house) is FAILED
    assert house.touches() == [(0, "failed", "30005 unknown number")]


def test_what_was_delivered_does_not_fail_later(house: House) -> None:
    house.enqueue()
    house.deliver()
    report(house, DELIVERED)
    report(house, FAILED, failure=Failed("late", unusable=True))
    assert state_of(house) is DELIVERED
    assert house.one(ContactPoint).unusable_at is None


@given(st.lists(st.sampled_from(list(OutboxState)), max_size=8), st.sampled_from(list(OutboxState)))
def test_a_state_never_goes_back(reports: list[OutboxState], state: OutboxState) -> None:
    for reported in reports:
        after = advance(state, reported)
        assert RANK.get(after, -1) >= RANK.get(state, -1)
        if state in (OutboxState.DEAD, OutboxState.REFUSED):
            assert after is state
        state = after
