"""Archives: what is deleted, without names, addresses and words, as gzip-compressed JSON lines, a file a class and day.

A batch is on the disk before its rows are deleted. If the deletion fails then, it is archived again with the next try:
a row may be in the files twice, with the same table and id.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

CHUNK = 1 << 20
GZIP = 31
"""For zlib: one gzip member, with its check sum."""


@dataclass
class Archive:
    """The files of one day in `folder`. Who writes to a class holds the lock of its pass."""

    folder: Path
    day: date
    _sound: dict[Path, int] = field(default_factory=dict)

    def path(self, kind: str) -> Path:
        return self.folder / f"{kind}-{self.day.isoformat()}.jsonl.gz"

    def append(self, kind: str, rows: Iterable[dict[str, Any]]) -> None:
        """Writes rows and waits for the disk.

        Raises:
            OSError: they could not be written; the file is as it was.
        """
        lines = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
        path = self.path(kind)
        is_new = not path.exists()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            end = self._end(path, file)
            os.truncate(file, end)
            try:
                written = _write(file, gzip.compress(lines.encode(), mtime=0), end)
                os.fsync(file)
            except OSError:
                os.truncate(file, end)
                raise
            self._sound[path] = written
        finally:
            os.close(file)
        if is_new:
            _sync_folder(self.folder)

    def _end(self, path: Path, file: int) -> int:
        """Where the file is sound up to: whoever died while writing left less than a batch behind it."""
        size = os.fstat(file).st_size
        return size if self._sound.get(path) == size else sound_length(path)


def _write(file: int, data: bytes, at: int) -> int:
    while data:
        written = os.pwrite(file, data, at)
        data, at = data[written:], at + written
    return at


def _sync_folder(folder: Path) -> None:
    """The file's name has to outlast a power failure too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sound_length(path: Path) -> int:
    """How many bytes from the start are whole batches."""
    return max((end for end, _ in _batches(path)), default=0)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of an archive, the oldest first; a batch that was never finished is left out."""
    for _, lines in _batches(path):
        for line in lines.splitlines():
            yield json.loads(line)


def _batches(path: Path) -> Iterator[tuple[int, bytes]]:
    """Each batch that is whole, with where in the file it ends; what follows one that is not is nobody's."""
    at, held, member = 0, bytearray(), zlib.decompressobj(GZIP)
    with path.open("rb") as file:
        data = file.read(CHUNK)
        while data:
            try:
                held += member.decompress(data)
            except zlib.error:
                return
            at += len(data) - len(member.unused_data)
            rest = member.unused_data
            if member.eof:
                yield at, bytes(held)
                held, member = bytearray(), zlib.decompressobj(GZIP)
            data = rest or file.read(CHUNK)
