"""The control API for Messenger: what people do in their threads, and how the page is set up."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, Field

from sandbox.messenger import person, receipts, webhook
from sandbox.messenger.errors import GraphRefusal
from sandbox.messenger.state import Post, Template
from sandbox.world import WorldDep

router = APIRouter(prefix="/sandbox/messenger", tags=["messenger"])
Psid = Annotated[str, Path(pattern=r"^[0-9]{1,20}$")]
Json = dict[str, Any]


class SayBody(BaseModel):
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    copies: Annotated[int, Field(ge=1, le=5)] = 1


class TextBody(BaseModel):
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class PressBody(BaseModel):
    title: str


class PostbackBody(BaseModel):
    title: str
    payload: str


class OpenBody(BaseModel):
    ref: Annotated[str, Field(max_length=2083)] | None = None


class AttachBody(BaseModel):
    kind: str = "image"
    text: str | None = None
    sticker_id: int | None = None


class OwnerBody(BaseModel):
    inbox: bool


class BlockBody(BaseModel):
    blocked: bool


class TemplateBody(BaseModel):
    name: str
    language: str = "en_US"
    body: str = "{{1}}"


class RefusalBody(BaseModel):
    code: int
    subcode: int | None = None
    message: str = "An error"
    status: Annotated[int, Field(ge=200, le=599)] = 400
    times: Annotated[int, Field(ge=1, le=100)] = 1


class WebhookBody(BaseModel):
    payload: Json


@router.get("/people")
async def read_people(world: WorldDep) -> Json:
    return {"people": [thread.as_json() for thread in world.messenger.threads.values()]}


@router.get("/people/{psid}")
async def read_person(psid: Psid, world: WorldDep) -> Json:
    return world.messenger.thread(psid).as_json()


@router.post("/people/{psid}/say", status_code=202)
async def say(psid: Psid, body: SayBody, world: WorldDep) -> Json:
    """Answers at once; the webhook follows (see /sandbox/idle). So do all the others."""
    return person.say(world, world.messenger.thread(psid), body.text, body.copies).as_json()


@router.post("/people/{psid}/press", status_code=202)
async def press(psid: Psid, body: PressBody, world: WorldDep) -> Json:
    return _or_404(lambda: person.press(world, world.messenger.thread(psid), body.title))


@router.post("/people/{psid}/postback", status_code=202)
async def postback(psid: Psid, body: PostbackBody, world: WorldDep) -> Json:
    return person.postback(world, world.messenger.thread(psid), body.title, body.payload).as_json()


@router.post("/people/{psid}/open", status_code=202)
async def open_link(psid: Psid, body: OpenBody, world: WorldDep) -> Json:
    return person.open_link(world, world.messenger.thread(psid), body.ref).as_json()


@router.post("/people/{psid}/attach", status_code=202)
async def attach(psid: Psid, body: AttachBody, world: WorldDep) -> Json:
    thread = world.messenger.thread(psid)
    return person.attach(world, thread, body.kind, body.text, body.sticker_id).as_json()


@router.post("/people/{psid}/edit", status_code=202)
async def edit(psid: Psid, body: TextBody, world: WorldDep) -> Json:
    return _or_404(lambda: person.edit(world, world.messenger.thread(psid), body.text))


@router.post("/people/{psid}/staff", status_code=202)
async def write_as_staff(psid: Psid, body: TextBody, world: WorldDep) -> Json:
    return person.write_as_staff(world, world.messenger.thread(psid), body.text).as_json()


@router.post("/people/{psid}/read", status_code=202)
async def read(psid: Psid, world: WorldDep) -> Json:
    receipts.read(world, world.messenger.thread(psid))
    return world.messenger.thread(psid).as_json()


@router.post("/people/{psid}/block")
async def block(psid: Psid, body: BlockBody, world: WorldDep) -> Json:
    """Messenger tells nobody; the next message is refused."""
    world.messenger.thread(psid).blocked = body.blocked
    return world.messenger.thread(psid).as_json()


@router.post("/people/{psid}/owner", status_code=202)
async def change_owner(psid: Psid, body: OwnerBody, world: WorldDep) -> Json:
    person.change_owner(world, world.messenger.thread(psid), body.inbox)
    return world.messenger.thread(psid).as_json()


@router.post("/templates")
async def approve(body: TemplateBody, world: WorldDep) -> Json:
    world.messenger.templates[(body.name, body.language)] = Template(body.name, body.language, body.body)
    return {"templates": [name for name, _ in world.messenger.templates]}


@router.post("/refuse")
async def refuse(body: RefusalBody, world: WorldDep) -> Json:
    """The next requests to send are refused with these codes."""
    refusal = GraphRefusal(body.code, body.message, body.subcode, body.status)
    world.messenger.refusals.extend([refusal] * body.times)
    return {"waiting": len(world.messenger.refusals)}


@router.post("/webhook", status_code=202)
async def post_webhook(body: WebhookBody, world: WorldDep) -> Json:
    """Sends any notification, signed: for the odd ones, such as those of the dashboard's test button."""
    return {"queued": webhook.put(world, "by hand", body.payload)}


@router.get("/page")
async def read_page(world: WorldDep) -> Json:
    state = world.messenger
    return {"callback": state.callback, "fields": state.page_fields, "profile": state.profile}


def _or_404(act: Any) -> Json:
    try:
        post: Post = act()
    except LookupError as problem:
        raise HTTPException(404, str(problem)) from None
    return post.as_json()
