"""The control API for the members' side of e-mail."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from sandbox.mail import compose
from sandbox.mail.outgoing import bounce, dispatch
from sandbox.mail.state import Fate, Mail
from sandbox.world import World, WorldDep

router = APIRouter(prefix="/sandbox/mail", tags=["mail"])
URL = re.compile(r"<(https?://[^<>\s]+)>")


class ReplyBody(BaseModel):
    """`id` may be left out for the newest message; `as_address` writes in somebody else's name."""

    text: Annotated[str, Field(max_length=200_000)]
    id: str | None = None
    style: compose.Style = "gmail"
    position: compose.Position = "top"
    as_address: str | None = None
    vouched: bool = True


class NewBody(BaseModel):
    """`to` is the bot's own mailbox unless it is given."""

    text: Annotated[str, Field(max_length=200_000)]
    subject: str = ""
    to: str | None = None
    html: bool = False
    vouched: bool = True


class AwayBody(BaseModel):
    id: str | None = None
    headers: bool = True
    subject: str | None = None


class BounceBody(BaseModel):
    id: str | None = None
    hard: bool = True


class ChoiceBody(BaseModel):
    id: str | None = None


class FateBody(BaseModel):
    fate: Fate


@router.get("")
async def read_host(world: WorldDep) -> dict[str, Any]:
    """Where the mail host listens, and which mailboxes it has."""
    boxes = [
        {"address": box.address, "fate": box.fate, "messages": len(box.mails)} for box in world.mail.mailboxes.values()
    ]
    return {"port": world.mail_port, "mailboxes": boxes}


@router.get("/{address}")
async def read_mailbox(address: str, world: WorldDep) -> dict[str, Any]:
    return world.mail.box(address).as_json()


@router.post("/{address}/reply", status_code=202)
async def answer(address: str, body: ReplyBody, world: WorldDep) -> dict[str, Any]:
    """Answers a message. Answers at once; the bot gets it next (see /sandbox/idle)."""
    mail = _mail(world, address, body.id)
    message = compose.reply(mail, body.text, world.clock.now(), body.style, body.position)
    if body.as_address:
        message.replace_header("From", body.as_address)
    return dispatch(world, body.as_address or mail.address, message, "reply", vouched=body.vouched).as_json()


@router.post("/{address}/new", status_code=202)
async def write(address: str, body: NewBody, world: WorldDep) -> dict[str, Any]:
    to = body.to or world.settings.email_inbound or world.settings.email_from
    message = compose.fresh(address, to, body.subject, body.text, world.clock.now(), html=body.html)
    return dispatch(world, address, message, "message", vouched=body.vouched).as_json()


@router.post("/{address}/away", status_code=202)
async def away(address: str, body: AwayBody, world: WorldDep) -> dict[str, Any]:
    """The mailbox answers by itself, because its owner is away."""
    mail = _mail(world, address, body.id)
    message = compose.away(mail, world.clock.now(), headers=body.headers, subject=body.subject)
    kind: Literal["away", "reply"] = "away" if body.headers else "reply"
    return dispatch(world, mail.address, message, kind).as_json()


@router.post("/{address}/bounce", status_code=202)
async def send_back(address: str, body: BounceBody, world: WorldDep) -> dict[str, Any]:
    """A message that was taken comes back after all."""
    return bounce(world, _mail(world, address, body.id), hard=body.hard).as_json()


@router.post("/{address}/unsubscribe")
async def one_click(address: str, body: ChoiceBody, world: WorldDep) -> dict[str, Any]:
    """The mail program's own unsubscribe button: a POST to the link in List-Unsubscribe (RFC 8058)."""
    message = _mail(world, address, body.id).message
    link = URL.search(str(message.get("List-Unsubscribe", "")))
    if link is None or str(message.get("List-Unsubscribe-Post", "")) != "List-Unsubscribe=One-Click":
        raise HTTPException(409, "The message offers no one-click unsubscription.")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    seconds = world.settings.sandbox_webhook_timeout
    outcome = await world.courier.post(link.group(1), "List-Unsubscribe=One-Click", headers, seconds)
    world.feed.add("mail.unsubscribe", f"{address} pressed unsubscribe: {outcome.says}", url=link.group(1))
    return {"ok": outcome.ok, "result": outcome.says}


@router.post("/{address}/fate")
async def settle_fate(address: str, body: FateBody, world: WorldDep) -> dict[str, Any]:
    """What becomes of messages to this address from now on."""
    box = world.mail.box(address)
    box.fate, box.refused = body.fate, 0
    return {"address": box.address, "fate": box.fate}


def _mail(world: World, address: str, mail_id: str | None) -> Mail:
    mail = world.mail.received(address, mail_id)
    if mail is None:
        raise HTTPException(404, "There is no such message in this mailbox.")
    return mail
