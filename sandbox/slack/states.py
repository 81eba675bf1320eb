"""What stands in the fields of a dialog or a home tab, and how Slack's requests spell it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.slack.errors import SlackRefusal
from sandbox.slack.workspace import Json

# What a payload calls the value of a kind of element; `plain_text_input` and its like have `value`.
VALUE_NAMES = {
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "checkboxes": "selected_options",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
}
SEVERAL = frozenset({"multi_static_select", "checkboxes"})
STATELESS = frozenset({"button", "image", "overflow"})
REQUIRED = "Please complete this required field."


def entered(element: Json, value: Any) -> Json:
    """A value as a payload has it for this kind of element.

    Raises:
        SlackRefusal: it has no such option.
    """
    kind = element["type"]
    name = VALUE_NAMES.get(kind, "value")
    if kind in SEVERAL:
        wanted = value if isinstance(value, list) else [value]
        return {name: [option for option in options(element) if option["value"] in wanted]}
    if name == "selected_option":
        found = [option for option in options(element) if option["value"] == value]
        if not found:
            raise SlackRefusal("no_such_option")
        return {name: found[0]}
    return {name: value}


def options(element: Json) -> list[Json]:
    groups = element.get("option_groups")
    if isinstance(groups, list):
        return [option for group in groups for option in group["options"]]
    return list(element.get("options", []))


def fields(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """The elements that hold a value, each after its block."""
    for block in blocks:
        match block:
            case {"type": "input", "element": element}:
                yield block, element
            case {"type": "actions", "elements": elements}:
                yield from ((block, element) for element in elements if element["type"] not in STATELESS)
            case {"type": "section", "accessory": element} if element["type"] not in STATELESS:
                yield block, element


def fresh(blocks: list[Json], before: Json | None = None) -> Json:
    """The state of fields that nobody touched; those that were there `before` keep what stood in them.

    Slack knows a field again by its block_id and action_id together, and then heeds no new initial value.
    """
    state: Json = {}
    for block, element in fields(blocks):
        kept = (before or {}).get(block["block_id"], {}).get(element["action_id"])
        same = kept is not None and kept["type"] == element["type"]
        state.setdefault(block["block_id"], {})[element["action_id"]] = kept if same else _initial(element)
    return state


def fill(view: Json, values: Json) -> dict[str, str]:
    """Enters `values`, which are by action_id, or by block_id and then action_id; returns what Slack objects to.

    A field that `values` doesn't name keeps what stands in it.
    """
    state, problems = view["state"]["values"], {}
    for block, element in fields(view["blocks"]):
        block_id, action_id = block["block_id"], element["action_id"]
        nested = values.get(block_id)
        given = nested if isinstance(nested, dict) and action_id in nested else values
        if action_id in given:
            state[block_id][action_id] = {"type": element["type"], **_entered_or_not(element, given[action_id])}
        if block["type"] == "input" and (problem := _problem(block, element, state[block_id][action_id])):
            problems[block_id] = problem
    return problems


def _initial(element: Json) -> Json:
    name = VALUE_NAMES.get(element["type"], "value")
    given = "initial_value" if name == "value" else name.replace("selected", "initial")
    return {"type": element["type"], name: element.get(given, _nothing(element))}


def _nothing(element: Json) -> list[Json] | None:
    return [] if element["type"] in SEVERAL else None


def _entered_or_not(element: Json, value: Any) -> Json:
    if value in (None, "", []):
        return {VALUE_NAMES.get(element["type"], "value"): _nothing(element)}
    return entered(element, value)


def _problem(block: Json, element: Json, held: Json) -> str | None:
    value = held[VALUE_NAMES.get(element["type"], "value")]
    if value in (None, "", []):
        return None if block.get("optional") else REQUIRED
    if element["type"] == "plain_text_input":
        most, least = element.get("max_length", 3000), element.get("min_length", 0)
        if len(str(value)) > most:
            return f"Please use at most {most} characters."
        if len(str(value)) < least:
            return f"Please use at least {least} characters."
    return None
