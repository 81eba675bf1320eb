"""Many rows in one statement, inside the caller's transaction: reading, inserting, changing.

PostgreSQL is handed all rows as one JSON text, so the statement is the same however many they are: it is parsed and
planned once, and nothing is done for each value on our side. SQLite lives in our process and takes row after row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import QueryableAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

from bot.model import Base

Row = Mapping[str, Any]
Where = Callable[[Any], sa.ColumnElement[bool]]


class Ids(sa.types.TypeDecorator[Collection[int]]):
    """Many numbers as one parameter."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> str:
        numbers = ",".join(map(str, value or ()))
        return f"{{{numbers}}}" if dialect.name == "postgresql" else f"[{numbers}]"


class among(FunctionElement[bool]):  # noqa: N801 - it reads as a function of SQL
    """Whether a column is one of the numbers in the parameter `name`.

    As `column in (...)`, but the statement is the same however many they are.
    """

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[Any] | QueryableAttribute[Any], name: str = "ids") -> None:
        super().__init__(column, sa.bindparam(name, type_=Ids))

    def self_group(self, against: OperatorType | None = None) -> among:
        """It is a condition as it is: SQLite, for which "= 1" would be added, would read whole tables then."""
        return self


@compiles(among, "postgresql")
def _among_in_postgresql(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    # Not "= any (...)": of a table that has just grown the planner may choose to read every row, and would compare
    # each with all the numbers. So it makes a hash of them.
    return f"{column} in (select unnest(cast({numbers} as bigint[])))"


@compiles(among, "sqlite")
def _among_in_sqlite(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} in (select value from json_each({numbers}))"  # noqa: S608 - both are SQL already


@dataclass(frozen=True)
class Then:
    """What an insert does about rows that are there already, and what it tells."""

    unique: tuple[str, ...]
    changes: tuple[str, ...]
    where: Where | None
    returning: tuple[str, ...]


def insert(
    session: Session,
    model: type[Base],
    rows: Sequence[Row],
    *,
    unique: Sequence[str] = (),
    changes: Sequence[str] = (),
    where: Where | None = None,
    returning: Sequence[str] = (),
) -> Sequence[sa.Row[Any]]:
    """Inserts rows, which all have the same columns, in their order; returns these columns of those that were written.

    A row whose `unique` columns are there already is left out, or changes the `changes` columns of the one there if
    `where` says so of its new columns; no two of `rows` may be the same in the `unique` ones then.
    """
    if not rows:
        return []
    then, connection = Then(tuple(unique), tuple(changes), where, tuple(returning)), session.connection()
    if connection.dialect.name == "postgresql":
        found = connection.execute(_json_insert(model, tuple(rows[0]), then), {"rows": _as_json(rows)})
    else:
        found = connection.execute(_insert(model, then), list(rows))
    return found.all() if returning else []


def update(session: Session, model: type[Base], rows: Sequence[Row], *, document: str | None = None) -> None:
    """Changes rows by their `id`, all in the same columns.

    `document` is a JSON column of which many rows get the very same value, or keep theirs: then it is None.
    """
    if not rows:
        return
    columns = tuple(name for name in rows[0] if name != "id")
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        rows, documents = _numbered(rows, document)
        given = {"rows": _as_json(rows), "documents": _as_json(documents)}
        connection.execute(_json_update(model, columns, document), given)
    else:
        connection.execute(_update(model, columns, document), [_renamed(row) for row in rows])


def _renamed(row: Row) -> dict[str, Any]:
    """The names of columns are taken by the statement itself."""
    return {f"_{name}": value for name, value in row.items()}


def _numbered(rows: Sequence[Row], document: str | None) -> tuple[Sequence[Row], list[Any]]:
    """The rows with numbers for documents, and the documents: each goes to the server once."""
    if document is None:
        return rows, []
    known = {id(row[document]): row[document] for row in rows if row[document] is not None}
    number_of = {key: number for number, key in enumerate(known)}
    return [{**row, document: number_of.get(id(row[document]))} for row in rows], list(known.values())


def _as_json(rows: Sequence[Any]) -> str:
    return json.dumps(rows, default=_moment, ensure_ascii=False, separators=(",", ":"))


def _moment(value: object) -> str:
    if isinstance(value, datetime | date):
        return _iso(value)
    raise TypeError(f"a {type(value).__name__} can't be written")


@lru_cache(maxsize=4096)
def _iso(value: date) -> str:
    """Most moments of many rows are the same."""
    return value.isoformat()


def _source(table: sa.Table, columns: Sequence[str], numbers: str | None = None) -> sa.TableValuedAlias:
    """The rows of the parameter, with the types of the table's columns; one of them has numbers instead."""
    rows = sa.func.json_to_recordset(sa.cast(sa.bindparam("rows", type_=sa.Text), postgresql.JSON))
    typed = (sa.column(name, sa.Integer if name == numbers else table.c[name].type) for name in columns)
    return rows.table_valued(*typed, name="given").render_derived(name="given", with_types=True)


@cache
def _json_insert(model: type[Base], columns: tuple[str, ...], then: Then) -> sa.Executable:
    table = _table(model)
    source = _source(table, columns)
    statement = postgresql.insert(table).from_select(columns, sa.select(*(source.c[name] for name in columns)))
    return _ending(statement, table, then)


@cache
def _insert(model: type[Base], then: Then) -> sa.Executable:
    table = _table(model)
    return _ending(sqlite.insert(table), table, then)


def _ending(statement: postgresql.Insert | sqlite.Insert, table: sa.Table, then: Then) -> sa.Executable:
    if then.changes:
        new = {name: statement.excluded[name] for name in then.changes}
        where = then.where(statement.excluded) if then.where is not None else None
        statement = statement.on_conflict_do_update(index_elements=then.unique, set_=new, where=where)
    elif then.unique:
        statement = statement.on_conflict_do_nothing(index_elements=then.unique)
    return statement.returning(*(table.c[name] for name in then.returning)) if then.returning else statement


@cache
def _json_update(model: type[Base], columns: tuple[str, ...], document: str | None) -> sa.Executable:
    table = _table(model)
    source = _source(table, ("id", *columns), numbers=document)
    new: dict[str, sa.ColumnElement[Any]] = {name: source.c[name] for name in columns}
    if document is not None:
        text = sa.cast(sa.bindparam("documents", type_=sa.Text), postgresql.JSONB)
        once = sa.select(text).scalar_subquery()  # read once, and not for each row
        new[document] = sa.func.coalesce(once.op("->")(source.c[document]), table.c[document])
    return sa.update(table).values(new).where(table.c.id == source.c.id)


@cache
def _update(model: type[Base], columns: tuple[str, ...], document: str | None) -> sa.Executable:
    table = _table(model)
    new: dict[str, sa.ColumnElement[Any]]
    new = {name: sa.bindparam(f"_{name}", type_=_nullable(table.c[name].type)) for name in columns}
    if document is not None:
        new[document] = sa.func.coalesce(new[document], table.c[document])
    return sa.update(table).values(new).where(table.c.id == sa.bindparam("_id"))


def _nullable(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """None is no value, and not the `null` of JSON."""
    return sa.JSON(none_as_null=True) if isinstance(kind, sa.JSON) else kind


def _table(model: type[Base]) -> sa.Table:
    table = model.__table__
    assert isinstance(table, sa.Table)
    return table
