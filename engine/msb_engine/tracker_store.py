"""Stores conversations: a row each, with the recent events and the replies already given, written together.

SQLite and PostgreSQL. An error of the database is raised, never hidden: the turn then fails and is tried again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import QueuePool

from msb_engine.prune import Pruner, add_used_at, read_keep_days
from msb_engine.window import recent_events

logger = logging.getLogger(__name__)

REPLIES_KEPT = 20
SECONDS_TO_WAIT = 5

Reply = dict[str, Any]

_METADATA = sa.MetaData()
# When a conversation was last used, in seconds: no index holds it, so that each turn changes the row in its place.
_CONVERSATIONS = sa.Table(
    "engine_conversations",
    _METADATA,
    sa.Column("conversation_id", sa.String(255), primary_key=True),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("replies", sa.Text, nullable=False),
    sa.Column("used_at", sa.BigInteger, nullable=True),
)


@dataclass
class Conversation:
    """A conversation as it is stored. `replies` are the last ones, oldest first: pairs of message id and reply."""

    tracker: DialogueStateTracker
    replies: list[tuple[str, Reply]] = field(default_factory=list)

    def reply_to(self, message_id: str) -> Reply | None:
        """The reply that was given to this message, or None if it is new."""
        return next((reply for known, reply in self.replies if known == message_id), None)


class WindowTrackerStore(TrackerStore):  # type: ignore[misc]
    """A tracker store whose conversations don't grow; `endpoints.yml` names it by module path."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        **kwargs: Any,
    ) -> None:
        """`host` is a database URL: Rasa gives the `url` of `endpoints.yml` this name."""
        if not host:
            raise ValueError("the tracker store needs a database URL")
        super().__init__(domain, event_broker, **kwargs)
        self._engine = open_database(host)
        self._upsert = _upsert(self._engine.dialect.name)
        self._event_types = {kind.type_name: kind for kind in all_subclasses(Event) if kind.type_name}
        _make_table(self._engine)
        add_used_at(self._engine, _CONVERSATIONS)
        self.pruner = Pruner(self._engine, _CONVERSATIONS, read_keep_days())

    async def load(self, conversation_id: str) -> Conversation:
        """The stored conversation, or a new one that nobody has stored yet.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database doesn't answer.
        """
        row = await asyncio.to_thread(self._read, conversation_id)
        if row is None:
            return Conversation(self._new_tracker(conversation_id))
        return self._conversation(conversation_id, row.events, row.replies)

    async def save_turn(self, conversation: Conversation, message_id: str, reply: Reply) -> None:
        """Stores the conversation and the reply to `message_id` in one write.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database doesn't answer; nothing was stored.
        """
        replies = [*conversation.replies, (message_id, reply)][-REPLIES_KEPT:]
        await asyncio.to_thread(self._write, conversation.tracker, replies)
        if self.pruner.is_due():
            await asyncio.to_thread(self.pruner.look)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Rasa's own way to store a tracker: the replies stay as they are."""
        known = (await self.load(tracker.sender_id)).replies
        await asyncio.to_thread(self._write, tracker, known)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Rasa's own way to read a tracker."""
        row = await asyncio.to_thread(self._read, sender_id)
        return None if row is None else self._conversation(sender_id, row.events, row.replies).tracker

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations."""
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(_CONVERSATIONS.c.conversation_id)).scalars())

    def _new_tracker(self, conversation_id: str) -> DialogueStateTracker:
        tracker = self.init_tracker(conversation_id)
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    def _conversation(self, conversation_id: str, events: str, replies: str) -> Conversation:
        """A row that can't be read begins the dialogue anew: it holds the dialogue's window, not the truth."""
        try:
            parsed = [self._event_types[event["event"]]._from_parameters(event) for event in json.loads(events)]
            tracker = DialogueStateTracker.from_events(conversation_id, parsed, self.domain.slots)
            return Conversation(tracker, [(known, reply) for known, reply in json.loads(replies)])
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the row, the member gets an answer
            logger.warning("conversation %s can't be read and begins anew: %s", conversation_id, type(error).__name__)
            return Conversation(self._new_tracker(conversation_id))

    def _read(self, conversation_id: str) -> Any:
        query = sa.select(_CONVERSATIONS).where(_CONVERSATIONS.c.conversation_id == conversation_id)
        with self._engine.connect() as connection:
            return connection.execute(query).first()

    def _write(self, tracker: DialogueStateTracker, replies: list[tuple[str, Reply]]) -> None:
        events = json.dumps([event.as_dict() for event in recent_events(tracker)])
        row = {
            "conversation_id": tracker.sender_id, "events": events, "replies": json.dumps(replies),
            "used_at": int(self.pruner.now()),
        }  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(self._upsert, row)


def open_database(url: str | sa.engine.URL) -> sa.engine.Engine:
    """A pool of durable connections to SQLite or PostgreSQL, each wait in it limited.

    Raises:
        ValueError: another kind of database.
    """
    kind = sa.engine.make_url(url).get_backend_name()
    if kind == "postgresql":
        url = sa.engine.make_url(url).set(drivername="postgresql+psycopg2")  # the driver that Rasa installs
        limits = {
            "connect_timeout": SECONDS_TO_WAIT,
            "options": f"-c statement_timeout={SECONDS_TO_WAIT}s -c lock_timeout={SECONDS_TO_WAIT}s",
        }
        return sa.create_engine(url, pool_pre_ping=True, pool_timeout=SECONDS_TO_WAIT, connect_args=limits)
    if kind != "sqlite":
        raise ValueError(f"the tracker store knows SQLite and PostgreSQL, not {kind}")
    limits = {"timeout": SECONDS_TO_WAIT, "check_same_thread": False}
    engine = sa.create_engine(url, poolclass=QueuePool, pool_timeout=SECONDS_TO_WAIT, connect_args=limits)
    sa.event.listen(engine, "connect", _make_durable)
    return engine


def _make_table(engine: sa.engine.Engine) -> None:
    """Engines that start side by side all come out well: whoever loses the race finds the table on a second look."""
    try:
        _METADATA.create_all(engine)
    except sa.exc.DBAPIError:
        _METADATA.create_all(engine)


def _make_durable(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _upsert(dialect: str) -> Any:
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(_CONVERSATIONS)
    changes = {name: insert.excluded[name] for name in ("events", "replies", "used_at")}
    return insert.on_conflict_do_update(index_elements=["conversation_id"], set_=changes)
