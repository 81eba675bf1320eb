"""Everything of Block Kit that holds a value: menus, pickers, boxes, and fields for words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement

from console.sandbox.slack.desk import Desk, Json
from console.sandbox.slack.tags import tag, text
from console.sandbox.slack.words import plain

MENUS = {"static_select", "multi_static_select", "users_select", "channels_select", "conversations_select"}
TIMES = {"datepicker": "date", "timepicker": "time", "datetimepicker": "datetime-local"}
SEVERAL = {"multi_static_select", "checkboxes"}
LONGEST = 3000
MOMENT = "%Y-%m-%dT%H:%M"


class Field:
    """One of them, as it is drawn. `value` is as the sandbox's control interface takes it."""

    def __init__(self, element: Json, value: Any, desk: Desk, changed: Callable[[], Any] | None = None) -> None:
        self.element, self.kind = element, str(element["type"])
        self.input: ui.element
        self._read: Callable[[], Any]
        if self.kind == "checkboxes":
            self._boxes(value or [], changed)
        else:
            drawn = self._one(value, desk)
            self.input, self._read = drawn, lambda: drawn.value
            if changed is not None:
                self._tell(drawn, changed)

    @property
    def value(self) -> Any:
        found = self._read()
        if self.kind == "datetimepicker" and found:
            return int(datetime.strptime(found, MOMENT).replace(tzinfo=UTC).timestamp())
        return found or None

    def named(self, name: str, label: ui.element | None = None) -> None:
        """Gives it a name: that of `label`, where one stands beside it."""
        if label is None:
            self.input.props["aria-label"] = name
        elif self.kind in ("checkboxes", "radio_buttons"):
            self.input.props["aria-labelledby"] = label.html_id
        else:
            label.props["for"] = self.input.props["for"]

    def describe(self, identifier: str) -> None:
        """Says which element explains it, besides those that do already."""
        before = self.input.props.get("aria-describedby")
        self.input.props["aria-describedby"] = f"{before} {identifier}" if before else identifier

    def objects(self, *, is_wrong: bool) -> None:
        self.input.props["aria-invalid"] = "true" if is_wrong else "false"
        if isinstance(self.input, ValueElement):
            self.input.props["error"] = is_wrong

    def focus(self) -> None:
        self.input.run_method("focus")

    def _tell(self, drawn: ValueElement[Any], changed: Callable[[], Any]) -> None:
        """Words count when they are complete; a choice counts at once."""
        if self.kind == "plain_text_input":
            drawn.on("change", changed)
        else:
            drawn.on_value_change(changed)

    def _one(self, value: Any, desk: Desk) -> ValueElement[Any]:
        if self.kind == "plain_text_input":
            return _words(self.element, str(value or ""))
        if self.kind in TIMES:
            return _time(self.kind, value)
        if self.kind == "radio_buttons":
            said = {one["value"]: option_text(one) for one in options(self.element)}
            radio = ui.radio(said, value=value if value in said else None).props("dense").classes("sk-choices")
            radio.props["role"] = "radiogroup"
            return cast("ValueElement[Any]", radio)
        return _Menu(self.element, value, desk)

    def _boxes(self, chosen: list[str], changed: Callable[[], Any] | None) -> None:
        boxes: dict[str, ui.checkbox] = {}
        with tag("div", "sk-choices", role="group") as group:
            for one in options(self.element):
                on = one["value"] in chosen
                boxes[one["value"]] = ui.checkbox(option_text(one), value=on).props("dense")
                if changed is not None:
                    boxes[one["value"]].on_value_change(changed)
                if one.get("description"):
                    text(plain(one["description"]), "sk-hint")
        self.input, self._read = group, lambda: [value for value, box in boxes.items() if box.value]


class _Menu(ui.select):
    """A menu whose groups have their names above them."""

    def __init__(self, element: Json, value: Any, desk: Desk) -> None:
        self.groups = _groups(element)
        offered = _offered(element, desk)
        several = element["type"] in SEVERAL
        start = [one for one in value or [] if one in offered] if several else value if value in offered else None
        super().__init__(offered, value=start, multiple=several, with_input=len(offered) > 12)
        self.props("outlined dense options-dense behavior=menu hide-bottom-space").classes("sk-field")
        self.props["for"] = f"{self.html_id}-input"
        if start is None or start == []:
            self.props["display-value" if not self.props.get("use-input") else "placeholder"] = self._hint(element)
            self.on_value_change(lambda: self.props.pop("display-value", None))

    @staticmethod
    def _hint(element: Json) -> str:
        return plain(element.get("placeholder"), "Choose")

    def _update_options(self) -> None:
        super()._update_options()
        shown = {one["value"]: one for one in self._props["options"]}
        at, listed = 0, []
        for name, count in self.groups:
            listed.append({"value": -1 - at, "label": name, "disable": True})
            listed += [shown[number] for number in range(at, at + count) if number in shown]
            at += count
        if listed:
            self._props["options"] = listed


def options(element: Json) -> list[Json]:
    groups = element.get("option_groups")
    return [one for group in groups for one in group["options"]] if groups else list(element.get("options", []))


def option_text(one: Json) -> str:
    return plain(one["text"])


def _groups(element: Json) -> list[tuple[str, int]]:
    return [(plain(group["label"]), len(group["options"])) for group in element.get("option_groups") or []]


def _offered(element: Json, desk: Desk) -> dict[str, str]:
    match element["type"]:
        case "users_select":
            return dict(desk.people)
        case "channels_select":
            return {one: f"#{name}" for one, name in desk.channels.items()}
        case "conversations_select":
            return {**{one: f"#{name}" for one, name in desk.channels.items()}, **desk.people}
    return {one["value"]: option_text(one) for one in options(element)}


def _words(element: Json, value: str) -> ValueElement[Any]:
    hint = plain(element.get("placeholder")) or None
    make = ui.textarea if element.get("multiline") else ui.input
    drawn = make(value=value, placeholder=hint).props("outlined dense hide-bottom-space").classes("sk-field")
    drawn.props["maxlength"] = element.get("max_length", LONGEST)
    return cast("ValueElement[Any]", drawn)


def _time(kind: str, value: Any) -> ValueElement[Any]:
    if kind == "datetimepicker" and isinstance(value, int):
        value = datetime.fromtimestamp(value, UTC).strftime(MOMENT)
    drawn = ui.input(value=str(value or "")).props("outlined dense hide-bottom-space").classes("sk-field sk-time")
    drawn.props["type"] = TIMES[kind]
    if kind == "datetimepicker":
        drawn.props["suffix"] = "UTC"
    return cast("ValueElement[Any]", drawn)
