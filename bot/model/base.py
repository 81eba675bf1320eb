"""What all tables share."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, mapped_column

from bot.db import Json, Moment

Key = Annotated[int, mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)]
MemberId = Annotated[int, mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), index=True)]


class Base(DeclarativeBase):
    """Names for constraints, so that migrations can name them too."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, dict[str, Any]: Json, list[Any]: Json, str: sa.Text}  # noqa: RUF012


def refers(table: str, column: str) -> sa.Index:
    """The index by which a row that is deleted finds who refers to it; few do, and those that don't are not in it."""
    is_set = sa.text(f"{column} is not null")
    return sa.Index(f"ix_{table}_{column}", column, sqlite_where=is_set, postgresql_where=is_set)


def one_of(values: type[StrEnum]) -> sa.Enum:
    """A text column for the values of a StrEnum. The database does not check them: a new value is no migration."""
    return sa.Enum(values, native_enum=False, values_callable=lambda kind: [str(v) for v in kind], length=32)
