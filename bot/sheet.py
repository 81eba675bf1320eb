"""A file of rows (CSV text): its columns, its records, and what is wrong in it by line and column.

Columns may be in any order; a comma, a semicolon or a tab is between them; a byte-order mark is allowed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from bot.members.fields import FieldRefused

_NAME = re.compile(r"[^\W\d]\w{0,63}")

T = TypeVar("T")


@dataclass(frozen=True)
class RowError:
    """What is wrong in the file. `line` counts from 1; `column` is None when it is about the whole line."""

    line: int
    column: str | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.column}' if self.column else ''}: {self.problem}. {self.remedy}"


@dataclass(frozen=True)
class Columns:
    """Which columns a kind of file has; behind a prefix (``trait_``) stands a name of the organisation's own.

    `rows` says what the lines are ("members"). The first prefix is the one to suggest for what is not known.
    """

    rows: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    prefixes: tuple[str, ...]

    def knows(self, name: str) -> bool:
        own = (name[len(prefix) :] for prefix in self.prefixes if name.startswith(prefix))
        return name in self.required + self.optional or any(_NAME.fullmatch(rest) for rest in own)

    def wrong(self, names: Sequence[str], line: int) -> Iterator[RowError]:
        """What is missing, doubled or not known in the line of names."""
        for name in self.required:
            if name not in names:
                yield RowError(line, name, "the column is missing", f"Add it to the first line and to {self._each()}.")
        for at, name in enumerate(names):
            if name in names[:at]:
                yield RowError(line, name, "the column is there twice", "Remove one of the two.")
            elif not self.knows(name):
                near = get_close_matches(name, self.required + self.optional, n=1)
                keep = f"Remove it, or call it {self.prefixes[0]}{_snake(name)} to keep it."
                remedy = f"Did you mean {near[0]}?" if near else keep
                yield RowError(line, name or f"column {at + 1}", "the column is not known", remedy)

    def _each(self) -> str:
        return f"each {self.rows.removesuffix('s')}"


class Cells:
    """One record: hands out its values, checked, and collects every error in it."""

    def __init__(self, line: int, columns: Sequence[str], cells: Sequence[str], errors: list[RowError]) -> None:
        self.line, self._errors, self._before = line, errors, len(errors)
        self._cells = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
        if len(cells) > len(columns):
            remedy = "Put quotation marks around a value that holds the separator."
            self.refuse(None, f"there are {len(cells)} values for {len(columns)} columns", remedy)

    @property
    def are_good(self) -> bool:
        return len(self._errors) == self._before

    def has(self, column: str) -> bool:
        return bool(self._cells.get(column))

    def starting(self, prefix: str) -> dict[str, str]:
        """The values that are not empty in the columns with this prefix, by the name behind it."""
        return {name[len(prefix) :]: cell for name, cell in self._cells.items() if name.startswith(prefix) and cell}

    def must(self, column: str, check: Callable[[str], T]) -> T | None:
        if not self.has(column):
            self.refuse(column, "it is empty", "Write a value.")
            return None
        return self.take(column, check)

    def take(self, column: str, check: Callable[[str], T]) -> T | None:
        """The value in its one form; None when the cell is empty or was refused."""
        cell = self._cells.get(column)
        if not cell:
            return None
        try:
            return check(cell)
        except FieldRefused as refused:
            self.refuse(column, refused.problem, refused.remedy)
            return None

    def refuse(self, column: str | None, problem: str, remedy: str) -> None:
        self._errors.append(RowError(self.line, column, problem, remedy))


def read(text: str, columns: Columns, errors: list[RowError]) -> Iterator[Cells]:
    """Each record of the file; nothing when the line of names is wrong. What can't be read goes into `errors`."""
    records = _records(text.removeprefix("\ufeff"), errors)
    first = next(records, None)
    if first is None:
        if not errors:
            errors.append(RowError(1, None, "the file is empty", "Start with a line of column names."))
        return
    line, names = first[0], [name.strip().casefold() for name in first[1]]
    errors.extend(columns.wrong(names, line))
    if errors:
        return
    is_empty = True
    for at, cells in records:
        is_empty = False
        yield Cells(at, names, cells, errors)
    if is_empty and not errors:
        errors.append(RowError(line, None, f"there are no {columns.rows} below the column names", "Add a line each."))


def _records(text: str, errors: list[RowError]) -> Iterator[tuple[int, list[str]]]:
    """Each record that isn't blank, with the line it starts on; a quoted value may hold line breaks."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = 'Check the quotation marks: each is closed, and a quote inside a value is doubled ("").'
        errors.append(RowError(line, None, f"the line can't be read ({error}); nothing after it was checked", remedy))


def _snake(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name).strip("_") or "something"
