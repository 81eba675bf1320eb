"""How long to wait, and what is worth trying again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.lanes.retry import CONFLICT_PAUSES, LONGEST, backoff, repeat_on_conflict, repeated

NO_PAUSES = (0.0,) * len(CONFLICT_PAUSES)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (10, 512), (11, 900), (10_000, 900)]
)
def test_each_pause_is_twice_the_last_up_to_a_quarter_of_an_hour(attempts: int, seconds: int) -> None:
    assert backoff(attempts, spread=0.5) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("spread", "seconds"), [(0.0, 4), (0.5, 8), (0.999, 11.992)])
def test_the_draw_spreads_the_pause_from_half_to_one_and_a_half(spread: float, seconds: float) -> None:
    assert backoff(4, spread) == timedelta(seconds=seconds)


@given(st.integers(-5, 10**9))
def test_a_pause_is_always_some_time_and_never_too_long(attempts: int) -> None:
    assert timedelta() < backoff(attempts) <= LONGEST * 1.5


class Conflicting:
    """Fails some times, then works."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures, self.error, self.calls = failures, error, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error
        return "committed"


DEADLOCK = OperationalError("update lane", {}, Exception("deadlock detected"))


@pytest.mark.parametrize("failures", [0, 1, 5])
def test_a_transaction_in_conflict_is_run_again(failures: int) -> None:
    transaction = Conflicting(failures, DEADLOCK)
    assert repeat_on_conflict(transaction, NO_PAUSES) == "committed"
    assert transaction.calls == failures + 1


def test_a_conflict_that_does_not_end_is_raised() -> None:
    transaction = Conflicting(6, DEADLOCK)
    with pytest.raises(OperationalError):
        repeat_on_conflict(transaction, NO_PAUSES)
    assert transaction.calls == 6


def test_any_other_error_is_raised_at_once() -> None:
    transaction = Conflicting(1, IntegrityError("insert", {}, Exception("not unique")))
    with pytest.raises(IntegrityError):
        repeat_on_conflict(transaction, NO_PAUSES)
    assert transaction.calls == 1


def test_a_webhook_that_met_a_deadlock_is_stored_all_the_same() -> None:
    transaction = Conflicting(1, OperationalError("insert", None, Exception("deadlock")))

    @repeated
    def store(provider: str, *, message: str) -> str:
        return f"{transaction()}: {message} of {provider}"

    assert store("Twilio", message="hello") == "committed: hello of Twilio"
    assert transaction.calls == 2
