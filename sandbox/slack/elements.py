"""The rules for Block Kit's elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.slack.schema import Json, Report

Check = Callable[[Json, str, Report], None]
PICKERS = ("users_select", "channels_select", "conversations_select")
TIMES = ("datepicker", "timepicker", "datetimepicker")


def check_element(element: Any, pointer: str, report: Report, allowed: frozenset[str]) -> None:
    """One element, of one of the `allowed` types."""
    if not isinstance(element, dict):
        report.add("must be an object", pointer)
        return
    kind = element.get("type")
    if kind not in allowed:
        report.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    report.length(element.get("action_id"), f"{pointer}/action_id", 255, least=1)
    CHECKS[kind](element, pointer, report)


def _button(element: Json, pointer: str, report: Report) -> None:
    optional = ("action_id", "value", "url", "style", "confirm", "accessibility_label")
    report.fields(element, pointer, ("text",), optional)
    report.text(element.get("text"), f"{pointer}/text", 75, plain=True)
    report.length(element.get("value"), f"{pointer}/value", 2000)
    report.length(element.get("url"), f"{pointer}/url", 3000)
    if element.get("style") not in {None, "primary", "danger"}:
        report.add("must be one of: primary, danger", f"{pointer}/style")
    if element.get("confirm") is not None:
        _confirm(element["confirm"], f"{pointer}/confirm", report)


def _confirm(dialog: Any, pointer: str, report: Report) -> None:
    if not isinstance(dialog, dict):
        report.add("must be an object", pointer)
        return
    report.fields(dialog, pointer, ("title", "text", "confirm", "deny"), ("style",))
    report.text(dialog.get("title"), f"{pointer}/title", 100, plain=True)
    report.text(dialog.get("text"), f"{pointer}/text", 300)
    report.text(dialog.get("confirm"), f"{pointer}/confirm", 30, plain=True)
    report.text(dialog.get("deny"), f"{pointer}/deny", 30, plain=True)


def _options(limit: int, *, least: int = 1, text: int = 75) -> Check:
    def check(element: Json, pointer: str, report: Report) -> None:
        for number, option in enumerate(report.count(element.get("options"), f"{pointer}/options", limit, least=least)):
            at = f"{pointer}/options/{number}"
            if not isinstance(option, dict):
                report.add("must be an object", at)
                continue
            report.fields(option, at, ("text", "value"), ("description", "url"))
            report.text(option.get("text"), f"{at}/text", text)
            report.length(option.get("value"), f"{at}/value", 150)

    return check


def _select(element: Json, pointer: str, report: Report) -> None:
    report.text(element.get("placeholder"), f"{pointer}/placeholder", 150, plain=True)
    if "option_groups" not in element:
        _options(100)(element, pointer, report)


def _plain(element: Json, pointer: str, report: Report) -> None:
    report.text(element.get("placeholder"), f"{pointer}/placeholder", 150, plain=True)


def _input(element: Json, pointer: str, report: Report) -> None:
    _plain(element, pointer, report)
    longest = element.get("max_length", 3000)
    if not isinstance(longest, int) or not 1 <= longest <= 3000:
        report.add("must be between 1 and 3000", f"{pointer}/max_length")
    report.length(element.get("initial_value"), f"{pointer}/initial_value", 3000)


def _image(element: Json, pointer: str, report: Report) -> None:
    report.fields(element, pointer, ("image_url", "alt_text"), ())
    report.length(element.get("image_url"), f"{pointer}/image_url", 3000, least=1)
    report.length(element.get("alt_text"), f"{pointer}/alt_text", 2000)


CHECKS: dict[str, Check] = {
    "button": _button,
    "image": _image,
    "overflow": _options(5),
    "static_select": _select,
    "multi_static_select": _select,
    "radio_buttons": _options(10),
    "checkboxes": _options(10),
    "plain_text_input": _input,
    **dict.fromkeys(PICKERS + TIMES, _plain),
}
INPUTS = frozenset(CHECKS) - {"button", "image", "overflow"}
ACTIONS = frozenset(CHECKS) - {"image", "plain_text_input"}
ACCESSORIES = ACTIONS | {"image"}
