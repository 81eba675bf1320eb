"""The rules for Block Kit's elements."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.slack.schema import Json, Report

Check = Callable[[Json, str, Report], None]
PICKERS = ("users_select", "channels_select", "conversations_select")
TIMES = ("datepicker", "timepicker", "datetimepicker")
MOST_OPTIONS = 100
INITIAL_TIMES = {
    "datepicker": (r"\d{4}-\d\d-\d\d", "a date, as 2026-12-24"),
    "timepicker": (r"\d\d:\d\d", "a time, as 09:30"),
}


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


def _choices(limit: int, *own: str) -> Check:
    """A kind of element with up to `limit` options, and with fields of its `own`."""

    def check(element: Json, pointer: str, report: Report) -> None:
        report.fields(element, pointer, (), ("action_id", "options", "confirm", "focus_on_load", *own))
        _placeholder(element, pointer, report)
        found: list[Any] = []
        groups = "option_groups" in own and element.get("option_groups") is not None
        if groups == (element.get("options") is not None):
            wanted = "options, option_groups" if "option_groups" in own else "options"
            report.add(f"must have one of: {wanted}", pointer)
        elif groups:
            found = _groups(element["option_groups"], f"{pointer}/option_groups", report)
        else:
            found = _options(element["options"], f"{pointer}/options", limit, report)
        _initial(element, found, pointer, report)

    return check


def _groups(groups: Any, pointer: str, report: Report) -> list[Any]:
    found: list[Any] = []
    for number, group in enumerate(report.count(groups, pointer, MOST_OPTIONS)):
        at = f"{pointer}/{number}"
        if not isinstance(group, dict):
            report.add("must be an object", at)
            continue
        report.fields(group, at, ("label", "options"), ())
        report.text(group.get("label"), f"{at}/label", 75, plain=True)
        found += _options(group.get("options"), f"{at}/options", MOST_OPTIONS, report)
    return found


def _options(options: Any, pointer: str, limit: int, report: Report) -> list[Any]:
    found = report.count(options, pointer, limit)
    for number, option in enumerate(found):
        at = f"{pointer}/{number}"
        if not isinstance(option, dict):
            report.add("must be an object", at)
            continue
        report.fields(option, at, ("text", "value"), ("description", "url"))
        report.text(option.get("text"), f"{at}/text", 75)
        report.text(option.get("description"), f"{at}/description", 75)
        report.length(option.get("value"), f"{at}/value", 150)
    return found


def _initial(element: Json, options: list[Any], pointer: str, report: Report) -> None:
    """What is chosen at first must be among the options, to the letter."""
    chosen = element.get("initial_options") or [element.get("initial_option")]
    if any(option is not None and option not in options for option in chosen):
        report.add("must be one of the options", f"{pointer}/initial_option")


def _placeholder(element: Json, pointer: str, report: Report) -> None:
    report.text(element.get("placeholder"), f"{pointer}/placeholder", 150, plain=True)


def _plain(element: Json, pointer: str, report: Report) -> None:
    _placeholder(element, pointer, report)
    pattern, example = INITIAL_TIMES.get(str(element.get("type")), (None, ""))
    initial = element.get("initial_date") or element.get("initial_time")
    if pattern and initial is not None and not re.fullmatch(pattern, str(initial)):
        report.add(f"must be {example}", pointer)


def _input(element: Json, pointer: str, report: Report) -> None:
    own = ("initial_value", "multiline", "min_length", "max_length", "dispatch_action_config")
    report.fields(element, pointer, (), ("action_id", "placeholder", "focus_on_load", *own))
    _placeholder(element, pointer, report)
    longest, shortest = element.get("max_length", 3000), element.get("min_length", 0)
    if not isinstance(longest, int) or not 1 <= longest <= 3000:
        report.add("must be between 1 and 3000", f"{pointer}/max_length")
    elif not isinstance(shortest, int) or not 0 <= shortest <= longest:
        report.add("must be between 0 and max_length", f"{pointer}/min_length")
    report.length(element.get("initial_value"), f"{pointer}/initial_value", 3000)


def _image(element: Json, pointer: str, report: Report) -> None:
    report.fields(element, pointer, ("image_url", "alt_text"), ())
    report.length(element.get("image_url"), f"{pointer}/image_url", 3000, least=1)
    report.length(element.get("alt_text"), f"{pointer}/alt_text", 2000)


CHECKS: dict[str, Check] = {
    "button": _button,
    "image": _image,
    "overflow": _choices(5),
    "static_select": _choices(MOST_OPTIONS, "option_groups", "initial_option", "placeholder"),
    "multi_static_select": _choices(
        MOST_OPTIONS, "option_groups", "initial_options", "placeholder", "max_selected_items"
    ),
    "radio_buttons": _choices(10, "initial_option"),
    "checkboxes": _choices(10, "initial_options"),
    "plain_text_input": _input,
    **dict.fromkeys(PICKERS + TIMES, _plain),
}
INPUTS = frozenset(CHECKS) - {"button", "image", "overflow"}
ACTIONS = frozenset(CHECKS) - {"image", "plain_text_input"}
ACCESSORIES = ACTIONS | {"image"}
