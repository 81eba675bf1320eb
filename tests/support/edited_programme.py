"""A copy of the shipped programme with changes in its files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from app.places import ROOT

Content = dict[str, Any]


def copy_of_programme(folder: Path, **edits: Callable[[Content], None]) -> Path:
    """`edits` are called with the content of a file, which they change: ``ladders`` or the key of a journey."""
    shutil.copytree(ROOT / "journeys", folder)
    for name, edit in edits.items():
        path = next(found for found in (folder / f"{name}.yml", folder / "journeys" / f"{name}.yml") if found.exists())
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        edit(content)
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def step_of(content: Content, key: str) -> Content:
    """A step in the content of a journey's file."""
    steps = (step for milestone in content["journey"]["milestones"] for step in milestone["steps"])
    found: Content = next(step for step in steps if step["key"] == key)
    return found
