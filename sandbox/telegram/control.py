"""The control API for the members' side of Telegram."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, Field

from sandbox.telegram import phone
from sandbox.telegram.errors import TelegramRefusal, answer
from sandbox.telegram.state import Message
from sandbox.world import WorldDep

router = APIRouter(prefix="/sandbox/telegram", tags=["telegram"])
User = Annotated[int, Path(ge=1, le=2**52)]
Text = Annotated[str, Field(min_length=1, max_length=4096)]


class PersonBody(BaseModel):
    """`started`: they opened the bot's chat at some time before."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    started: bool = False


class TextBody(BaseModel):
    text: Text


class StartBody(BaseModel):
    """`payload` is what a deep link carries."""

    payload: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""


class PhotoBody(BaseModel):
    caption: Annotated[str, Field(max_length=1024)] = ""


class ContactBody(BaseModel):
    phone: Annotated[str, Field(pattern=r"^\+?[0-9]{3,15}$")]
    own: bool = True


class PressBody(BaseModel):
    """Either `data` or `title` says which button."""

    message_id: int
    data: str = ""
    title: str = ""


class EditBody(BaseModel):
    message_id: int
    text: Text


class RefuseBody(BaseModel):
    """An error as Telegram would answer it; `parameters` such as ``{"retry_after": 5}``."""

    error_code: Annotated[int, Field(ge=400, le=599)]
    description: str
    parameters: dict[str, int] = {}
    times: Annotated[int, Field(ge=1, le=1000)] = 1


@router.post("/refuse")
async def refuse(body: RefuseBody, world: WorldDep) -> dict[str, Any]:
    """The next messages of the bot are refused with this error."""
    world.telegram.refusals.extend([answer(body.error_code, body.description, **body.parameters)] * body.times)
    return {"waiting": len(world.telegram.refusals)}


@router.get("/chats")
async def read_chats(world: WorldDep) -> dict[str, Any]:
    return {"bot": world.telegram.bot, "chats": [phone.chat(world, user) for user in world.telegram.people]}


@router.get("/chats/{user}")
async def read_chat(user: User, world: WorldDep) -> dict[str, Any]:
    try:
        return phone.chat(world, user)
    except TelegramRefusal:
        raise HTTPException(404, "Nobody has this id.") from None


@router.put("/chats/{user}")
async def add_person(user: User, body: PersonBody, world: WorldDep) -> dict[str, Any]:
    """Somebody has the app, or gets another name; the bot can't write to them before they start it."""
    person = phone.meet(world, user, body.name)
    person.started = person.started or body.started
    return phone.chat(world, user)


@router.post("/chats/{user}/say", status_code=202)
async def say(user: User, body: TextBody, world: WorldDep) -> dict[str, Any]:
    """Answers at once; the update follows (see /sandbox/idle). So do all of these."""
    return _done(lambda: phone.say(world, user, body.text))


@router.post("/chats/{user}/start", status_code=202)
async def start(user: User, body: StartBody, world: WorldDep) -> dict[str, Any]:
    return _done(lambda: phone.start(world, user, body.payload))


@router.post("/chats/{user}/photo", status_code=202)
async def send_photo(user: User, body: PhotoBody, world: WorldDep) -> dict[str, Any]:
    return _done(lambda: phone.photo(world, user, body.caption))


@router.post("/chats/{user}/contact", status_code=202)
async def share_contact(user: User, body: ContactBody, world: WorldDep) -> dict[str, Any]:
    return _done(lambda: phone.share_contact(world, user, body.phone, own=body.own))


@router.post("/chats/{user}/edit", status_code=202)
async def edit(user: User, body: EditBody, world: WorldDep) -> dict[str, Any]:
    return _done(lambda: phone.edit(world, user, body.message_id, body.text))


@router.post("/chats/{user}/press", status_code=202)
async def press(user: User, body: PressBody, world: WorldDep) -> dict[str, Any]:
    try:
        query = phone.press(world, user, body.message_id, body.data, body.title)
    except phone.NotPossible as problem:
        raise HTTPException(409, str(problem)) from None
    return {"id": query.id, "data": query.data}


@router.post("/chats/{user}/block", status_code=202)
async def block(user: User, world: WorldDep) -> dict[str, Any]:
    return {"changed": phone.block(world, user, blocked=True) is not None}


@router.post("/chats/{user}/unblock", status_code=202)
async def unblock(user: User, world: WorldDep) -> dict[str, Any]:
    return {"changed": phone.block(world, user, blocked=False) is not None}


@router.post("/chats/{user}/deactivate", status_code=202)
async def deactivate(user: User, world: WorldDep) -> dict[str, Any]:
    """They delete their account, of which a bot is not told."""
    phone.meet(world, user).deactivated = True
    return {"changed": True}


def _done(act: Callable[[], Message]) -> dict[str, Any]:
    try:
        return act().as_json()
    except phone.NotPossible as problem:
        raise HTTPException(409, str(problem)) from None
