"""What a member does in Telegram: writes, presses, shares, blocks. Each becomes an update for the bot."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.telegram.delivery import tell
from sandbox.telegram.errors import TelegramRefusal
from sandbox.telegram.state import Json, Message, Person, Query, Update
from sandbox.world import World


class NotPossible(Exception):
    """The app does not let its user do that."""


def meet(world: World, user: int, name: str = "") -> Person:
    """The person with this id, who from now on has the app."""
    people = world.telegram.people
    if user not in people:
        people[user] = Person(user, name or f"Person {user}")
    if name:
        people[user].first_name, _, people[user].last_name = name.partition(" ")
    return people[user]


def say(world: World, user: int, text: str) -> Message:
    """Writes a text; a first one starts the bot."""
    content: Json = {"text": text}
    if text.startswith("/"):
        content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    return _write(world, user, content, f"writes: {text}")


def start(world: World, user: int, payload: str = "") -> Message:
    """Presses Start, perhaps behind a deep link; who had blocked the bot unblocks it so."""
    person = meet(world, user)
    if person.blocked:
        block(world, user, blocked=False)
    return say(world, user, f"/start {payload}".strip())


def photo(world: World, user: int, caption: str = "") -> Message:
    sizes = [
        {"file_id": f"photo-{side}", "file_unique_id": f"p{side}", "width": side, "height": side} for side in (90, 800)
    ]
    return _write(
        world, user, {"photo": sizes, **({"caption": caption} if caption else {})}, f"sends a picture. {caption}"
    )


def share_contact(world: World, user: int, phone: str, *, own: bool = True) -> Message:
    """Shares their own number, or the card of somebody else, which carries no proof."""
    person = meet(world, user)
    contact: Json = {"phone_number": phone, "first_name": person.first_name if own else "Somebody"}
    if own:
        contact["user_id"] = user
    return _write(world, user, {"contact": contact}, f"shares the number {phone}")


def edit(world: World, user: int, message_id: int, text: str) -> Message:
    """Changes a text of theirs.

    Raises:
        NotPossible: there is no such text.
    """
    message = world.telegram.messages.get(message_id)
    if message is None or message.chat != user or message.by_bot or "text" not in message.content:
        raise NotPossible("There is no such text of theirs.")
    message.content, message.edited = {"text": text}, world.clock.now()
    world.feed.add("telegram.edited", f"{meet(world, user).first_name} edits: {text}", chat=user)
    tell(world, user, "edited_message", world.telegram.as_api(message))
    return message


def press(world: World, user: int, message_id: int, data: str = "", title: str = "") -> Query:
    """Presses the button with this data, or with this title.

    Raises:
        NotPossible: the message has no such button.
    """
    state, message = world.telegram, world.telegram.messages.get(message_id)
    if message is None or message.chat != user:
        raise NotPossible("There is no such message.")
    for button in message.buttons:
        if button.get("callback_data") and (button["callback_data"] == data or (not data and button["text"] == title)):
            query = Query(uuid.uuid4().hex, user, button["callback_data"], world.clock.now())
            state.queries[query.id] = query
            body: dict[str, Any] = {"id": query.id, "from": meet(world, user).as_user(),
                                    "message": state.as_api(message), "chat_instance": f"-{user}",
                                    "data": query.data}  # fmt: skip
            world.feed.add("telegram.pressed", f"{meet(world, user).first_name} presses {button['text']}", chat=user)
            tell(world, user, "callback_query", body)
            return query
    raise NotPossible("The message has no such button.")


def block(world: World, user: int, *, blocked: bool) -> Update | None:
    """Blocks the bot, or lets it write again; None when nothing changes."""
    person = meet(world, user)
    if person.blocked == blocked:
        return None
    person.blocked, person.started = blocked, True
    states = [
        {"user": world.telegram.bot, "status": "member"},
        {"user": world.telegram.bot, "status": "kicked", "until_date": 0},
    ]
    old, new = states if blocked else states[::-1]
    world.feed.add("telegram.blocked", f"{person.first_name} {'blocks' if blocked else 'unblocks'} the bot", chat=user)
    body = {"chat": person.as_chat(), "from": person.as_user(), "date": int(world.clock.now().timestamp()),
            "old_chat_member": old, "new_chat_member": new}  # fmt: skip
    return tell(world, user, "my_chat_member", body)


def _write(world: World, user: int, content: Json, summary: str) -> Message:
    person, state = meet(world, user), world.telegram
    if person.blocked or person.deactivated:
        raise NotPossible("They blocked the bot, or left Telegram.")
    person.started = True
    message = Message(state.number(), user, False, world.clock.now(), content)
    state.messages[message.id] = message
    world.feed.add("telegram.received", f"{person.first_name} {summary}", chat=user, message_id=message.id)
    tell(world, user, "message", state.as_api(message))
    return message


def chat(world: World, user: int) -> Json:
    """A chat as the control API shows it.

    Raises:
        TelegramRefusal: nobody has this id.
    """
    person = world.telegram.people.get(user)
    if person is None:
        raise TelegramRefusal(400, "chat not found")
    queries = [query for query in world.telegram.queries.values() if query.chat == user]
    return {
        "user": user,
        "name": f"{person.first_name} {person.last_name}".strip(),
        "started": person.started,
        "blocked": person.blocked,
        "deactivated": person.deactivated,
        "messages": [message.as_json() for message in world.telegram.of_chat(user)],
        "presses": [{"id": query.id, "data": query.data, "answers": query.answers} for query in queries],
    }
