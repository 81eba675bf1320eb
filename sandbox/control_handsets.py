"""The control API for all that members hold in their hands, in one answer: what a page with their phones shows."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from sandbox.control_people import phones_json
from sandbox.control_world import clock_json
from sandbox.mail.state import Mail, Mailbox
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.workspace import TEAM
from sandbox.telegram import phone as telegram
from sandbox.world import World, WorldDep

router = APIRouter(prefix="/sandbox", tags=["people"])

Json = dict[str, Any]
NEWEST = 60
"""So many messages of each conversation."""


@router.get("/handsets")
async def read_handsets(world: WorldDep) -> Json:
    """By channel and then by the address that a member has there. `last` is that of the feed."""
    return {
        "last": world.feed.last,
        "clock": clock_json(world),
        "faults": world.faults.as_json(),
        "sms": {phone["number"]: _newest(phone) for phone in phones_json(world)},
        "calls": [leg.as_json() for leg in list(world.twilio.calls.values())[-NEWEST:]],
        "email": {box.address: _mailbox(box) for box in world.mail.mailboxes.values()},
        "telegram": {str(user): _newest(telegram.chat(world, user)) for user in world.telegram.people},
        "messenger": {psid: _newest(thread.as_json()) for psid, thread in world.messenger.threads.items()},
        "slack": {f"{TEAM}:{user}": _direct(world, user) for user in _members(world)},
    }


def _newest(conversation: Json) -> Json:
    return {**conversation, "messages": conversation["messages"][-NEWEST:]}


def _mailbox(box: Mailbox) -> Json:
    return {"address": box.address, "fate": box.fate, "messages": [_mail(mail) for mail in box.mails[-NEWEST:]]}


def _mail(mail: Mail) -> Json:
    """Without the form in HTML, which repeats the text."""
    told = mail.as_json()
    headers = told.pop("headers")
    del told["html"]
    return {**told, "can_unsubscribe": "List-Unsubscribe-Post" in headers}


def _members(world: World) -> list[str]:
    return [person.id for person in world.slack_members.people.values() if not person.is_bot]


def _direct(world: World, user: str) -> Json:
    try:
        channel = world.of_members().slack.direct(user)
    except SlackRefusal:
        return {"user": user, "messages": []}
    messages = [message for _, message in sorted(channel.messages.items())][-NEWEST:]
    return {"user": user, "name": world.slack_members.people[user].real_name, "messages": messages}
