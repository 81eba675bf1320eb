"""One name for a message and all that it causes, so that the log tells its story in one search.

It is derived from the rows and kept nowhere: ``in-7`` for a message that came in, with its turn, actions, replies and
their receipts; ``check-in-7`` for what we ask of our own accord; ``case-7`` for what staff are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import InboxMessage, OutboxMessage, Touch


@dataclass
class Scope:
    """A piece of work. Its threads share it, so whoever waits for them learns what they were about."""

    names: list[str] = field(default_factory=list)


_scope: ContextVar[Scope | None] = ContextVar("correlation", default=None)
_CHECK_IN = sa.select(Touch.check_in_id).where(Touch.id == sa.bindparam("touch"))


def of_inbox(inbox_id: int) -> str:
    """The name of a message that came in."""
    return f"in-{inbox_id}"


def of_check_in(check_in_id: int) -> str:
    """The name of a question that we ask."""
    return f"check-in-{check_in_id}"


def of(session: Session, item: InboxMessage | OutboxMessage) -> str:
    """The name of the story that a row belongs to."""
    if isinstance(item, InboxMessage):
        return of_inbox(item.id)
    if item.reply_to_id is not None:
        return of_inbox(item.reply_to_id)
    if item.touch_id is not None:
        return of_check_in(session.execute(_CHECK_IN, {"touch": item.touch_id}).scalar_one())
    return f"case-{item.hand_off_id}" if item.hand_off_id is not None else f"out-{item.id}"


def current() -> str:
    """What the work in hand is about: empty when nobody knows yet, several names when it is about several."""
    scope = _scope.get()
    return ",".join(scope.names) if scope is not None else ""


def begin(*names: str) -> None:
    """From here on this thread works on that, until it begins something else."""
    _scope.set(Scope(list(names)))


def clear() -> None:
    """This thread works on nothing that has a name."""
    _scope.set(None)


def add(name: str) -> None:
    """The work in hand turned out to be about that, too."""
    scope = _scope.get()
    if scope is not None and name not in scope.names:
        scope.names.append(name)


@contextmanager
def scope(*names: str) -> Iterator[Scope]:
    """The block works on that; what was before is back afterwards."""
    made = Scope(list(names))
    token = _scope.set(made)
    try:
        yield made
    finally:
        _scope.reset(token)
