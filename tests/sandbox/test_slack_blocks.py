"""The limits of Block Kit, at the edge and one over it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.slack.blocks import prepare_blocks
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.views import prepare_view
from tests.sandbox.conftest import Town
from tests.sandbox.test_slack_api import refused

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(number: int = 0, **changes: Any) -> Block:
    return {"type": "button", "action_id": f"a{number}", "text": plain("Go"), **changes}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def context(count: int) -> Block:
    return {"type": "context", "elements": [plain("x") for _ in range(count)]}


def fields(count: int, length: int = 1) -> Block:
    return {"type": "section", "fields": [plain("x" * length) for _ in range(count)]}


def field(**element: Any) -> Block:
    return {"type": "input", "block_id": "b", "label": plain("Reply"), "element": {"action_id": "t", **element}}


def option(text: str, value: str = "v") -> Block:
    return {"text": plain(text), "value": value}


def menu(count: int, **changes: Any) -> Block:
    options = [option(f"option {number}", str(number)) for number in range(count)]
    return {"type": "static_select", "action_id": "m", "options": options, **changes}


def group(count: int, label: str = "Colleagues") -> Block:
    return {"label": plain(label), "options": menu(count)["options"]}


def grouped(*groups: Block) -> Block:
    return {"type": "static_select", "action_id": "m", "option_groups": list(groups)}


GOOD: dict[str, list[Block]] = {
    "50 blocks": [{"type": "divider"}] * 50,
    "section of 3000": [section("x" * 3000)],
    "header of 150": [{"type": "header", "text": plain("x" * 150)}],
    "10 fields": [fields(10)],
    "field of 2000": [fields(1, 2000)],
    "25 buttons": [actions(*(button(number) for number in range(25)))],
    "10 in context": [context(10)],
    "button text of 75": [actions(button(text=plain("x" * 75)))],
    "button value of 2000": [actions(button(value="x" * 2000))],
    "100 options": [actions(menu(100, initial_option=option("option 99", "99")))],
    "groups of 100": [actions(grouped(group(100), group(100, "x" * 75)))],
    "10 boxes": [actions(menu(10, type="checkboxes", initial_options=[option("option 9", "9")]))],
    "a date": [actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-12-24"})],
    "verbatim in mrkdwn": [{"type": "section", "text": {"type": "mrkdwn", "text": "x", "verbatim": True}}],
    "same action in two blocks": [actions(button()), actions(button())],
}
BAD: dict[str, tuple[list[Block], str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "section of 3001": (
        [section("x" * 3001)],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "empty section": ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "section without text": ([{"type": "section"}], "missing required field: text [json-pointer:/blocks/0]"),
    "header of 151": ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
    "header in mrkdwn": ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "must be one of: plain_text"),
    "11 fields": ([fields(11)], "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    "field of 2001": ([fields(1, 2001)], "must be less than 2001 characters"),
    "26 buttons": ([actions(*(button(number) for number in range(26)))], "no more than 25 items allowed"),
    "no buttons": ([actions()], "no fewer than 1 items allowed"),
    "11 in context": ([context(11)], "no more than 10 items allowed"),
    "button text of 76": ([actions(button(text=plain("x" * 76)))], "must be less than 76 characters"),
    "button value of 2001": ([actions(button(value="x" * 2001))], "must be less than 2001 characters"),
    "button without text": ([actions({"type": "button"})], "missing required field: text"),
    "odd style": ([actions(button(style="green"))], "must be one of: primary, danger"),
    "same action twice": ([actions(button(), button())], "already exists for another element within actions"),
    "same block id twice": ([{**section("x"), "block_id": "b"}] * 2, "block_id 'b' already exists"),
    "unknown block": ([{"type": "carousel"}], "unsupported type: carousel"),
    "unknown element": ([actions({"type": "slider"})], "unsupported type: slider"),
    "unknown property": ([{**section("x"), "color": "red"}], "invalid additional property: color"),
    "emoji in mrkdwn": (
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}],
        "invalid additional property: emoji [json-pointer:/blocks/0/text]",
    ),
    "verbatim in plain text": (
        [{"type": "section", "text": {**plain("x"), "verbatim": True}}],
        "invalid additional property: verbatim",
    ),
    "101 options": ([actions(menu(101))], "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    "no options": ([actions(menu(0))], "no fewer than 1 items allowed"),
    "options and groups": ([actions(menu(1, option_groups=[group(1)]))], "must have one of: options, option_groups"),
    "neither options nor groups": (
        [actions({"type": "static_select", "action_id": "m"})],
        "must have one of: options, option_groups",
    ),
    "group of 101": ([actions(grouped(group(101)))], "no more than 100 items allowed"),
    "group label of 76": ([actions(grouped(group(1, "x" * 76)))], "must be less than 76 characters"),
    "option text of 76": ([actions(menu(1, options=[option("x" * 76)]))], "must be less than 76 characters"),
    "option value of 151": ([actions(menu(1, options=[option("x", "v" * 151)]))], "must be less than 151 characters"),
    "initial option that is none": ([actions(menu(2, initial_option=option("x")))], "must be one of the options"),
    "unknown property of a menu": ([actions(menu(1, color="red"))], "invalid additional property: color"),
    "11 boxes": ([actions(menu(11, type="checkboxes"))], "no more than 10 items allowed"),
    "6 in overflow": ([actions(menu(6, type="overflow"))], "no more than 5 items allowed"),
    "an odd date": (
        [actions({"type": "datepicker", "action_id": "d", "initial_date": "24.12.2026"})],
        "must be a date, as 2026-12-24",
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_at_the_limit_is_taken(name: str) -> None:
    assert len(prepare_blocks(GOOD[name], "message")) == len(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_what_is_over_the_limit_is_refused_with_its_place(name: str) -> None:
    blocks, message = BAD[name]
    with pytest.raises(SlackRefusal) as caught:
        prepare_blocks(blocks, "message")
    assert caught.value.error == "invalid_blocks"
    assert any(message in found for found in caught.value.messages), caught.value.messages


def test_too_much_text_in_all_is_refused() -> None:
    with pytest.raises(SlackRefusal, match="msg_blocks_too_long"):
        prepare_blocks([section("x" * 2900)] * 5, "message")


def test_the_client_sees_the_errors(town: Town) -> None:
    blocks = [section("x" * 3001)]
    channel = town.settings.slack_channel
    error = refused(lambda: town.slack.chat_postMessage(channel=channel, text="x", blocks=blocks))
    assert error.response["error"] == "invalid_blocks"
    assert error.response["errors"] == [
        "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]
    assert error.response["response_metadata"]["messages"][0].startswith("[ERROR] ")


def modal(**changes: Any) -> Block:
    view = {"type": "modal", "title": plain("Reply"), "submit": plain("Send")}
    return {**view, "blocks": [field(type="plain_text_input")], **changes}


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        (modal(callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (modal(submit=None), "missing required field: submit"),
        (modal(type="home"), "must be modal [json-pointer:/view/type]"),
        (modal(blocks=[field(type="plain_text_input", max_length=3001)]), "must be between 1 and 3000"),
        (modal(blocks=[field(type="button", text=plain("x"))]), "unsupported type: button"),
    ],
)
def test_a_view_over_its_limits_is_refused(view: Block, message: str) -> None:
    with pytest.raises(SlackRefusal) as caught:
        prepare_view(view, "modal")
    assert caught.value.error == "invalid_arguments"
    assert any(message in found for found in caught.value.messages), caught.value.messages


def test_a_view_at_its_limits_is_taken() -> None:
    view = modal(title=plain("x" * 24), private_metadata="x" * 3000, blocks=[field(type="plain_text_input")])
    assert prepare_view(view, "modal")["blocks"][0]["element"]["action_id"] == "t"
