"""States of a delivery. What is known never becomes less, in whatever order providers tell it."""

from __future__ import annotations

from bot.model import OutboxState

RANK = {
    OutboxState.PENDING: 0,
    OutboxState.SENDING: 1,
    OutboxState.UNKNOWN: 2,
    OutboxState.SENT: 3,
    OutboxState.FAILED: 4,
    OutboxState.DELIVERED: 5,
    OutboxState.READ: 6,
}


def advance(current: OutboxState, reported: OutboxState) -> OutboxState:
    """The state after a report. A late report of an earlier stage changes nothing; `dead` and `refused` stay."""
    if current not in RANK or reported not in RANK:
        return current
    return reported if RANK[reported] > RANK[current] else current
