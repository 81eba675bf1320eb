"""A member connects a further channel, in the ways that staff have for it: a link, or in Slack a question."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.members import linking, propose
from bot.members.handsets import Handset
from bot.model import Member
from console.context import Console
from console.sandbox.client import SandboxClient
from console.visit import Visit

FIRST_ID = 700_000
"""Ids on Telegram and Messenger are made from the member's own."""


async def connect(visit: Visit, client: SandboxClient, who: Handset, channel: str) -> None:
    """The link is followed on the member's phone at once; what the bot says to it is theirs to answer.

    Raises:
        SandboxSaysNo: the sandbox refused.
    """
    console, number = visit.console, FIRST_ID + who.member_id
    if channel == "slack":
        user = f"U0MEMBER{who.member_id}"
        joined = await client.post("slack-members", id=user, name=who.name, email=who.addresses.get("email"))
        await visit.read(lambda session: _ask(console, session, who.member_id, str(joined["address"])))
        return
    token = await visit.read(lambda session: _issue(console, session, who.member_id, channel))
    if channel == "telegram":
        await client.put(f"telegram/chats/{number}", name=who.name)
        await client.post(f"telegram/chats/{number}/start", payload=token)
    else:
        await client.post(f"messenger/people/{number}/open", ref=token)


def _issue(console: Console, session: Session, member_id: int, channel: str) -> str:
    return linking.issue(session, session.get_one(Member, member_id), channel, console.clock.now())


def _ask(console: Console, session: Session, member_id: int, address: str) -> None:
    member = session.get_one(Member, member_id)
    propose.propose(session, console.programme, member, "slack", address, console.times())
