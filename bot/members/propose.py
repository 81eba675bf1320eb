"""An address that we believe to be a member's, such as a Slack account with their e-mail: proposed, never assumed."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from sqlalchemy.orm import Session

from bot import audit
from bot.clock import Times
from bot.members import addresses, consent
from bot.members.linking import Linked, NotLinked, Why
from bot.members.said import said_of
from bot.model import Member, Purpose
from bot.outbox.enqueue import Message, enqueue
from bot.programme.models import Programme
from bot.programme.template import render

CHOICES = ("Yes", "No")
RULE = "identity:propose"


@runtime_checkable
class Directory(Protocol):
    """Knows accounts by e-mail address; a channel whose provider can be asked is one."""

    def by_email(self, email: str) -> str | None:
        """The address on the channel (Slack: ``<team>:<user>``), or None. Calls the provider, with a timeout.

        Raises:
            Refused: the provider could not be asked.
        """


def propose(
    session: Session, programme: Programme, member: Member, channel: str, address: str, times: Times
) -> Linked | NotLinked:
    """Asks at `address` whether its owner is `member`; the answer is handled as for a link that was pressed.

    Whoever said that they are not this member isn't asked again.
    """
    if addresses.was_wrong(session, member.id, channel, address):
        return NotLinked(Why.ADDRESS_TAKEN)
    known = consent.find(session, channel, address)
    if known is not None and known.member_id == member.id and known.unconfirmed_at is None:
        return Linked(member, confirmed=True)
    if addresses.attach(session, member, channel, address, times.now, confirmed=False) is None:
        return NotLinked(Why.ADDRESS_TAKEN)
    said = said_of(programme, member)
    message = Message(
        channel=channel,
        address=address,
        purpose=Purpose.NOTICE,
        rule=RULE,
        dedupe=f"propose:{member.id}:{channel}:{address}",
        text=render(programme.texts.confirm_name, **said),
        body={"choices": list(CHOICES)},
    )
    enqueue(session, message, now=times.now, wall=times.wall)
    audit.write(session, times.now, "bot", "link.proposed", member_id=member.id, subject=f"{channel}:{address}")
    return Linked(member, confirmed=False)
