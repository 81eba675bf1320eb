"""What Messenger keeps: one thread for each person, the page's templates and its subscription."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sandbox.messenger.errors import GraphRefusal

PAGE_INBOX_APP = 263902037430900
"""The app by which people write from the page's own inbox."""

Author = Literal["person", "bot", "staff"]


@dataclass
class Post:
    """One message in a thread. Times are aware, in UTC, on the shared clock."""

    mid: str
    by: Author
    text: str
    at: datetime
    quick_replies: list[dict[str, str]] = field(default_factory=list)
    messaging_type: str | None = None
    tag: str | None = None
    template: str | None = None
    metadata: str | None = None
    status: str = "sent"
    webhook: str = ""
    """For what a person does: ``pending``, then what the gateway answered (``200``, ``connect`` ...)."""

    def as_json(self) -> dict[str, Any]:
        return {
            "mid": self.mid,
            "by": self.by,
            "text": self.text,
            "at": self.at.isoformat(),
            "quick_replies": [reply["title"] for reply in self.quick_replies],
            "messaging_type": self.messaging_type,
            "tag": self.tag,
            "template": self.template,
            "metadata": self.metadata,
            "status": self.status,
            "webhook": self.webhook,
        }


@dataclass
class Thread:
    """A person's conversation with the page. `heard_at` is when the person last did what opens the 24 hours."""

    psid: str
    posts: list[Post] = field(default_factory=list)
    heard_at: datetime | None = None
    blocked: bool = False
    owned_by_inbox: bool = False
    """While the page's inbox owns the thread, our app stands by."""

    def add(self, post: Post) -> Post:
        self.posts.append(post)
        return post

    def as_json(self) -> dict[str, Any]:
        return {
            "psid": self.psid,
            "blocked": self.blocked,
            "owned_by_inbox": self.owned_by_inbox,
            "heard_at": self.heard_at.isoformat() if self.heard_at else None,
            "messages": [post.as_json() for post in self.posts],
        }


@dataclass(frozen=True)
class Template:
    """An approved utility template of the page: its body with ``{{1}}``, ``{{2}}`` ... in it."""

    name: str
    language: str
    body: str


def new_mid() -> str:
    return "m_" + secrets.token_urlsafe(24)


class MessengerState:
    """`refusals` are used up one after the other by the next requests to send."""

    def __init__(self) -> None:
        self.threads: dict[str, Thread] = {}
        self.templates: dict[tuple[str, str], Template] = {}
        self.refusals: deque[GraphRefusal] = deque()
        self.page_fields: list[str] = []
        self.callback: dict[str, Any] = {}
        self.profile: dict[str, Any] = {}

    def thread(self, psid: str) -> Thread:
        """The person's thread, begun if there is none."""
        return self.threads.setdefault(psid, Thread(psid))
