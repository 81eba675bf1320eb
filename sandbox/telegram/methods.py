"""The methods of the Bot API that a bot with texts and buttons calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sandbox.telegram import markup, methods_updates
from sandbox.telegram.errors import TelegramRefusal
from sandbox.telegram.state import Json, Message, Person
from sandbox.world import World

TEXT_LIMIT = 4096
ANSWER_LIMIT = 200
QUERY_LIFE = timedelta(minutes=15)
ACTIONS = {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
           "choose_sticker", "find_location", "record_video_note", "upload_video_note"}  # fmt: skip
PARSE_MODES = {"", "none", "html", "markdown", "markdownv2"}
QUERY_INVALID = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)

Method = Callable[[World, Json], Awaitable[Any]]


async def call(world: World, method: str, args: Json) -> Any:
    """The result of a method, whose name may be written in any case.

    Raises:
        TelegramRefusal: as Telegram refuses it.
    """
    found = METHODS.get(method.lower())
    if found is None:
        raise TelegramRefusal(404, "method not found")
    return await found(world, args)


async def get_me(world: World, args: Json) -> Json:
    can = {"can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False,
           "can_connect_to_business": False, "has_main_web_app": False}  # fmt: skip
    return {**world.telegram.bot, **can}


async def send_message(world: World, args: Json) -> Json:
    text = str(args.get("text") or "").strip()
    if not text:
        raise TelegramRefusal(400, "message text is empty")
    if str(args.get("parse_mode") or "").lower() not in PARSE_MODES:
        raise TelegramRefusal(400, "unsupported parse_mode")
    if len(text.encode("utf-16-le")) // 2 > TEXT_LIMIT:
        raise TelegramRefusal(400, "message is too long")
    keyboard = markup.read(args.get("reply_markup"))
    person = reachable(world, args.get("chat_id"))
    state = world.telegram
    message = Message(state.number(), person.id, True, world.clock.now(), {"text": text}, keyboard)
    state.messages[message.id] = message
    summary = f"Telegram message to {person.first_name}: {text}"
    world.feed.add("telegram.sent", summary, chat=person.id, message_id=message.id, text=text)
    return state.as_api(message)


async def edit_markup(world: World, args: Json) -> Json:
    person = reachable(world, args.get("chat_id"))
    number = str(args.get("message_id", ""))
    message = world.telegram.messages.get(int(number)) if number.isdecimal() else None
    if message is None or message.chat != person.id:
        raise TelegramRefusal(400, "message to edit not found")
    if not message.by_bot:
        raise TelegramRefusal(400, "message can't be edited")
    keyboard = markup.read(args.get("reply_markup"))
    if keyboard == message.markup:
        raise TelegramRefusal(400, NOT_MODIFIED)
    message.markup, message.edited = keyboard, world.clock.now()
    return world.telegram.as_api(message)


async def answer_query(world: World, args: Json) -> bool:
    query = world.telegram.queries.get(str(args.get("callback_query_id")))
    if query is None or world.clock.now() - query.at > QUERY_LIFE:
        raise TelegramRefusal(400, QUERY_INVALID)
    text = str(args.get("text") or "")
    if len(text) > ANSWER_LIMIT:
        raise TelegramRefusal(400, "MESSAGE_TOO_LONG")
    query.answers.append(text)
    return True


async def send_action(world: World, args: Json) -> bool:
    person = reachable(world, args.get("chat_id"))
    action = str(args.get("action"))
    if action not in ACTIONS:
        raise TelegramRefusal(400, "wrong parameter action in request")
    world.feed.add("telegram.action", f"{person.first_name} sees: {action}", chat=person.id)
    return True


def reachable(world: World, chat: object) -> Person:
    """The person behind a chat id, if the bot may write to them.

    Raises:
        TelegramRefusal: 400 nobody; 403 they blocked the bot, left Telegram, or never started the bot.
    """
    person = world.telegram.person(chat)
    if person.deactivated:
        raise TelegramRefusal(403, "user is deactivated")
    if person.blocked:
        raise TelegramRefusal(403, "bot was blocked by the user")
    if not person.started:
        raise TelegramRefusal(403, "bot can't initiate conversation with a user")
    return person


METHODS: dict[str, Method] = {
    "getme": get_me,
    "sendmessage": send_message,
    "editmessagereplymarkup": edit_markup,
    "answercallbackquery": answer_query,
    "sendchataction": send_action,
    "setwebhook": methods_updates.set_webhook,
    "deletewebhook": methods_updates.delete_webhook,
    "getwebhookinfo": methods_updates.webhook_info,
    "getupdates": methods_updates.get_updates,
}
