"""Going back to the beginning: the rows that were there when a demonstration began, and nothing else.

For the sandbox alone, where everything that is lost was made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.config import Settings
from bot.errors import Refused
from bot.model import ApiKey, Base, ConsoleSession, SignInLink, Staff

STAYS = frozenset({model.__tablename__ for model in (Staff, ConsoleSession, SignInLink, ApiKey)})
"""Who may come in, and as whom, does not belong to the story: nobody is signed out."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def read_rows(session: Session) -> Rows:
    """Every row of every table that goes back to its beginning, by table."""
    return {table.name: [dict(row) for row in session.execute(sa.select(table)).mappings()] for table in _tables()}


def put_back(session: Session, settings: Settings, rows: Rows) -> None:
    """Deletes what there is, and puts these rows in its place: in one transaction, all of it or nothing.

    Raises:
        Refused: there is no sandbox, so the members may be real ones.
    """
    if not settings.sandbox_url:
        raise Refused("Only a demonstration can go back to its beginning: there is no sandbox (MSB_SANDBOX_URL).")
    for table in reversed(_tables()):
        session.execute(sa.delete(table))
    for table in _tables():
        if kept := rows.get(table.name):
            session.execute(sa.insert(table), list(kept))


def _tables() -> list[sa.Table]:
    """Those that others refer to come first."""
    return [table for table in Base.metadata.sorted_tables if table.name not in STAYS]
