"""Files of examples: tab-separated, UTF-8, one header line, no quoting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import MsbError


class FileRefused(MsbError):
    """A file of examples can't be used as it is; the text says where and why."""


@dataclass(frozen=True)
class Row:
    """One example; `line` counts from 1, the header included."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def read_rows(file: Path, columns: Sequence[str]) -> list[Row]:
    """The examples of `file`, whose header must name these columns in any order; nothing is trimmed.

    Raises:
        FileRefused: it can't be read, is not UTF-8, has no examples, or a line has another number of cells.
    """
    lines = _text(file).split("\n")
    header = lines[0].split("\t")
    missing = [column for column in columns if column not in header]
    if missing:
        raise FileRefused(f"{file}: the header has no column {', '.join(missing)}; it needs {', '.join(columns)}.")
    rows = [_row(file, header, number, line) for number, line in enumerate(lines[1:], start=2) if line]
    if not rows:
        raise FileRefused(f"{file}: there are no examples in it.")
    return rows


def _text(file: Path) -> str:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FileRefused(f"{file}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FileRefused(f"{file}: not UTF-8 at byte {error.start}.") from error
    return text.replace("\r\n", "\n")


def _row(file: Path, header: list[str], number: int, line: str) -> Row:
    cells = line.split("\t")
    if len(cells) != len(header):
        raise FileRefused(f"{file}, line {number}: {len(cells)} cells instead of {len(header)}.")
    return Row(number, dict(zip(header, cells, strict=True)))


def check_known(file: Path, rows: Sequence[Row], column: str, known: frozenset[str]) -> None:
    """Raises:
    FileRefused: a cell of the column is none of the known words.
    """
    for row in rows:
        if row[column] not in known:
            raise FileRefused(
                f"{file}, line {row.line}: {column} is {row[column]!r}, not one of {', '.join(sorted(known))}."
            )
