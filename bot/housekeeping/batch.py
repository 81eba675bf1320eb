"""One batch of one pass, in one short transaction: a stretch of the table, and what of it has had its time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.db import Database
from bot.housekeeping.archive import Archive
from bot.housekeeping.passes import Pass
from bot.housekeeping.plain import plain
from bot.lanes.put import upsert
from bot.model import Bookmark

LOOKED_AT = 1000
"""Rows that a batch looks at, and at most changes."""
LOOKED_AT_ALONE = 200
"""The same where there is one writer, for whom everybody else waits meanwhile."""
AGAIN = timedelta(days=7)
"""What was spared is looked at again at the end of a round that began so long ago."""


@dataclass(frozen=True)
class Done:
    """What a batch did. `is_end`: there is nothing more that is old enough, or somebody else is at it."""

    looked_at: int = 0
    removed: int = 0
    is_end: bool = True


def begin(db: Database, passes: Iterable[Pass], now: datetime) -> None:
    """Puts a bookmark at the start of each table that has none."""
    with db.begin() as session:
        for one in passes:
            row = upsert(session, Bookmark).values(name=one.name, at=now, place="0")
            session.execute(row.on_conflict_do_nothing(index_elements=["name"]))


def run(db: Database, one: Pass, cutoff: datetime, now: datetime, archive: Archive | None) -> Done:
    """Goes on where the last batch stopped. While another scheduler is at this table, it is left to that one."""
    with db.begin() as session:
        mark = held(session, one.name)
        if mark is None:
            return Done()
        most = LOOKED_AT_ALONE if db.is_sqlite else LOOKED_AT
        stretch = _stretch(session, one, int(mark.place or 0), most)
        old = [index for index, row in enumerate(stretch) if row.born < cutoff]
        if not old:
            return Done(is_end=not _begins_again(mark, now))
        stretch, is_end = stretch[: old[-1] + 1], old[-1] + 1 < most
        keys = [row.key for row in stretch]
        ripe = _ripe(session, one, keys[0], keys[-1], cutoff)
        if ripe:
            (_empty if one.emptying else _delete)(session, one, ripe, archive, now)
        done = set(ripe)
        left = [row.key for row in stretch if row.key not in done and not row.stays]
        busy = _first_ripe(session, one, left, cutoff) if left else None
        if busy is not None:
            mark.place = str(busy - 1)
            return Done(len(stretch), len(ripe))
        if left and mark.spared is None:
            mark.spared = str(left[0])
        mark.place = str(keys[-1])
        return Done(len(stretch), len(ripe), is_end)


def held(session: Session, name: str) -> Bookmark | None:
    """The bookmark, locked; None while somebody else holds it."""
    mine = sa.select(Bookmark).where(Bookmark.name == name).with_for_update(skip_locked=True)
    return session.scalars(mine).first()


def unfinished(mark: Bookmark | None) -> int:
    """The first key that may have to be looked at."""
    return min(int(mark.spared or mark.place or 0), int(mark.place or 0)) if mark is not None else 0


def _begins_again(mark: Bookmark, now: datetime) -> bool:
    """At the end of a round: goes back to the first row that was spared in it, if that is long ago."""
    if mark.spared is None or mark.at + AGAIN > now:
        return False
    mark.place, mark.spared, mark.at = str(int(mark.spared) - 1), None, now
    return True


def _stretch(session: Session, one: Pass, place: int, most: int) -> Sequence[Any]:
    """The next keys, by the primary key's index alone."""
    stays = one.stays if one.stays is not None else sa.false()
    rows = sa.select(one.id.label("key"), one.born.label("born"), stays.label("stays")).where(one.id > place)
    return session.execute(rows.order_by(one.id).limit(most)).all()


def _ripe(session: Session, one: Pass, first: int, last: int, cutoff: datetime) -> list[int]:
    """The keys of what has had its time, locked; what somebody else holds is not among them."""
    found = _found(one, one.id.between(first, last), cutoff).with_for_update(of=one.table, skip_locked=True)
    return list(dict.fromkeys(session.scalars(found)))


def _first_ripe(session: Session, one: Pass, keys: list[int], cutoff: datetime) -> int | None:
    """The first of these that has had its time: somebody else holds it, so the next run begins there."""
    return session.scalars(_found(one, one.id.in_(keys), cutoff).limit(1)).first()


def _found(one: Pass, which: sa.ColumnElement[bool], cutoff: datetime) -> sa.Select[int]:
    found = sa.select(one.id).where(which, one.ripe(cutoff)).order_by(one.id)
    return found if one.stays is None else found.where(sa.not_(one.stays))


def _empty(session: Session, one: Pass, keys: list[int], _archive: Archive | None, _now: datetime) -> None:
    assert one.emptying is not None
    if not one.emptying.columns:
        session.execute(
            sa.update(one.table)
            .where(one.id.in_(keys))
            .values(one.emptying.values(None))
            .execution_options(synchronize_session=False)
        )
        return
    rows = session.execute(sa.select(one.id.label("id"), *one.emptying.columns).where(one.id.in_(keys)))
    session.execute(sa.update(one.table), [{"id": row.id, **one.emptying.values(row)} for row in rows])


def _delete(session: Session, one: Pass, keys: list[int], archive: Archive | None, now: datetime) -> None:
    """The rows are on the disk before they are gone; should they stay after all, they are archived once more."""
    lines = _lines(session, one, keys, now) if archive is not None and one.archived else []
    session.execute(sa.delete(one.table).where(one.id.in_(keys)).execution_options(synchronize_session=False))
    if archive is not None and lines:
        archive.append(one.kind, lines)


def _lines(session: Session, one: Pass, keys: list[int], now: datetime) -> list[dict[str, Any]]:
    lines = _of_table(session, one.table, one.id, one.archived, keys, now)
    for part, (refers, columns) in one.parts.items():
        lines += _of_table(session, part, refers, columns, keys, now, owner=refers.key)
    return lines


def _of_table(
    session: Session, table: Any, by: Any, columns: tuple[str, ...], keys: list[int], now: datetime, owner: str = ""
) -> list[dict[str, Any]]:
    names = (*columns, owner) if owner else columns
    rows = session.execute(sa.select(*(getattr(table, name) for name in names)).where(by.in_(keys)).order_by(by))
    moment, name = now.isoformat(), table.__tablename__
    return [
        {"table": name, "archived_at": moment, "row": {key: plain(key, value) for key, value in row._mapping.items()}}
        for row in rows
    ]
