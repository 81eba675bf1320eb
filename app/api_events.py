"""The programming interface for events: what the organisation's own systems saw members do."""

from __future__ import annotations

import json
from typing import Any, Literal, NoReturn

from fastapi import APIRouter, HTTPException, Request, status
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from app.api_keys import Caller, Wired
from app.wiring import Application
from bot.events import event, take
from bot.events.event import Event
from bot.events.take import Outcome, Taken
from channels.webhook import Unacceptable, read_body

MOST_EVENTS = 1000
MOST_BYTES = 1_000_000

_TEXT = {"type": "string"}
BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "array",
                "maxItems": MOST_EVENTS,
                "items": {
                    "type": "object",
                    "required": ["id", "name", "at"],
                    "additionalProperties": False,
                    "properties": {
                        "id": {**_TEXT, "maxLength": 200, "example": "lms-4711"},
                        **{name: {**_TEXT, "description": "One of these names the member."} for name in event.WHO},
                        "name": {**_TEXT, "example": "course.completed"},
                        "at": {**_TEXT, "format": "date-time", "example": "2026-03-31T14:05:00Z"},
                        "properties": {"type": "object", "description": "At most 4 KB."},
                    },
                },
            }
        }
    },
}
NOT_AN_OBJECT = [event.Wrong(None, "the event is not an object", "Give its id, name and at.")]


class EventOutcome(BaseModel):
    """What became of one event. `why`: why it was refused, or why the membership did not change."""

    id: str | None
    outcome: Literal["recorded", "duplicate", "unknown_member", "refused"]
    why: str | None


class EventOutcomes(BaseModel):
    """In the order of the events."""

    outcomes: list[EventOutcome]


router = APIRouter(prefix="/api/v1", tags=["events"])


@router.post("/events", openapi_extra={"requestBody": BODY})
async def add_events(request: Request, name: Caller, application: Wired) -> EventOutcomes:
    """Takes in events, each for itself: one that is refused doesn't keep the others out."""
    try:
        body = await read_body(request, MOST_BYTES)
    except Unacceptable as problem:
        raise HTTPException(problem.status, f"The body is not one of up to {MOST_BYTES} bytes.") from problem
    return await run_in_threadpool(_take_all, application, _parse(body), f"api:{name}")


def _parse(body: bytes) -> list[Any]:
    try:
        items = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        _refuse("The body is not JSON.")
    if not isinstance(items, list) or len(items) > MOST_EVENTS:
        _refuse(f"The body is not a list of at most {MOST_EVENTS} events.")
    return items


def _refuse(why: str) -> NoReturn:
    raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, why)


def _take_all(application: Application, items: list[Any], source: str) -> EventOutcomes:
    """The oldest first, so that a renewal after a lapse is one; each in a transaction of its own."""
    now = application.clock.now()
    read = [event.read(item, now) if isinstance(item, dict) else NOT_AN_OBJECT for item in items]
    good = [(at, found) for at, found in enumerate(read) if isinstance(found, Event)]
    taken: dict[int, Taken] = {}
    for at, found in sorted(good, key=lambda pair: pair[1].at):
        with application.db.begin() as session:
            taken[at] = take.take(session, application.programme, found, source=source, now=now)
    for at, wrong in enumerate(read):
        if isinstance(wrong, list):
            taken[at] = Taken(Outcome.REFUSED, " ".join(map(str, wrong)))
    return EventOutcomes(outcomes=[_outcome(item, taken[at]) for at, item in enumerate(items)])


def _outcome(item: object, taken: Taken) -> EventOutcome:
    named = item.get("id") if isinstance(item, dict) else None
    return EventOutcome(
        id=_plain(named, 200) if isinstance(named, str) else None,
        outcome=taken.outcome.value,
        why=_plain(taken.why, 1000) if taken.why else None,
    )


def _plain(text: str, most: int) -> str:
    """What came from outside, cut, and without half characters, which no answer can carry."""
    return text[:most].encode(errors="replace").decode()
