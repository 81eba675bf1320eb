"""Lengths of time in statements, in whole hours, on either database; and what is typical of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class hours_between(FunctionElement[int]):  # noqa: N801 - it is written like the other functions of a statement
    """Whole hours from the first moment to the second, rounded down."""

    type = sa.Integer()
    inherit_cache = True


@compiles(hours_between, "sqlite")
def _sqlite(element: hours_between, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(one, **options) for one in element.clauses)
    return f"((strftime('%s', {second}) - strftime('%s', {first})) / 3600)"


@compiles(hours_between, "postgresql")
def _postgresql(element: hours_between, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(one, **options) for one in element.clauses)
    return f"CAST(floor(extract(epoch from ({second} - {first})) / 3600) AS integer)"


def median(counts: Mapping[int, int]) -> int | None:
    """The middle one of values that are given with how often each occurs; of an even number, the lower middle one."""
    total, seen = sum(counts.values()), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen * 2 >= total > 0:
            return value
    return None
