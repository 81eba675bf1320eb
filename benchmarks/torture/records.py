"""What is counted: the providers' own records and the database's rows, in the same terms for all channels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Written:
    """A message of a member, as its provider tells it. `key` is the name by which it must be kept once.

    `first_tried` and `accepted` are places in the provider's journal: the first attempt to tell the bot, and the first
    that was answered with 2xx. `results` are all answers.
    """

    key: str
    channel: str
    address: str
    kind: str
    results: tuple[str, ...]
    first_tried: int | None = None
    accepted: int | None = None
    accepted_at: datetime | None = None


@dataclass(frozen=True)
class Arrived:
    """A message that a provider took from the bot; `seq` is its place in the provider's journal, `at` real time."""

    seq: int
    at: datetime
    channel: str
    address: str
    provider_id: str
    text: str = ""


@dataclass(frozen=True)
class Kept:
    """A row of the inbox. `handled_at` is real time."""

    id: int
    key: str
    channel: str
    address: str
    member_id: int | None
    state: str
    outcome: str | None
    handled_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True)
class Sending:
    """A row of the outbox. `tried_at` is when the last attempt began, in real time."""

    id: int
    channel: str
    address: str
    purpose: str
    rule: str
    state: str
    reply_to_id: int | None = None
    touch_id: int | None = None
    provider_id: str | None = None
    tried_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True)
class Touched:
    id: int
    check_in_id: int
    member_id: int
    channel: str
    state: str
    reason: str | None = None


@dataclass(frozen=True)
class Asked:
    """A check-in. `closed_at` is real time."""

    id: int
    member_id: int
    state: str
    outcome: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Consent:
    """An entry of the consent ledger, in its order. `at` is real time."""

    channel: str
    address: str
    kind: str
    at: datetime


@dataclass(frozen=True)
class Effect:
    """A step that a member moved on by what they said (`step`), or the record that an action ran (`action`). `moment`
    is business time, which both have from one transaction."""

    what: str
    member_id: int
    moment: datetime
    inbox_id: int = 0


@dataclass
class Records:
    """All that is known of a run."""

    written: Sequence[Written] = ()
    arrived: Sequence[Arrived] = ()
    kept: Sequence[Kept] = ()
    sendings: Sequence[Sending] = ()
    touches: Sequence[Touched] = ()
    asked: Sequence[Asked] = ()
    consents: Sequence[Consent] = ()
    effects: Sequence[Effect] = ()
    waiting: Sequence[str] = ()
    """What still waits when all is quiet, in words."""
    audit: Sequence[str] = ()
    """What `msb audit` finds."""
    odd: Sequence[str] = ()
    """Processes that ended by themselves, or not as they should."""
    _joined: Joined | None = field(default=None, repr=False)

    @property
    def joined(self) -> Joined:
        if self._joined is None:
            self._joined = join(self)
        return self._joined


@dataclass(frozen=True)
class Joined:
    """Which row each message that arrived belongs to. `strays` belong to none; `found` are rows whose sending is not
    known to the bot, and which arrived."""

    row_of: Mapping[int, Sending]
    """By the place in the journal."""
    strays: tuple[Arrived, ...]
    found: frozenset[int]
    arrivals: Mapping[int, Sequence[Arrived]]
    """By the row's id."""

    def of(self, row: Sending | None) -> Sequence[Arrived]:
        return self.arrivals.get(row.id, ()) if row is not None else ()


STAFF = "staff"
IN_FLIGHT_SECONDS = 60.0
"""No attempt to send lasts longer."""


def join(records: Records) -> Joined:
    """By the provider's id of a message; what has none that we know is looked for among the sends that are unknown."""
    by_id = {(row.channel, row.provider_id): row for row in records.sendings if row.provider_id}
    row_of: dict[int, Sending] = {}
    rest: list[Arrived] = []
    for message in records.arrived:
        row = by_id.get((message.channel, message.provider_id))
        if row is None:
            rest.append(message)
        else:
            row_of[message.seq] = row
    found = _claim(rest, [row for row in records.sendings if row.state == "unknown"])
    row_of |= found
    arrivals: dict[int, list[Arrived]] = defaultdict(list)
    for message in records.arrived:
        if message.seq in row_of:
            arrivals[row_of[message.seq].id].append(message)
    strays = tuple(message for message in rest if message.seq not in found)
    return Joined(row_of, strays, frozenset(row.id for row in found.values()), arrivals)


def _claim(messages: Iterable[Arrived], unknown: Sequence[Sending]) -> dict[int, Sending]:
    """Each unknown send may explain one message to its address in the time in which it was tried."""
    free = {row.id: row for row in unknown}
    claimed: dict[int, Sending] = {}
    for message in messages:
        for row in list(free.values()):
            if _is_of(row, message):
                claimed[message.seq] = free.pop(row.id)
                break
    return claimed


def _is_of(row: Sending, message: Arrived) -> bool:
    """A row for staff is addressed to a case, and a post to a channel of Slack."""
    if row.channel != message.channel or (row.channel != STAFF and row.address != message.address):
        return False
    return row.tried_at is not None and 0 <= (message.at - row.tried_at).total_seconds() <= IN_FLIGHT_SECONDS
