"""What the Send API accepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.messenger.errors import GraphRefusal, invalid, no_such_person, not_available, retired_tag, window_closed
from sandbox.messenger.state import MessengerState, Template, Thread

TEXT_LIMIT, METADATA_LIMIT, PAYLOAD_LIMIT = 2000, 1000, 1000
QUICK_REPLIES, TITLE_LIMIT = 13, 20
WINDOW, HUMAN_AGENT_WINDOW = timedelta(hours=24), timedelta(days=7)
RETIRED_TAGS = frozenset({"CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE"})
TYPES = frozenset({"RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"})


@dataclass(frozen=True)
class Draft:
    """An accepted request to send."""

    thread: Thread
    text: str
    messaging_type: str
    tag: str | None
    template: str | None
    quick_replies: list[dict[str, str]]
    metadata: str | None


def check(request: Mapping[str, Any], state: MessengerState, now: datetime) -> Draft:
    """The message asked for.

    Raises:
        GraphRefusal: with the codes that the Graph API gives.
    """
    if state.refusals:
        raise state.refusals.popleft()
    thread = recipient(request, state)
    message = request.get("message")
    if not isinstance(message, dict):
        raise invalid("param message must be non-empty.")
    kind = request.get("messaging_type")
    if kind not in TYPES:
        raise invalid("Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG, UTILITY}")
    template = _template(message, state) if kind == "UTILITY" else None
    text = _filled(template, message) if template else _text(message)
    replies = _quick_replies(message.get("quick_replies", []))
    metadata = message.get("metadata")
    if metadata is not None and (not isinstance(metadata, str) or len(metadata) > METADATA_LIMIT):
        raise invalid("Length of param message[metadata] must be less than or equal to 1000")
    tag = _check_window(kind, request.get("tag"), thread, now)
    if thread.blocked:
        raise not_available()
    return Draft(thread, text, kind, tag, template.name if template else None, replies, metadata)


def recipient(request: Mapping[str, Any], state: MessengerState) -> Thread:
    """The thread of the person who is written to; only people who have written have one."""
    given = request.get("recipient")
    psid = given.get("id") if isinstance(given, dict) else None
    if not isinstance(psid, str) or not psid:
        raise invalid("param recipient must be non-empty.")
    thread = state.threads.get(psid)
    if thread is None:
        raise no_such_person()
    return thread


def _text(message: Mapping[str, Any]) -> str:
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        raise invalid("Message cannot be empty, must provide valid attachment or text")
    if len(text) > TEXT_LIMIT:
        raise invalid("Length of param message[text] must be less than or equal to 2000")
    return text


def _quick_replies(given: Any) -> list[dict[str, str]]:
    if not isinstance(given, list) or len(given) > QUICK_REPLIES:
        raise invalid("param message[quick_replies] must have at most 13 elements.")
    for reply in given:
        if not isinstance(reply, dict) or reply.get("content_type") != "text":
            raise invalid("param message[quick_replies][content_type] must be text.")
        title, payload = reply.get("title"), reply.get("payload")
        if not isinstance(title, str) or not 0 < len(title) <= TITLE_LIMIT:
            raise invalid("param message[quick_replies][title] must have 1 to 20 characters.")
        if not isinstance(payload, str) or not 0 < len(payload) <= PAYLOAD_LIMIT:
            raise invalid("param message[quick_replies][payload] must have 1 to 1000 characters.")
    return given


def _template(message: Mapping[str, Any], state: MessengerState) -> Template:
    given = message.get("template")
    language = given.get("language") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(language, dict):
        raise invalid("param message[template] must have a name and a language.")
    found = state.templates.get((str(given.get("name")), str(language.get("code"))))
    if found is None:
        raise GraphRefusal(132001, "(#132001) Template name does not exist in the translation", status=404)
    return found


def _filled(template: Template, message: Mapping[str, Any]) -> str:
    components = message["template"].get("components", [])
    bodies = [part for part in components if isinstance(part, dict) and str(part.get("type")).lower() == "body"]
    values = [str(value.get("text", "")) for part in bodies for value in part.get("parameters", [])]
    places = sorted(set(re.findall(r"\{\{\d+\}\}", template.body)))
    if len(values) != len(places) or not all(values):
        raise GraphRefusal(132000, "(#132000) Number of parameters does not match the expected number of params")
    if any("\n" in value or "\t" in value for value in values):
        raise invalid("Param text cannot have new-line/tab characters")
    text = template.body
    for place, value in zip(places, values, strict=True):
        text = text.replace(place, value)
    return text


def _check_window(kind: str, tag: Any, thread: Thread, now: datetime) -> str | None:
    silent_for = now - thread.heard_at if thread.heard_at else None
    if kind == "UTILITY":
        return None
    if kind == "MESSAGE_TAG":
        if tag in RETIRED_TAGS:
            raise retired_tag()
        if tag != "HUMAN_AGENT":
            raise invalid("param tag must be HUMAN_AGENT.")
        if silent_for is None or silent_for > HUMAN_AGENT_WINDOW:
            raise window_closed()
        return str(tag)
    if silent_for is None or silent_for > WINDOW:
        raise window_closed()
    return None
