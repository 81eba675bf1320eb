"""A file of members before it is taken in: what each line would do, and then just that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.members.enrol import Enrolled
from bot.members.hand import Hand
from bot.programme.models import Programme

MOST_BYTES = 10_000_000
MOST_LINES = 20_000


class Fate(StrEnum):
    """What a line does."""

    NEW = "new"
    CHANGES = "changes"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True)
class Change:
    """One field of a member; `before` and `after` as words, empty where there is nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Problem:
    """`column` is None when it is about the whole line."""

    column: str | None
    problem: str
    remedy: str


@dataclass(frozen=True)
class LinePreview:
    """One line of the file. `member_id` is whom it changes."""

    line: int
    number: str | None
    name: str
    fate: Fate
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    member_id: int | None = None


@dataclass(frozen=True)
class Preview:
    """What a file would do. It can be taken in if `can_commit`; `state` is what the database was when it was looked at,
    for `commit`. `problems` are about the file as a whole."""

    file: str
    lines: tuple[LinePreview, ...]
    problems: tuple[Problem, ...]
    state: str
    digest: str

    def count(self, fate: Fate) -> int:
        return sum(line.fate is fate for line in self.lines)

    @property
    def can_commit(self) -> bool:
        changing = any(line.fate in (Fate.NEW, Fate.CHANGES) for line in self.lines)
        return changing and not self.problems and not self.count(Fate.ERROR)


def look(session: Session, programme: Programme, file: str, data: bytes, now: datetime) -> Preview:
    """What each line of the file `data` would do. Reads only; what can't be read at all is a problem of the file."""
    raise NotImplementedError


def commit(session: Session, programme: Programme, file: str, data: bytes, seen: Preview, hand: Hand) -> list[Enrolled]:
    """Takes in just what was shown, all of it or nothing.

    Raises:
        ImportRefused: there are errors, or it is another file.
        Refused: something that matters has changed since; look again.
    """
    raise NotImplementedError
