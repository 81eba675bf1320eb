"""Files: an address to upload to, the upload itself, and sharing it in conversations."""

from __future__ import annotations

import json
import mimetypes
import uuid
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.datastructures import UploadFile

from sandbox.slack.errors import SlackRefusal
from sandbox.slack.methods_chat import content
from sandbox.slack.posting import post_message
from sandbox.slack.workspace import BOT_USER, TEAM, File, Json
from sandbox.world import World, WorldDep

router = APIRouter(include_in_schema=False)
MOST_BYTES = 1_000_000_000
MOST_ALT_TEXT = 1000
KEPT_BYTES = 20_000_000
"""The sandbox keeps files in memory."""


def get_upload_url(world: World, args: Json) -> Json:
    """`filename` and `length` (bytes) are required; `alt_txt` is for those who can't see the picture."""
    name, length = str(args.get("filename") or ""), _number(args.get("length"))
    if not name or length is None:
        raise SlackRefusal("missing_argument")
    if not 0 < length <= min(MOST_BYTES, KEPT_BYTES):
        raise SlackRefusal("file_upload_size_restricted")
    alt_text = str(args.get("alt_txt") or "")
    if len(alt_text) > MOST_ALT_TEXT:
        raise SlackRefusal("alt_txt_too_large")
    identifier = "F" + uuid.uuid4().hex[:10].upper()
    world.slack.files[identifier] = File(identifier, name, length, alt_text)
    return {"upload_url": f"{world.settings.base_url}/slack/upload/v1/{identifier}", "file_id": identifier}


def complete_upload(world: World, args: Json) -> Json:
    """Shares what was uploaded in the given conversations, as one message of the bot in each."""
    files = [_uploaded(world, item) for item in _items(args.get("files"))]
    names = [*str(args.get("channels") or "").split(","), str(args.get("channel_id") or "")]
    channels = [world.slack.for_bot(name.strip()) for name in names if name.strip()]
    thread = args.get("thread_ts") or None
    if thread and len(channels) != 1:
        raise SlackRefusal("invalid_arguments")
    text, blocks = content({**args, "text": args["initial_comment"]}) if args.get("initial_comment") else ("", None)
    shown = [as_json(world, file) for file in files]
    for channel in channels:
        post_message(world, channel, BOT_USER, text, blocks=blocks, thread_ts=thread, files=shown)
    return {"files": shown}


@router.post("/slack/upload/v1/{identifier}")
async def upload(identifier: str, request: Request, world: WorldDep) -> Response:
    """Takes raw bytes, or the first file of a form, of exactly the length that was announced."""
    file = _file(world, identifier)
    if file is None or file.body is not None:
        return PlainTextResponse("not found", 404)
    body = await _read(request)
    if len(body) != file.length:
        return PlainTextResponse("the length is not what was announced", 400)
    file.body = body
    world.feed.add("slack.file", f"The bot uploads the file {file.name}", file=file.id, bytes=len(body))
    return PlainTextResponse(f"OK - {len(body)}")


@router.get("/slack/files/{identifier}")
async def show(identifier: str, world: WorldDep) -> Response:
    file = _file(world, identifier)
    if file is None or file.body is None:
        return PlainTextResponse("not found", 404)
    headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
    return Response(file.body, media_type=_mime(file), headers=headers)


def as_json(world: World, file: File) -> Json:
    """The file object, as far as we need it."""
    url = f"{world.settings.base_url}/slack/files/{file.id}"
    shown: Json = {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": _mime(file),
        "size": file.length,
        "user": BOT_USER,
        "user_team": TEAM,
        "mode": "hosted",
        "is_external": False,
        "url_private": url,
        "url_private_download": url,
    }
    return {**shown, "alt_txt": file.alt_text} if file.alt_text else shown


def _file(world: World, identifier: str) -> File | None:
    """A file of either workspace; the address of one is not told to the other."""
    return world.slack.files.get(identifier) or world.slack_members.files.get(identifier)


async def _read(request: Request) -> bytes:
    if not request.headers.get("Content-Type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        parts = [part for part in form.values() if isinstance(part, UploadFile)]
        return await parts[0].read() if parts else b""


def _items(value: Any) -> list[Json]:
    try:
        items = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise SlackRefusal("invalid_arguments") from None
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise SlackRefusal("invalid_arguments")
    return items


def _uploaded(world: World, item: Json) -> File:
    file = world.slack.files.get(str(item.get("id")))
    if file is None or file.body is None:
        raise SlackRefusal("file_not_found")
    file.title = str(item.get("title") or file.title)
    return file


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _mime(file: File) -> str:
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"
