"""How often one address may try to sign in."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

MOST, WITHIN = 30, timedelta(minutes=1)
ADDRESSES = 10_000


class Tries:
    """Counts in this process: tokens can't be guessed, it only keeps a flood from the database and the audit log."""

    def __init__(self, most: int = MOST, within: timedelta = WITHIN) -> None:
        self._most, self._within = most, within
        self._made: OrderedDict[str, deque[datetime]] = OrderedDict()

    def may(self, address: str, wall: datetime) -> bool:
        """Counts this try, and says whether it is one too many."""
        made = self._made.setdefault(address, deque())
        self._made.move_to_end(address)
        while len(self._made) > ADDRESSES:
            self._made.popitem(last=False)
        while made and made[0] <= wall - self._within:
            made.popleft()
        if len(made) >= self._most:
            return False
        made.append(wall)
        return True
