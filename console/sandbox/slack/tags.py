"""Plain elements with text. Text is only ever set as text, never as markup."""

from __future__ import annotations

from typing import Any, TypeVar

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

Made = TypeVar("Made", bound=ui.element)


def tag(name: str, classes: str = "", **props: Any) -> ui.element:
    """An element without text; `props` with underscores for dashes, those that are None left out."""
    return _with(ui.element(name), classes, props)


def text(said: str, classes: str = "", name: str = "div", **props: Any) -> TextElement:
    """An element with text, and nothing else, in it."""
    return _with(TextElement(tag=name, text=said), classes, props)


def _with(made: Made, classes: str, props: dict[str, Any]) -> Made:
    if classes:
        made.classes(classes)
    for prop, value in props.items():
        if value is not None:
            made.props[prop.rstrip("_").replace("_", "-")] = value
    return made
