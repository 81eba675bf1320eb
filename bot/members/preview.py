"""A file of members before it is taken in: what each line would do, and then just that."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot import audit
from bot.errors import ImportRefused, Refused
from bot.members import comparing, segments
from bot.members.enrol import Enrolled, enrol_all
from bot.members.hand import Hand
from bot.members.table import MemberRow, Parsed, read_members
from bot.programme.models import Programme

MOST_BYTES = 5_000_000
MOST_LINES = 5000
"""All of it is one transaction, for which others wait on SQLite. The command line takes files of any size."""


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
    text, problem = _decoded(data)
    if problem is not None:
        return _whole(file, data, (), (problem,))
    parsed, first = _read(programme, text, now), _first_line(text)
    if len(parsed.rows) + len(parsed.errors) > MOST_LINES:
        said = f"there are more than {MOST_LINES} lines"
        remedy = "Part the file, or take it in with: msb members import FILE."
        return _whole(file, data, (), (Problem(None, said, remedy),))
    by_line: defaultdict[int, list[Problem]] = defaultdict(list)
    for error in parsed.errors:
        by_line[error.line].append(Problem(error.column, error.problem, error.remedy))
    about_all = tuple(by_line.pop(first, ()))
    wrong = [LinePreview(line, None, "", Fate.ERROR, problems=tuple(found)) for line, found in by_line.items()]
    known = comparing.load(session, programme, parsed.rows)
    lines = [*wrong, *(_line(known, row) for row in parsed.rows if row.line not in by_line)]
    return _whole(file, data, tuple(sorted(lines, key=lambda one: one.line)), about_all)


def commit(session: Session, programme: Programme, file: str, data: bytes, seen: Preview, hand: Hand) -> list[Enrolled]:
    """Takes in just what was shown, all of it or nothing. Lines that change nothing are left alone.

    Raises:
        ImportRefused: there are errors, or it is another file.
        Refused: something that matters has changed since; look again.
    """
    if _digest(data) != seen.digest:
        raise ImportRefused("It is not the file that was looked at. Look at it again.")
    if not seen.can_commit:
        raise ImportRefused("Nothing in it can be taken in as it is.")
    now = hand.times.now
    again = look(session, programme, file, data, now)
    if again.state != seen.state:
        raise Refused("Members have changed since this was looked at, so that it would do something else. Look again.")
    wanted = {line.line for line in again.lines if line.fate in (Fate.NEW, Fate.CHANGES)}
    rows = [row for row in _read(programme, _decoded(data)[0], now).rows if row.line in wanted]
    taken = enrol_all(session, programme, rows, source=f"import:{file}", now=now)
    new = sum(one.is_new for one in taken)
    audit.write(session, now, hand.actor, "members.imported", reason=file, new=new, changed=len(taken) - new)
    return taken


def _line(known: comparing.Known, row: MemberRow) -> LinePreview:
    name = f"{row.first_name} {row.last_name}"
    member, taken = known.member(row), known.addresses_of_others(row)
    if taken:
        remedy = "Correct it, or make the two records one first."
        problems = [Problem(column, f"{address} is the address of {whose}", remedy) for column, address, whose in taken]
        return LinePreview(row.line, row.member_number, name, Fate.ERROR, problems=tuple(problems))
    changes = tuple(Change(*one) for one in known.changes(row, member))
    fate = Fate.NEW if member is None else Fate.CHANGES if changes else Fate.UNCHANGED
    return LinePreview(row.line, row.member_number, name, fate, changes, member_id=member.id if member else None)


def _whole(file: str, data: bytes, lines: tuple[LinePreview, ...], problems: tuple[Problem, ...]) -> Preview:
    state = hashlib.sha256(repr((lines, problems)).encode()).hexdigest()
    return Preview(file, lines, problems, state, _digest(data))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(programme: Programme, text: str, now: datetime) -> Parsed:
    return read_members(text, today=now.date(), segment_keys=segments.keys(programme))


def _first_line(text: str) -> int:
    """Where the names of the columns stand."""
    return next((at for at, line in enumerate(text.splitlines(), 1) if line.strip()), 1)


def _decoded(data: bytes) -> tuple[str, Problem | None]:
    if len(data) > MOST_BYTES:
        remedy = "Part the file, or take it in with: msb members import FILE."
        return "", Problem(None, f"the file has {len(data):,} bytes; {MOST_BYTES:,} are the most", remedy)
    save = 'Save it as "CSV UTF-8" (in Excel: Save As, and choose that format).'
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", Problem(None, "the file is UTF-16", save)
    if data.startswith(b"PK"):
        return "", Problem(None, "the file is a workbook, not CSV", save)
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        near = data[max(error.start - 10, 0) : error.start + 10].decode("latin-1").strip()
        said = f'the file is not UTF-8, first on line {line} ("{near}" if it is Latin-1)'
        return "", Problem(None, said, save)
