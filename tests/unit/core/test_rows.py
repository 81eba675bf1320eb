"""Changing a row at once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.db import Database
from bot.model import InboxMessage, InboxState
from bot.rows import change
from tests.support.sandbox_clock import START


@pytest.fixture
def row(db: Database) -> int:
    with db.begin() as session:
        item = InboxMessage(lane="l", dedupe="d", channel="sms", address="+1", text="hello", body={"a": 1},
                            received_at=START)  # fmt: skip
        session.add(item)
        session.flush()
        return item.id


def stored(session: Session) -> tuple[Any, ...]:
    columns = (InboxMessage.state, InboxMessage.handled_at, InboxMessage.body, InboxMessage.text)
    return tuple(session.execute(sa.select(*columns)).one())


def test_the_row_and_the_object_are_changed_at_once(db: Database, row: int) -> None:
    with db.begin() as session:
        item = session.get_one(InboxMessage, row)
        change(session, item, state=InboxState.DONE, handled_at=START, body={"b": [2]})
        assert (item.state, item.handled_at, item.body) == (InboxState.DONE, START, {"b": [2]})
        assert stored(session) == (InboxState.DONE, START, {"b": [2]}, "hello")
        assert item not in session.dirty


def test_what_else_was_changed_is_written_too(db: Database, row: int) -> None:
    with db.begin() as session:
        item = session.get_one(InboxMessage, row)
        item.text = "edited"
        change(session, item, state=InboxState.DONE)
        item.handled_at = START
    with db.begin() as session:
        assert stored(session) == (InboxState.DONE, START, {"a": 1}, "edited")


def test_a_block_that_raises_changes_nothing(db: Database, row: int) -> None:
    def write() -> None:
        with db.begin() as session:
            change(session, session.get_one(InboxMessage, row), state=InboxState.DONE)
            raise KeyError("stop")

    with pytest.raises(KeyError):
        write()
    with db.begin() as session:
        assert stored(session)[0] is InboxState.PENDING
