"""Which address carries a rung: of the channels that are switched on, the one that reaches the member best now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from bot.model import ContactPoint, Conversation, Member
from bot.ports import Channel, Windowed

WRITTEN = ("sms", "chat", "email")
"""The modalities that write; where a person would write first comes first."""


@dataclass(frozen=True)
class Reach:
    """The channels that are switched on, by name."""

    channels: Mapping[str, Channel]

    def best(self, session: Session, member: Member, modality: str, now: datetime) -> ContactPoint | None:
        """The member's address for a modality: one that may be used before one that may not, the last used first."""
        return self.best_of(session, member, session.get(Conversation, member.id), modality, now)

    def best_of(
        self, session: Session, member: Member, conversation: Conversation | None, modality: str, now: datetime
    ) -> ContactPoint | None:
        """The same for a member whose conversation is known; None: they have none."""
        points = self.of_modality(member, conversation, modality)
        open_now = (point for point in points if is_free(point) and not self.window_closed(session, point, now))
        return next(open_now, points[0] if points else None)

    def of_modality(self, member: Member, conversation: Conversation | None, modality: str) -> Sequence[ContactPoint]:
        """All confirmed addresses that carry a modality, the best first, windows aside.

        The best is where the member answers most, if that is known, else where they wrote last.
        """
        learned, last = self.answers_on(member, conversation)
        names = [name for name, channel in self.channels.items() if channel.capabilities.modality == modality]
        points = [point for point in member.contact_points if point.channel in names and point.unconfirmed_at is None]
        return sorted(points, key=lambda p: (not is_free(p), p.channel != learned, p.channel != last, p.id))

    def answers_on(self, member: Member, conversation: Conversation | None) -> tuple[str | None, str | None]:
        """The channel that the member asked for or else answers on most, and that on which we last spoke."""
        wished, best = member.wishes.get("channel"), conversation.best_channel if conversation is not None else None
        return wished or best, conversation.channel if conversation is not None else None

    def in_writing(self, session: Session, member: Member, now: datetime) -> ContactPoint | None:
        """Where a person would write to the member: a message before an e-mail, and one that works before others."""
        conversation = session.get(Conversation, member.id)
        found = [point for kind in WRITTEN if (point := self.best_of(session, member, conversation, kind, now))]
        return next((point for point in found if is_free(point)), found[0] if found else None)

    def elsewhere(self, member: Member, but: ContactPoint) -> bool:
        """Whether there is another address at which the member may be written to."""
        return any(point is not but and is_free(point) for point in member.contact_points if self.carries(point))

    def carries(self, point: ContactPoint) -> bool:
        channel = self.channels.get(point.channel)
        return channel is not None and channel.capabilities.modality is not None and point.unconfirmed_at is None

    def in_text(self, point: ContactPoint) -> bool:
        """Whether its channel is switched on and carries what a person writes."""
        channel = self.channels.get(point.channel)
        return channel is not None and channel.capabilities.modality in ("sms", "chat", "email")

    def window_closed(self, session: Session, point: ContactPoint, now: datetime, *, by_person: bool = False) -> bool:
        """Whether the channel itself forbids the programme, or a person, to write first to this address at `now`."""
        channel = self.channels.get(point.channel)
        if channel is None or not _is_windowed(type(channel)):
            return False
        assert isinstance(channel, Windowed)
        return channel.can_reach(session, point.address, now, by_person=by_person) is not None

    def has_buttons(self, point: ContactPoint) -> bool:
        channel = self.channels.get(point.channel)
        return channel is not None and channel.capabilities.buttons


@cache
def _is_windowed(channel: type) -> bool:
    """Asking a protocol is slow, and every address of every member is asked."""
    return issubclass(channel, Windowed)


def is_free(point: ContactPoint) -> bool:
    """Agreed to, not taken back, and known to work."""
    return point.consented_at is not None and point.opted_out_at is None and point.unusable_at is None
