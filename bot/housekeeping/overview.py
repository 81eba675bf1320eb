"""What housekeeping would do now, and how large the tables are. Reads only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from bot.clock import Times
from bot.db import Database
from bot.housekeeping import batch, lanes
from bot.housekeeping.keeping import Keeping, Kind
from bot.housekeeping.passes import PASSES
from bot.model import Base, Bookmark, Lane

_SIZES = sa.text(
    "select c.relname as name, greatest(c.reltuples, 0)::bigint as rows, pg_total_relation_size(c.oid) as bytes, "
    "coalesce(s.n_dead_tup, 0) as dead, coalesce(s.n_tup_upd, 0) as updates, coalesce(s.n_tup_hot_upd, 0) as in_place "
    "from pg_class c left join pg_stat_user_tables s on s.relid = c.oid "
    "where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace order by 3 desc"
)


@dataclass(frozen=True)
class Size:
    """One table. The database estimates `rows` on PostgreSQL and knows `bytes` (with indexes) there alone.

    `dead` rows wait for a vacuum; of `updates`, since its figures were reset, those `in_place` touched no index.
    """

    table: str
    rows: int
    bytes: int | None = None
    dead: int = 0
    updates: int = 0
    in_place: int = 0


def waiting(db: Database, keeping: Keeping, times: Times) -> Counter[Kind]:
    """How many rows of each class have had their time. It reads all that no run has looked at yet."""
    now, found = min(times.now, times.wall), Counter(dict.fromkeys(Kind, 0))
    for one in PASSES:
        cutoff = keeping.cutoff(one.kind, now)
        if cutoff is None:
            continue
        with db.begin() as session:
            first = batch.unfinished(session.get(Bookmark, one.name))
            rows = sa.select(sa.func.count()).select_from(one.table).where(one.id >= first, one.ripe(cutoff))
            rows = rows if one.stays is None else rows.where(sa.not_(one.stays))
            found[one.kind] += session.scalars(rows).one()
    idle_since = keeping.cutoff(Kind.LANES, times.wall)
    if idle_since is not None:
        with db.begin() as session:
            idle = sa.select(sa.func.count()).select_from(Lane).where(lanes.ripe(idle_since, times.wall))
            found[Kind.LANES] += session.scalars(idle).one()
    return found


def sizes(db: Database) -> list[Size]:
    """The tables, the largest first."""
    with db.begin() as session:
        if not db.is_sqlite:
            return [Size(*row) for row in session.execute(_SIZES)]
        tables = Base.metadata.sorted_tables
        counted = [Size(one.name, session.scalar(sa.select(sa.func.count()).select_from(one)) or 0) for one in tables]
    return sorted(counted, key=lambda size: -size.rows)
