"""Changing a row that is at hand, at once, by a statement that is built once.

For the few changes that each message makes: the session's own way, which finds out what has changed, costs three times
as much as the statement.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from bot.model import Base


def change(session: Session, row: Base, **values: Any) -> None:
    """Writes these columns of a row that the session has loaded, and keeps the object as the row is."""
    key = sa.inspect(row).identity
    assert key is not None
    statement = _update(type(row), tuple(values))
    session.execute(statement, {"of_row": key[0], **{f"to_{name}": value for name, value in values.items()}})
    for name, value in values.items():
        set_committed_value(row, name, value)


@cache
def _update(model: type[Base], names: tuple[str, ...]) -> sa.Executable:
    table = cast("sa.Table", model.__table__)
    (key,) = table.primary_key.columns
    changed = {name: sa.bindparam(f"to_{name}", type_=table.c[name].type) for name in names}
    return sa.update(table).where(key == sa.bindparam("of_row")).values(changed)
