"""A list on the page of which only what changed is drawn anew, so that menus stay open and words stay typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nicegui import ui

from console.sandbox.slack.tags import tag


@dataclass(frozen=True)
class Row:
    """`looks` is everything that its picture depends on: it is drawn again when that differs."""

    key: str
    looks: Any
    draw: Callable[[], None]
    classes: str = ""
    name: str = "div"
    props: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class _Cell:
    box: ui.element
    looks: Any
    classes: str


class Rows:
    """The children of `box`, which has no others."""

    def __init__(self, box: ui.element) -> None:
        self.box = box
        self.cells: dict[str, _Cell] = {}

    def show(self, wanted: Sequence[Row]) -> None:
        keys = {row.key for row in wanted}
        for gone in [key for key in self.cells if key not in keys]:
            self.cells.pop(gone).box.delete()
        for at, row in enumerate(wanted):
            cell = self._drawn(row)
            if self.box.default_slot.children[at] is not cell.box:
                cell.box.move(target_index=at)

    def _drawn(self, row: Row) -> _Cell:
        cell = self.cells.get(row.key)
        if cell is None:
            with self.box:
                cell = _Cell(tag(row.name, row.classes, **row.props), None, row.classes)
            self.cells[row.key] = cell
        elif cell.looks == row.looks:
            return cell
        else:
            cell.box.clear()
            cell.box.classes(replace=row.classes)
        cell.looks = row.looks
        with cell.box:
            row.draw()
        return cell
