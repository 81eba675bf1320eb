"""The rules for Block Kit's blocks: counts, lengths, required fields, unique ids."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Literal

from sandbox.slack.elements import ACCESSORIES, ACTIONS, INPUTS, check_element
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.schema import Json, Report

Surface = Literal["message", "view"]
MOST_BLOCKS: dict[Surface, int] = {"message": 50, "view": 100}
TOTAL_TEXT = 13_200


def check_blocks(blocks: Any, surface: Surface, report: Report, pointer: str = "/blocks") -> None:
    """Adds to `report` what Slack would refuse in `blocks`."""
    ids: set[str] = set()
    for number, block in enumerate(report.count(blocks, pointer, MOST_BLOCKS[surface], least=0)):
        at = f"{pointer}/{number}"
        if not isinstance(block, dict):
            report.add("must be an object", at)
            continue
        check = BLOCKS.get(str(block.get("type")))
        if check is None:
            report.add(f"unsupported type: {block.get('type')}", f"{at}/type")
            continue
        _block_id(block, at, report, ids)
        check(block, at, report)


def prepare_blocks(blocks: Any, surface: Surface) -> list[Json]:
    """The blocks as Slack keeps them: every block and element has an id.

    Raises:
        SlackRefusal: ``invalid_blocks`` or ``msg_blocks_too_long``.
    """
    report = Report()
    check_blocks(blocks, surface, report)
    if report.messages:
        raise SlackRefusal("invalid_blocks", report.messages)
    if surface == "message" and total_text(blocks) > TOTAL_TEXT:
        raise SlackRefusal("msg_blocks_too_long")
    kept: list[Json] = [with_ids(block) for block in blocks]
    return kept


def with_ids(block: Json) -> Json:
    """A copy with a block_id, and an action_id for each interactive element."""
    copy = {**block, "block_id": block.get("block_id") or uuid.uuid4().hex[:5]}
    for name in ("elements", "element", "accessory"):
        value = copy.get(name)
        if isinstance(value, list) and copy["type"] == "actions":
            copy[name] = [_with_action_id(element) for element in value]
        elif isinstance(value, dict) and value.get("type") != "image":
            copy[name] = _with_action_id(value)
    return copy


def total_text(value: Any) -> int:
    """Characters of all text objects within."""
    if isinstance(value, list):
        return sum(total_text(item) for item in value)
    if isinstance(value, dict):
        own = value["text"] if isinstance(value.get("text"), str) else ""
        return len(own) + sum(total_text(item) for item in value.values() if not isinstance(item, str))
    return 0


def _with_action_id(element: Json) -> Json:
    return {**element, "action_id": element.get("action_id") or uuid.uuid4().hex[:5]}


def _block_id(block: Json, pointer: str, report: Report, ids: set[str]) -> None:
    block_id = block.get("block_id")
    report.length(block_id, f"{pointer}/block_id", 255)
    if isinstance(block_id, str) and block_id:
        if block_id in ids:
            report.add(f"block_id {block_id!r} already exists", f"{pointer}/block_id")
        ids.add(block_id)


def _section(block: Json, pointer: str, report: Report) -> None:
    report.fields(block, pointer, (), ("text", "fields", "accessory", "expand"))
    if block.get("text") is None and block.get("fields") is None:
        report.add("missing required field: text", pointer)
    report.text(block.get("text"), f"{pointer}/text", 3000)
    if block.get("fields") is not None:
        for number, text in enumerate(report.count(block["fields"], f"{pointer}/fields", 10)):
            report.text(text, f"{pointer}/fields/{number}", 2000)
    if block.get("accessory") is not None:
        check_element(block["accessory"], f"{pointer}/accessory", report, ACCESSORIES)


def _header(block: Json, pointer: str, report: Report) -> None:
    report.fields(block, pointer, ("text",), ("level",))
    report.text(block.get("text"), f"{pointer}/text", 150, plain=True)


def _divider(block: Json, pointer: str, report: Report) -> None:
    report.fields(block, pointer, (), ())


def _context(block: Json, pointer: str, report: Report) -> None:
    report.fields(block, pointer, ("elements",), ())
    for number, element in enumerate(report.count(block.get("elements"), f"{pointer}/elements", 10)):
        at = f"{pointer}/elements/{number}"
        if isinstance(element, dict) and element.get("type") == "image":
            check_element(element, at, report, frozenset({"image"}))
        else:
            report.text(element, at, 3000)


def _actions(block: Json, pointer: str, report: Report) -> None:
    report.fields(block, pointer, ("elements",), ())
    ids: set[str] = set()
    for number, element in enumerate(report.count(block.get("elements"), f"{pointer}/elements", 25)):
        at = f"{pointer}/elements/{number}"
        check_element(element, at, report, ACTIONS)
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(action_id, str):
            if action_id in ids:
                report.add(f"action_id {action_id!r} already exists for another element within actions", at)
            ids.add(action_id)


def _image(block: Json, pointer: str, report: Report) -> None:
    report.fields(block, pointer, ("alt_text",), ("title", "image_url", "slack_file"))
    if (block.get("image_url") is None) == (block.get("slack_file") is None):
        report.add("missing required field: image_url or slack_file", pointer)
    report.length(block.get("image_url"), f"{pointer}/image_url", 3000, least=1)
    report.length(block.get("alt_text"), f"{pointer}/alt_text", 2000)
    report.text(block.get("title"), f"{pointer}/title", 2000, plain=True)


def _input(block: Json, pointer: str, report: Report) -> None:
    report.fields(block, pointer, ("label", "element"), ("hint", "optional", "dispatch_action"))
    report.text(block.get("label"), f"{pointer}/label", 2000, plain=True)
    report.text(block.get("hint"), f"{pointer}/hint", 2000, plain=True)
    if block.get("element") is not None:
        check_element(block["element"], f"{pointer}/element", report, INPUTS)


def _rich_text(block: Json, pointer: str, report: Report) -> None:
    report.fields(block, pointer, ("elements",), ())


def _markdown(block: Json, pointer: str, report: Report) -> None:
    report.fields(block, pointer, ("text",), ())
    report.length(block.get("text"), f"{pointer}/text", 12_000, least=1)


BLOCKS: dict[str, Callable[[Json, str, Report], None]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": _markdown,
}
