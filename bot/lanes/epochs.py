"""Where the epochs of a new lane begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
"""Epochs count its seconds: a 32-bit column holds them until 2094."""
MARGIN = timedelta(days=1)
"""More than the clocks of two machines are apart."""


def first_epoch(wall: datetime) -> int:
    """The epoch of a lane that is made at `wall`.

    A lane may be made, deleted and made again. Were each to begin at 0, whoever held a lease of the first would be
    taken for the holder of the second once that had been leased as often.
    """
    return max(0, int((wall - BEGIN).total_seconds()))


def highest_deletable(wall: datetime) -> int:
    """Lanes with an epoch below this may be deleted at `wall`: every lane that is made then or later has a higher one,
    whichever machine makes it."""
    return first_epoch(wall - MARGIN)
