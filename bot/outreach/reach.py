"""Which address carries a rung: of the channels that are switched on, the one that reaches the member best now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.model import ContactPoint, Conversation, Member
from bot.ports import Channel, Windowed

WRITTEN = ("sms", "chat", "email")
"""The modalities that write; where a person would write first comes first."""


@dataclass(frozen=True, slots=True)
class Point:
    """A `ContactPoint` as it was read, where many are read at once and none is changed."""

    id: int
    channel: str
    address: str
    consented_at: datetime | None
    opted_out_at: datetime | None
    unusable_at: datetime | None
    unconfirmed_at: datetime | None


P = TypeVar("P", ContactPoint, Point)


@dataclass(frozen=True)
class Reach:
    """The channels that are switched on, by name."""

    channels: Mapping[str, Channel]

    def best(
        self,
        session: Session,
        points: Sequence[P],
        member: Member,
        conversation: Conversation | None,
        modality: str,
        now: datetime,
    ) -> P | None:
        """The member's address for a modality: one that may be used before one that may not, the last used first."""
        points = self.of_modality(points, member, conversation, modality)
        open_now = (point for point in points if is_free(point) and not self.window_closed(session, point, now))
        return next(open_now, points[0] if points else None)

    def of_modality(
        self, points: Sequence[P], member: Member, conversation: Conversation | None, modality: str
    ) -> Sequence[P]:
        """All confirmed addresses that carry a modality, the best first, windows aside.

        The best is where the member answers most, if that is known, else where they wrote last.
        """
        learned, last = self.answers_on(member, conversation)
        names = [name for name, channel in self.channels.items() if channel.capabilities.modality == modality]
        fitting = [point for point in points if point.channel in names and point.unconfirmed_at is None]
        return sorted(fitting, key=lambda p: (not is_free(p), p.channel != learned, p.channel != last, p.id))

    def answers_on(self, member: Member, conversation: Conversation | None) -> tuple[str | None, str | None]:
        """The channel that the member asked for or else answers on most, and that on which we last spoke."""
        wished, best = member.wishes.get("channel"), conversation.best_channel if conversation is not None else None
        return wished or best, conversation.channel if conversation is not None else None

    def in_writing(self, session: Session, member: Member, now: datetime) -> ContactPoint | None:
        """Where a person would write to the member: a message before an e-mail, and one that works before others."""
        return self.in_writing_of(session, member.contact_points, member, session.get(Conversation, member.id), now)

    def in_writing_of(
        self,
        session: Session,
        points: Sequence[P],
        member: Member,
        conversation: Conversation | None,
        now: datetime,
    ) -> P | None:
        """The same for a member whose addresses and conversation are known; None: they have none."""
        best = (self.best(session, points, member, conversation, kind, now) for kind in WRITTEN)
        found = [point for point in best if point is not None]
        return next((point for point in found if is_free(point)), found[0] if found else None)

    def elsewhere(self, points: Iterable[Point], but: Point) -> bool:
        """Whether there is another address among them at which the member may be written to."""
        return any(point.id != but.id and is_free(point) for point in points if self.carries(point))

    def carries(self, point: Point) -> bool:
        channel = self.channels.get(point.channel)
        return channel is not None and channel.capabilities.modality is not None and point.unconfirmed_at is None

    def in_text(self, point: ContactPoint) -> bool:
        """Whether its channel is switched on and carries what a person writes."""
        channel = self.channels.get(point.channel)
        return channel is not None and channel.capabilities.modality in ("sms", "chat", "email")

    def window_closed(
        self, session: Session, point: ContactPoint | Point, now: datetime, *, by_person: bool = False
    ) -> bool:
        """Whether the channel itself forbids the programme, or a person, to write first to this address at `now`."""
        channel = self.channels.get(point.channel)
        if channel is None or not _is_windowed(type(channel)):
            return False
        assert isinstance(channel, Windowed)
        return channel.can_reach(session, point.address, now, by_person=by_person) is not None

    def has_buttons(self, point: Point) -> bool:
        channel = self.channels.get(point.channel)
        return channel is not None and channel.capabilities.buttons


@cache
def _is_windowed(channel: type) -> bool:
    """Asking a protocol is slow, and every address of every member is asked."""
    return issubclass(channel, Windowed)


def is_free(point: ContactPoint | Point) -> bool:
    """Agreed to, not taken back, and known to work."""
    return point.consented_at is not None and point.opted_out_at is None and point.unusable_at is None
