"""Careful looks into what Meta sends: every field may be missing, or be something else than expected."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

LONGEST_ID = 200
MILLISECONDS_FROM = 100_000_000_000
LATEST = 4_000_000_000


def storable(text: str) -> str:
    """Without what no database can store: the character 0, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def text_of(found: Json, name: str) -> str:
    """The text in a field; empty when there is none."""
    value = found.get(name)
    return storable(value) if isinstance(value, str) else ""


def object_of(found: Json, name: str) -> Json:
    """The object in a field; empty when there is none."""
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def objects_of(found: Json, name: str) -> list[Json]:
    """The objects in a list; what isn't one is left out."""
    value = found.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def id_of(found: Json, name: str) -> str:
    """An id, which Meta writes as a text or as a number; empty when there is none of a sensible length."""
    value = found.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**20:
        value = str(value)
    return storable(value) if isinstance(value, str) and 0 < len(value) <= LONGEST_ID else ""


def moment_of(found: Json, name: str) -> datetime | None:
    """A time, in milliseconds or (in some events) seconds since 1970, as a number or a text."""
    value = found.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    seconds = value / 1000 if MILLISECONDS_FROM <= value < LATEST * 1000 else value
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < LATEST else None


def named(*parts: str) -> str:
    """A name to tell repetitions by, of bounded length."""
    name = ":".join(("messenger", *parts))
    return name if len(name) <= LONGEST_ID else "messenger:" + hashlib.sha256(name.encode()).hexdigest()
